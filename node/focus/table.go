package focus

import (
	"strconv"
	"strings"
	"time"
)

// Line is one line of a spreadsheet under its header.
type Line struct {
	Number int
	Cells  []string
}

// The columns of a spreadsheet, by what a header may call them, in lower case
// and without spaces.
var columns = map[string]string{
	"sleep_start": "sleep_start", "入眠日時": "sleep_start", "就寝日時": "sleep_start", "就寝": "sleep_start", "入眠": "sleep_start",
	"sleep_end": "sleep_end", "起床日時": "sleep_end", "起床": "sleep_end",
	"asleep_minutes": "asleep_minutes", "睡眠時間(分)": "asleep_minutes",
	"measured_at": "measured_at", "測定日時": "measured_at",
	"rmssd_ms": "rmssd_ms", "rmssd": "rmssd_ms", "rmssd(ms)": "rmssd_ms", "rmssd(ミリ秒)": "rmssd_ms",
	"sdnn_ms": "sdnn_ms", "sdnn": "sdnn_ms", "sdnn(ms)": "sdnn_ms", "sdnn(ミリ秒)": "sdnn_ms",
}

// Header is the first line of a spreadsheet in a language ("ja", or else English).
func Header(lang string) string {
	if lang == "ja" {
		return "入眠日時,起床日時,睡眠時間(分),測定日時,RMSSD(ms),SDNN(ms)"
	}
	return "sleep_start,sleep_end,asleep_minutes,measured_at,rmssd_ms,sdnn_ms"
}

// even makes full-width letters, digits and signs half-width.
func even(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　':
			return ' '
		}
		return r
	}, text))
}

// forms are the ways in which a cell says a local moment; one with a zone is
// read by RFC 3339.
var forms = []string{
	"2006-1-2 15:04", "2006-1-2 15:04:05", "2006-1-2T15:04", "2006-1-2T15:04:05",
	"2006/1/2 15:04", "2006/1/2 15:04:05", "2006年1月2日 15:04", "2006年1月2日15:04", "2006年1月2日 15時04分", "2006年1月2日15時04分",
}

func clock(text string, zone *time.Location) (time.Time, bool) {
	text = even(text)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), true
	}
	for _, form := range forms {
		if at, err := time.ParseInLocation(form, text, zone); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// ReadTable reads a spreadsheet with the columns sleep_start, sleep_end,
// asleep_minutes, measured_at, rmssd_ms and sdnn_ms, or their Japanese names
// (入眠日時, 起床日時, 睡眠時間(分), 測定日時, RMSSD(ms), SDNN(ms)). A line says a
// night, values, or both; values without a time are of its waking up. Times
// without a zone are local.
func ReadTable(header []string, lines []Line, now time.Time, zone *time.Location) Import {
	var in Import
	at, named := make(map[string]int), make(map[string]string)
	for i, name := range header {
		plain := strings.ToLower(strings.ReplaceAll(even(name), " ", ""))
		if column := columns[plain]; column != "" {
			if _, twice := at[column]; !twice {
				at[column], named[column] = i, name
			}
		}
	}
	_, nights := at["sleep_end"]
	_, rmssd := at["rmssd_ms"]
	_, sdnn := at["sdnn_ms"]
	if !nights && !rmssd && !sdnn {
		in.fault(1, "", FaultColumns)
		return in
	}
	for i, line := range lines {
		if 3*i > MostItems {
			in.fault(line.Number, "", FaultTooMany)
			break
		}
		cell := func(column string) string {
			if n, there := at[column]; there && n < len(line.Cells) {
				return even(line.Cells[n])
			}
			return ""
		}
		in.line(line.Number, cell, named, now, zone)
	}
	return in.settled()
}

// line takes one line of a spreadsheet.
func (in *Import) line(number int, cell func(string) string, named map[string]string, now time.Time, zone *time.Location) {
	name := func(column string) string {
		if named[column] != "" {
			return named[column]
		}
		return column
	}
	when := func(column string) (at time.Time, there, ok bool) {
		if cell(column) == "" {
			return time.Time{}, false, true
		}
		if at, ok = clock(cell(column), zone); !ok {
			in.fault(number, name(column), FaultTime)
		}
		return at, true, ok
	}
	amount := func(column string) (n float64, there, ok bool) {
		if cell(column) == "" {
			return 0, false, true
		}
		n, err := strconv.ParseFloat(cell(column), 64)
		if err != nil {
			in.fault(number, name(column), FaultNumber)
		}
		return n, true, err == nil
	}
	start, hasStart, ok1 := when("sleep_start")
	end, hasEnd, ok2 := when("sleep_end")
	measured, hasTime, ok3 := when("measured_at")
	minutes, _, ok4 := amount("asleep_minutes")
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return
	}
	switch {
	case hasStart && hasEnd:
		n := Night{Span: Span{start, end}, Asleep: time.Duration(minutes * float64(time.Minute))}
		if n.Asleep < 0 || n.Asleep > n.Length() && start.Before(end) {
			in.fault(number, name("asleep_minutes"), FaultRange)
			return
		}
		in.night(number, name("sleep_start"), name("sleep_end"), n, now)
	case hasStart:
		in.fault(number, name("sleep_end"), FaultMissing)
	case hasEnd && !hasTime && cell("rmssd_ms")+cell("sdnn_ms") == "":
		in.fault(number, name("sleep_start"), FaultMissing)
	}
	if !hasTime {
		measured = end
	}
	for column, method := range map[string]Method{"rmssd_ms": RMSSD, "sdnn_ms": SDNN} {
		value, there, ok := amount(column)
		switch {
		case !there || !ok:
		case measured.IsZero():
			in.fault(number, name("measured_at"), FaultMissing)
		default:
			in.heart(number, name("measured_at"), name(column), Heart{At: measured, Method: method, Value: value}, now)
		}
	}
}
