package gig

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// offered is a proposal as the person reads it.
type offered struct {
	diary.Proposal
	Gig    *spec.Gig // nil while it cannot be read here
	Owner  string
	Units  []span
	Waits  bool // an answer is still wanted
	Back   bool // a yes that was taken back
	Skills []string
	Why    []string // why a yes was refused
	// Of one whose time is held for now, when it is given back; and until when one
	// that waits can be held.
	ReleaseAt int64
	Untils    []parts.Option
}

// title is what the work is called.
func (o offered) title(unread string) string {
	if o.Gig == nil {
		return unread
	}
	return o.Gig.Title
}

// span is a unit in Unix seconds.
type span struct{ From, To int64 }

func spansOf(octets string) ([]span, error) {
	var units []work.Unit
	if err := json.Unmarshal([]byte(octets), &units); err != nil {
		return nil, fmt.Errorf("stored units: %w", err)
	}
	list := make([]span, len(units))
	for i, u := range units {
		from, _ := code.ParseUTC(u.Start)
		to, _ := code.ParseUTC(u.End)
		list[i] = span{from.Unix(), to.Unix()}
	}
	return list, nil
}

// kept is a hold as the person reads it.
type kept struct {
	diary.Hold
	Owner string
	Units []span
	Stage deed.Stage
}

// offersView is the page of all offers and holds.
type offersView struct {
	Waiting []offered
	Held    []kept
	Past    []offered
}

