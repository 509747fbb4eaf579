package agenda

import (
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	offered "github.com/fukusen/fukusen/node/store/pattern"
)

// Stretch is a unit of work with the way there and back: from Leaves to Returns
// the person can do nothing else.
type Stretch struct {
	pattern.Window
	Leaves, Returns time.Time
}

// Way puts the way there before units, which are in order, and the way back
// behind them. Between two units that are too close for both, the person stays.
func Way(units []pattern.Window, before, after time.Duration) []Stretch {
	list := make([]Stretch, len(units))
	for i, u := range units {
		list[i] = Stretch{u, u.Start.Add(-before), u.End.Add(after)}
		if i > 0 && u.Start.Sub(units[i-1].End) < before+after {
			list[i-1].Returns, list[i].Leaves = u.Start, u.Start
		}
	}
	return list
}

// Sitting is when the person leaves and is back, where the units are one sitting.
func Sitting(list []Stretch) (leaves, returns time.Time, one bool) {
	for i := 1; i < len(list); i++ {
		if list[i-1].Returns.Before(list[i].Leaves) {
			return leaves, returns, false
		}
	}
	if len(list) == 0 {
		return leaves, returns, false
	}
	return list[0].Leaves, list[len(list)-1].Returns, true
}

// Travel answers how many minutes a person wants free before and after work at a
// place; none where they never said.
func Travel(tx *store.Tx, person string) (before, after int, err error) {
	t, err := offered.In(tx).Travel(person)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return t.Before, t.After, err
}
