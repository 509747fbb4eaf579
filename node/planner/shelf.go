package planner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrPrecondition means that what stands is not what the caller has seen (RFC 9110 section 13).
	ErrPrecondition = errors.New("what stands there is not what the request was made for")
	// ErrReadOnly means a shelf that programs only read.
	ErrReadOnly = errors.New("this calendar can only be read")
	// ErrFull means that a shelf holds as much as one may.
	ErrFull = errors.New("this calendar holds as many events as one may")
	// ErrToken means a sync token of which the changes since are not known any more.
	ErrToken = errors.New("what changed since is not known any more; begin anew")
	// ErrProperty means a property that cannot be set, or a value that it cannot have.
	ErrProperty = errors.New("this property cannot be set to that")
)

// UIDConflict means that the UID of an object is that of another one (RFC 4791 section 5.3.2.1).
type UIDConflict struct{ Name string }

func (e UIDConflict) Error() string { return "another object has this UID" }

// goneMost is how many names of what is gone are kept of a shelf.
const goneMost = 5000

// Shelf answers a person's calendar with what stands in it; what is held is brought up to date before.
func (p *Planner) Shelf(ctx context.Context, person, name string) (caldav.Shelf, []caldav.Item, error) {
	if err := p.freshen(ctx, person, name); err != nil {
		return caldav.Shelf{}, nil, err
	}
	var shelf caldav.Shelf
	var list []caldav.Item
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if shelf, err = shelfOf(tx, person, name); err != nil {
			return err
		}
		list, err = caldav.In(tx).Items(person, name)
		return err
	})
	return shelf, list, err
}

// State is Shelf without what stands in it.
func (p *Planner) State(ctx context.Context, person, name string) (shelf caldav.Shelf, err error) {
	if err := p.freshen(ctx, person, name); err != nil {
		return shelf, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		shelf, err = shelfOf(tx, person, name)
		return err
	})
	return shelf, err
}

// Object answers one object of a shelf. Errors: store.ErrNotFound, also where it is gone.
func (p *Planner) Object(ctx context.Context, person, shelf, name string) (item caldav.Item, err error) {
	if err := p.freshen(ctx, person, shelf); err != nil {
		return item, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if item, err = caldav.In(tx).Item(person, shelf, name); err == nil && item.Gone {
			err = store.ErrNotFound
		}
		return err
	})
	return item, err
}

// Changes answers what changed on a shelf after a turn, at most limit, the shelf as it is, and whether there is more.
// After 0 it is all that stands. Errors: ErrToken.
func (p *Planner) Changes(ctx context.Context, person, name string, after int64, limit int) (shelf caldav.Shelf, list []caldav.Item, more bool, err error) {
	if err := p.freshen(ctx, person, name); err != nil {
		return caldav.Shelf{}, nil, false, err
	}
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if shelf, err = shelfOf(tx, person, name); err != nil {
			return err
		}
		if after > shelf.Turn || after != 0 && after < shelf.Floor {
			return ErrToken
		}
		list, err = caldav.In(tx).Changed(person, name, after, limit+1)
		return err
	})
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return shelf, list, more, err
}

// shelfOf is a shelf, empty where nothing was ever put there.
func shelfOf(tx *store.Tx, person, name string) (caldav.Shelf, error) {
	s, err := caldav.In(tx).Shelf(person, name)
	if errors.Is(err, store.ErrNotFound) {
		return caldav.Shelf{Person: person, Name: name, Properties: "{}"}, nil
	}
	return s, err
}

// freshen writes down what of a person's holds programs have not been shown yet, as one change each.
func (p *Planner) freshen(ctx context.Context, person, name string) error {
	if name != caldav.Held {
		return nil
	}
	var due []caldav.Item
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = p.unseen(tx, person)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		in := caldav.In(tx)
		if err := in.Lock(person, caldav.Held); err != nil {
			return err
		}
		due, err := p.unseen(tx, person)
		if err != nil {
			return err
		}
		for _, item := range due {
			if item.Turn, err = in.Turn(person, caldav.Held); err != nil {
				return err
			}
			if err := in.PutItem(item); err != nil {
				return err
			}
		}
		return in.ForgetGone(person, caldav.Held, goneMost)
	})
}

