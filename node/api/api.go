// Package api is the JSON edge: it reads a request, learns who asks, asks the
// rooms behind it and writes the answer. It refuses by default: an operation
// that the contract gives no access rule, or that has no handler, keeps the
// node from starting.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api/agreed"
	"github.com/fukusen/fukusen/node/api/gigs"
	"github.com/fukusen/fukusen/node/api/own"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// Trust is what the edge asks about others.
type Trust interface {
	Book() *policy.Book
	History(spec.NodeID) *spec.KeyHistory
	KeysAge(spec.NodeID, time.Time) (time.Duration, bool)
	PolicyHead() string
	PolicyGrown() <-chan struct{}
	PolicyAge(time.Time) (time.Duration, bool)
	PolicyStopped() bool
	PolicyItems(ctx context.Context, n uint64, limit int) ([]spec.Item, error)
	Tile(ctx context.Context, level int, index string) ([]byte, error)
}

// Neighbours is what the edge asks the readers of neighbours' feeds.
type Neighbours interface {
	Nudge(spec.NodeID)
	Confirm(spec.NodeID)
	States(spec.NodeID) (holds, known bool)
}

// Council is the node's seat in the council; nil at a node that has none.
type Council interface {
	Submit(ctx context.Context, octets string) (uint64, error)
	Cosignature(ctx context.Context, from spec.NodeID, note string) error
	Leader() spec.NodeID
}

// Heads carries public heads along with answers (REQ-HEAD-010).
type Heads interface {
	Newest() string
	Saw(ctx context.Context, header string)
}

// Config is what the edge is made of.
type Config struct {
	Self        spec.NodeID
	Version     string
	Store       *store.Store
	Gate        *gate.Gate
	Engagements *engage.Engagements
	Rhythm      *rhythm.Rhythm
	Calendars   *publish.Calendars
	Desk        *enrol.Desk
	Feeds       *subscribe.Feeds
	Trust       Trust
	Neighbours  Neighbours
	Council     func() Council
	Heads       Heads
	Statement   func() (string, error)
	// Countersign signs that a certificate was shown to this node.
	Countersign func(certificate string) (string, error)
	// Program answers whom a program's token speaks for, and whether it is one.
	Program func(ctx context.Context, token string) (who access.Caller, known bool, err error)
	Clock   func() time.Time
	Log     *slog.Logger
	Ready   func() error // why the node serves no feed yet, or nil
}

// Server answers the operations of the contract.
type Server struct {
	Config
	gigs.Handlers
	own.Days
	agreed.Operations
	rules  map[string]rule
	nudges nudgeMeter
}

var _ wire.ServerInterface = (*Server)(nil)

// Mount puts every operation of the contract on an echo router, each behind
// the access rule that the contract declares for it.
func Mount(e *echo.Echo, cfg Config) (*Server, error) {
	rules, err := declared()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: cfg, rules: rules, Days: own.Days{Rhythm: cfg.Rhythm}, Handlers: gigs.Handlers{Rooms: gigs.Rooms{
		Self: cfg.Self, Store: cfg.Store, Engagements: cfg.Engagements, Calendars: cfg.Calendars, Clock: cfg.Clock,
	}}}
	s.Operations = agreed.Operations{Rooms: agreed.Rooms{
		Store: cfg.Store, Deeds: cfg.Engagements, Book: cfg.Trust.Book, Clock: cfg.Clock,
	}}
	middlewares := make(map[string][]echo.MiddlewareFunc, len(rules))
	for id := range rules {
		middlewares[id] = []echo.MiddlewareFunc{s.door(id)}
	}
	e.HTTPErrorHandler = s.problem
	e.Use(s.definedOnly)
	wire.RegisterHandlersWithOptions(e, s, wire.RegisterHandlersOptions{OperationMiddlewares: middlewares})
	// The generated route stops at a slash; a tile index has several parts.
	e.GET("/v1/policy/tile/:level/*", s.tilePath, s.door("getTile"))
	return s, s.covered(e)
}

// definedOnly keeps the router from answering OPTIONS by itself: it is a method
// that the contract does not define (REQ-ERR-005).
func (s *Server) definedOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Method == http.MethodOptions && len(methodsOf(s.rules, c.Path())) > 0 {
			return echo.ErrMethodNotAllowed
		}
		return next(c)
	}
}

// covered refuses to start when a route has no rule: an endpoint is never open
// by omission.
func (s *Server) covered(e *echo.Echo) error {
	if len(s.rules) == 0 {
		return errors.New("the contract declares no operation")
	}
	for _, r := range e.Routes() {
		if r.Method == echo.RouteNotFound {
			continue
		}
		if !routeKnown(s.rules, r.Method, r.Path) {
			return errors.New("route " + r.Method + " " + r.Path + " has no access rule in the contract")
		}
	}
	return nil
}

const (
	jose   = "application/jose"
	ndjson = "application/x-ndjson"
)

func (s *Server) write(c echo.Context, v any) error { return c.JSON(http.StatusOK, v) }

// find runs f on a read snapshot.
func (s *Server) find(c echo.Context, f func(*store.Tx) error) error {
	return s.Store.Read(c.Request().Context(), f)
}

// findOf runs f on a read snapshot in which the person is known here.
func (s *Server) findOf(c echo.Context, person string, f func(*store.Tx) error) error {
	return s.find(c, func(tx *store.Tx) error {
		if _, err := tx.Person(person); err != nil {
			return err
		}
		return f(tx)
	})
}
