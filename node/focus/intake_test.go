package focus

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func said(in Import) string {
	var list []string
	for _, f := range in.Faults {
		list = append(list, fmt.Sprint(f.Line, " ", f.Field, " ", f.Code))
	}
	return strings.Join(list, "; ")
}

// TestOpenMHealthIsReadPointByPoint, as one point, an array or a point a line,
// and what is wrong is named with its line.
func TestOpenMHealthIsReadPointByPoint(t *testing.T) {
	now := local(20, 12, 0)
	night := `{"header": {"schema_id": {"namespace": "omh", "name": "sleep-episode", "version": "1.1"}},` + "\n" +
		`"body": {"effective_time_frame": {"time_interval": {"start_date_time": "2026-04-19T23:00:00+09:00", "duration": {"value": 7, "unit": "h"}}}, "total_sleep_time": {"value": 400, "unit": "min"}}}`
	heart := `{"hrvRmssd": {"value": 52.5, "unit": "ms"}, "effective_time_frame": {"date_time": "2026-04-20T06:00:00+09:00"}}`
	for name, file := range map[string]string{"an array": "[\n" + night + ",\n" + heart + "\n]", "lines": night + "\n" + heart + "\n"} {
		in := ReadOpenMHealth([]byte(file), now)
		if said(in) != "" || len(in.Nights) != 1 || in.Nights[0].Slept() != 400*time.Minute || len(in.Hearts) != 1 || in.Hearts[0].Value != 52.5 {
			t.Errorf("%s: %+v", name, in)
		}
	}
	for file, want := range map[string]string{
		"": "0  empty", "{": "1  json",
		"[\n" + heart + ",\n{\"hrvRmssd\": {\"value\": 1, \"unit\": \"s\"}}]":                                               "3 hrvRmssd.unit unit",
		`{"hrvRmssd": {"value": 9000, "unit": "ms"}, "effective_time_frame": {"date_time": "2026-04-20T06:00:00+09:00"}}`:   "1 hrvRmssd.value range",
		`{"hrvRmssd": {"value": 50, "unit": "ms"}}`:                                                                         "1 effective_time_frame missing",
		`{"header": {"schema_id": {"name": "blood-pressure", "version": "1.0"}}, "body": {}}`:                               "1 header.schema_id kind",
		strings.Replace(night, "+09:00", "", 1):                                                                             "1 effective_time_frame.time_interval.start_date_time time",
		`{"rr_interval": {"value": 800, "unit": "ms"}, "effective_time_frame": {"date_time": "2026-04-20T06:00:00+09:00"}}`: "1 rr_interval short",
		`{"hrvRmssd": {"value": 50, "unit": "ms"}, "effective_time_frame": {"date_time": "2027-04-20T06:00:00+09:00"}}`:     "1 effective_time_frame future",
	} {
		if got := said(ReadOpenMHealth([]byte(file), now)); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}

// TestRRIntervalsMakeOneValueOfASitting, of neighbours alone.
func TestRRIntervalsMakeOneValueOfASitting(t *testing.T) {
	var b strings.Builder
	at := local(20, 6, 0)
	for i := range 80 {
		rr := 800 + 20*(i%2)
		at = at.Add(time.Duration(rr) * time.Millisecond)
		if i == 40 {
			at = at.Add(time.Minute) // a gap: the difference over it does not count
		}
		fmt.Fprintf(&b, `{"rr_interval": {"value": %d, "unit": "ms"}, "effective_time_frame": {"date_time": %q}}`+"\n", rr, at.Format(time.RFC3339Nano))
	}
	in := ReadOpenMHealth([]byte(b.String()), local(20, 12, 0))
	if said(in) != "" || len(in.Hearts) != 1 || fmt.Sprintf("%.2f", in.Hearts[0].Value) != "20.00" {
		t.Errorf("%+v", in)
	}
}

// TestASpreadsheetIsReadInBothLanguages, and what is wrong is named with its
// line and column.
func TestASpreadsheetIsReadInBothLanguages(t *testing.T) {
	now := local(20, 12, 0)
	rows := []Line{{2, []string{"2026/4/19 23:00", "2026/4/20 6:30", "", "", "５２.５", "60"}}}
	for _, lang := range []string{"ja", "en"} {
		in := ReadTable(strings.Split(Header(lang), ","), rows, now, tokyo)
		if said(in) != "" || len(in.Nights) != 1 || len(in.Hearts) != 2 {
			t.Errorf("%s: %+v", lang, in)
		}
	}
	bad := []Line{
		{2, []string{"2026/4/19 23:00", "2026/4/19 22:00", "", "", "", ""}},
		{3, []string{"2026/4/18 23:00", "", "", "", "", ""}},
		{4, []string{"", "", "", "", "50", ""}},
		{5, []string{"yesterday", "2026/4/20 6:00", "", "", "x", ""}},
	}
	want := "2 sleep_end order; 3 sleep_end missing; 4 measured_at missing; 5 sleep_start time"
	if got := said(ReadTable(strings.Split(Header("en"), ","), bad, now, tokyo)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := said(ReadTable([]string{"a", "b"}, bad, now, tokyo)); got != "1  columns" {
		t.Error(got)
	}
}

// TestASmallCellIsToldByNothing: neither by itself, nor by the total less the others.
func TestASmallCellIsToldByNothing(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"3 3 3", "[]"}, {"12 15 30", "[57 12 15 30]"}, {"4 15 30", "[49 -1 -1 30]"}, {"4 5 30", "[39 -1 -1 -1]"}, {"0 40 40", "[80 -1 -1 40]"},
	} {
		var a, b, d int
		fmt.Sscan(c.in, &a, &b, &d)
		list := []int{}
		for _, cell := range Suppress([]Cell{{"a", a}, {"b", b}, {"c", d}}) {
			list = append(list, cell.N)
		}
		if fmt.Sprint(list) != c.want {
			t.Errorf("%s: %v, want %s", c.in, list, c.want)
		}
	}
}
