package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrNotHalted means that no log of the node was stopped by a fork.
	ErrNotHalted = errors.New("no log of this node is stopped")
	// ErrNoOperator means an act that stands in the audit log under nobody's name.
	ErrNoOperator = errors.New("the operator who decided it is required")
)

// Resume lets this node, stopped for it, read on in every log of a neighbour
// that a fork had stopped (REQ-HEAD-006), from where it had read. It is for
// after an operator has looked: it returns the proofs, which stay. It stands in
// the audit log. A further fork stops the log again.
//
// Errors: ErrNotHalted, ErrNoOperator, ErrLocked.
func Resume(ctx context.Context, cfg Config, neighbour spec.NodeID, operator string, now time.Time) ([]store.Proof, error) {
	return resume(ctx, cfg, "log.resume", operator, now, func(tx *store.Tx, _ stopped) (spec.NodeID, error) {
		cursors, err := tx.Cursors()
		if err != nil {
			return neighbour, err
		}
		halted := false
		for _, c := range cursors {
			if c.Peer != neighbour || !c.Halted {
				continue
			}
			halted = true
			c.Halted, c.Error, c.Failures = false, "", 0
			if err := tx.PutCursor(c); err != nil {
				return neighbour, err
			}
		}
		if !halted {
			return neighbour, fmt.Errorf("%s: %w", neighbour, ErrNotHalted)
		}
		return neighbour, nil
	})
}

// ResumePolicy lets this node, stopped for it, follow the policy log again from
// the common prefix at which a fork had stopped it (REQ-POL-009). Like Resume.
//
// Errors: trust.ErrNotStopped, ErrNoOperator, ErrLocked.
func ResumePolicy(ctx context.Context, cfg Config, operator string, now time.Time) ([]store.Proof, error) {
	return resume(ctx, cfg, "policy.resume", operator, now, func(tx *store.Tx, s stopped) (spec.NodeID, error) {
		book, err := policy.NewBook(s.genesis, spec.ID(s.cfg.Fed))
		if err != nil {
			return "", err
		}
		return spec.NodeID(book.Fed()), trust.ResumePolicy(tx)
	})
}

// resume ends one stop; end says whose log it was.
func resume(ctx context.Context, cfg Config, act, operator string, now time.Time,
	end func(*store.Tx, stopped) (spec.NodeID, error),
) ([]store.Proof, error) {
	if operator == "" {
		return nil, ErrNoOperator
	}
	var proofs []store.Proof
	err := whileStopped(ctx, cfg, func(s stopped) error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			issuer, err := end(tx, s)
			if err != nil {
				return err
			}
			if proofs, err = tx.ProofsAgainst(issuer); err != nil {
				return err
			}
			return tx.PutAudit(store.Audit{At: now.Unix(), Actor: operator, Act: act, Object: string(issuer)})
		})
	})
	return proofs, err
}
