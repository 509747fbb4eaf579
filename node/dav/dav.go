// Package dav is the edge for calendar programs: secret addresses that they read again and again, and CalDAV (RFC 4791).
// It refuses to say why a secret opens nothing, to write over what its caller has not seen, and to read a request that
// would cost more than its limits.
package dav

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"golang.org/x/time/rate"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/spec"
)

// Config is what the edge is made of.
type Config struct {
	Self    spec.NodeID
	Planner *planner.Planner
	Door    *signin.Door
	Epoch   func() int64 // of set-up or of the last restore
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

// What one address may ask: of feeds, which programs read a few times an hour, and of CalDAV, where a program that comes
// for the first time asks for everything.
const (
	feedsASecond, feedsAtOnce       = 2, 120
	requestsASecond, requestsAtOnce = 30, 2000
)

// Mount puts the edge on a router.
func Mount(e *echo.Echo, cfg Config) *Server {
	s := &Server{Config: cfg, mounted: make(map[string]bool)}
	feeds, requests := s.meter(feedsASecond, feedsAtOnce), s.meter(requestsASecond, requestsAtOnce)
	for _, r := range s.routes() {
		if !r.rule.Declared() {
			continue // the front door finds a route without a rule and does not start
		}
		meter := requests
		if r.path == feedPath {
			meter = feeds
		}
		s.mounted[r.method+" "+r.path] = true
		e.Add(r.method, r.path, r.do, meter)
	}
	return s
}

// meter tells an address that asks too often to wait.
func (s *Server) meter(second float64, atOnce int) echo.MiddlewareFunc {
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: rate.Limit(second), Burst: atOnce, ExpiresIn: 3 * time.Minute,
		}),
		IdentifierExtractor: func(c echo.Context) (string, error) { return network(c.RealIP()), nil },
		DenyHandler: func(c echo.Context, _ string, _ error) error {
			guard(c)
			c.Response().Header().Set("Retry-After", "60")
			return s.say(c, http.StatusTooManyRequests, "dav.too-many")
		},
	})
}

// Knows says whether a path of the router is one of this edge, behind its rule.
func (s *Server) Knows(method, path string) bool { return s.mounted[method+" "+path] }

const feedPath = "/feeds/:secret"

func (s *Server) routes() []route {
	list := []route{
		{http.MethodGet, feedPath, planner.Rule(), s.feed},
		{http.MethodHead, feedPath, planner.Rule(), s.feed},
	}
	for _, method := range []string{http.MethodGet, echo.PROPFIND, http.MethodOptions} {
		list = append(list, route{method, "/.well-known/caldav", access.Rule{Public: true}, s.wellKnown})
	}
	acts := map[string]func(*request) error{
		http.MethodOptions: (*request).options, echo.PROPFIND: (*request).propfind, "PROPPATCH": (*request).proppatch,
		echo.REPORT: (*request).report, http.MethodGet: (*request).get, http.MethodHead: (*request).get, http.MethodPut: (*request).put,
		http.MethodDelete: (*request).remove, "MKCALENDAR": (*request).noCalendar, "MKCOL": (*request).noCalendar,
	}
	for _, path := range []string{
		"/dav", "/dav/", "/dav/:person", "/dav/:person/", "/dav/:person/:shelf", "/dav/:person/:shelf/", "/dav/:person/:shelf/:name",
	} {
		for _, method := range slices.Sorted(maps.Keys(acts)) {
			list = append(list, route{method, path, programs(), s.door(acts[method])})
		}
	}
	return list
}
