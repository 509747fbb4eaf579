package trust

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// ErrNotStopped means that nothing has stopped this node from following the
// policy log.
var ErrNotStopped = errors.New("the policy log is being followed; nothing has stopped it")

// stopKey names in the store the proof that stopped the following; it is empty
// when nothing has. It is written with the proof, so that no restart forgets it.
const stopKey = "policy.stopped"

// PolicyStopped reports whether a fork of the policy log holds this node at the
// common prefix until an operator has looked (REQ-POL-009).
func (t *Trust) PolicyStopped() bool {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	return t.policy.stopped
}

// ResumePolicy lets a stopped node follow the policy log again from what it had
// accepted, after an operator has looked at the proof. It is for a node that
// does not run. The proofs stay; a head that contradicts stops it again.
// Errors: ErrNotStopped.
func ResumePolicy(tx *store.Tx) error {
	proof, _, err := tx.Meta(stopKey)
	if err != nil {
		return err
	}
	if proof == "" {
		return ErrNotStopped
	}
	return tx.SetMeta(stopKey, "")
}

// loadStop takes up a stop from before the last start.
func (t *Trust) loadStop(tx *store.Tx) error {
	proof, _, err := tx.Meta(stopKey)
	t.policy.stopped = proof != ""
	return err
}

// misfit keeps the proof when a cosigned head contradicts what this node has
// accepted, at its own size or at an earlier one; then nothing more is followed
// (REQ-POL-009, 010).
func (t *Trust) misfit(ctx context.Context, head *spec.Checkpoint, grown *policy.Book, now time.Time) error {
	accepted, known := t.rootAt(head.Size)
	if known && accepted != head.Root && head.Size <= t.Book().Size() {
		// Stopped first: a disk that refuses the proof must not let it go on.
		t.policy.stopped = true
		if err := t.keepStop(ctx, head.Note(), now); err != nil {
			return err
		}
		return fmt.Errorf("%w: %w", ErrStopped, spec.Refuse("REQ-POL-009", "a cosigned policy head differs from the accepted log at its size; both are kept as evidence"))
	}
	if head.Size != grown.Size() {
		return spec.RefuseField("REQ-POL-010", "head", "the policy head's size is that of the entries under it")
	}
	return spec.RefuseField("REQ-POL-010", "head", "the entries do not give the policy head's root")
}

// keepStop keeps the proof of a fork and, in the same act, that it stopped this
// node.
func (t *Trust) keepStop(ctx context.Context, note string, now time.Time) error {
	proof := t.fork(spec.NodeID(t.Book().Fed()), note, now)
	return t.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutProof(proof); err != nil {
			return err
		}
		return tx.SetMeta(stopKey, proof.ID)
	})
}

// keepFork keeps our accepted head and one that contradicts it, both signed.
func (t *Trust) keepFork(ctx context.Context, issuer spec.NodeID, note string, now time.Time) error {
	return t.store.Write(ctx, func(tx *store.Tx) error { return tx.PutProof(t.fork(issuer, note, now)) })
}

func (t *Trust) fork(issuer spec.NodeID, note string, now time.Time) store.Proof {
	return store.Proof{
		ID: string(spec.Digest([]byte(t.PolicyHead() + note))), Kind: "policy-forked",
		Issuer: issuer, A: t.PolicyHead(), B: note, At: now.Unix(),
	}
}
