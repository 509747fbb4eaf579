package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/api/need"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ErrUnavailable is what the rooms behind the edge wrap when a later try may
// succeed.
var ErrUnavailable = errors.New("not just now")

// problem is the one place that turns an error into a status. An unknown error
// shows nothing of the inside.
func (s *Server) problem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	a := s.answerTo(err, c)
	doc := wire.Problem{
		Type: spec.ProblemPrefix + a.Refusal.Problem, Status: int32(a.Status),
		Title: http.StatusText(a.Status),
	}
	lang := exchange.Language(c.Request().Header.Get("Accept-Language"))
	if detail := a.In(lang); detail != "" {
		doc.Detail = &detail
	}
	if a.Refusal.Requirement != "" {
		doc.Requirement = &a.Refusal.Requirement
	}
	if a.Refusal.Field != "" {
		doc.Field = &a.Refusal.Field
	}
	if a.Refusal.Problem == "clock-skew" {
		now := s.Clock().Unix()
		doc.Now = &now
	}
	if a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "1")
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	c.Response().Header().Set("Content-Language", lang)
	c.Response().WriteHeader(a.Status)
	if c.Request().Method == http.MethodHead {
		return
	}
	if err := c.Echo().JSONSerializer.Serialize(c, doc, ""); err != nil {
		s.Log.Debug("problem not written", "error", err)
	}
}

func (s *Server) answerTo(err error, c echo.Context) *answer {
	var a *answer
	if errors.As(err, &a) {
		return a
	}
	if r := spec.AsRefusal(err); r != nil {
		return &answer{Status: statusOf(r), Refusal: *r}
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			field, cause := fieldAndNeed(err, k.err)
			return &answer{Status: k.status, Refusal: spec.Refusal{Problem: k.problem, Field: field}, Detail: cause}
		}
	}
	var h *echo.HTTPError
	if errors.As(err, &h) {
		return s.routing(h, c)
	}
	if c.Request().Context().Err() != nil {
		return &answer{Status: http.StatusServiceUnavailable, Refusal: spec.Refusal{Problem: "unavailable"}} // nobody reads it
	}
	s.Log.Error("request failed", "path", c.Path(), "error", err)
	return &answer{Status: http.StatusInternalServerError, Refusal: spec.Refusal{Problem: "internal"}}
}

