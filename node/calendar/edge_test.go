package calendar

import (
	"strings"
	"testing"
	"time"
)

// event text with the frame around it; several VEVENTs are separated by a line "--".
func read(t testing.TB, text string) (*Calendar, []Problem) {
	t.Helper()
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\n")
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n--\n") {
		if strings.HasPrefix(part, "BEGIN:") {
			b.WriteString(part + "\n")
			continue
		}
		b.WriteString("BEGIN:VEVENT\n" + part + "\nEND:VEVENT\n")
	}
	b.WriteString("END:VCALENDAR\n")
	c, probs, err := Parse(strings.NewReader(b.String()), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return c, probs
}

// The zone of the United States' east as Outlook writes it, under a name that no database knows.
const outlookZone = `BEGIN:VTIMEZONE
TZID:Eastern Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`

// edgeCase is one event text, read with New York as home and shown on the clock of zone.
type edgeCase struct {
	name, text, zone, from, to string
	want                       []string
	problem                    string // part of the one problem; empty: none
}

func (c edgeCase) run(t *testing.T) {
	cal, probs := read(t, c.text)
	list, more := cal.Busy(midnight(t, c.from), midnight(t, c.to), zoneNamed(t, "America/New_York"), DefaultLimits())
	expect(t, list, zoneNamed(t, c.zone), c.want...)
	probs = append(probs, more...)
	if c.problem == "" && len(probs) > 0 || c.problem != "" && (len(probs) != 1 || !strings.Contains(probs[0].Reason, c.problem)) {
		t.Errorf("problems %v, want %q", probs, c.problem)
	}
}

func TestZonesAndClockChanges(t *testing.T) {
	for _, c := range []edgeCase{
		{
			name: "a time the clocks skip is read with the offset before the gap (RFC 5545 3.3.5)",
			text: "DTSTART;TZID=America/New_York:20260308T023000\nDURATION:PT1H", zone: "America/New_York",
			from: "20260308", to: "20260309", want: []string{"0308T0330-0430 confirmed"},
		},
		{
			name: "a time the clocks show twice means the first",
			text: "DTSTART;TZID=America/New_York:20261101T013000\nDURATION:PT30M", zone: "UTC",
			from: "20261101", to: "20261102", want: []string{"1101T0530-0600 confirmed"},
		},
		{
			name: "a series stays at its wall time over the change, also in a gap",
			text: "DTSTART;TZID=America/New_York:20260307T023000\nDTEND;TZID=America/New_York:20260307T033000\nRRULE:FREQ=DAILY;COUNT=3", zone: "America/New_York",
			from: "20260301", to: "20260401", want: []string{"0307T0230-0330 confirmed", "0308T0330-0430 confirmed", "0309T0230-0330 confirmed"},
		},
		{
			name: "DTEND gives every instance the same exact length, DURATION in days a nominal one",
			text: "DTSTART;TZID=America/New_York:20260306T120000\nDTEND;TZID=America/New_York:20260307T120000\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=1\n--\n" +
				"DTSTART;TZID=America/New_York:20260307T120000\nDURATION:P1D", zone: "America/New_York",
			from: "20260301", to: "20260401", want: []string{"0306T1200-0307T1200 confirmed", "0307T1200-0308T1200 confirmed"},
		},
		{
			name: "a night over the change with DTEND lasts as many hours as the first night",
			text: "DTSTART;TZID=America/New_York:20260306T220000\nDTEND;TZID=America/New_York:20260307T060000\nRRULE:FREQ=DAILY;COUNT=2", zone: "America/New_York",
			from: "20260307", to: "20260401", want: []string{"0307T0000-0600 confirmed", "0307T2200-0308T0700 confirmed"},
		},
		{
			name: "Outlook's zone is worked out from the file, in summer and in winter",
			text: outlookZone + "\n--\nDTSTART;TZID=Eastern Standard Time:20260106T090000\nDTEND;TZID=Eastern Standard Time:20260106T100000\nRRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2", zone: "UTC",
			from: "20260101", to: "20261231", want: []string{"0106T1400-1500 confirmed", "0706T1300-1400 confirmed"},
		},
		{
			name: "a quoted zone name with a gap inside the file's own zone",
			text: outlookZone + "\n--\nDTSTART;TZID=\"Eastern Standard Time\":20260308T023000\nDURATION:PT1H", zone: "America/New_York",
			from: "20260308", to: "20260309", want: []string{"0308T0330-0430 confirmed"},
		},
		{
			name: "a known name is better than the file's definition",
			text: strings.ReplaceAll(outlookZone, "TZID:Eastern Standard Time", "TZID:Asia/Tokyo") + "\n--\nDTSTART;TZID=Asia/Tokyo:20260106T090000\nDURATION:PT1H", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0106T0000-0100 confirmed"},
		},
		{
			name: "a name built around a known one",
			text: "DTSTART;TZID=/freeassociation.sourceforge.net/Tzfile/Asia/Tokyo:20260106T090000\nDURATION:PT1H", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0106T0000-0100 confirmed"},
		},
		{
			name: "an unknown zone is the home zone, and is reported",
			text: "DTSTART;TZID=Atlantis:20260106T090000\nDTEND;TZID=Atlantis:20260106T100000", zone: "America/New_York",
			from: "20260101", to: "20260201", want: []string{"0106T0900-1000 confirmed"}, problem: "home zone is taken",
		},
		{
			name: "a zone that leads out of the database is no zone",
			text: "DTSTART;TZID=../../etc/localtime:20260106T090000\nDURATION:PT1H", zone: "America/New_York",
			from: "20260101", to: "20260201", want: []string{"0106T0900-1000 confirmed"}, problem: "home zone is taken",
		},
	} {
		t.Run(c.name, c.run)
	}
}

