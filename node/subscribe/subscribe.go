// Package subscribe connects calendars of the outside: it keeps their addresses,
// reads them again and again, and says what changed to whom the person consented.
// Of what it reads only times are kept.
//
// It refuses to forget: a calendar that cannot be read keeps the times that were
// read last, with their age and a reason. No address is ever logged, and none is
// shown beyond its host.
package subscribe

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/fetch"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrInvalid begins every refusal of what is to be connected: "FIELD: need".
	ErrInvalid = errors.New("invalid calendar")
	// ErrUnknown: the person has no such calendar.
	ErrUnknown = errors.New("the person has no such calendar")
	// ErrTaken: the name belongs to a calendar of another kind.
	ErrTaken = errors.New("another calendar has this name")
	// ErrTooMany: the person has connected as many calendars as one may.
	ErrTooMany = errors.New("twenty calendars are connected already")
	// ErrTooSoon: the calendar was read less than a minute ago.
	ErrTooSoon = errors.New("the calendar was read less than a minute ago")
)

const (
	// MaxCalendars is how many calendars of the outside one person connects.
	MaxCalendars = 20
	// MaxTitle is the longest title of a calendar, in characters.
	MaxTitle = 80
	// maxSecret is the longest user or password, in octets.
	maxSecret = 256
)

// Limits are what one reading may cost.
func Limits() fetch.Limits { return fetch.Limits{Bytes: 10 << 20, Time: 30 * time.Second} }

// Config is what the feeds are made of.
type Config struct {
	Store  *store.Store
	Gate   *gate.Gate
	Reader *fetch.Reader
	Bytes  int64 // the most that one calendar may hold; 0 is that of Limits
	Plain  bool  // http is read as it stands: a development federation
	Clock  func() time.Time
	Log    *slog.Logger
	// Tell tells a person that a calendar is not read any more.
	Tell func(tx *store.Tx, at time.Time, person, name string) error
	// Chance spreads readings; nil is a random number in [0, 1).
	Chance func() float64
}

// Feeds are the calendars of the outside that this node's people connected.
type Feeds struct {
	Config
	slots chan struct{} // readings at one time
	runs  sync.WaitGroup
	ctx   context.Context
	stop  context.CancelFunc
}

// atOnce is how many calendars are read at one time, and batch how many are
// claimed together.
const (
	atOnce = 4
	batch  = 8
	// lease is longer than a batch may take.
	lease = 10 * time.Minute
)

// New prepares the feeds; Close ends readings that run.
func New(c Config) *Feeds {
	if c.Chance == nil {
		c.Chance = mathrand.Float64
	}
	if c.Bytes == 0 {
		c.Bytes = Limits().Bytes
	}
	f := &Feeds{Config: c, slots: make(chan struct{}, atOnce)}
	f.ctx, f.stop = context.WithCancel(context.Background())
	return f
}

// Close ends readings that run and waits for them.
func (f *Feeds) Close() {
	f.stop()
	f.runs.Wait()
	f.Reader.Close()
}

// Ask is a calendar to connect.
type Ask struct {
	Title    string // what the person calls it; empty is its name
	Kind     string // subscription.ICS (also when empty) or subscription.CalDAV
	URL      string
	User     string
	Password string
}

// invalid is a refusal that names the field.
func invalid(field, need string) error { return &refused{field, need} }

type refused struct{ field, need string }

func (r *refused) Error() string { return ErrInvalid.Error() + ": " + r.field + ": " + r.need }
func (r *refused) Unwrap() error { return ErrInvalid }

// Field is the part of an Ask that an error is about, or empty.
func Field(err error) string {
	var r *refused
	if errors.As(err, &r) {
		return r.field
	}
	return ""
}

// check says what is wrong with an ask, and completes it.
func (f *Feeds) check(name string, a *Ask) error {
	if !named(name) {
		return invalid("name", "1 to 64 letters, digits, hyphens, dots and underscores are required")
	}
	if a.Title == "" {
		a.Title = name
	}
	if err := CheckTitle(a.Title); err != nil {
		return err
	}
	switch a.Kind {
	case "":
		a.Kind = subscription.ICS
	case subscription.ICS, subscription.CalDAV:
	default:
		return invalid("kind", "ics or caldav is required")
	}
	u, err := fetch.Check(a.URL, f.Plain)
	if err != nil {
		return invalid("url", "an https address without a name or password in it is required")
	}
	a.URL = u.String()
	for field, text := range map[string]string{"user": a.User, "password": a.Password} {
		if len(text) > maxSecret || strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) {
			return invalid(field, "at most 256 printable octets are required")
		}
	}
	if strings.Contains(a.User, ":") {
		return invalid("user", "a user name without a colon is required")
	}
	if a.Password != "" && a.User == "" {
		return invalid("user", "a password needs a user name")
	}
	return nil
}

