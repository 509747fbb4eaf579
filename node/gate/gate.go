// Package gate is the one way in: every record, a neighbour's or our own
// people's, is opened, judged, appended and projected here, in one
// transaction, and then told. It refuses what does not prove itself, parks
// what a later fact may still admit, and lets neither stop a feed.
package gate

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/disclosure"
	"github.com/fukusen/fukusen/node/group"
	"github.com/fukusen/fukusen/node/growth"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrNoConsent means that no active consent covers what was to be shared.
	ErrNoConsent = errors.New("no active consent covers this")
	// ErrRestoring means that the node publishes nothing until it has read what
	// others hold of it.
	ErrRestoring = errors.New("this node was restored and is still reading what others hold of it")
	// ErrUnknownPerson means that the node keeps no such person.
	ErrUnknownPerson = errors.New("this node keeps no such person")
)

// Trust is what the gate asks about others.
type Trust interface {
	Book() *policy.Book
	History(spec.NodeID) *spec.KeyHistory
	PolicyPoint() spec.PolicyPoint
}

// Signer is the node's current record key; it changes with a rotation.
type Signer = func() *spec.Signer

// Config is what a gate is made of.
type Config struct {
	Self   spec.NodeID
	Name   string // plain name, the issuer's name in credentials
	Store  *store.Store
	Trust  Trust
	Signer Signer
	Clock  func() time.Time
	Log    *slog.Logger
	// KeepErased writes down outside backups what was erased, durably.
	KeepErased func(records []spec.ID, people ...string) error
	// Tell tells a person what happened to what is theirs, in the transaction in
	// which it happened: a consent given or withdrawn (object is its id), or a
	// reader's receipt (object is the receipt's). Nil is nobody.
	Tell func(tx *store.Tx, at time.Time, person string, kind notice.Kind, object string) error
	// Agree carries out what an admitted record about work asks for (standard
	// sections 12.4 to 12.9), or puts back what a regained one of our own had
	// done, in the transaction that admits it. Nil is nothing.
	Agree func(c *Change, r *spec.Record) error
	// Ended follows the end of a consent under which time is held. Nil is nothing.
	Ended func(c *Change, consent store.Consent) error
	// Lost follows the end of others' records that may not be used any more, some
	// of them holds: withdrawn, no longer listed, or about to be erased. Nil is nothing.
	Lost func(c *Change, records []spec.ID, erased bool) error
}

// Gate is safe for use by many goroutines.
type Gate struct {
	Config
	*disclosure.Counter // gives out what is shown to readers
	epoch               int64
	growth              *growth.Growth
	queue               *group.Queue[*delivery]
	memo                agenda.Memo // of what calendars said
}

// Open starts a gate over a store whose epoch is set.
func Open(ctx context.Context, cfg Config) (*Gate, error) {
	if cfg.KeepErased == nil {
		cfg.KeepErased = func([]spec.ID, ...string) error { return nil }
	}
	if cfg.Tell == nil {
		cfg.Tell = func(*store.Tx, time.Time, string, notice.Kind, string) error { return nil }
	}
	if cfg.Agree == nil {
		cfg.Agree = func(*Change, *spec.Record) error { return nil }
	}
	if cfg.Ended == nil {
		cfg.Ended = func(*Change, store.Consent) error { return nil }
	}
	if cfg.Lost == nil {
		cfg.Lost = func(*Change, []spec.ID, bool) error { return nil }
	}
	g := &Gate{Config: cfg, growth: growth.New()}
	err := cfg.Store.Write(ctx, func(tx *store.Tx) error {
		epoch, err := restore.Epoch(tx, cfg.Clock())
		if err != nil {
			return err
		}
		g.epoch = epoch
		return tx.EnsureLog(spec.PublicLog, "", epoch)
	})
	if err != nil {
		return nil, err
	}
	g.Counter, err = disclosure.Open(ctx, disclosure.Config{
		Self: cfg.Self, Store: cfg.Store, Clock: cfg.Clock, Log: cfg.Log, Signer: cfg.Signer,
		Keys:   func() *spec.KeyHistory { return cfg.Trust.History(cfg.Self) },
		Policy: cfg.Trust.PolicyPoint, Epoch: g.Epoch,
	})
	if err != nil {
		return nil, err
	}
	g.queue = group.New(mostInGroup, (*delivery).weight, g.write)
	return g, nil
}

// Close ends the queue after what is under way, and notes what was served.
func (g *Gate) Close() {
	g.queue.Close()
	if err := g.Counter.Close(); err != nil {
		g.Log.Error("what was served is not noted; the next start notes all that may have been", "error", err)
	}
}

// Growth tells when a log of this node has grown.
func (g *Gate) Growth() *growth.Growth { return g.growth }

// Epoch is the Unix time of set-up or of the last restore.
func (g *Gate) Epoch() int64 { return g.epoch }
