package founding

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

func startingCharter() (policy.Charter, error) {
	var c policy.Charter
	d, err := documents.Find(policy.SeriesCharter)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(d.Body, &c); err != nil {
		return c, fmt.Errorf("starting charter: %w", err)
	}
	return c, nil
}

// Adopt takes up the starting documents one after another at a council node
// and returns when all are in force there. redList replaces the template's rows.
func (f *Federation) Adopt(ctx context.Context, at *node.Node, redList *policy.RedList, now func() time.Time) error {
	list, err := documents.Starting()
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Series == policy.SeriesRegister || d.Series == policy.SeriesCharter {
			continue // part of the genesis
		}
		var body any = d.Body
		if d.Confidential {
			if redList == nil {
				redList = &policy.RedList{}
			}
			if body, err = f.hide(ctx, at, redList); err != nil {
				return err
			}
		}
		entry, err := f.Entry(at.Trust().Book(), d, body, now())
		if err != nil {
			return fmt.Errorf("draft %s: %w", d.Series, err)
		}
		if err := Submit(ctx, at, entry); err != nil {
			return fmt.Errorf("adopt %s: %w", d.Series, err)
		}
	}
	return nil
}

// hide seals a red list and leaves its body at the node that drafts it, from
// where the council and its readers fetch it.
func (f *Federation) hide(ctx context.Context, at *node.Node, list *policy.RedList) (any, error) {
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return nil, fmt.Errorf("seal red list: %w", err)
	}
	var readers []spec.NodeID
	for _, m := range f.Members {
		readers = append(readers, m.ID)
	}
	octets, sealed, err := policy.SealConfidential(salt, list, readers)
	if err != nil {
		return nil, err
	}
	return sealed, at.KeepConfidential(ctx, sealed.Digest, octets)
}

// Submit brings an entry to the council and waits until it is in force at the
// node. An election in between is waited out.
func Submit(ctx context.Context, at *node.Node, entry string) error {
	var n uint64
	for {
		var err error
		n, err = at.Submit(ctx, entry)
		if err == nil {
			break
		}
		if !errors.Is(err, node.ErrNoLeader) {
			return err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return at.WaitPolicy(ctx, n+1)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
