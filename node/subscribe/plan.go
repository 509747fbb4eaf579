package subscribe

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/caldav"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/fetch"
)

// When a calendar is read again.
const (
	// usually is how often a calendar is read that does not say how often it wants
	// to be.
	usually = 30 * time.Minute
	least   = 15 * time.Minute
	most    = 24 * time.Hour
	// first is the pause after one failure; each further one doubles it.
	first = 5 * time.Minute
	// wholeEvery is how often all of a calendar is read, whatever its server says
	// had changed: an ETag may stay where a calendar moves on.
	wholeEvery = 24 * time.Hour
	// tellAfter is how long a calendar is not read before the person is told.
	tellAfter = 24 * time.Hour
	// again is how soon a person may ask for another reading.
	again = time.Minute
)

// after is the pause until the next reading: what the calendar asks for, or
// longer after each failure, but never as soon as a server that asked for peace
// allows. chance is a number in [0, 1): calendars of one server, connected on one
// day, are not all read in one second.
func after(failures int, asked, peace time.Duration, chance float64) time.Duration {
	pause := usually
	switch {
	case failures > 0:
		pause = first << min(failures-1, 9)
	case asked > 0:
		pause = max(asked, least)
	}
	pause = min(max(pause, peace), most)
	return pause + time.Duration(float64(pause)*(chance-0.5)/5)
}

// peaceOf is what Retry-After asks for, in whole seconds or as a date (RFC 9110
// section 10.2.3).
func peaceOf(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, most)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), most)
	}
	return 0
}

// Reasons why a calendar could not be read, as they are kept; each has its words
// for people.
const (
	ReasonAddress      = "address"
	ReasonInside       = "inside"
	ReasonHops         = "hops"
	ReasonLarge        = "large"
	ReasonSlow         = "slow"
	ReasonUnreachable  = "unreachable"
	ReasonNoHost       = "no-host"
	ReasonCertificate  = "certificate"
	ReasonEncoding     = "encoding"
	ReasonCut          = "cut"
	ReasonPassword     = "password"
	ReasonGone         = "gone"
	ReasonBusy         = "busy"
	ReasonServer       = "server"
	ReasonNoCalendar   = "no-calendar"
	ReasonNoCollection = "no-collection"
	ReasonBroken       = "broken"
	ReasonEvents       = "events"
)

// Reasons are all of them.
func Reasons() []string {
	return []string{
		ReasonAddress, ReasonInside, ReasonHops, ReasonLarge, ReasonSlow, ReasonUnreachable, ReasonNoHost, ReasonCertificate,
		ReasonEncoding, ReasonCut, ReasonPassword, ReasonGone, ReasonBusy, ReasonServer, ReasonNoCalendar, ReasonNoCollection, ReasonBroken, ReasonEvents,
	}
}

// status is an answer that is no calendar.
type status struct {
	code  int
	peace time.Duration
}

func (s *status) Error() string { return "the server answered " + strconv.Itoa(s.code) }

// statusOf finds the answer of a server that was none of those asked for.
func statusOf(err error, now time.Time) *status {
	var s *status
	var dav *caldav.Status
	switch {
	case errors.As(err, &s):
		return s
	case errors.As(err, &dav):
		return &status{dav.Code, peaceOf(dav.Header, now)}
	}
	return nil
}

var reasons = []struct {
	err    error
	reason string
}{
	{fetch.ErrAddress, ReasonAddress},
	{fetch.ErrInside, ReasonInside},
	{fetch.ErrHops, ReasonHops},
	{fetch.ErrTooLarge, ReasonLarge},
	{calendar.ErrTooLarge, ReasonLarge},
	{fetch.ErrSlow, ReasonSlow},
	{fetch.ErrUnreachable, ReasonUnreachable},
	{fetch.ErrNoHost, ReasonNoHost},
	{fetch.ErrCertificate, ReasonCertificate},
	{fetch.ErrEncoding, ReasonEncoding},
	{fetch.ErrCut, ReasonCut},
	{calendar.ErrTooManyEvents, ReasonEvents},
	{calendar.ErrNotCalendar, ReasonNoCalendar},
	{calendar.ErrBinary, ReasonNoCalendar},
	{caldav.ErrNotCollection, ReasonNoCollection},
	{caldav.ErrXML, ReasonNoCollection},
	{caldav.ErrTooMany, ReasonEvents},
	{caldav.ErrSync, ReasonServer},
	{calendar.ErrTruncated, ReasonCut},
	{calendar.ErrNesting, ReasonBroken},
	{calendar.ErrTooDeep, ReasonBroken},
}

// reasonOf is the reason that is kept for an error.
func reasonOf(err error) string {
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.reason
		}
	}
	s := statusOf(err, time.Time{})
	if s == nil {
		return ReasonServer
	}
	switch s.code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return ReasonPassword
	case http.StatusNotFound, http.StatusGone:
		return ReasonGone
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return ReasonBusy
	}
	return ReasonServer
}
