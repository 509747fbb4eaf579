package calendar

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bombs are recurrence rules and dates made to cost as much as possible. Each must be bounded or refused.
func bombs() map[string]string {
	const start, hour = "DTSTART:20000101T000000Z\n", "DURATION:PT1H\n"
	all := func(low, high int) string {
		var b []string
		for n := low; n <= high; n++ {
			b = append(b, fmt.Sprint(n))
		}
		return strings.Join(b, ",")
	}
	hours, sixty, days, year := all(0, 23), all(0, 59), all(1, 31), all(1, 366)
	minus := "-" + strings.ReplaceAll(all(1, 366), ",", ",-")
	out := map[string]string{}
	for i, rule := range []string{
		"FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=SECONDLY;INTERVAL=2", "FREQ=SECONDLY;INTERVAL=59",
		"FREQ=SECONDLY;COUNT=1000000000", "FREQ=SECONDLY;UNTIL=99991231T235959Z", "FREQ=MINUTELY;UNTIL=99991231T235959Z",
		"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31", "FREQ=HOURLY;BYMONTH=4;BYMONTHDAY=31",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11;COUNT=2",
		"FREQ=HOURLY;INTERVAL=24;BYHOUR=5", "FREQ=HOURLY;INTERVAL=24;BYHOUR=5;COUNT=3", "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5",
		"FREQ=MINUTELY;INTERVAL=60;BYMINUTE=7", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=7", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=7;COUNT=9",
		"FREQ=SECONDLY;INTERVAL=86400;BYHOUR=7;BYMINUTE=7;BYSECOND=7;COUNT=9", "FREQ=SECONDLY;BYSECOND=0;COUNT=100000000",
		"FREQ=SECONDLY;BYHOUR=3;BYMINUTE=3;BYSECOND=3;COUNT=100000000", "FREQ=MINUTELY;BYDAY=MO;COUNT=100000000",
		"FREQ=DAILY;BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty,
		"FREQ=DAILY;BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty + ";COUNT=1000000000",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=" + hours + ";BYMINUTE=" + sixty,
		"FREQ=MONTHLY;BYMONTHDAY=" + days + ";BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty,
		"FREQ=YEARLY;BYYEARDAY=" + year + ";BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty,
		"FREQ=YEARLY;BYYEARDAY=" + year + "," + minus + ";BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty + ";BYSETPOS=" + year + "," + minus,
		"FREQ=YEARLY;BYYEARDAY=" + year + ";BYHOUR=" + hours + ";BYMINUTE=" + sixty + ";BYSECOND=" + sixty + ";BYSETPOS=-1;COUNT=1000000",
		"FREQ=YEARLY;BYWEEKNO=" + all(1, 53) + ";BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=" + hours + ";BYMINUTE=" + sixty,
		"FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6;COUNT=5", "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1;COUNT=5",
		"FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=5", "FREQ=MONTHLY;BYSETPOS=366;BYDAY=MO;COUNT=5",
		"FREQ=WEEKLY;BYSETPOS=8;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=5", "FREQ=HOURLY;BYSETPOS=2;COUNT=5", "FREQ=SECONDLY;BYSETPOS=2;COUNT=5",
		"FREQ=SECONDLY;BYSETPOS=" + year + ";COUNT=5", "FREQ=MINUTELY;BYSECOND=" + sixty + ";BYSETPOS=" + year + "," + minus,
		"FREQ=HOURLY;BYMINUTE=" + sixty + ";BYSECOND=" + sixty, "FREQ=HOURLY;BYMINUTE=" + sixty + ";BYSECOND=" + sixty + ";COUNT=1000000000",
		"FREQ=DAILY;INTERVAL=1000000000", "FREQ=YEARLY;INTERVAL=1000000000", "FREQ=SECONDLY;INTERVAL=1000000000", "FREQ=WEEKLY;INTERVAL=1000000000;COUNT=1000000000",
		"FREQ=SECONDLY;BYDAY=" + strings.Repeat("MO,", 100_000) + "MO", "FREQ=YEARLY;BYMONTHDAY=" + strings.Repeat("31,", 100_000) + "31",
		"FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=DAILY;COUNT=99999999999999999999", "FREQ=DAILY;UNTIL=999999999999T000000Z",
		"FREQ=SECONDLY;" + strings.Repeat("X-A=1;", 1000), "FREQ=YEARLY;BYEASTER=0", strings.Repeat("FREQ=SECONDLY;", 1000),
	} {
		out[fmt.Sprintf("rule %02d", i)] = start + hour + "RRULE:" + rule
	}
	var dates, floods []string
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		dates = append(dates, at.Add(time.Duration(i)*10*time.Second).Format("20060102T150405Z"))
		if i < 15_000 {
			floods = append(floods, "UID:f\nRECURRENCE-ID:"+dates[i]+"\nDTSTART:"+dates[i]+"\nDURATION:PT1H")
		}
	}
	list := strings.Join(dates, ",")
	out["100,000 EXDATEs"] = start + hour + "RRULE:FREQ=SECONDLY;INTERVAL=10\nEXDATE:" + list
	out["100,000 RDATEs"] = start + hour + "RDATE:" + list
	out["100,000 PERIODs"] = start + hour + "RDATE;VALUE=PERIOD:" + strings.ReplaceAll(list, ",", "/PT9H,") + "/PT9H"
	out["15,000 changed instances"] = "UID:f\n" + start + hour + "RRULE:FREQ=SECONDLY;INTERVAL=10\n--\n" + strings.Join(floods, "\n--\n")
	out["15,000 shifts"] = "UID:f\n" + start + hour + "RRULE:FREQ=SECONDLY;INTERVAL=10\n--\n" + strings.ReplaceAll(strings.Join(floods, "\n--\n"), "RECURRENCE-ID:", "RECURRENCE-ID;RANGE=THISANDFUTURE:")
	out["a daily event of a thousand years"] = "DTSTART:10000101T000000Z\nDURATION:P365000D\nRRULE:FREQ=DAILY"
	out["from the year 1"] = "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYDAY=MO;COUNT=1000000"
	out["a thousand rules"] = start + hour + strings.Repeat("RRULE:FREQ=SECONDLY\n", 1000)
	out["a zone that changes every second"] = strings.ReplaceAll(outlookZone, "FREQ=YEARLY;INTERVAL=1", "FREQ=SECONDLY") + "\n--\nDTSTART;TZID=Eastern Standard Time:20260601T000000\n" + hour + "RRULE:FREQ=DAILY"
	return out
}