func (d pages) offers(p *shell.Page) error {
	var v offersView
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		v = offersView{}
		rows, err := diary.In(tx).Proposals(p.Caller.Person)
		if err != nil {
			return err
		}
		units := make(map[spec.ID][]span, len(rows))
		for _, row := range rows {
			o, err := d.read(tx, p, row)
			if err != nil {
				return err
			}
			units[row.ID] = o.Units
			if o.Waits {
				v.Waiting = append(v.Waiting, o)
			} else {
				v.Past = append(v.Past, o)
			}
		}
		holds, err := diary.In(tx).Holds(p.Caller.Person)
		if err != nil {
			return err
		}
		for _, h := range holds {
			k := kept{Hold: h, Owner: d.nameOf(p, h.Owner), Units: units[h.Proposal]}
			if k.Stage, err = d.stage(tx, k); err != nil {
				return err
			}
			if k.Stage != deed.StageCancelled && k.Stage != deed.StageTentative { // that one still waits
				v.Held = append(v.Held, k)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("gig.offers", offersPage(v))
}

// stage is how far a person's engagement is.
func (d pages) stage(tx *store.Tx, k kept) (deed.Stage, error) {
	in, from := progress.In(tx), int64(0)
	reds, err1 := in.Reds(k.ID)
	turns, err2 := in.Deliveries(k.ID)
	if len(k.Units) > 0 {
		from = k.Units[0].From
	}
	return deed.StageOf(k.State, 0, from, reds, turns, d.Clock().Unix()), errors.Join(err1, err2)
}

func (d pages) read(tx *store.Tx, p *shell.Page, row diary.Proposal) (offered, error) {
	o := offered{Proposal: row, Owner: d.nameOf(p, row.Owner), Waits: (row.State == diary.Open || row.State == diary.Tentative) && row.OfferUntil > d.Clock().Unix()}
	g, err := engage.GigAt(tx, row)
	if err != nil && !errors.Is(err, engage.ErrUnread) {
		return o, err
	}
	if o.Gig = g; g != nil {
		for _, s := range g.Skills {
			o.Skills = append(o.Skills, p.T("gig.skill", d.Desk.SkillName(s.URI), s.MinLevel))
		}
	}
	if row.State == diary.Accepted || row.State == diary.Tentative {
		h, err := diary.In(tx).Hold(row.Hold)
		if err != nil {
			return o, err
		}
		o.Back, o.ReleaseAt = h.State == work.HoldCancelled, h.ReleaseAt
	}
	if row.State == diary.Open {
		o.Untils = untils(p, row.OfferUntil, d.Clock())
	}
	o.Units, err = spansOf(row.Units)
	return o, err
}

// find answers the proposal that the path names, if it is the reader's.
func (d pages) find(p *shell.Page) (o offered, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		row, err := diary.In(tx).Proposal(spec.ID(p.Param("proposal")))
		if err == nil && row.Person != p.Caller.Person {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		o, err = d.read(tx, p, row)
		return err
	})
	return o, err
}

func (d pages) offer(p *shell.Page) error {
	o, err := d.find(p)
	if err != nil {
		return err
	}
	return p.Show("gig.offer", offerPage(o))
}

// untils are the times until which an offer can be held: in a day, in three, and
// when the offer ends.
func untils(p *shell.Page, end int64, now time.Time) []parts.Option {
	var list []parts.Option
	for _, days := range []int{1, 3} {
		if at := now.AddDate(0, 0, days).Truncate(time.Hour).Unix(); at < end {
			list = append(list, parts.Option{Value: strconv.FormatInt(at, 10), Label: parts.TimeText(p.Lang, at)})
		}
	}
	return append(list, parts.Option{Value: strconv.FormatInt(end, 10), Label: p.T("gig.hold.end", parts.TimeText(p.Lang, end))})
}

func (d pages) accept(p *shell.Page) error { return d.answer(p, true, time.Time{}) }

func (d pages) decline(p *shell.Page) error { return d.answer(p, false, time.Time{}) }

// holdOffer keeps the time of an offer until the person has decided.
func (d pages) holdOffer(p *shell.Page) error {
	at, err := strconv.ParseInt(p.Value("until"), 10, 64)
	if err != nil {
		at = 1 // long over, and refused as that
	}
	return d.answer(p, false, time.Unix(at, 0))
}

func (d pages) answer(p *shell.Page, yes bool, until time.Time) error {
	o, err := d.find(p)
	if err != nil {
		return err
	}
	_, err = d.Work.Answer(p.Request().Context(), engage.Answer{
		Person: p.Caller.Person, Proposal: o.ID, Yes: yes, Name: p.Value("name") != "", Language: p.Lang, Until: until,
	})
	if why := whyNot(p, err); len(why) > 0 {
		o.Why = why
		return p.Render(http.StatusUnprocessableEntity, p.T("gig.offer"), offerPage(o))
	}
	if err != nil {
		return absent(err)
	}
	if !until.IsZero() {
		return p.To("/my/offers", "good", "gig.holding", o.title(p.T("gig.unread")))
	}
	if yes {
		return p.To("/my/offers", "good", "gig.accepted", o.title(p.T("gig.unread")))
	}
	return p.To("/my/offers", "good", "gig.declined")
}

// whyNot is why an act about work was refused, in the reader's words.
func whyNot(p *shell.Page, err error) []string {
	for _, known := range []struct {
		err error
		key string
	}{
		{engage.ErrOver, "gig.why.over"},
		{engage.ErrTaken, "gig.why.taken"},
		{engage.ErrUnread, "gig.why.unread"},
		{engage.ErrApproval, "gig.why.approval"},
		{engage.ErrFull, "gig.why.full"},
		{engage.ErrClosed, "gig.why.closed"},
		{engage.ErrOffered, "gig.why.offered"},
		{engage.ErrUnknownSubject, "gig.why.gone"},
		{deed.ErrDelivered, "work.why.delivered"},
		{deed.ErrNewer, "work.why.newer"},
		{deed.ErrUndelivered, "work.why.undelivered"},
		{deed.ErrManyReds, "work.why.many"},
		{engage.ErrInvalid, "gig.why.moved"},
		{gate.ErrGuardian, "gig.why.guardian"},
		{gate.ErrNoConsent, "gig.why.guideline"},
		{gate.ErrRestoring, "gig.why.restoring"},
	} {
		if errors.Is(err, known.err) {
			return []string{p.T(known.key)}
		}
	}
	if spec.AsRefusal(err) != nil {
		return []string{p.T("gig.why.rules")}
	}
	return nil
}

// holdOf answers the hold that the path names, if it is the reader's and stands.
func (d pages) holdOf(p *shell.Page) (h diary.Hold, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		h, err = diary.In(tx).Hold(p.Param("hold"))
		if err == nil && (h.Person != p.Caller.Person || h.State != work.HoldConfirmed) {
			err = store.ErrNotFound
		}
		return err
	})
	return h, err
}

func (d pages) beforeCancelling(p *shell.Page) error {
	h, err := d.holdOf(p)
	if err != nil {
		return err
	}
	return p.Show("gig.cancel", cancelPage(h, d.nameOf(p, h.Owner)))
}

func (d pages) cancel(p *shell.Page) error {
	h, err := d.holdOf(p)
	if err != nil {
		return err
	}
	if err := d.Work.Cancel(p.Request().Context(), h.Person, h.ID); err != nil {
		return absent(err)
	}
	return p.To("/my/offers", "good", "gig.cancelled", h.Title)
}