// unseen are the items of held time that differ from what programs were shown.
func (p *Planner) unseen(tx *store.Tx, person string) ([]caldav.Item, error) {
	events, err := p.Events(tx, person)
	if err != nil {
		return nil, err
	}
	shown, err := caldav.In(tx).Items(person, caldav.Held)
	if err != nil {
		return nil, err
	}
	before := make(map[string]caldav.Item, len(shown))
	for _, item := range shown {
		before[item.Name] = item
	}
	now := p.Clock().Unix()
	var due []caldav.Item
	for _, e := range events {
		body := string(ical.Single(e, ""))
		item := caldav.Item{
			Person: person, Shelf: caldav.Held, Name: e.UID + ".ics", UID: e.UID, ETag: hashOf(body)[:32], Body: body, ChangedAt: now,
		}
		if before[item.Name].ETag != item.ETag {
			due = append(due, item)
		}
		delete(before, item.Name)
	}
	for _, item := range shown {
		if _, left := before[item.Name]; left {
			due = append(due, gone(item, now))
		}
	}
	return due, nil
}

func gone(item caldav.Item, now int64) caldav.Item {
	item.Gone, item.Body, item.ETag, item.ChangedAt = true, "", "", now
	return item
}

// Condition is what a caller wants to be so before a write: it judges the present tag, "" where nothing stands there.
type Condition func(etag string) bool

// Put writes an object of a person's own calendar, as its program gave it, and says anew when they are free where that
// has changed. It answers the object's tag, and whether it is a new one. The same object again changes nothing. Errors:
// those of the object, UIDConflict, ErrPrecondition, ErrFull, ErrReadOnly, gate.ErrRestoring.
func (p *Planner) Put(ctx context.Context, person, shelf, name string, octets []byte, cond Condition) (etag string, fresh bool, err error) {
	if shelf != caldav.Own {
		return "", false, ErrReadOnly
	}
	uid, err := check(octets, p.Clock())
	if err != nil {
		return "", false, err
	}
	item := caldav.Item{Person: person, Shelf: shelf, Name: name, UID: uid, ETag: hashOf(string(octets))[:32], Body: string(octets)}
	err = p.change(ctx, person, func(list []caldav.Item) (*caldav.Item, error) {
		fresh = true
		var whole int
		for _, other := range list {
			whole += len(other.Body)
			switch {
			case other.Name == name:
				fresh = false
				whole -= len(other.Body)
				if !cond(other.ETag) {
					return nil, ErrPrecondition
				}
				if other.ETag == item.ETag {
					return nil, nil
				}
			case other.UID == uid:
				return nil, UIDConflict{other.Name}
			}
		}
		if fresh && !cond("") {
			return nil, ErrPrecondition
		}
		if fresh && len(list) >= ObjectsMost || whole+len(octets) > wholeMost {
			return nil, ErrFull
		}
		return &item, nil
	})
	return item.ETag, fresh, err
}

// Delete takes an object of a person's own calendar away. Errors: store.ErrNotFound, ErrPrecondition, ErrReadOnly.
func (p *Planner) Delete(ctx context.Context, person, shelf, name string, cond Condition) error {
	if shelf != caldav.Own {
		return ErrReadOnly
	}
	return p.change(ctx, person, func(list []caldav.Item) (*caldav.Item, error) {
		for _, item := range list {
			if item.Name != name {
				continue
			}
			if !cond(item.ETag) {
				return nil, ErrPrecondition
			}
			taken := gone(item, 0)
			return &taken, nil
		}
		return nil, store.ErrNotFound
	})
}

