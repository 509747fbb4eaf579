package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
	"github.com/fukusen/fukusen/spec/work"
)

// Came is what came of all work that a person agreed to.
func Came(tx *store.Tx, person string) ([]wire.WorkCame, error) {
	holds, err := diary.In(tx).Holds(person)
	if err != nil {
		return nil, err
	}
	in := progress.In(tx)
	var list []wire.WorkCame
	for _, h := range holds {
		t, err := in.Term(h.ID)
		agreed := err == nil
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		one := wire.WorkCame{Hold: h.ID, Owner: string(h.Owner)}
		if one.Reds, one.Deliveries, err = cameOf(in, h.ID); err != nil {
			return nil, err
		}
		if agreed {
			terms, err := object(t.Gig)
			if err != nil {
				return nil, fmt.Errorf("stored terms: %w", err)
			}
			one.Terms = &terms
		}
		if agreed || len(one.Reds)+len(one.Deliveries) > 0 {
			list = append(list, one)
		}
	}
	return list, nil
}

func cameOf(in progress.Progress, of string) ([]wire.Red, []wire.WorkDelivery, error) {
	reds, err := in.Reds(of)
	if err != nil {
		return nil, nil, err
	}
	turns, err := in.Deliveries(of)
	if err != nil {
		return nil, nil, err
	}
	saidReds, said := make([]wire.Red, len(reds)), make([]wire.WorkDelivery, len(turns))
	for i, r := range reds {
		saidReds[i] = RedView(r)
	}
	for i, d := range turns {
		if said[i], err = DeliveryView(d); err != nil {
			return nil, nil, err
		}
	}
	return saidReds, said, nil
}

// RedView is a red in the contract's words.
func RedView(r progress.Red) wire.Red {
	return wire.Red{
		ID: r.UID, Side: wire.RedSide(r.Side), Severity: wire.RedSeverity(r.Severity), What: r.What, Ask: r.Ask, By: r.HelpBy,
		RaisedAt: r.RaisedAt, AnsweredAt: when(r.AnsweredAt), ClosedAt: when(r.ClosedAt),
	}
}

// DeliveryView is a delivery in the contract's words.
func DeliveryView(d progress.Delivery) (wire.WorkDelivery, error) {
	out := wire.WorkDelivery{
		Record: string(d.Record), Turn: int32(d.Turn), Hours: d.Hours, Value: d.Value, At: d.At, State: wire.WorkDeliveryState(d.State),
		AnsweredAt: when(d.AnsweredAt), Evidence: given(d.Evidence), Reason: given(d.Reason),
	}
	if err := json.Unmarshal([]byte(d.Units), &out.Units); err != nil {
		return out, fmt.Errorf("stored delivery: %w", err)
	}
	return out, nil
}

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// ProgressAtHome is how a person's work goes. Errors: store.ErrNotFound.
func ProgressAtHome(tx *store.Tx, person, hold string, now time.Time) (wire.WorkProgress, error) {
	var out wire.WorkProgress
	h, err := diary.In(tx).Hold(hold)
	if err == nil && h.Person != person {
		err = store.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	units := "[]"
	if p, err := diary.In(tx).Proposal(h.Proposal); err == nil {
		units = p.Units
	} else if !errors.Is(err, store.ErrNotFound) {
		return out, err
	}
	out.Title = h.Title
	return out, progressOf(tx, &out, h.ID, h.State, units, 0, h.Record, now)
}

// ProgressAtOwner is how the work of an offer goes. Errors: store.ErrNotFound.
func ProgressAtOwner(tx *store.Tx, offer spec.ID, now time.Time) (wire.WorkProgress, error) {
	var out wire.WorkProgress
	b := board.In(tx)
	o, err := b.Offer(offer)
	if err != nil {
		return out, err
	}
	if out.Title, err = titleOf(b, o.Gig); err != nil {
		return out, err
	}
	return out, progressOf(tx, &out, string(o.ID), o.State, o.Units, o.OfferUntil, o.ID, now)
}

func titleOf(b board.Board, gig string) (string, error) {
	g, err := b.Gig(gig)
	if err != nil {
		return "", err
	}
	var said work.Gig
	if err := json.Unmarshal([]byte(g.Body), &said); err != nil {
		return "", fmt.Errorf("stored gig: %w", err)
	}
	return said.Title, nil
}

func progressOf(tx *store.Tx, out *wire.WorkProgress, of, state, units string, until int64, allowed spec.ID, now time.Time) error {
	in := progress.In(tx)
	reds, err := in.Reds(of)
	if err != nil {
		return err
	}
	turns, err := in.Deliveries(of)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(units), &out.Units); err != nil {
		return fmt.Errorf("stored units: %w", err)
	}
	from := int64(0)
	if len(out.Units) > 0 {
		if at, err := time.Parse(spec.UTCDateTime, out.Units[0].UtcStart); err == nil {
			from = at.Unix()
		}
	}
	out.Stage = wire.WorkStage(deed.StageOf(state, until, from, reds, turns, now.Unix()))
	if out.Reds, out.Deliveries, err = cameOf(in, of); err != nil {
		return err
	}
	out.Findings, err = findings(in, allowed)
	return err
}

