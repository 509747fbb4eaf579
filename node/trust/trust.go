// Package trust holds what this node believes of others: their key histories
// and the policy log, each with the time it was last confirmed. It keeps the
// last good state on disk and refuses to replace it by anything that does not
// prove itself; trust never becomes silently empty.
package trust

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrNoRoot means that the register in force pins no root key for a node.
	ErrNoRoot = errors.New("the register in force does not list the node")
	// ErrStopped means that two policy heads conflict and an operator must look.
	ErrStopped = errors.New("the policy log is forked; this node stays at the common prefix")
)

// Trust is safe for use by many goroutines.
type Trust struct {
	store *store.Store
	self  spec.NodeID

	mu        sync.Mutex
	histories map[spec.NodeID]*spec.KeyHistory
	confirmed map[spec.NodeID]time.Time
	learned   []func(spec.NodeID)

	policy policyState
	tiles  tiles
}

// Open loads what the store holds. genesis is entry 0 of the policy log, fed
// the pinned digest, or empty where the genesis itself is the anchor.
func Open(ctx context.Context, st *store.Store, self spec.NodeID, genesis string, fed spec.ID) (*Trust, error) {
	book, err := policy.NewBook(genesis, fed)
	if err != nil {
		return nil, fmt.Errorf("read genesis: %w", err)
	}
	t := &Trust{
		store: st, self: self,
		histories: make(map[spec.NodeID]*spec.KeyHistory),
		confirmed: make(map[spec.NodeID]time.Time),
	}
	t.policy.init(genesis)
	if err := t.keepGenesis(ctx); err != nil {
		return nil, err
	}
	if err := t.loadPolicy(ctx, book); err != nil {
		return nil, err
	}
	return t, t.loadHistories(ctx)
}

// root is the root key that the register in force pins.
func (t *Trust) root(node spec.NodeID) (ed25519.PublicKey, error) {
	m := t.Book().Register().Find(node)
	if m == nil {
		return nil, ErrNoRoot
	}
	key, err := spec.DecodeKey(m.Root)
	if err != nil {
		return nil, fmt.Errorf("root key of %s: %w", node, err)
	}
	return key, nil
}

func (t *Trust) loadHistories(ctx context.Context) error {
	return t.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.KeyHistories()
		if err != nil {
			return err
		}
		for _, row := range rows {
			root, err := t.root(row.Node)
			if err != nil {
				continue // no longer a member: its keys prove nothing now
			}
			h, err := spec.OpenKeys(row.Token, row.Node, root)
			if r := spec.AsRefusal(err); r != nil && r.Requirement == "REQ-KEY-002" {
				continue // the register has pinned another root key since
			}
			if err != nil {
				return fmt.Errorf("stored keys of %s: %w", row.Node, err)
			}
			t.histories[row.Node] = h
			t.confirmed[row.Node] = time.Unix(row.LearnedAt, 0)
		}
		return nil
	})
}

// History is the newest accepted key history of a node, or nil.
func (t *Trust) History(node spec.NodeID) *spec.KeyHistory {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.histories[node]
}

// KeysAge says when the history was last confirmed at its node.
func (t *Trust) KeysAge(node spec.NodeID, now time.Time) (time.Duration, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, ok := t.confirmed[node]
	return now.Sub(at), ok
}

// OnKeys registers what to call after a node's history has changed.
func (t *Trust) OnKeys(f func(spec.NodeID)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.learned = append(t.learned, f)
}

// Learn judges a key history that was fetched and keeps it durably before it
// is used. A lower serial is refused, two of one serial are evidence
// (REQ-KEY-002 to 006, 003, 011). It may be repeated.
func (t *Trust) Learn(ctx context.Context, node spec.NodeID, token string, now time.Time) (*spec.KeyHistory, error) {
	root, err := t.root(node)
	if err != nil {
		return nil, err
	}
	fresh, err := spec.OpenKeys(token, node, root)
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", node, err)
	}
	known := t.History(node)
	if known != nil && !provenBy(known, root) {
		known = nil // the register has pinned another root key since
	}
	if known != nil && known.Serial == fresh.Serial && known.Token() == token {
		t.mu.Lock()
		t.confirmed[node] = now
		t.mu.Unlock()
		return known, nil
	}
	if known != nil && fresh.Serial <= known.Serial {
		return known, t.refuseHistory(ctx, known, fresh, now)
	}
	if err := t.keepHistory(ctx, node, fresh, known, now); err != nil {
		return known, err
	}
	t.mu.Lock()
	t.histories[node], t.confirmed[node] = fresh, now
	tell := append([]func(spec.NodeID){}, t.learned...)
	t.mu.Unlock()
	for _, f := range tell {
		f(node)
	}
	return fresh, nil
}

// forgetUnproven drops the key histories of members whose root key the new
// register has replaced: nothing proves them any more, and the next question
// to the member brings its new one.
func (t *Trust) forgetUnproven(before, now *policy.Register) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for node := range t.histories {
		was, is := before.Find(node), now.Find(node)
		if was != nil && is != nil && was.Root != is.Root {
			delete(t.histories, node)
			delete(t.confirmed, node)
		}
	}
}

// provenBy reports whether a root key signed a history that was accepted before.
func provenBy(h *spec.KeyHistory, root ed25519.PublicKey) bool {
	_, err := spec.OpenKeys(h.Token(), h.Issuer, root)
	return err == nil
}

func (t *Trust) keepHistory(ctx context.Context, node spec.NodeID, fresh, known *spec.KeyHistory, now time.Time) error {
	return t.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutKeyHistory(store.KeyHistory{Node: node, Serial: fresh.Serial, Token: fresh.Token(), LearnedAt: now.Unix()}); err != nil {
			return err
		}
		for _, k := range fresh.Keys {
			was := (*spec.KeyEntry)(nil)
			if known != nil {
				was = known.Find(k.Use, k.KID)
			}
			if k.Revoked != nil && (was == nil || was.Revoked == nil) {
				if err := tx.PutRevocationLearned(node, k.KID, now.Unix()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (t *Trust) refuseHistory(ctx context.Context, known, fresh *spec.KeyHistory, now time.Time) error {
	if fresh.Serial < known.Serial {
		return spec.RefuseField("REQ-KEY-003", "serial", "a key history with a lower serial than the known one is refused")
	}
	err := t.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutProof(store.Proof{
			ID: string(spec.Digest([]byte(known.Token() + fresh.Token()))), Kind: "key-conflict",
			Issuer: known.Issuer, A: known.Token(), B: fresh.Token(), At: now.Unix(),
		})
	})
	if err != nil {
		return err
	}
	return spec.RefuseField("REQ-KEY-011", "serial", "two different key histories carry one serial; both are kept as evidence")
}