// known are the sentinels of the rooms behind the edge.
var known = []struct {
	err     error
	status  int
	problem string
}{
	{store.ErrNotFound, http.StatusNotFound, "not-found"},
	{gate.ErrUnknownPerson, http.StatusNotFound, "not-found"},
	{gate.ErrUnknownConsent, http.StatusNotFound, "not-found"},
	{publish.ErrUnknown, http.StatusNotFound, "not-found"},
	{publish.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{engage.ErrUnknownEvaluation, http.StatusNotFound, "not-found"},
	{engage.ErrUnknownGig, http.StatusNotFound, "not-found"},
	{engage.ErrUnknownProposal, http.StatusNotFound, "not-found"},
	{engage.ErrUnknownHold, http.StatusNotFound, "not-found"},
	{engage.ErrUnknownSubject, http.StatusNotFound, "not-found"},
	{engage.ErrUnknownOffer, http.StatusNotFound, "not-found"},
	{deed.ErrUnknownRed, http.StatusNotFound, "not-found"},
	{deed.ErrManyReds, http.StatusConflict, "conflict"},
	{deed.ErrDelivered, http.StatusConflict, "conflict"},
	{deed.ErrUndelivered, http.StatusConflict, "conflict"},
	{deed.ErrNewer, http.StatusConflict, "conflict"},
	{engage.ErrClosed, http.StatusConflict, "conflict"},
	{engage.ErrFull, http.StatusConflict, "conflict"},
	{engage.ErrOffered, http.StatusConflict, "conflict"},
	{engage.ErrOver, http.StatusConflict, "conflict"},
	{engage.ErrTaken, http.StatusConflict, "conflict"},
	{engage.ErrUnread, http.StatusConflict, "conflict"},
	{engage.ErrApproval, http.StatusConflict, "conflict"},
	{engage.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{gate.ErrNoConsent, http.StatusConflict, "conflict"},
	{gate.ErrGuardian, http.StatusConflict, "conflict"},
	{ErrUnavailable, http.StatusServiceUnavailable, "unavailable"},
	{gate.ErrRestoring, http.StatusServiceUnavailable, "unavailable"},
	{pattern.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{consent.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrNotCalendar, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large"},
	{calendar.ErrTooDeep, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrTooManyEvents, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrBinary, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrNesting, http.StatusUnprocessableEntity, "invalid"},
	{calendar.ErrTruncated, http.StatusUnprocessableEntity, "invalid"},
	{subscribe.ErrUnknown, http.StatusNotFound, "not-found"},
	{subscribe.ErrTaken, http.StatusConflict, "conflict"},
	{subscribe.ErrTooMany, http.StatusConflict, "conflict"},
	{subscribe.ErrTooSoon, http.StatusTooManyRequests, "too-many-requests"},
	{subscribe.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{errNoBody, http.StatusBadRequest, "bad-request"},
	{errNoCalendar, http.StatusBadRequest, "bad-request"},
}

// fieldAndNeed are what a known error says to people: the sentinel's own text,
// which holds no value from the body, and of a consent the field and the need in
// "invalid consent: FIELD: what it needs".
func fieldAndNeed(err, known error) (field, cause string) {
	if known == consent.ErrInvalid || known == engage.ErrInvalid || known == pattern.ErrInvalid || known == publish.ErrInvalid || known == subscribe.ErrInvalid {
		field, cause, _ = strings.Cut(strings.TrimPrefix(err.Error(), known.Error()+": "), ": ")
		return field, cause
	}
	if _, ok := need.In(known.Error()); ok {
		return "", known.Error()
	}
	return "", ""
}

// statusOf is the status of a refusal that reached a program, not a log.
func statusOf(r *spec.Refusal) int {
	switch r.Problem {
	case "not-authenticated", "wrong-target", "clock-skew", "bad-digest", "replayed", "unknown-issuer", "bad-signature":
		return http.StatusUnauthorized
	case "forbidden", "not-available", "not-a-member", "purpose-not-allowed":
		return http.StatusForbidden
	case "not-found":
		return http.StatusNotFound
	case "too-large":
		return http.StatusRequestEntityTooLarge
	case "too-many-requests":
		return http.StatusTooManyRequests
	case "stale-entry":
		return http.StatusConflict
	case "bad-request":
		return http.StatusBadRequest
	}
	return http.StatusUnprocessableEntity
}

// routing turns echo's own errors into ours. Binding errors may repeat a value,
// so only the parameter's name is kept.
func (s *Server) routing(h *echo.HTTPError, c echo.Context) *answer {
	switch h.Code {
	case http.StatusNotFound:
		return &answer{Status: http.StatusNotFound, Refusal: *spec.Refuse("REQ-ERR-005", "the contract defines no such path")}
	case http.StatusMethodNotAllowed:
		if allowed := methodsOf(s.rules, c.Path()); len(allowed) > 0 {
			c.Response().Header().Set("Allow", strings.Join(allowed, ", "))
		}
		return &answer{Status: h.Code, Refusal: spec.Refusal{Problem: "not-allowed", Requirement: "REQ-ERR-005"}}
	case http.StatusBadRequest:
		field := parameterIn(fmt.Sprint(h.Message))
		switch field {
		case "after":
			return &answer{Status: h.Code, Refusal: *spec.RefuseField("REQ-FEED-008", "after", "after is a whole number from 0")}
		case "limit":
			return &answer{Status: h.Code, Refusal: *spec.RefuseField("REQ-FEED-008", "limit", "limit is a whole number from 1 to 500")}
		}
		return &answer{Status: h.Code, Refusal: spec.Refusal{Problem: "bad-request", Field: field}}
	}
	return &answer{Status: http.StatusInternalServerError, Refusal: spec.Refusal{Problem: "internal"}}
}

// parameterIn finds the name in "Invalid format for parameter NAME: …".
func parameterIn(message string) string {
	_, rest, ok := strings.Cut(message, "parameter ")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, ":")
	name, _, _ = strings.Cut(name, " ")
	return name
}
