package policy

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// judgeTrip: who travels for work is insured until the work ends.
func judgeTrip(q *question, found []Finding) []Finding {
	d := q.rules.safety
	if !q.Trip || d == nil || !d.Safety().TripInsurance {
		return found
	}
	var end time.Time
	for _, u := range q.Units {
		if u.End.After(end) {
			end = u.End
		}
	}
	if i := q.Insurance; i != nil && i.Kind != "" && i.Insurer != "" && !i.ValidUntil.Before(end) {
		return found
	}
	f := d.finding("trip.insurance", Deny, spec.Text{
		JA: "出張・遠征には、終了まで有効な保険が必要です。",
		EN: "A trip needs insurance that is valid until its end.",
	})
	f.Inputs = map[string]string{"end": end.UTC().Format(time.RFC3339)}
	return append(found, f)
}
