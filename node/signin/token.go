package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// TokenPrefix begins every program's token, so that scanners of code find one
// that was left lying about.
const TokenPrefix = "fukusen_"

// LongestToken is how long a program's token may live.
const LongestToken = 400 * 24 * time.Hour

// ErrToken begins every complaint about a token that is to be made; the text
// names the field.
var ErrToken = errors.New("token")

// MakeToken makes a token for a program in an account's name: for one role that
// the account holds, and the operations of the contract that it names.
func (d *Door) MakeToken(ctx context.Context, who access.Caller, called string, held access.Held, operations []string, life time.Duration) (string, error) {
	switch {
	case strings.TrimSpace(called) == "" || len(called) > 100:
		return "", fmt.Errorf("%w: name: 1 to 100 octets are required", ErrToken)
	case !who.HasAt(held.Organisation, held.Role):
		return "", fmt.Errorf("%w: role: you do not hold this role", ErrToken)
	case len(operations) == 0:
		return "", fmt.Errorf("%w: operations: at least one is required", ErrToken)
	case life <= 0 || life > LongestToken:
		return "", fmt.Errorf("%w: expires: at most 400 days from now", ErrToken)
	}
	secret := TokenPrefix + newSecret()
	now := d.Clock()
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(
			account.In(tx).PutToken(account.Token{
				Hash: hashOf(secret), Account: who.Account, Name: called, Role: held.Role, Organisation: held.Organisation,
				Scopes: operations, CreatedAt: now.Unix(), Expires: now.Add(life).Unix(),
			}),
			d.note(tx, who.Account, "token.made", called))
	})
	return secret, err
}

// Token answers whom a program's token speaks for. A role that its owner has
// lost since opens nothing.
func (d *Door) Token(ctx context.Context, secret string) (access.Caller, error) {
	var c access.Caller
	now := d.Clock().Unix()
	var hash string
	var touched bool
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		t, err := account.In(tx).Token(hashOf(secret))
		if err != nil {
			return err
		}
		who, err := account.In(tx).Account(t.Account)
		if err != nil {
			return err
		}
		if t.RevokedAt != 0 || t.Expires <= now || who.ClosedAt != 0 {
			return ErrRefused
		}
		owner, err := callerOf(tx, who)
		if err != nil {
			return err
		}
		if !owner.HasAt(t.Organisation, t.Role) {
			return ErrRefused
		}
		c = access.Caller{
			Account: who.ID, Method: access.ByToken, Scopes: t.Scopes,
			Held: []access.Held{{Role: t.Role, Organisation: t.Organisation}},
		}
		if t.Role == access.Person {
			c.Person = who.Person
		}
		hash, touched = t.Hash, t.UsedAt >= now-int64(seenEvery/time.Second)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return c, ErrRefused
	}
	if err != nil || touched {
		return c, err
	}
	return c, d.Store.Write(ctx, func(tx *store.Tx) error { return account.In(tx).TouchToken(hash, now) })
}

// Tokens answers an account's tokens, newest first.
func (d *Door) Tokens(ctx context.Context, id string) ([]account.Token, error) {
	var list []account.Token
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = account.In(tx).Tokens(id)
		return err
	})
	return list, err
}

// RevokeToken ends a token of an account by its hash.
func (d *Door) RevokeToken(ctx context.Context, id, hash string) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		return errors.Join(account.In(tx).RevokeToken(id, hash, d.Clock().Unix()), d.note(tx, id, "token.revoked", ""))
	})
}

// Standing is what a person may do by a secret that they made for a program, with the roles that they hold now; a caller
// without a role where they have left. The secret's scopes are the asker's to set. Errors: store.ErrNotFound where the
// person has no account.
func Standing(tx *store.Tx, person string) (access.Caller, error) {
	who, err := account.In(tx).OfPerson(person)
	if err != nil {
		return access.Caller{}, err
	}
	if who.ClosedAt != 0 {
		return access.Caller{Method: access.ByToken}, nil
	}
	c, err := callerOf(tx, who)
	c.Method = access.ByToken
	c.Held = slices.DeleteFunc(c.Held, func(h access.Held) bool { return h.Role != access.Person })
	return c, err
}