// calendarName is the contract's Name.
var calendarName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$`)

// named says whether a calendar may have a name: those of other rooms have their
// own pages.
func named(name string) bool { return name != caldav.Calendar && calendarName.MatchString(name) }

// CheckTitle says whether a calendar may be called so. Errors: ErrInvalid.
func CheckTitle(title string) error {
	if title == "" || utf8.RuneCountInString(title) > MaxTitle || strings.TrimSpace(title) != title ||
		!utf8.ValidString(title) || strings.ContainsFunc(title, unicode.IsControl) {
		return invalid("title", "1 to 80 characters on one line are required")
	}
	return nil
}

// Connect keeps a calendar of the outside under a name and reads it soon.
// Connecting under the name of an earlier one replaces its address; its times
// stay until the new one was read. Errors: ErrInvalid, ErrTaken, ErrTooMany,
// gate.ErrUnknownPerson.
func (f *Feeds) Connect(ctx context.Context, person, name string, a Ask) error {
	if err := f.check(name, &a); err != nil {
		return err
	}
	if name == caldav.Calendar {
		return ErrTaken
	}
	return f.Gate.Change(ctx, func(c *gate.Change) error {
		if err := c.Known(person); err != nil {
			return err
		}
		in := subscription.In(c.Tx())
		have, err := in.Of(person)
		if err != nil {
			return err
		}
		known := false
		for _, s := range have {
			known = known || s.Name == name
		}
		if !known {
			uploaded, err := has(c.Tx(), person, name)
			switch {
			case err != nil:
				return err
			case uploaded:
				return ErrTaken
			case len(have) >= MaxCalendars:
				return ErrTooMany
			}
		}
		now := c.Now().Unix()
		return in.Connect(subscription.Subscription{
			Person: person, Name: name, Title: a.Title, Kind: a.Kind, URL: a.URL, User: a.User, Password: a.Password, State: subscription.New, CreatedAt: now, NextAt: now,
		})
	})
}

// has says whether times of a calendar are kept.
func has(tx *store.Tx, person, name string) (bool, error) {
	list, err := tx.Calendars(person)
	for _, c := range list {
		if c.Name == name {
			return true, err
		}
	}
	return false, err
}

// Connected says whether a name is that of a calendar of the outside.
func Connected(tx *store.Tx, person, name string) (bool, error) {
	_, err := subscription.In(tx).One(person, name)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// NewName is a name for a calendar that has a title alone.
func NewName() string { return "c-" + strings.ToLower(rand.Text()[:16]) }

// Keep takes a file that a person gives under a title. Of it only times are kept.
// Errors: ErrInvalid, ErrTooMany, gate.ErrUnknownPerson, those of calendar.Parse.
func (f *Feeds) Keep(ctx context.Context, person, title string, ics []byte) error {
	if err := CheckTitle(title); err != nil {
		return err
	}
	got := found{whole: true, digest: string(spec.Digest(ics))}
	if err := got.understand(ics, f.Clock()); err != nil {
		return err
	}
	name := NewName()
	return f.Gate.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Known(person), c.Restoring()); err != nil {
			return err
		}
		in, now := subscription.In(c.Tx()), c.Now().Unix()
		have, err := in.Of(person)
		switch {
		case err != nil:
			return err
		case len(have) >= MaxCalendars:
			return ErrTooMany
		}
		if err := in.Connect(subscription.Subscription{
			Person: person, Name: name, Title: title, Kind: subscription.File, State: subscription.Fresh, CreatedAt: now, ReadAt: now,
			NextAt: subscription.Never,
		}); err != nil {
			return err
		}
		if err := c.Tx().PutCalendar(store.Calendar{
			Person: person, Name: name, ICS: got.text, Digest: string(spec.Digest(got.text)), Events: got.events, Problems: got.count, ImportedAt: now,
		}); err != nil {
			return err
		}
		return c.Retell(person)
	})
}

// ReasonOf is one of Reasons for why a calendar was refused.
func ReasonOf(err error) string { return reasonOf(err) }

// Free says by nil that a file may be given under a name. Errors: ErrTaken, where
// it is that of a connected calendar, which the next reading would write over it,
// or of the events that the person's own programs write.
func Free(tx *store.Tx, person, name string) error {
	if name == caldav.Calendar {
		return ErrTaken
	}
	s, err := subscription.In(tx).One(person, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err == nil && s.Kind != subscription.File:
		return ErrTaken
	}
	return err
}

// Refresh reads a calendar now and waits a little for the outcome, which stands
// in the store. Errors: ErrUnknown, ErrTooSoon.
func (f *Feeds) Refresh(ctx context.Context, person, name string) error {
	claim := rand.Text()
	var s subscription.Subscription
	err := f.Store.Write(ctx, func(tx *store.Tx) error {
		in, now := subscription.In(tx), f.Clock()
		var err error
		s, err = in.One(person, name)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return ErrUnknown
		case err != nil:
			return err
		case s.Kind == subscription.File:
			return ErrUnknown
		case s.Claim != "" && s.NextAt > now.Unix():
			s.Claim = "" // somebody reads it this moment
			return nil
		case s.TriedAt > 0 && now.Unix()-s.TriedAt < int64(again/time.Second):
			return ErrTooSoon
		}
		s.Claim = claim
		return in.Hold(s, now.Add(lease).Unix())
	})
	if err != nil || s.Claim == "" {
		return err
	}
	done := make(chan struct{})
	f.runs.Go(func() {
		defer close(done)
		f.one(f.ctx, s)
	})
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-done:
	case <-wait.C:
	case <-ctx.Done():
	}
	return nil
}

// patience is how long somebody waits at a page for a calendar to be read; it is
// read to its end in any case.
const patience = 6 * time.Second

// Remove forgets a calendar with its address and times, uploaded ones too, and
// says what is left of the person's time. Errors: ErrUnknown.
func (f *Feeds) Remove(ctx context.Context, person, name string) error {
	if !named(name) {
		return ErrUnknown
	}
	return f.Gate.Change(ctx, func(c *gate.Change) error {
		connected, err := Connected(c.Tx(), person, name)
		if err != nil {
			return err
		}
		kept, err := has(c.Tx(), person, name)
		switch {
		case err != nil:
			return err
		case !connected && !kept, name == caldav.Calendar: // its events go where they are written
			return ErrUnknown
		}
		if err := subscription.In(c.Tx()).Disconnect(person, name); err != nil || !kept {
			return err
		}
		return c.TellLeft(person)
	})
}
