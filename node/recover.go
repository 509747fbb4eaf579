package node

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrNotRemaining means a recovery on a node that is not said to remain.
	ErrNotRemaining = errors.New("a recovery is run on each node that remains; this one is not among them")
	// ErrNoRaft means a recovery of a node without a raft address.
	ErrNoRaft = errors.New("this node has no raft_listen, and so no part in the council's raft")
)

// Recovery is the decision that a majority of the council is gone for good.
type Recovery struct {
	Remaining []spec.NodeID // the voters to go on with, this node among them
	Operator  string        // who decided; stands in the audit log
	// Confirm sees what a recovery would go on from. An error from it is
	// returned, and nothing is changed.
	Confirm func(Remains) error
	// Further, if set, brings what another node holds beyond a size: entries and
	// the cosigned head over them. It is judged like anything that is followed.
	Further func(ctx context.Context, size uint64) (entries []string, head string, err error)
}

// Remains are what this node still holds of the council's policy.
type Remains struct {
	Self      spec.NodeID
	Size      uint64    // entries of the policy log under the newest cosigned head
	Confirmed time.Time // when that head was last confirmed here; zero if never
	Council   []spec.NodeID
	Remaining []spec.NodeID
	Lost      []spec.NodeID
	Majority  int // of the council, that cosigns
	Threshold int // of ballots, that decides
}

// Recover lets a stopped council node go on after a majority of the council was
// lost for good: its raft continues the cosigned policy log that it holds, with
// the remaining nodes as the only voters. It adds no entry and changes none. It
// returns the size of the log that the council goes on from.
//
// Errors: ErrNotRemaining, ErrNoRaft, ErrLocked, replica.ErrNotCouncil, those
// of Confirm and Further.
func Recover(ctx context.Context, cfg Config, r Recovery, now time.Time) (uint64, error) {
	var size uint64
	err := whileStopped(ctx, cfg, func(s stopped) error {
		var err error
		size, err = s.recover(ctx, r, now)
		return err
	})
	return size, err
}

func (s stopped) recover(ctx context.Context, r Recovery, now time.Time) (uint64, error) {
	if s.cfg.RaftListen == "" {
		return 0, ErrNoRaft
	}
	believed, err := trust.Open(ctx, s.store, s.self, s.genesis, spec.ID(s.cfg.Fed))
	if err != nil {
		return 0, err
	}
	remains, err := s.remains(believed, r.Remaining, now)
	if err != nil {
		return 0, err
	}
	if err := r.Confirm(remains); err != nil {
		return 0, err
	}
	if r.Further != nil {
		entries, head, err := r.Further(ctx, believed.Book().Size())
		if err != nil {
			return 0, err
		}
		if err := believed.Follow(ctx, entries, head, now); err != nil {
			return 0, fmt.Errorf("the further policy log: %w", err)
		}
		// It may have brought another council.
		if remains, err = s.remains(believed, r.Remaining, now); err != nil {
			return 0, err
		}
	}
	if err := s.note(ctx, r.Operator, remains, now); err != nil {
		return 0, err
	}
	on, err := keys.Load(s.cfg.Data)
	if err != nil {
		return 0, err
	}
	return remains.Size, replica.Recover(replica.Config{
		Node: s.self, Dir: filepath.Join(s.cfg.Data, "raft"), Listen: s.cfg.RaftListen,
		TLS:    func() *spec.Signer { return on.TLS },
		Pinned: func(spec.NodeID) []ed25519.PublicKey { return nil }, // nobody is talked to
		Book:   believed.Book(),
		Entries: func(from uint64) ([]string, error) {
			return entriesOf(ctx, believed, from)
		},
	}, remains.Remaining)
}

// remains sorts the council into those that remain and those that are lost.
func (s stopped) remains(believed *trust.Trust, remaining []spec.NodeID, now time.Time) (Remains, error) {
	book := believed.Book()
	remaining = slices.Compact(slices.Sorted(slices.Values(remaining)))
	out := Remains{
		Self: s.self, Size: book.Size(), Remaining: remaining,
		Majority: book.Register().Majority(), Threshold: book.Register().Threshold,
	}
	if age, known := believed.PolicyAge(now); known {
		out.Confirmed = now.Add(-age)
	}
	for _, m := range book.Register().Council() {
		out.Council = append(out.Council, m.Node)
		if !slices.Contains(remaining, m.Node) {
			out.Lost = append(out.Lost, m.Node)
		}
	}
	for _, node := range remaining {
		if !slices.Contains(out.Council, node) {
			return out, fmt.Errorf("recover with %s: %w", node, replica.ErrNotCouncil)
		}
	}
	if !slices.Contains(remaining, s.self) {
		return out, fmt.Errorf("%s: %w", s.self, ErrNotRemaining)
	}
	return out, nil
}

// note puts the decision into the audit log before it is carried out.
func (s stopped) note(ctx context.Context, operator string, r Remains, now time.Time) error {
	names := make([]string, len(r.Remaining))
	for i, node := range r.Remaining {
		names[i] = string(node)
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutAudit(store.Audit{At: now.Unix(), Actor: operator, Act: "council.recover", Object: strings.Join(names, " ")})
	})
}

// entriesOf are the accepted policy entries from a position on.
func entriesOf(ctx context.Context, believed *trust.Trust, from uint64) ([]string, error) {
	items, err := believed.PolicyItems(ctx, from, spec.MaxLimit)
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.Record
	}
	return out, err
}
