// Package planner is a person's own time as their calendar programs see it: secret addresses at which they read it, what
// stands there, and what they write back. It refuses to say why an address opens nothing, and to keep a secret.
package planner

import (
	"errors"
	"log/slog"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrNothing means that a secret address opens nothing: it never did, or does not any more.
	ErrNothing = errors.New("this address opens nothing here")
	// ErrLabel means that a feed has no usable name: 1 to 60 characters.
	ErrLabel = errors.New("label: 1 to 60 characters are required")
	// ErrKind means that a feed is of no known kind, or has a granularity that is not offered.
	ErrKind = errors.New("kind: full or busy, and a granularity that is offered, are required")
	// ErrTooMany means that a person has as many open feeds as one may have.
	ErrTooMany = errors.New("this person has as many open feeds as one may have; revoke one first")
)

// Config is what a planner is made of.
type Config struct {
	Self  spec.NodeID
	Store *store.Store
	Gate  *gate.Gate
	Clock func() time.Time
	Log   *slog.Logger
}

// Planner is safe for concurrent use.
type Planner struct{ Config }

// New is over a gate and the store behind it.
func New(cfg Config) *Planner { return &Planner{cfg} }