// findings are what the rules found when a record was made, but for what only
// the council may know.
func findings(in progress.Progress, record spec.ID) ([]wire.AnyObject, error) {
	list := []wire.AnyObject{}
	text, err := in.Findings(record)
	if errors.Is(err, store.ErrNotFound) {
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	var found []policy.Finding
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return nil, fmt.Errorf("stored findings: %w", err)
	}
	for _, f := range found {
		if f.Confidential {
			continue
		}
		octets, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		said, err := object(string(octets))
		if err != nil {
			return nil, err
		}
		list = append(list, said)
	}
	return list, nil
}

// mostOnBoard is how many offers one list of engagements has.
const mostOnBoard = 1000

// Board is what a node's organisation offered, of one stage or of all.
func Board(tx *store.Tx, organisation string, only string, now time.Time) ([]wire.BoardLine, error) {
	b, in := board.In(tx), progress.In(tx)
	offers, err := b.OffersBy(organisation, mostOnBoard)
	if err != nil {
		return nil, err
	}
	by := map[deed.Stage][]wire.BoardLine{}
	for _, o := range offers {
		reds, err1 := in.Reds(string(o.ID))
		turns, err2 := in.Deliveries(string(o.ID))
		title, err3 := titleOf(b, o.Gig)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, err
		}
		stage := deed.StageOf(o.State, o.OfferUntil, o.StartsAt, reds, turns, now.Unix())
		line := wire.BoardLine{
			Offer: string(o.ID), Gig: o.Gig, Title: title, Home: string(o.Home), Party: given(o.Party), Stage: wire.WorkStage(stage),
			StartsAt: o.StartsAt,
		}
		for _, r := range reds {
			if r.ClosedAt == 0 {
				line.OpenReds++
			}
		}
		by[stage] = append(by[stage], line)
	}
	list := []wire.BoardLine{}
	for _, stage := range deed.Stages() {
		if only == "" || only == string(stage) {
			list = append(list, by[stage]...)
		}
	}
	return list, nil
}

// StatementView is a statement in the contract's words, with what it flags under
// the document that holds the thresholds.
func StatementView(s statement.Statement, limits statement.Limits, source *policy.Document) wire.WorkStatement {
	out := wire.WorkStatement{
		Year: int32(s.Year), Months: []wire.StatementMonth{}, Hours: s.Sum.Hours.String(), Waiting: s.Waiting.String(),
		Employment: s.Sum.ByBasis[statement.Employment].Hours.String(), Contract: s.Sum.ByBasis[statement.Contract].Hours.String(),
		Pay: moneyView(s.Sum.Pay), Flags: []wire.StatementFlag{},
	}
	for _, m := range s.Months {
		month := wire.StatementMonth{
			Month: int32(m.Month), Lines: make([]wire.StatementLine, len(m.Lines)), Hours: m.Sum.Hours.String(), Pay: moneyView(m.Sum.Pay),
			Waiting: m.Waiting.String(),
		}
		for i, l := range m.Lines {
			month.Lines[i] = wire.StatementLine{
				Month: int32(l.Month), Work: l.Work, Title: l.Title, Owner: l.Owner, Basis: l.Basis, Hours: l.Hours.String(), Pay: l.Pay,
				Currency: l.Currency, Accepted: l.Accepted,
			}
		}
		out.Months = append(out.Months, month)
	}
	if source == nil {
		return out
	}
	for _, w := range s.Weeks {
		week, hours := w.Monday.Format(time.DateOnly), w.Hours.String()
		out.Flags = append(out.Flags, wire.StatementFlag{
			Clause: policy.ClauseWeekHours, Document: string(source.ID), Limit: int64(limits.WeekHours), Week: &week, Hours: &hours,
		})
	}
	if s.Above {
		out.Flags = append(out.Flags, wire.StatementFlag{Clause: policy.ClauseYearIncome, Document: string(source.ID), Limit: limits.YearIncome})
	}
	return out
}

func moneyView(list []statement.Money) []wire.Money {
	out := make([]wire.Money, len(list))
	for i, m := range list {
		out[i] = wire.Money{Currency: m.Currency, Amount: m.Amount}
	}
	return out
}