func TestDatesAddedAndTakenAway(t *testing.T) {
	for _, c := range []edgeCase{
		{
			name: "RDATE as PERIOD, with an end and with a duration, and as DATE",
			text: "DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nRDATE;VALUE=PERIOD:20260106T120000Z/20260106T150000Z,20260107T120000Z/PT30M\nRDATE;VALUE=DATE:20260108", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed", "0106T1200-1500 confirmed", "0107T1200-1230 confirmed", "0108T0900-1000 confirmed"},
		},
		{
			name: "RDATE in another zone, one of them excluded again, one given twice",
			text: "DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nRDATE;TZID=Asia/Tokyo:20260106T180000,20260107T180000\nRDATE:20260107T090000Z\nEXDATE:20260106T090000Z", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed", "0107T0900-1000 confirmed"},
		},
		{
			name: "EXDATE in UTC, in another zone, as a bare date and as a floating time",
			text: "DTSTART;TZID=Asia/Tokyo:20260105T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=6\nEXDATE:20260106T000000Z\nEXDATE;TZID=America/New_York:20260106T190000\nEXDATE;VALUE=DATE:20260108\nEXDATE:20260109T090000", zone: "Asia/Tokyo",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed", "0110T0900-1000 confirmed"},
		},
		{
			name: "an unreadable EXDATE leaves the date busy",
			text: "DTSTART:20260105T090000Z\nDURATION:PT1H\nEXDATE:yesterday", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed"}, problem: "stays busy",
		},
		{
			name: "a whole day is a day at home, 23 hours long when the clocks go forward",
			text: "DTSTART;VALUE=DATE:20260308", zone: "UTC",
			from: "20260301", to: "20260401", want: []string{"0308T0500-0309T0400 confirmed"},
		},
		{
			name: "whole days with an end stay whole days over the change, in every instance",
			text: "DTSTART;VALUE=DATE:20260306\nDTEND;VALUE=DATE:20260308\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=2", zone: "America/New_York",
			from: "20260301", to: "20260401", want: []string{"0306T0000-0308T0000 confirmed", "0308T0000-0310T0000 confirmed"},
		},
		{
			name: "whole days in a series, one of them changed and one left out",
			text: "UID:d\nDTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107\nRRULE:FREQ=WEEKLY;UNTIL=20260126\nEXDATE;VALUE=DATE:20260112\n--\n" +
				"UID:d\nRECURRENCE-ID;VALUE=DATE:20260119\nDTSTART;VALUE=DATE:20260120", zone: "America/New_York",
			from: "20260101", to: "20260301", want: []string{"0105T0000-0107T0000 confirmed", "0120T0000-0121T0000 confirmed", "0126T0000-0128T0000 confirmed"},
		},
		{
			name: "a whole day whose end is its own date is one day",
			text: "DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260105", zone: "America/New_York",
			from: "20260101", to: "20260201", want: []string{"0105T0000-0106T0000 confirmed"},
		},
		{
			name: "UNTIL at midnight UTC in a series of whole days is that day",
			text: "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;UNTIL=20260106T000000Z", zone: "America/New_York",
			from: "20260101", to: "20260201", want: []string{"0105T0000-0106T0000 confirmed", "0106T0000-0107T0000 confirmed"},
		},
		{
			name: "UNTIL in UTC is compared with the instant",
			text: "DTSTART;TZID=America/New_York:20260105T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260107T010000Z", zone: "America/New_York",
			from: "20260101", to: "20260201", want: []string{"0105T2000-2100 confirmed", "0106T2000-2100 confirmed"},
		},
	} {
		t.Run(c.name, c.run)
	}
}

