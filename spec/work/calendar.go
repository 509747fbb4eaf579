package work

import (
	"time"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// What a calendar lists, by the words of OpenActive.
const (
	CalendarEvents = "Event" // trips, practices, matches
	CalendarSlots  = "Slot"  // times at which a facility can be used
)

// Calendar is what a club publishes for everybody: its trips or the slots of a
// facility (standard section 12.10). It names no person.
type Calendar struct {
	Name    string          `json:"name"`
	Type    string          `json:"type"` // Event or Slot
	Entries []CalendarEntry `json:"entries"`
}

// CalendarEntry is one event or slot.
type CalendarEntry struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Start     string `json:"startDate"` // UTCDateTime
	Duration  string `json:"duration"`  // ISO 8601 duration
	Remaining *int   `json:"remainingUses,omitempty"`
	Trip      bool   `json:"trip,omitempty"` // away from home
	Place     string `json:"place,omitempty"`
}

const maxEntries = 500

// Check judges a calendar.
func (c *Calendar) Check() *strict.Fault {
	switch {
	case c.Type != CalendarEvents && c.Type != CalendarSlots:
		return fault("REQ-CAL-001", "type", "a calendar lists Event or Slot")
	case c.Entries == nil || len(c.Entries) > maxEntries:
		return fault("REQ-CAL-002", "entries", "entries is required, may be empty, and lists at most 500")
	}
	if !sentence(c.Name, 200) {
		return fault("REQ-CAL-001", "name", sentenceNeed)
	}
	seen := make(map[string]bool, len(c.Entries))
	for _, e := range c.Entries {
		if r := e.check(seen); r != nil {
			return r
		}
	}
	return nil
}

func (e *CalendarEntry) check(seen map[string]bool) *strict.Fault {
	if !sentence(e.Name, 200) {
		return fault("REQ-CAL-002", "entries.name", sentenceNeed)
	}
	_, ok := code.ParseUTC(e.Start)
	length, err := code.ParseDuration(e.Duration)
	switch {
	case e.ID == "" || len(e.ID) > 255 || seen[e.ID]:
		return fault("REQ-CAL-002", "entries.id", "an entry has an id of its own, of at most 255 octets")
	case !ok:
		return fault("REQ-CAL-002", "entries.startDate", "startDate is a UTCDateTime such as 2026-04-01T09:00:00Z")
	case err != nil || length < time.Minute || length > 56*24*time.Hour:
		return fault("REQ-CAL-002", "entries.duration", "a duration is PT1M to P56D")
	case e.Remaining != nil && *e.Remaining < 0:
		return fault("REQ-CAL-002", "entries.remainingUses", "remainingUses is 0 or more")
	}
	seen[e.ID] = true
	return nil
}
