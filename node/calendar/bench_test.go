package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// aThousandEvents is a busy person's calendar of many years: single events, series with and without COUNT, exceptions.
func aThousandEvents() string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\n")
	for i := range 1000 {
		day := time.Date(2016, 1, 4, 9, 0, 0, 0, time.UTC).AddDate(0, 0, i*4)
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d@calendar.example\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Meeting number %d\r\nLOCATION:Room\r\n", i, i)
		fmt.Fprintf(&b, "DTSTART;TZID=Asia/Tokyo:%s\r\nDTEND;TZID=Asia/Tokyo:%s\r\n", day.Format(wallFormat), day.Add(time.Hour).Format(wallFormat))
		b.WriteString([]string{"", "RRULE:FREQ=WEEKLY\r\n", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=40\r\n", "RRULE:FREQ=MONTHLY;BYDAY=2TU\r\n", ""}[i%5])
		b.WriteString("END:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

func BenchmarkParseAThousandEvents(b *testing.B) {
	text := aThousandEvents()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := Parse(strings.NewReader(text), DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTwoWeeksOfAThousandEvents(b *testing.B) {
	c, _, err := Parse(strings.NewReader(aThousandEvents()), DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		if list, _ := c.Busy(from, from.AddDate(0, 0, 14), time.UTC, DefaultLimits()); len(list) < 200 {
			b.Fatal(len(list))
		}
	}
}