func TestWhatIsSkippedAndWhatIsReported(t *testing.T) {
	for _, c := range []edgeCase{
		{
			name: "a time without an end takes no time",
			text: "DTSTART:20260105T090000Z\nRRULE:FREQ=SECONDLY", zone: "UTC", from: "20260101", to: "20260201", want: []string{},
		},
		{
			name: "an end before the beginning is skipped and reported",
			text: "DTSTART:20260105T090000Z\nDTEND:20260105T080000Z", zone: "UTC", from: "20260101", to: "20260201", want: []string{}, problem: "before DTSTART",
		},
		{
			name: "a negative duration is skipped and reported",
			text: "DTSTART:20260105T090000Z\nDURATION:-PT1H", zone: "UTC", from: "20260101", to: "20260201", want: []string{}, problem: "DURATION",
		},
		{
			name: "a date that does not exist is skipped and reported",
			text: "DTSTART:20260230T090000Z\nDURATION:PT1H", zone: "UTC", from: "20260101", to: "20260401", want: []string{}, problem: "DTSTART is not",
		},
		{
			name: "no DTSTART at all",
			text: "UID:x\nDURATION:PT1H", zone: "UTC", from: "20260101", to: "20260401", want: []string{}, problem: "no DTSTART",
		},
		{
			name: "a rule that is not understood leaves its first date",
			text: "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;RSCALE=CHINESE", zone: "UTC",
			from: "20260101", to: "20270201", want: []string{"0105T0900-1000 confirmed"}, problem: "RRULE",
		},
		{
			name: "an EXRULE is not followed, so its dates stay busy",
			text: "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEXRULE:FREQ=DAILY", zone: "UTC",
			from: "20260101", to: "20270201", want: []string{"0105T0900-1000 confirmed", "0106T0900-1000 confirmed"}, problem: "EXRULE",
		},
		{
			name: "two rules are one set",
			text: "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed", "0106T0900-1000 confirmed", "0112T0900-1000 confirmed"},
		},
		{
			name: "names in small letters, a name folded in its middle, a bad line",
			text: "dtstart:20260105T090000Z\nDTE\n ND:20260105T1\n\t00000Z\nno property at all", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed"}, problem: "no property",
		},
		{
			name: "an alarm's duration is not the event's",
			text: "DTSTART:20260105T090000Z\nBEGIN:VALARM\nDURATION:PT9H\nTRIGGER:-PT15M\nEND:VALARM\nDURATION:PT1H", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0105T0900-1000 confirmed"},
		},
		{
			name: "an event inside something unknown is not the person's",
			text: "BEGIN:X-ARCHIVE\nBEGIN:VEVENT\nDTSTART:20260105T090000Z\nDURATION:PT1H\nEND:VEVENT\nEND:X-ARCHIVE", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{},
		},
		{
			name: "a zone name with a colon in quotes",
			text: strings.ReplaceAll(outlookZone, "Eastern Standard Time", "GMT-05:00; east") + "\n--\nDTSTART;TZID=\"GMT-05:00; east\";X-A=1:20260106T090000\nDURATION:PT1H", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{"0106T1400-1500 confirmed"},
		},
		{
			name: "tasks, journals and free-busy lists are not events",
			text: "BEGIN:VTODO\nDTSTART:20260105T090000Z\nDURATION:PT1H\nEND:VTODO\n--\nBEGIN:VJOURNAL\nDTSTART:20260105T090000Z\nEND:VJOURNAL\n--\nBEGIN:VFREEBUSY\nFREEBUSY:20260105T090000Z/PT1H\nEND:VFREEBUSY", zone: "UTC",
			from: "20260101", to: "20260201", want: []string{},
		},
	} {
		t.Run(c.name, c.run)
	}
}

