// Package erasure forgets a person in every room under the store that keeps
// rows by the person's id, so that a new room is one more line here. It refuses
// to know what else goes with a person, and why.
package erasure

import (
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Forget removes a person from every room, or answers what failed.
func Forget(tx Transaction, person string) error {
	for _, forget := range []func(string) error{
		caldav.In(tx).Forget, diary.In(tx).Forget, pattern.In(tx).Forget, progress.In(tx).Forget, roster.In(tx).Forget,
		subscription.In(tx).Forget, team.In(tx).Forget, timetable.In(tx).Forget, vitals.In(tx).Forget,
	} {
		if err := forget(person); err != nil {
			return err
		}
	}
	return nil
}
