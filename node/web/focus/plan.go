package focus

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// planView is the page of the week.
type planView struct {
	Chosen bool
	Days   []focus.PlanDay
	Today  focus.Day
}

func (d pages) plan(p *shell.Page) error {
	days, today, err := d.Rhythm.Week(p.Request().Context(), p.Caller.Person)
	if errors.Is(err, rhythm.ErrNotChosen) {
		return p.Show("focus.plan", planPage(planView{}))
	}
	if err != nil {
		return absent(err)
	}
	return p.Show("focus.plan", planPage(planView{true, days, today}))
}

// kindOf is the colour of a block.
func kindOf(k focus.BlockKind) string {
	switch k {
	case focus.Focused:
		return "good"
	case focus.LightOne, focus.Trained:
		return "warn"
	}
	return "quiet"
}

// name is what a block is called.
func name(ctx context.Context, b focus.Block) string {
	if b.Kind == focus.Trained {
		return b.Title
	}
	return parts.T(ctx, "focus.block."+string(b.Kind))
}

// count is how many slots of focus a plan holds.
func count(days []focus.PlanDay) int {
	n := 0
	for _, d := range days {
		for _, b := range d.Blocks {
			if b.Kind == focus.Focused || b.Kind == focus.LightOne {
				n++
			}
		}
	}
	return n
}