// midnight in New York, where these cases are at home.
func midnight(t testing.TB, day string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("20060102", day, zoneNamed(t, "America/New_York"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const fiveMondays = "UID:s\nDTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nRRULE:FREQ=WEEKLY;COUNT=5\n"

func TestChangedInstancesReplaceTheirs(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		problem    string
	}{
		{
			name: "cancelled", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID:20260112T090000Z\nDTSTART:20260112T090000Z\nDTEND:20260112T100000Z\nSTATUS:CANCELLED",
			want: []string{"0105T0900-1000", "0119T0900-1000", "0126T0900-1000", "0202T0900-1000"},
		},
		{
			name: "the newest version of a change holds, in whatever order", text: "UID:s\nRECURRENCE-ID:20260112T090000Z\nSEQUENCE:5\nDTSTART:20260113T090000Z\nDURATION:PT1H\n--\n" + fiveMondays +
				"--\nUID:s\nRECURRENCE-ID:20260112T090000Z\nSEQUENCE:4\nDTSTART:20260114T090000Z\nDURATION:PT1H",
			want: []string{"0105T0900-1000", "0113T0900-1000", "0119T0900-1000", "0126T0900-1000", "0202T0900-1000"},
		},
		{
			name: "the newest version comes last", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID:20260112T090000Z\nSEQUENCE:4\nDTSTART:20260113T090000Z\nDURATION:PT1H\n--\nUID:s\nRECURRENCE-ID:20260112T090000Z\nSEQUENCE:5\nDTSTART:20260114T090000Z\nDURATION:PT1H",
			want: []string{"0105T0900-1000", "0114T0900-1000", "0119T0900-1000", "0126T0900-1000", "0202T0900-1000"},
		},
		{
			name: "named in another zone", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID;TZID=Asia/Tokyo:20260112T180000\nDTSTART:20260112T120000Z\nDURATION:PT1H",
			want: []string{"0105T0900-1000", "0112T1200-1300", "0119T0900-1000", "0126T0900-1000", "0202T0900-1000"},
		},
		{
			name: "this and all that follow", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260119T090000Z\nDTSTART:20260120T110000Z\nDURATION:PT2H",
			want: []string{"0105T0900-1000", "0112T0900-1000", "0120T1100-1300", "0127T1100-1300", "0203T1100-1300"},
		},
		{
			name: "all that follow, twice, and cancelled in the end", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260112T090000Z\nDTSTART:20260112T130000Z\nDURATION:PT1H\n" +
				"--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260126T090000Z\nDTSTART:20260126T090000Z\nDURATION:PT1H\nSTATUS:CANCELLED",
			want: []string{"0105T0900-1000", "0112T1300-1400", "0119T1300-1400"},
		},
		{
			name: "all that follow, with a rule of their own, is not followed and all is busy", text: fiveMondays + "--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260119T090000Z\nDTSTART:20260120T110000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2",
			want: []string{"0105T0900-1000", "0112T0900-1000", "0120T1100-1200", "0126T0900-1000", "0127T1100-1200", "0202T0900-1000"}, problem: "THISANDFUTURE",
		},
		{
			name: "a change without its series stands alone", text: "UID:s\nRECURRENCE-ID:20260112T090000Z\nDTSTART:20260112T120000Z\nDURATION:PT1H",
			want: []string{"0112T1200-1300"},
		},
		{
			name: "the whole series is free, one instance is not", text: fiveMondays + "TRANSP:TRANSPARENT\n--\nUID:s\nRECURRENCE-ID:20260112T090000Z\nDTSTART:20260112T090000Z\nDURATION:PT1H",
			want: []string{"0112T0900-1000"},
		},
		{name: "a higher SEQUENCE of the same UID wins", text: "UID:s\nSEQUENCE:2\nDTSTART:20260106T090000Z\nDURATION:PT1H\n--\n" + fiveMondays, want: []string{"0106T0900-1000"}},
		{
			name: "a later DTSTAMP decides between equals", text: "UID:s\nDTSTAMP:20260102T000000Z\nDTSTART:20260106T090000Z\nDURATION:PT1H\n--\nUID:s\nDTSTAMP:20260101T000000Z\nDTSTART:20260107T090000Z\nDURATION:PT1H",
			want: []string{"0106T0900-1000"},
		},
		{name: "a repeated event counts once", text: "UID:s\nDTSTART:20260106T090000Z\nDURATION:PT1H\n--\nUID:s\nDTSTART:20260106T090000Z\nDURATION:PT1H", want: []string{"0106T0900-1000"}},
		{
			name: "two different events under one UID are both busy", text: "UID:s\nDTSTART:20260106T090000Z\nDURATION:PT1H\n--\nUID:s\nDTSTART:20260107T090000Z\nDURATION:PT1H",
			want: []string{"0106T0900-1000", "0107T0900-1000"}, problem: "share a UID",
		},
		{name: "events without UID do not touch each other", text: "DTSTART:20260106T090000Z\nDURATION:PT1H\n--\nDTSTART:20260107T090000Z\nDURATION:PT1H", want: []string{"0106T0900-1000", "0107T0900-1000"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cal, probs := read(t, strings.ReplaceAll(c.text, "\n\n", "\n"))
			list, more := cal.Busy(midnight(t, "20260101"), midnight(t, "20260301"), nil, DefaultLimits())
			for i := range c.want {
				c.want[i] += " confirmed"
			}
			expect(t, list, time.UTC, c.want...)
			probs = append(probs, more...)
			if c.problem == "" && len(probs) > 0 || c.problem != "" && (len(probs) != 1 || !strings.Contains(probs[0].Reason, c.problem)) {
				t.Errorf("problems %v, want %q", probs, c.problem)
			}
		})
	}
}

// A change moved into the window from far outside must be seen, whichever way it comes.
func TestAnInstanceMovedIntoTheWindowIsSeen(t *testing.T) {
	cal, _ := read(t, fiveMondays+"--\nUID:s\nRECURRENCE-ID:20260105T090000Z\nDTSTART:20260601T090000Z\nDURATION:PT1H")
	list, _ := cal.Busy(midnight(t, "20260601"), midnight(t, "20260602"), nil, DefaultLimits())
	expect(t, list, time.UTC, "0601T0900-1000 confirmed")
	cal, _ = read(t, fiveMondays+"--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z\nDTSTART:20260601T090000Z\nDURATION:PT1H")
	list, _ = cal.Busy(midnight(t, "20260608"), midnight(t, "20260609"), nil, DefaultLimits())
	expect(t, list, time.UTC, "0608T0900-1000 confirmed")
	cal, _ = read(t, fiveMondays+"--\nUID:s\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z\nDTSTART:20250601T090000Z\nDURATION:PT1H")
	list, _ = cal.Busy(midnight(t, "20250608"), midnight(t, "20250609"), nil, DefaultLimits())
	expect(t, list, time.UTC, "0608T0900-1000 confirmed")
}

func TestStatusAndTransparencyDecideWhatIsBusy(t *testing.T) {
	for _, c := range []struct {
		props string
		want  BusyStatus
	}{
		{"", Confirmed},
		{"STATUS:CONFIRMED", Confirmed},
		{"STATUS:tentative", Tentative},
		{"STATUS:CANCELLED", ""},
		{"TRANSP:OPAQUE", Confirmed},
		{"TRANSP:TRANSPARENT", ""},
		{"TRANSP:TRANSPARENT\nSTATUS:TENTATIVE", ""},
		{"STATUS:SOMETHING-NEW", Confirmed},
		{"TRANSP:X-NEW", Confirmed},
		{"TRANSP:OPAQUE\nSTATUS:TENTATIVE", Tentative},
	} {
		for _, when := range []string{"DTSTART:20260105T090000Z\nDURATION:PT1H", "DTSTART;VALUE=DATE:20260105"} {
			cal, _ := read(t, when+"\n"+c.props)
			list, _ := cal.Busy(midnight(t, "20260101"), midnight(t, "20260201"), nil, DefaultLimits())
			if c.want == "" && len(list) > 0 || c.want != "" && (len(list) != 1 || list[0].Status != c.want) {
				t.Errorf("%q: %v, want %q", c.props, list, c.want)
			}
		}
	}
}

func TestTheWindowCutsWhatReachesOverIt(t *testing.T) {
	cal, _ := read(t, "DTSTART:20260105T090000Z\nDTEND:20260108T090000Z")
	at := func(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 500, time.UTC) }
	list, _ := cal.Busy(at(6, 0), at(7, 0), nil, DefaultLimits())
	if len(list) != 1 || !list[0].Start.Equal(at(6, 0)) || !list[0].End.Equal(at(7, 0)) {
		t.Error(list)
	}
	for _, w := range [][2]time.Time{{at(7, 0), at(6, 0)}, {at(6, 0), at(6, 0)}, {at(8, 9), at(9, 0)}, {at(1, 0), at(5, 8)}} {
		if list, probs := cal.Busy(w[0], w[1], nil, DefaultLimits()); len(list)+len(probs) > 0 {
			t.Errorf("%v: %v %v", w, list, probs)
		}
	}
}
