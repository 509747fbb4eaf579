// Package dav is the edge for calendar programs: secret addresses that they read again and again, and CalDAV (RFC 4791).
// It refuses to say why a secret opens nothing, to write over what its caller has not seen, and to read a request that
// would cost more than its limits.
package dav

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/spec"
)

// Config is what the edge is made of.
type Config struct {
	Self    spec.NodeID
	Planner *planner.Planner
	Clock   func() time.Time
	Log     *slog.Logger
}

// Server answers calendar programs.
type Server struct {
	Config
	mounted map[string]bool
}

// Route is one path that this edge answers, with who is admitted.
type route struct {
	method, path string
	rule         access.Rule
	do           echo.HandlerFunc
}

// A minute's worth of requests of one address; a program that follows many calendars makes a few dozen at once.
const (
	perSecond = 5
	atOnce    = 120
)

// Mount puts the edge on a router.
func Mount(e *echo.Echo, cfg Config) *Server {
	s := &Server{Config: cfg, mounted: make(map[string]bool)}
	meter := middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: rate.Limit(perSecond), Burst: atOnce, ExpiresIn: 3 * time.Minute,
		}),
		IdentifierExtractor: func(c echo.Context) (string, error) { return network(c.RealIP()), nil },
		DenyHandler: func(c echo.Context, _ string, _ error) error {
			c.Response().Header().Set("Retry-After", "60")
			return s.say(c, http.StatusTooManyRequests, "dav.too-many")
		},
	})
	for _, r := range s.routes() {
		if !r.rule.Declared() {
			continue // the front door finds a route without a rule and does not start
		}
		s.mounted[r.method+" "+r.path] = true
		e.Add(r.method, r.path, r.do, meter)
	}
	return s
}

// Knows says whether a path of the router is one of this edge, behind its rule.
func (s *Server) Knows(method, path string) bool { return s.mounted[method+" "+path] }

func (s *Server) routes() []route {
	return []route{
		{http.MethodGet, "/feeds/:secret", planner.Rule(), s.feed},
		{http.MethodHead, "/feeds/:secret", planner.Rule(), s.feed},
	}
}
