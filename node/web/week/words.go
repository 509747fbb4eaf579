package week

import (
	"context"
	"strconv"

	"github.com/fukusen/fukusen/node/web/parts"
)

// minutes says a number of minutes.
func minutes(ctx context.Context) func(int) string {
	return func(m int) string {
		if m == 0 {
			return parts.T(ctx, "week.travel.none")
		}
		return parts.T(ctx, "week.travel.minutes", m)
	}
}

// hours writes how long a number of units lasts: 4.5.
func hours(units int) string { return strconv.FormatFloat(float64(units)*1.5, 'f', -1, 64) }

// chosen is what the form changes.
func (w view) chosen() string {
	if w.Every {
		return "every"
	}
	return "once"
}
