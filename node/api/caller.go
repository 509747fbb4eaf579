package api

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/spec"
	spectoken "github.com/fukusen/fukusen/spec/access"
)

// door stands before one operation: body within its limit, caller known and
// allowed, heads exchanged. Everything after it may trust callerOf and bodyOf.
func (s *Server) door(operation string) echo.MiddlewareFunc {
	r, known := s.rules[operation]
	if !known {
		panic("api: no rule for operation " + operation) // a spelling mistake must not open a door
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			body, err := readBody(c, r.maxBody)
			if err != nil {
				return err
			}
			exchange.Bring(c, body)
			who, err := s.identify(c, r, body)
			if err != nil {
				return err
			}
			about, err := s.about(c, who)
			if err != nil {
				return err
			}
			if access.Decide(r.access(operation), who.Caller, about) != access.Yes {
				return refusal(http.StatusForbidden, "forbidden", "")
			}
			if err := s.once(c, who); err != nil {
				return err
			}
			if err := s.noteOpened(ctxOf(c), operation, about.Person, who); err != nil {
				return err
			}
			exchange.Enter(c, who)
			if s.Heads != nil {
				s.Heads.Saw(c.Request().Context(), c.Request().Header.Get("Fukusen-Heads"))
				if mine := s.Heads.Newest(); mine != "" {
					c.Response().Header().Set("Fukusen-Heads", mine)
				}
			}
			return next(c)
		}
	}
}

// readBody bounds the body before anything else looks at it (REQ-REQ-010, 011).
func readBody(c echo.Context, limit int64) ([]byte, error) {
	req := c.Request()
	if e := req.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, refuseAs(http.StatusUnsupportedMediaType, spec.RefuseField("REQ-REQ-011", "Content-Encoding", "send the body as it is"))
	}
	if req.ContentLength > limit {
		return nil, refuseAs(http.StatusRequestEntityTooLarge, spec.Refuse("REQ-REQ-010", "the body is longer than this operation takes"))
	}
	octets, err := io.ReadAll(io.LimitReader(req.Body, limit+1))
	if err != nil {
		return nil, refusal(http.StatusBadRequest, "bad-request", "")
	}
	if int64(len(octets)) > limit {
		return nil, refuseAs(http.StatusRequestEntityTooLarge, spec.Refuse("REQ-REQ-010", "the body is longer than this operation takes"))
	}
	return octets, nil
}

// identify reads the one Authorization header, if the operation has a use for it.
func (s *Server) identify(c echo.Context, r rule, body []byte) (caller, error) {
	headers := c.Request().Header.Values("Authorization")
	switch {
	case len(headers) > 1:
		return caller{}, refuseAs(http.StatusUnauthorized, spec.RefuseField("REQ-REQ-012", "Authorization", "one Authorization header is sent"))
	case len(headers) == 0 && r.allows("public"):
		return caller{}, nil
	case len(headers) == 0:
		return caller{}, refuseAs(http.StatusUnauthorized, spec.RefuseField("REQ-REQ-001", "Authorization", "send an Authorization header"))
	}
	scheme, text, _ := strings.Cut(headers[0], " ")
	switch {
	case scheme == spec.RequestScheme && (r.allows("node") || r.allows("reader")):
		return s.identifyNode(c, text, body)
	case scheme == "Bearer" && r.allows("bearer"):
		return s.identifyBearer(c, text)
	}
	return caller{}, refuseAs(http.StatusUnauthorized, spec.RefuseField("REQ-REQ-012", "Authorization", "the scheme is one that this operation names"))
}

func (s *Server) identifyNode(c echo.Context, text string, body []byte) (caller, error) {
	req := c.Request()
	claims, err := spec.OpenRequest(text, spec.RequestSeen{
		Server: s.Self, Method: req.Method, URI: string(s.Self) + req.RequestURI, Body: body, Now: s.Clock(),
	}, s.memberKeys)
	if err != nil {
		return caller{}, authentication(err)
	}
	return caller{
		Caller: access.Caller{Node: string(claims.Issuer)}, Node: claims.Issuer, JTI: claims.JTI, Until: claims.Expires,
	}, nil
}

// memberKeys answers for active members only; nothing is fetched for a stranger.
func (s *Server) memberKeys(node spec.NodeID) *spec.KeyHistory {
	if !s.Trust.Book().Register().Active(node) {
		return nil
	}
	return s.Trust.History(node)
}

func (s *Server) identifyBearer(c echo.Context, text string) (caller, error) {
	if s.Program != nil {
		who, known, err := s.Program(ctxOf(c), text)
		if err != nil || known {
			return caller{Caller: who}, err
		}
	}
	a, err := spectoken.Open(text, s.Self, s.Trust.History(s.Self), s.Clock())
	if err != nil {
		return caller{}, authentication(err)
	}
	return caller{Caller: access.Caller{
		Method: access.ByBearer, Person: a.Person, Held: []access.Held{{Role: a.Role, Organisation: access.Home}},
	}}, nil
}

// about is what an operation touches. Where a person belongs matters only to
// those whose role is held in another organisation than the node's own.
func (s *Server) about(c echo.Context, who caller) (access.Object, error) {
	o := access.Object{Person: c.Param("person")}
	if o.Person == "" || who.Method != access.ByToken || who.Held[0].Organisation == access.Home {
		return o, nil
	}
	err := s.find(c, func(tx *store.Tx) error {
		var err error
		o.Organisations, err = organisationsOf(tx, o.Person)
		return err
	})
	return o, err
}

func authentication(err error) error {
	if r := spec.AsRefusal(err); r != nil {
		return refuseAs(http.StatusUnauthorized, r)
	}
	return refusal(http.StatusUnauthorized, "not-authenticated", "Authorization")
}

// once refuses a write that was accepted before (REQ-REQ-007). The row is
// written before the effect, so that a crash between the two loses the effect,
// which the caller repeats with a new proof, and never doubles it.
func (s *Server) once(c echo.Context, who caller) error {
	if who.Node == "" || c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead {
		return nil
	}
	fresh := false
	err := s.Store.Write(c.Request().Context(), func(tx *store.Tx) error {
		var err error
		fresh, err = tx.Once(who.Node, who.JTI, who.Until+int64(2*spec.Leeway/time.Second))
		return err
	})
	if err != nil {
		return err
	}
	if !fresh {
		return refuseAs(http.StatusUnauthorized, spec.RefuseField("REQ-REQ-007", "jti", "this proof was used before"))
	}
	return nil
}

// errNoCalendar means that a calendar is needed and none came.
var errNoCalendar = errors.New("the body is missing; send an iCalendar file (text/calendar)")

// organisationsOf are those to which a person belongs: to that of the node
// where they belong to no other, to none where they are not there. Who is not
// there costs the same questions.
func organisationsOf(tx *store.Tx, person string) ([]string, error) {
	_, missing := tx.Person(person)
	list, err := organisation.In(tx).AtPerson(person)
	switch {
	case errors.Is(missing, store.ErrNotFound):
		return nil, err
	case missing != nil:
		return nil, missing
	case err == nil && len(list) == 0:
		list = []string{access.Home}
	}
	return list, err
}
