package calendar

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func seeds(f *testing.F) [][]byte { return seedTexts(f) }

func seedTexts(f testing.TB) [][]byte {
	f.Helper()
	paths, err := filepath.Glob("testdata/*.ics")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	var all [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, data)
	}
	return append(all, []byte("BEGIN:VCALENDAR\n"+outlookZone+"\nBEGIN:VEVENT\nDTSTART;TZID=\"Eastern Standard Time\":20260308T023000\nRDATE;VALUE=PERIOD:20260308T023000Z/PT1H\nRRULE:FREQ=YEARLY;BYWEEKNO=-1;BYSETPOS=-1;COUNT=3\nEND:VEVENT\nEND:VCALENDAR"),
		[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000\nDURATION:P1W\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260102T000000\nDTSTART:20260102T010000\nEND:VEVENT\nEND:VCALENDAR"))
}

// fuzzLimits are small, so that the fuzzer spends its time on shapes and not on sizes.
var fuzzLimits = Limits{MaxBytes: 1 << 16, MaxEvents: 200, MaxInstances: 500, MaxRuleSteps: 20_000}

func FuzzParse(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, probs, err := Parse(bytes.NewReader(data), fuzzLimits)
		if (c == nil) != (err != nil) {
			t.Fatalf("calendar %v with error %v", c, err)
		}
		if len(probs) > maxProblems+1 {
			t.Fatalf("%d problems", len(probs))
		}
		for _, p := range probs {
			if p.Reason == "" || p.Component == "" || p.Line < 1 || len(p.UID) > 255 {
				t.Fatalf("problem %#v", p)
			}
		}
	})
}

func FuzzBusy(f *testing.F) {
	for i, data := range seeds(f) {
		f.Add(data, time.Date(2026, 1, 1+20*i, 0, 0, 0, 0, time.UTC).Unix(), uint32(14*daySeconds), i%3)
	}
	homes := []*time.Location{time.UTC, time.FixedZone("far east", 14*3600), nil}
	if ny, err := time.LoadLocation("America/New_York"); err == nil {
		homes = append(homes, ny)
	}
	f.Fuzz(func(t *testing.T, data []byte, start int64, span uint32, home int) {
		c, _, err := Parse(bytes.NewReader(data), fuzzLimits)
		if err != nil {
			return
		}
		from, to := time.Unix(start, 0), time.Unix(start, 0).Add(time.Duration(span)*time.Second)
		list, probs := c.Busy(from, to, homes[uint(home)%uint(len(homes))], fuzzLimits)
		if len(list) > fuzzLimits.MaxInstances+2*maxRests {
			t.Fatalf("%d periods", len(list))
		}
		for i, b := range list {
			if !b.Start.Before(b.End) || b.Start.Before(from) || b.End.After(to) {
				t.Fatalf("period %v outside [%v, %v)", b, from, to)
			}
			if i > 0 && b.Start.Before(list[i-1].Start) {
				t.Fatalf("%v after %v", b, list[i-1])
			}
		}
		for _, p := range probs {
			if p.Reason == "" {
				t.Fatalf("problem %#v", p)
			}
		}
		checkShape(t, Round(list, 15*time.Minute, from, to))
	})
}
