package signin

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// ErrLastOperator means that nobody would be left to run the node.
var ErrLastOperator = errors.New("the last operator stays until there is another")

// CloseAccount ends an account for good: its roles, sessions, codes, tokens and
// passkeys, and its address. Its name stays beside what it did here. Errors:
// ErrLastOperator.
func (d *Door) CloseAccount(ctx context.Context, id string) error {
	now := d.Clock().Unix()
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		accounts := account.In(tx)
		who, err := accounts.Account(id)
		if err != nil {
			return err
		}
		if err := endRoles(tx, id, now); err != nil {
			return err
		}
		keys, err := accounts.Passkeys(id)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := accounts.DeletePasskey(id, k.ID); err != nil {
				return err
			}
		}
		who.Email, who.ClosedAt = "", now
		return errors.Join(accounts.Put(who), accounts.EndSessions(id, "", now), accounts.EndCodes(id, now),
			accounts.RevokeTokens(id, now), d.note(tx, id, "account.closed", id))
	})
}

// endRoles ends all memberships of an account, unless it is the last operator.
func endRoles(tx *store.Tx, id string, now int64) error {
	list, err := organisation.In(tx).Of(id)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.State == organisation.Ended {
			continue
		}
		if m.State == organisation.Active && m.Role == access.Operator && m.Organisation == organisation.Home {
			n, err := organisation.In(tx).CountActive(organisation.Home, access.Operator)
			if err != nil {
				return err
			}
			if n <= 1 {
				return ErrLastOperator
			}
		}
		m.State, m.EndedAt = organisation.Ended, now
		if err := organisation.In(tx).PutMembership(m); err != nil {
			return err
		}
	}
	return nil
}
