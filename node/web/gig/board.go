package gig

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// boardLine is one engagement on the board.
type boardLine struct {
	ID, Title, Who, Home string
	Starts               int64
	Until                int64
	Reds                 int
}

// lane is all engagements of one stage that a board shows.
type lane struct {
	Stage deed.Stage
	Lines []boardLine
	More  int // that are left off
}

// The most that one board looks at, and shows in one lane.
const (
	lookedAt  = 2000
	shownLane = 25
)

func (d pages) board(p *shell.Page) error {
	lanes := map[deed.Stage]*lane{}
	for _, s := range deed.Stages() {
		lanes[s] = &lane{Stage: s}
	}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		for _, l := range lanes {
			*l = lane{Stage: l.Stage}
		}
		return d.lanes(tx, p, lanes)
	})
	if err != nil {
		return err
	}
	most := shownLane
	if p.QueryParam("all") != "" {
		most = lookedAt
	}
	var list []lane
	for _, s := range deed.Stages() {
		l := lanes[s]
		if len(l.Lines) > most {
			l.Lines, l.More = l.Lines[:most], len(l.Lines)-most
		}
		if len(l.Lines) > 0 {
			list = append(list, *l)
		}
	}
	return p.Show("work.board", boardPage(list))
}

func (d pages) lanes(tx *store.Tx, p *shell.Page, lanes map[deed.Stage]*lane) error {
	b, in, now := board.In(tx), progress.In(tx), d.Clock().Unix()
	offers, err := b.OffersBy(access.Home, lookedAt)
	if err != nil {
		return err
	}
	reds, turns, err := onBoard(in, offers)
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for _, o := range offers {
		if _, known := titles[o.Gig]; !known {
			g, err := b.Gig(o.Gig)
			if err != nil {
				return err
			}
			var said work.Gig
			if err := json.Unmarshal([]byte(g.Body), &said); err != nil {
				return fmt.Errorf("stored gig: %w", err)
			}
			titles[o.Gig] = said.Title
		}
		id := string(o.ID)
		l := lanes[deed.StageOf(o.State, o.OfferUntil, o.StartsAt, reds[id], turns[id], now)]
		if l == nil {
			continue // of a version to come
		}
		line := boardLine{
			ID: id, Title: titles[o.Gig], Who: o.Party, Home: d.nameOf(p, o.Home), Starts: o.StartsAt, Until: o.OfferUntil,
		}
		for _, r := range reds[id] {
			if r.ClosedAt == 0 {
				line.Reds++
			}
		}
		l.Lines = append(l.Lines, line)
	}
	for _, l := range lanes {
		if l.Stage != deed.StageAccepted && l.Stage != deed.StageCancelled {
			slices.SortStableFunc(l.Lines, func(a, b boardLine) int { return int(a.Starts - b.Starts) })
		}
	}
	return nil
}

// onBoard is what came of offers, by their ids.
func onBoard(in progress.Progress, offers []board.Offer) (map[string][]progress.Red, map[string][]progress.Delivery, error) {
	reds, turns := map[string][]progress.Red{}, map[string][]progress.Delivery{}
	for _, o := range offers {
		if o.Hold == "" {
			continue
		}
		id := string(o.ID)
		var err error
		if reds[id], err = in.Reds(id); err == nil {
			turns[id], err = in.Deliveries(id)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return reds, turns, nil
}

// theirs reads the engagement of the organisation that the path names.
func (d pages) theirs(p *shell.Page) (v engagement, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		b := board.In(tx)
		o, err := b.Offer(spec.ID(p.Param("offer")))
		if err != nil {
			return err
		}
		g, err := b.Gig(o.Gig)
		if err != nil {
			return err
		}
		v = engagement{
			Base: deed.BoardPage + "/" + string(o.ID), Side: progress.Owner, Other: o.Party, Agreed: o.CreatedAt, Known: true,
			Stands: o.State == board.OfferConfirmed, Now: d.Clock().Unix(),
		}
		if v.Other == "" {
			v.Other = p.T("gig.somebody", d.nameOf(p, o.Home))
		}
		if err := json.Unmarshal([]byte(g.Body), &v.Work); err != nil {
			return fmt.Errorf("stored gig: %w", err)
		}
		v.Title = v.Work.Title
		if v.Units, err = spansOf(o.Units); err != nil {
			return err
		}
		if err := v.came(tx, p, string(o.ID), o.ID); err != nil {
			return err
		}
		v.Stage = deed.StageOf(o.State, o.OfferUntil, o.StartsAt, v.Reds, v.turnsOf(), v.Now)
		return nil
	})
	return v, err
}

func (d pages) engagement(p *shell.Page) error {
	v, err := d.theirs(p)
	if err != nil {
		return err
	}
	return p.Show("work.theirs", deedPage(v))
}

func (d pages) raiseOwners(p *shell.Page) error {
	v, err := d.theirs(p)
	if err != nil {
		return err
	}
	r, f := redOf(p)
	if p.Value("end") != "" {
		f = form{Of: "end", Value: map[string]string{"what": p.Value("what")}}
		r = deed.Red{Severity: "high", What: p.Value("what"), Ask: work.AskCancellation, By: r.By, Account: p.Caller.Account}
		r.By = d.Clock().Add(endWanted)
		if n := len([]rune(r.What)); n == 0 || n > mostText {
			f.blame(p, "what")
		}
	}
	if len(f.Wrong) == 0 {
		if _, err = d.Work.RaiseOwners(p.Request().Context(), spec.ID(p.Param("offer")), r); err == nil {
			return p.To(v.Base, "good", "work.red.said")
		}
	}
	if v.refuse(p, f, err) {
		return d.again(p, v, "work.theirs")
	}
	return absent(err)
}

// endWanted is how long a person has to answer who asks for a cancellation.
const endWanted = 3 * 24 * 3600 * 1e9

func (d pages) closeOwners(p *shell.Page) error {
	v, err := d.theirs(p)
	if err != nil {
		return err
	}
	if err := d.Work.CloseOwners(p.Request().Context(), spec.ID(p.Param("offer")), p.Param("red")); err != nil {
		return absent(err)
	}
	return p.To(v.Base, "good", "work.red.closed")
}

func (d pages) judge(p *shell.Page) error {
	v, err := d.theirs(p)
	if err != nil {
		return err
	}
	a := deed.Accepting{Verdict: p.Value("answer"), Reason: p.Value("reason"), Account: p.Caller.Account}
	if a.Turn, err = strconv.Atoi(p.Value("turn")); err != nil {
		a.Turn = -1 // no page of ours sends that
	}
	f := form{Of: "judge", Value: map[string]string{"reason": a.Reason}}
	if a.Verdict == work.AnswerDisputed && a.Reason == "" {
		f.blame(p, "reason")
	}
	if len(f.Wrong) == 0 {
		if _, err = d.Work.AnswerDelivery(p.Request().Context(), spec.ID(p.Param("offer")), a); err == nil {
			return p.To(v.Base, "good", "work.judged."+a.Verdict)
		}
	}
	if v.refuse(p, f, err) {
		return d.again(p, v, "work.theirs")
	}
	return absent(err)
}
