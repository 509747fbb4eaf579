package node

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/peer"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/spec"
)

// heads exchanges heads of public logs with neighbours, so that a node that
// shows two readers two logs is found out by their next talk (REQ-HEAD-010).
type heads struct {
	store *store.Store
	trust *trust.Trust
	clock func() time.Time
	log   *slog.Logger
}

// Newest are the newest public heads seen, at most eight.
func (h *heads) newest(ctx context.Context) []string {
	var notes []string
	err := h.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.PublicHeads(8)
		for _, r := range rows {
			notes = append(notes, r.Note)
		}
		return err
	})
	if err != nil {
		h.log.Debug("heads not read", "error", err)
	}
	return notes
}

// saw holds heads from a neighbour against those this node has seen itself.
func (h *heads) saw(ctx context.Context, notes []string) {
	for _, note := range notes {
		if err := h.compare(ctx, note); err != nil {
			h.log.Debug("head not compared", "error", err)
		}
	}
}

func (h *heads) compare(ctx context.Context, note string) error {
	claimed := spec.AcceptedHead(note)
	if claimed == nil {
		return nil
	}
	host, ok := strings.CutSuffix(claimed.Origin, "/v1/feed/"+spec.PublicLog)
	if !ok {
		return nil
	}
	node := h.nodeAt(host)
	if node == "" {
		return nil
	}
	head, err := spec.OpenHead(note, node, spec.PublicLog, h.trust.History(node), h.clock())
	if err != nil {
		return nil // not signed by that node: it proves nothing
	}
	// Nearly every head is the same as ours: only a fork is written.
	var mine store.Head
	err = h.store.Read(ctx, func(tx *store.Tx) error {
		mine, err = tx.HeadAt(node, spec.PublicLog, head.Epoch, head.Size)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil // no head of that size: nothing to compare
	}
	if was := spec.AcceptedHead(mine.Note); err != nil || was == nil || was.Root == head.Root {
		return err
	}
	return h.keep(ctx, node, mine.Note, note)
}

// keep keeps the proof of a fork; the log is read no further until an operator
// has looked at it (REQ-HEAD-006). What is proven already stopped the log when
// it was: neighbours go on to tell of it after the operator has looked.
func (h *heads) keep(ctx context.Context, node spec.NodeID, mine, theirs string) error {
	proof := store.Proof{
		ID: string(spec.Digest([]byte(mine + theirs))), Kind: "log-forked", Issuer: node,
		A: mine, B: theirs, At: h.clock().Unix(),
	}
	return h.store.Write(ctx, func(tx *store.Tx) error {
		if known, err := tx.ProofStands(proof.ID); err != nil || known {
			return err
		}
		c, err := tx.Cursor(node, spec.PublicLog)
		if err != nil || c.Halted {
			return err // what stopped the log is proven: one proof a fork
		}
		if err := tx.PutProof(proof); err != nil {
			return err
		}
		c.Halted = true
		return tx.PutCursor(c)
	})
}

func (h *heads) nodeAt(host string) spec.NodeID {
	for _, m := range h.trust.Book().Register().Members {
		if m.Node.Host() == host {
			return m.Node
		}
	}
	return ""
}

// The two edges speak of heads in their own form.

// Newest writes the header of an answer.
func (h *heads) Newest() string { return peer.EncodeHeads(h.newest(context.Background())) }

// Saw reads the header of a request.
func (h *heads) Saw(ctx context.Context, header string) { h.saw(ctx, peer.DecodeHeads(header)) }

// asked gives the client's side of the exchange.
type asked struct{ *heads }

// Newest are the notes to send along with a request.
func (a asked) Newest() []string { return a.newest(context.Background()) }

// Saw takes the notes of an answer.
func (a asked) Saw(ctx context.Context, notes []string) { a.saw(ctx, notes) }
