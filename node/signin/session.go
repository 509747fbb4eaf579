package signin

import (
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// seenEvery is how often a session in use is noted as seen.
const seenEvery = 5 * time.Minute

// Session answers who a cookie's secret signs in. A secret that is unknown, has
// ended or belongs to a closed account answers ErrRefused.
func (d *Door) Session(ctx context.Context, secret string) (Session, error) {
	now := d.Clock().Unix()
	var s Session
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		row, err := account.In(tx).Session(hashOf(secret))
		if err != nil {
			return err
		}
		if row.EndedAt != 0 || row.Expires <= now {
			return ErrRefused
		}
		s.Session = row
		if s.Owner, err = account.In(tx).Account(row.Account); err != nil {
			return err
		}
		if s.Owner.ClosedAt != 0 {
			return ErrRefused
		}
		s.Caller, err = callerOf(tx, s.Owner)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, ErrRefused
	}
	if err != nil {
		return Session{}, err
	}
	s.Caller.Method = s.Method
	s.Caller.Proven = s.ProvenAt != 0 && s.ProvenAt > now-int64(ProofLife/time.Second)
	if s.SeenAt < now-int64(seenEvery/time.Second) {
		err = d.Store.Write(ctx, func(tx *store.Tx) error { return account.In(tx).Touch(s.Hash, now) })
	}
	return s, err
}

// callerOf is who an account is, with the roles it holds now.
func callerOf(tx *store.Tx, who account.Account) (access.Caller, error) {
	c := access.Caller{Account: who.ID, Person: who.Person}
	list, err := organisation.In(tx).Of(who.ID)
	for _, m := range list {
		if m.State != organisation.Active {
			continue
		}
		at, err := organisation.In(tx).Organisation(m.Organisation)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return c, err
		}
		if at.ClosedAt == 0 {
			c.Held = append(c.Held, access.Held{Role: m.Role, Organisation: m.Organisation})
		}
	}
	if who.Person != "" {
		c.Held = append(c.Held, access.Held{Role: access.Person, Organisation: access.Home})
	}
	return c, err
}

// Sessions answers an account's open sessions, newest first.
func (d *Door) Sessions(ctx context.Context, id string) ([]account.Session, error) {
	var list []account.Session
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = account.In(tx).Sessions(id, d.Clock().Unix())
		return err
	})
	return list, err
}

// SignOut ends one session of an account by its hash.
func (d *Door) SignOut(ctx context.Context, id, hash string) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		if err := account.In(tx).EndSession(id, hash, d.Clock().Unix()); err != nil {
			return err
		}
		return d.note(tx, id, "sign-out", "")
	})
}

// SignOutEverywhere ends all sessions of an account but one ("" for all).
func (d *Door) SignOutEverywhere(ctx context.Context, id, but string) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		if err := account.In(tx).EndSessions(id, but, d.Clock().Unix()); err != nil {
			return err
		}
		return d.note(tx, id, "sign-out.everywhere", "")
	})
}

// Demo signs in a fictional persona. It refuses everywhere but in a demo, and
// everybody who is not marked as fictional.
func (d *Door) DemoSignIn(ctx context.Context, id, agent string) (string, error) {
	if !d.Config.Demo {
		return "", ErrRefused
	}
	var secret string
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		who, err := account.In(tx).Account(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && !who.Demo {
			return ErrRefused
		}
		if err != nil {
			return err
		}
		secret, err = d.enter(tx, who, access.ByDemo, agent)
		return err
	})
	return secret, err
}

// Sweep deletes what has ended: ceremonies, old sessions and attempts.
func (d *Door) Sweep(ctx context.Context) error {
	now := d.Clock()
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		in := account.In(tx)
		return errors.Join(in.DropCeremonies(now.Unix()), in.DropSessions(now.Add(-30*24*time.Hour).Unix()),
			in.DropAttempts(now.Add(-24*time.Hour).Unix()))
	})
}