func TestNoRuleCostsMoreThanItsAllowance(t *testing.T) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 14)
	cases := bombs()
	if len(cases) < 60 {
		t.Errorf("only %d bombs", len(cases))
	}
	for name, text := range cases {
		cal, probs := read(t, text)
		began := time.Now()
		list, more := cal.Busy(from, to, time.UTC, DefaultLimits())
		// 50 ms is the promise; a loaded machine gets ten times that before the test calls it broken.
		if took := time.Since(began); took > 500*time.Millisecond {
			t.Errorf("%s: took %v", name, took)
		} else if testing.Verbose() {
			t.Logf("%-36s %6d periods %2d problems %v", name, len(list), len(probs)+len(more), took)
		}
		if len(list) > DefaultLimits().MaxInstances+2*maxRests {
			t.Errorf("%s: %d periods", name, len(list))
		}
	}
}

// What could not be expanded is busy to the end of the window, and named.
func TestAnEventThatRecursTooOftenIsBusyAndReported(t *testing.T) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 14)
	for _, rule := range []string{"FREQ=SECONDLY", "FREQ=SECONDLY;BYSECOND=0,1,2;COUNT=1000000000", "FREQ=MINUTELY"} {
		cal, _ := read(t, "UID:bomb\nDTSTART:20000101T000000Z\nDURATION:PT10M\nRRULE:"+rule)
		list, probs := cal.Busy(from, to, nil, DefaultLimits())
		if len(probs) != 1 || probs[0].UID != "bomb" || !strings.Contains(probs[0].Reason, "too often") {
			t.Errorf("%s: problems %v", rule, probs)
		}
		whole := Coalesce(list)
		if len(whole) != 1 || !whole[0].Start.Equal(from) || !whole[0].End.Equal(to) {
			t.Errorf("%s: %v", rule, whole)
		}
	}
	// UNTIL also ends what is taken as busy.
	cal, _ := read(t, "DTSTART:20260601T000000Z\nDURATION:PT1M\nRRULE:FREQ=SECONDLY;UNTIL=20260603T000000Z")
	list, _ := cal.Busy(from, to, nil, DefaultLimits())
	if whole := Coalesce(list); len(whole) != 1 || whole[0].End.After(time.Date(2026, 6, 6, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("with UNTIL: %v", whole)
	}
}

// One bad event must not cost the others their place.
func TestOneBombLeavesTheOtherEventsWhole(t *testing.T) {
	cal, _ := read(t, "UID:bomb\nDTSTART:20000101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;COUNT=10000000;BYSECOND=1\n--\nUID:good\nSTATUS:TENTATIVE\nDTSTART:20200106T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY")
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	list, probs := cal.Busy(from, from.AddDate(0, 0, 14), nil, DefaultLimits())
	var good []Busy
	for _, b := range list {
		if b.Status == Tentative {
			good = append(good, b)
		}
	}
	expect(t, good, time.UTC, "0601T0900-1000 tentative", "0608T0900-1000 tentative")
	if len(probs) != 1 || probs[0].UID != "bomb" {
		t.Error(probs)
	}
}

func TestLimitsThatAreNotGivenAreTheDefaults(t *testing.T) {
	if got := (Limits{MaxEvents: 7, MaxBytes: -1}).filled(); got.MaxEvents != 7 || got.MaxBytes != DefaultLimits().MaxBytes || got.MaxRuleSteps != DefaultLimits().MaxRuleSteps || got.MaxInstances != DefaultLimits().MaxInstances {
		t.Errorf("%+v", got)
	}
}