// change writes one item of a person's own calendar, with the calendar that all of them make up, in one transaction with
// what is then said of the person's time.
func (p *Planner) change(ctx context.Context, person string, pick func([]caldav.Item) (*caldav.Item, error)) error {
	return p.Gate.Change(ctx, func(c *gate.Change) error {
		in := caldav.In(c.Tx())
		if err := c.Known(person); err != nil {
			return err
		}
		if err := errors.Join(c.Tx().HoldPerson(person), in.Lock(person, caldav.Own)); err != nil {
			return err
		}
		list, err := in.Items(person, caldav.Own)
		if err != nil {
			return err
		}
		item, err := pick(list)
		if err != nil || item == nil {
			return err
		}
		item.ChangedAt = c.Now().Unix()
		if item.Turn, err = in.Turn(person, caldav.Own); err != nil {
			return err
		}
		from, to := availability.Window(c.Now())
		before, err := free(c, person, from, to)
		if err != nil {
			return err
		}
		if err := errors.Join(in.PutItem(*item), in.ForgetGone(person, caldav.Own, goneMost), keep(c, list, *item)); err != nil {
			return err
		}
		after, err := free(c, person, from, to)
		if err != nil || item.Turn > 1 && reflect.DeepEqual(before, after) {
			return err // an edited title is no reader's business
		}
		return c.Retell(person)
	})
}

// free is when a person is busy, as readers see it.
func free(c *gate.Change, person string, from, to time.Time) ([]availability.Period, error) {
	a, err := agenda.Read(c.Tx(), person, from, to)
	if err != nil {
		return nil, err
	}
	return a.Rounded(availability.DefaultGranularity)
}

// keep writes the calendar that the objects of a person make up, where every reader of their time finds it.
func keep(c *gate.Change, before []caldav.Item, changed caldav.Item) error {
	var texts []string
	for _, item := range before {
		if item.Name != changed.Name {
			texts = append(texts, item.Body)
		}
	}
	if !changed.Gone {
		texts = append(texts, changed.Body)
	}
	octets := merged(texts)
	parsed, problems, err := calendar.Parse(bytes.NewReader(octets), calendar.DefaultLimits())
	if err != nil {
		return fmt.Errorf("merge objects: %w", err)
	}
	return c.Tx().PutCalendar(store.Calendar{
		Person: changed.Person, Name: caldav.Calendar, ICS: octets, Digest: string(spec.Digest(octets)), Events: parsed.Len(),
		Problems: len(problems), ImportedAt: c.Now().Unix(),
	})
}

// propertyMost bounds what programs may call a calendar.
const propertyMost = 500

// Properties are what programs call a shelf, by the names that the caller uses.
func Properties(shelf caldav.Shelf) map[string]string {
	named := map[string]string{}
	_ = json.Unmarshal([]byte(shelf.Properties), &named) // written below alone
	return named
}

// SetProperties changes what programs call a shelf; an empty value takes a property away. Errors: ErrProperty.
func (p *Planner) SetProperties(ctx context.Context, person, shelf string, changed map[string]string) error {
	for _, value := range changed {
		if utf8.RuneCountInString(value) > propertyMost || !utf8.ValidString(value) {
			return ErrProperty
		}
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		in := caldav.In(tx)
		if _, err := tx.Person(person); err != nil {
			return err
		}
		if err := in.Lock(person, shelf); err != nil {
			return err
		}
		row, err := in.Shelf(person, shelf)
		if err != nil {
			return err
		}
		named := Properties(row)
		for name, value := range changed {
			if named[name] = value; value == "" {
				delete(named, name)
			}
		}
		octets, err := json.Marshal(named)
		if err != nil {
			return err
		}
		return in.SetProperties(person, shelf, string(octets))
	})
}

// BusyOn is when the objects of a shelf take time within a span; all that a person has where the shelf is "".
func (p *Planner) BusyOn(ctx context.Context, person, shelf string, from, to time.Time) ([]calendar.Busy, error) {
	if shelf == "" {
		found, err := p.Gate.BusyOf(ctx, person, from, to)
		list := make([]calendar.Busy, len(found))
		for i, b := range found {
			list[i] = calendar.Busy{Start: b.Start, End: b.End, Status: calendar.BusyStatus(b.Status)}
		}
		return list, err
	}
	_, items, err := p.Shelf(ctx, person, shelf)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = item.Body
	}
	parsed, _, err := calendar.Parse(bytes.NewReader(merged(texts)), calendar.DefaultLimits())
	if err != nil {
		return nil, err
	}
	found, _ := parsed.Busy(from, to, availability.Home, calendar.DefaultLimits())
	return calendar.Coalesce(found), nil
}
