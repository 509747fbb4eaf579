package spec

import (
	"encoding/json"
	"time"

	"github.com/fukusen/fukusen/spec/code"
)

// Busy statuses (JMAP BusyPeriod; RFC 5545 section 3.2.9).
const (
	BusyConfirmed   = "confirmed"
	BusyTentative   = "tentative"
	BusyUnavailable = "unavailable"
)

// UTCDateTime is RFC 8984 section 1.4.4 without a fraction.
const UTCDateTime = "2006-01-02T15:04:05Z"

// BusyPeriod is one stretch of time that is not free; the end is exclusive.
type BusyPeriod struct {
	Start  string `json:"utcStart"`
	End    string `json:"utcEnd"`
	Status string `json:"busyStatus"`
}

// Availability is a person's free-busy for one node (standard section 12.2).
// Past exp it means unknown, never free.
type Availability struct {
	Envelope
	Updated     string       `json:"updated"`
	Start       string       `json:"utcStart"`
	End         string       `json:"utcEnd"`
	Busy        []BusyPeriod `json:"busy"`
	Granularity string       `json:"granularity,omitempty"` // ISO 8601 duration
}

// Kind is availability.
func (*Availability) Kind() Kind { return KindAvailability }

const (
	maxAvailabilityLife = 7 * 24 * 3600
	maxSpan             = 56 * 24 * time.Hour
	granularityRule     = "a granularity is an ISO 8601 duration from PT5M to P1D"
)

var periodMembers = map[string]bool{"utcStart": true, "utcEnd": true, "busyStatus": true}

// UnmarshalJSON closes the busy periods (REQ-AVL-007): an ignored member could
// be a title or a place that must not travel.
func (a *Availability) UnmarshalJSON(octets []byte) error {
	type plain Availability
	var wide struct {
		Busy        []map[string]json.RawMessage `json:"busy"`
		Granularity *string                      `json:"granularity"`
	}
	if err := json.Unmarshal(octets, (*plain)(a)); err != nil {
		if name, envelope := wrongMember(err); envelope {
			return refuseField("REQ-ENV-001", name, "the member has the wrong JSON type")
		}
		return refuse("REQ-AVL-002", "the members of an availability record have the JSON types of section 12.2")
	}
	if err := json.Unmarshal(octets, &wide); err != nil {
		return refuseField("REQ-AVL-002", "busy", "busy is an array of objects")
	}
	if wide.Granularity != nil && *wide.Granularity == "" {
		return refuseField("REQ-AVL-009", "granularity", granularityRule)
	}
	for _, p := range wide.Busy {
		for name := range p {
			if !periodMembers[name] {
				return refuseField("REQ-AVL-007", "busy", "a busy period has utcStart, utcEnd and busyStatus and no other member")
			}
		}
	}
	return nil
}

func (a *Availability) check() *Refusal {
	e := a.Claims()
	if e.Expires == 0 || e.Expires-e.IssuedAt > maxAvailabilityLife {
		return refuseField("REQ-AVL-001", "exp", "an availability record expires within 7 days")
	}
	if a.Busy == nil {
		return refuseField("REQ-AVL-002", "busy", "busy is required, and may be empty")
	}
	var at [3]time.Time
	for i, m := range [3]struct{ name, text string }{{"updated", a.Updated}, {"utcStart", a.Start}, {"utcEnd", a.End}} {
		t, ok := code.ParseUTC(m.text)
		if !ok {
			return refuseField("REQ-AVL-002", m.name, "a time is a UTCDateTime such as 2026-04-01T09:00:00Z")
		}
		at[i] = t
	}
	start, end := at[1], at[2]
	if span := end.Sub(start); span <= 0 || span > maxSpan {
		return refuseField("REQ-AVL-003", "utcEnd", "the span is positive and at most 56 days")
	}
	if a.Granularity != "" {
		if d, err := code.ParseDuration(a.Granularity); err != nil || d < 5*time.Minute || d > 24*time.Hour {
			return refuseField("REQ-AVL-009", "granularity", granularityRule)
		}
	}
	return checkBusy(a.Busy, start, end)
}

func checkBusy(list []BusyPeriod, start, end time.Time) *Refusal {
	last, status := time.Time{}, ""
	for i, p := range list {
		from, ok1 := code.ParseUTC(p.Start)
		to, ok2 := code.ParseUTC(p.End)
		if !ok1 || !ok2 {
			return refuseField("REQ-AVL-002", "busy", "a busy period has UTCDateTime utcStart and utcEnd")
		}
		if !to.After(from) || from.Before(start) || to.After(end) {
			return refuseField("REQ-AVL-006", "busy", "a busy period is positive and lies within the span")
		}
		if i > 0 && from.Before(last) {
			return refuseField("REQ-AVL-004", "busy", "busy periods are sorted and do not overlap")
		}
		if i > 0 && from.Equal(last) && StatusOf(p.Status) == status {
			return refuseField("REQ-AVL-005", "busy", "touching busy periods of one status are coalesced")
		}
		last, status = to, StatusOf(p.Status)
	}
	return nil
}

// StatusOf reads a busyStatus; an unknown or absent one counts as confirmed (REQ-AVL-008).
func StatusOf(s string) string {
	if s == BusyTentative || s == BusyUnavailable {
		return s
	}
	return BusyConfirmed
}

// FormatUTC writes a UTCDateTime.
func FormatUTC(t time.Time) string { return t.UTC().Format(UTCDateTime) }
