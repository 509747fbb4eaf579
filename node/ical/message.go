package ical

import "time"

// Methods of scheduling messages (RFC 5546 sections 3.2.2 and 3.2.5).
const (
	Request = "REQUEST"
	Cancel  = "CANCEL"
)

// Party is who takes part in an event (RFC 5545 section 3.3.3).
type Party struct {
	Address string // a URI
	Name    string // left out where it is empty
}

func (p Party) line(property, more string) string {
	if p.Name != "" {
		more += ";CN=" + parameter(p.Name)
	}
	return property + more + ":" + plain(p.Address)
}

// Message writes one event as a scheduling message: whoever opens it has the event in their calendar, or gone from it. A
// message holds one event, since all events of one message have one UID (RFC 5546 section 3.2).
func Message(method string, e Event, language string, organizer, attendee Party) []byte {
	w := begin(method)
	w.line("BEGIN:VEVENT")
	w.facts(e, language)
	w.line(organizer.line("ORGANIZER", ""))
	w.line(attendee.line("ATTENDEE", ";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED"))
	w.line("END:VEVENT")
	return w.end()
}

// Types of busy time (RFC 5545 section 3.2.9).
const (
	Busy            = "BUSY"
	BusyTentative   = "BUSY-TENTATIVE"
	BusyUnavailable = "BUSY-UNAVAILABLE"
)

// Period is a stretch of busy time; the end is exclusive.
type Period struct {
	Start, End time.Time
	Type       string
}

// FreeBusy writes busy times without a word of what they are for (RFC 5545 section 3.6.4).
func FreeBusy(uid string, at, from, to time.Time, busy []Period, refresh time.Duration) []byte {
	w := begin("")
	if refresh > 0 {
		w.line("REFRESH-INTERVAL;VALUE=DURATION:" + duration(refresh))
		w.line("X-PUBLISHED-TTL:" + duration(refresh))
	}
	w.line("BEGIN:VFREEBUSY")
	w.value("UID", uid)
	w.line("DTSTAMP:" + utc(at))
	w.line("DTSTART:" + utc(from))
	w.line("DTEND:" + utc(to))
	for _, p := range busy {
		w.line("FREEBUSY;FBTYPE=" + plain(p.Type) + ":" + utc(p.Start) + "/" + utc(p.End))
	}
	w.line("END:VFREEBUSY")
	return w.end()
}
