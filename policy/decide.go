package policy

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Decide answers one set of facts by the documents in force at a time. It is
// deterministic: equal books, facts and times give equal decisions. It never
// stops at the first objection, since whoever is refused should learn all the
// reasons at once; the strongest effect wins. A disclosure that nothing allows
// is denied.
func (b *Book) Decide(f Facts, at time.Time) Decision {
	now := at.Unix()
	r := b.lines.at(now)
	q := &question{Facts: &f, rules: r, conflicts: r, now: now, day: now}
	if !f.AwardedAt.IsZero() {
		q.day = f.AwardedAt.Unix()
		q.conflicts = b.lines.at(q.day)
	}
	d := Decision{Effect: Allow, Policy: b.Size(), At: now}
	d.Findings = q.judge()
	for i := range d.Findings {
		if d.Findings[i].Effect.rank() > d.Effect.rank() {
			d.Effect = d.Findings[i].Effect
		}
	}
	return d
}

// question is what the rules look at: the facts, and what is in force.
type question struct {
	*Facts
	rules     *rules
	conflicts *rules // in force on the day that conflicts are judged by
	now, day  int64
}

// judge asks every rule in turn. The order is that in which a reader would
// want to be told: who, with whose leave, between whom, when.
func (q *question) judge() []Finding {
	switch q.Act {
	case ActAdmit, ActDisclose, ActEvaluate, ActEngage:
	default:
		return []Finding{{
			Clause: "act.known", Effect: Deny,
			Why: spec.Text{JA: "この行為を判断する規則がありません。", EN: "No rule knows this act."},
		}}
	}
	found := judgeMembership(q, nil)
	found = judgePurpose(q, found)
	found = judgeConsent(q, found)
	found = judgeConflict(q, found)
	found = judgeRedList(q, found)
	if q.Act == ActEngage {
		found = judgeRest(q, found)
		found = judgeHours(q, found)
		found = judgeTrip(q, found)
	}
	return found
}

// finding begins an objection that rests on a document; a nil document is one that is
// not in force.
func (d *Document) finding(clause string, effect Effect, why spec.Text) Finding {
	f := Finding{Clause: clause, Effect: effect, Why: why}
	if d != nil {
		f.Document, f.Series, f.Version = d.ID, d.Series, d.Version
	}
	return f
}
