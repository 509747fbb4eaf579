package signin

import (
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/word"
)

// tell tells an account what became of its ways in, in the caller's transaction.
func (d *Door) tell(tx *store.Tx, id string, kind notice.Kind) error {
	return word.Tell(tx, d.Clock(), id, word.Word{Kind: kind, Object: id, Link: "/account"})
}

// newDevice tells an account of a sign-in at a browser that it was not signed in
// at before. It is asked before the session is kept. A browser is known by a few
// words only, so another of the same make and system is not told apart.
func (d *Door) newDevice(tx *store.Tx, who account.Account, method, agent string) error {
	if method == access.ByDemo {
		return nil // fictional, and anybody's
	}
	if known, err := account.In(tx).KnowsAgent(who.ID, agent); err != nil || known {
		return err
	}
	if method == access.ByCode {
		// Whoever comes in for the first time need not be told that they did.
		keys, err := account.In(tx).Passkeys(who.ID)
		if err != nil || len(keys) == 0 {
			return err
		}
	}
	return d.tell(tx, who.ID, notice.NewDevice)
}
