package gate

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
)

// ErrGuardian means that a minor's guardian has not agreed yet, so that no
// consent of theirs can be kept.
var ErrGuardian = errors.New("a minor's guardian has to agree first")

// mayConsent refuses a minor's consent that no guardian has agreed to. Somebody
// of whom the register has no entry has told no day of birth.
func (c *Change) mayConsent(person string) error {
	row, found, err := maybe(roster.In(c.tx).Entry(person))
	if err != nil || !found {
		return err
	}
	var entry talent.Entry
	if err := json.Unmarshal([]byte(row.Entry), &entry); err != nil {
		return fmt.Errorf("stored entry: %w", err)
	}
	if !talent.MayConsent(entry, c.now) {
		return ErrGuardian
	}
	return nil
}
