package dossier

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// Worked is all work of which a person delivered something, with what came of it
// last: what was accepted counts, and what waits or is disputed stands apart.
// owner says what a node is called.
func Worked(tx *store.Tx, person string, owner func(string) string) ([]statement.Work, error) {
	in := progress.In(tx)
	terms, err := in.Terms(person)
	if err != nil {
		return nil, err
	}
	said, err := in.DeliveriesOf(person)
	if err != nil {
		return nil, err
	}
	last := make(map[string]progress.Delivery, len(said))
	for _, d := range said {
		if d.Turn > last[d.Work].Turn {
			last[d.Work] = d
		}
	}
	var list []statement.Work
	for _, t := range terms {
		d, delivered := last[t.Work]
		if !delivered {
			continue
		}
		w, err := worked(t, d)
		if err != nil {
			return nil, err
		}
		w.Owner = owner(string(t.Owner))
		list = append(list, w)
	}
	return list, nil
}

func worked(t progress.Term, d progress.Delivery) (statement.Work, error) {
	var g work.Gig
	var units []work.Unit
	var done []int
	for _, part := range []struct {
		text string
		into any
	}{{t.Gig, &g}, {t.Units, &units}, {d.Units, &done}} {
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return statement.Work{}, fmt.Errorf("stored work: %w", err)
		}
	}
	w := statement.Work{ID: t.Work, Title: g.Title, Hours: d.Hours, Accepted: d.State == progress.Accepted}
	if g.Pay != nil && g.Pay.Amount != nil {
		w.Basis, w.Amount, w.Currency, w.Per = g.Pay.Basis, *g.Pay.Amount, g.Pay.Currency, g.Pay.Per
	}
	for _, n := range done {
		if n >= 0 && n < len(units) {
			from, _ := code.ParseUTC(units[n].Start)
			to, _ := code.ParseUTC(units[n].End)
			w.Done = append(w.Done, statement.Unit{Start: from, End: to})
		}
	}
	return w, nil
}

// Thresholds are those of the safety document in force, which is nil where none
// is or it holds none.
func Thresholds(book *policy.Book, at time.Time) (statement.Limits, *policy.Document) {
	d := book.InForce(policy.TypeSafety, at)
	if d == nil || d.Safety() == nil || d.Safety().Reporting == nil {
		return statement.Limits{}, nil
	}
	r := d.Safety().Reporting
	return statement.Limits{WeekHours: r.WeekHours, YearIncome: r.YearIncome}, d
}
