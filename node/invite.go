package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Admission is what somebody who was let in from the command line is handed.
type Admission struct {
	Code  string
	Link  string // where a browser uses the code
	Until time.Time
}

// Invite lets somebody in from the machine itself: it is how a node's first
// operator comes in, and how one comes back who lost every passkey. It works
// beside a running node, because the store takes several processes; only a
// store that this program would have to change first needs the node stopped.
//
// Errors: ErrNewer, signin.ErrNewcomer, signin.ErrRole, store.ErrNotFound,
// store.ErrOlder.
func Invite(ctx context.Context, cfg Config, who signin.Newcomer, clock func() time.Time) (Admission, error) {
	var a Admission
	err := beside(ctx, cfg, clock, func(d *signin.Door) error {
		var err error
		a.Code, a.Until, err = d.AdmitByCode(ctx, who)
		a.Link = string(d.Self) + "/sign-in#" + a.Code
		return err
	})
	return a, err
}

// Cast makes the accounts of a demo's fictional characters. It refuses
// everywhere but in a demo.
func Cast(ctx context.Context, cfg Config, characters []signin.Newcomer, clock func() time.Time) error {
	if !cfg.Demo {
		return fmt.Errorf("%w: demo: characters are for a demo alone", ErrConfig)
	}
	return beside(ctx, cfg, clock, func(d *signin.Door) error {
		return d.Store.Write(ctx, func(tx *store.Tx) error {
			for _, who := range characters {
				who.Demo = true
				if _, err := d.Admit(tx, who); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// beside opens the store of a node that may be running, and a door on it.
func beside(ctx context.Context, cfg Config, clock func() time.Time, do func(*signin.Door) error) (err error) {
	genesis, err := readGenesis(cfg.Data)
	if err != nil {
		return err
	}
	development, err := developmentOf(genesis, spec.ID(cfg.Fed))
	if err != nil {
		return err
	}
	self, err := cfg.check(development)
	if err != nil {
		return err
	}
	if err := newer(cfg.Data); err != nil {
		return err
	}
	held, err := lock(cfg.Data)
	switch {
	case err == nil:
		defer held.Close()
	case !errors.Is(err, ErrLocked):
		return err
	default:
		// A store that is read as it stands is not migrated under the node.
		look, err := store.Open(ctx, cfg.Store, store.Options{ReadOnly: true})
		if err != nil {
			return fmt.Errorf("%s: %w", cfg.Data, err)
		}
		if err := look.Close(); err != nil {
			return err
		}
	}
	st, err := store.Open(ctx, cfg.Store, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	d, err := signin.Open(ctx, signin.Config{
		Self: self, Name: cfg.NameEN, Home: spec.Text{JA: cfg.NameJA, EN: cfg.NameEN}, Kind: cfg.Kind, Store: st, Clock: clock,
		Log: slog.Default(),
	})
	if err != nil {
		return err
	}
	return do(d)
}
