package rhythm

import (
	"context"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Week is somebody's coming seven days, with focus, practice and rest, and why.
// Errors: ErrNotChosen, store.ErrNotFound.
func (r *Rhythm) Week(ctx context.Context, person string) (days []focus.PlanDay, today focus.Day, err error) {
	err = r.ask(ctx, person, func(o *own) error {
		a := focus.PlanAsk{Day: o.day, Now: o.now, Zone: zone(), Days: Ahead, Busy: o.busy, Allowed: o.allowed, Guard: o.guard}
		for _, p := range o.practice {
			a.Practice = append(a.Practice, focus.Titled{Span: p.Span, Title: p.Title})
		}
		for _, s := range o.slots {
			if s.State == vitals.Accepted {
				a.Accepted = append(a.Accepted, span(s.StartsAt, s.EndsAt))
			} else {
				a.Refused = append(a.Refused, span(s.StartsAt, s.EndsAt))
			}
		}
		// Time that an accepted slot itself keeps busy is not against it.
		for _, s := range a.Accepted {
			a.Busy = without(a.Busy, s)
		}
		days, today = focus.Plan(a), o.day
		return nil
	})
	return days, today, err
}
