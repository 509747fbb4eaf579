package focus

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// ReadOpenMHealth reads data points of Open mHealth: sleep-episode 1.1,
// rr-interval 1.0, and heart rate variability as {hrvRmssd {value, unit},
// effective_time_frame}. A file is one point, an array of points, or one point a
// line; a point is a header with a body, or the body alone. A Fault's line is
// where its point begins.
func ReadOpenMHealth(octets []byte, now time.Time) Import {
	var in Import
	if len(octets) > MostOctets {
		in.fault(0, "", FaultTooLarge)
		return in
	}
	var beats []beat
	points, broken := split(octets)
	for i, p := range points {
		if i == MostItems {
			in.fault(p.line, "", FaultTooMany)
			break
		}
		if b, ok := in.point(p, now); ok {
			beats = append(beats, b)
		}
	}
	if broken > 0 {
		in.fault(broken, "", FaultJSON)
	}
	in.beats(beats, now)
	return in.settled()
}

// place is a JSON value and the line where it begins.
type place struct {
	octets json.RawMessage
	line   int
}

// split finds the values of a file; broken is the line of what is no JSON.
func split(octets []byte) (list []place, broken int) {
	d := json.NewDecoder(bytes.NewReader(octets))
	from, line := 0, 1
	// lineOf counts on from the place before: a value begins at the first octet that is no space or comma.
	lineOf := func(at int) int {
		for at < len(octets) && bytes.IndexByte([]byte(" \t\r\n,:"), octets[at]) >= 0 {
			at++
		}
		line += bytes.Count(octets[from:at], []byte("\n"))
		from = at
		return line
	}
	inside := false
	for {
		begins := lineOf(int(d.InputOffset()))
		if !inside && begins > 0 && from < len(octets) && octets[from] == '[' {
			if _, err := d.Token(); err != nil {
				return list, begins
			}
			inside = true
			continue
		}
		if inside && !d.More() {
			if _, err := d.Token(); err != nil {
				return list, begins
			}
			inside = false
			continue
		}
		var value json.RawMessage
		err := d.Decode(&value)
		if errors.Is(err, io.EOF) {
			return list, 0
		}
		if err != nil {
			return list, begins
		}
		list = append(list, place{value, begins})
	}
}

// quantity is a unit-value of Open mHealth.
type quantity struct {
	Value *float64 `json:"value"`
	Unit  string   `json:"unit"`
}

// timeFrame is a time-frame of Open mHealth.
type timeFrame struct {
	DateTime string `json:"date_time"`
	Interval *struct {
		Start    string    `json:"start_date_time"`
		End      string    `json:"end_date_time"`
		Duration *quantity `json:"duration"`
	} `json:"time_interval"`
}

// body is the members of all kinds that are read; others are not looked at.
type body struct {
	Frame      *timeFrame `json:"effective_time_frame"`
	TotalSleep *quantity  `json:"total_sleep_time"`
	MainSleep  *bool      `json:"is_main_sleep"`
	RR         *quantity  `json:"rr_interval"`
	RMSSD      *quantity  `json:"hrvRmssd"`
}

type header struct {
	Schema struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
		Version   string `json:"version"`
	} `json:"schema_id"`
	Created string `json:"creation_date_time"`
}

// readable are the schemas that are read, by name, with the least version.
var readable = map[string]string{"sleep-episode": "1.", "rr-interval": "1.", "heart-rate-variability": ""}

// point takes one data point; an RR interval is answered, since it takes many
// of them to make a value.
func (in *Import) point(p place, now time.Time) (beat, bool) {
	var whole struct {
		Header *header         `json:"header"`
		Body   json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal(p.octets, &whole); err != nil {
		in.fault(p.line, "", FaultJSON)
		return beat{}, false
	}
	if whole.Header != nil && whole.Header.Schema.Name != "" {
		version, known := readable[whole.Header.Schema.Name]
		if !known || len(whole.Header.Schema.Version) < len(version) || whole.Header.Schema.Version[:len(version)] != version {
			in.fault(p.line, "header.schema_id", FaultKind)
			return beat{}, false
		}
	}
	octets := whole.Body
	if octets == nil {
		octets = p.octets
	}
	var b body
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(octets, &b); errors.As(err, &wrong) {
		in.fault(p.line, wrong.Field, FaultJSON)
		return beat{}, false
	}
	switch {
	case b.RMSSD != nil:
		in.variability(p.line, b, now)
	case b.RR != nil:
		return in.interval(p.line, b, whole.Header, now)
	case b.Frame != nil && b.Frame.Interval != nil || b.TotalSleep != nil || b.MainSleep != nil:
		in.episode(p.line, b, now)
	default:
		in.fault(p.line, "", FaultKind)
	}
	return beat{}, false
}

func (in *Import) episode(line int, b body, now time.Time) {
	const field = "effective_time_frame.time_interval"
	if b.Frame == nil || b.Frame.Interval == nil {
		in.fault(line, field, FaultMissing)
		return
	}
	i := b.Frame.Interval
	var length time.Duration
	if i.Duration != nil {
		var ok bool
		if length, ok = in.duration(line, field+".duration", i.Duration); !ok {
			return
		}
	}
	start, hasStart, ok := in.moment(line, field+".start_date_time", i.Start)
	if !ok {
		return
	}
	end, hasEnd, ok := in.moment(line, field+".end_date_time", i.End)
	if !ok {
		return
	}
	switch {
	case !hasStart && hasEnd && length > 0:
		start = end.Add(-length)
	case hasStart && !hasEnd && length > 0:
		end = start.Add(length)
	case !hasStart:
		in.fault(line, field+".start_date_time", FaultMissing)
		return
	case !hasEnd:
		in.fault(line, field+".end_date_time", FaultMissing)
		return
	}
	n := Night{Span: Span{start, end}}
	if b.TotalSleep != nil {
		if n.Asleep, ok = in.duration(line, "total_sleep_time", b.TotalSleep); !ok {
			return
		}
		if n.Asleep > n.Length() {
			in.fault(line, "total_sleep_time", FaultOrder)
			return
		}
	}
	in.night(line, field+".start_date_time", field+".end_date_time", n, now)
}

// moment reads a date-time with its zone (RFC 3339); an empty one is not there.
func (in *Import) moment(line int, field, text string) (at time.Time, there, ok bool) {
	if text == "" {
		return time.Time{}, false, true
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		in.fault(line, field, FaultTime)
		return time.Time{}, true, false
	}
	return at.UTC(), true, true
}

// units are the durations that Open mHealth writes.
var units = map[string]time.Duration{
	"ms": time.Millisecond, "sec": time.Second, "min": time.Minute, "h": time.Hour,
}

func (in *Import) duration(line int, field string, q *quantity) (time.Duration, bool) {
	unit, known := units[q.Unit]
	switch {
	case q.Value == nil:
		in.fault(line, field+".value", FaultNumber)
	case !known:
		in.fault(line, field+".unit", FaultUnit)
	case *q.Value <= 0 || *q.Value*float64(unit) > float64(2*longestNight):
		in.fault(line, field+".value", FaultRange)
	default:
		return time.Duration(*q.Value * float64(unit)), true
	}
	return 0, false
}

// milliseconds reads a value whose only unit is ms.
func (in *Import) milliseconds(line int, field string, q *quantity) (float64, bool) {
	switch {
	case q.Value == nil:
		in.fault(line, field+".value", FaultNumber)
	case q.Unit != "ms":
		in.fault(line, field+".unit", FaultUnit)
	default:
		return *q.Value, true
	}
	return 0, false
}

// framed is the moment that a time frame ends.
func (in *Import) framed(line int, f *timeFrame) (time.Time, bool) {
	const field = "effective_time_frame"
	if f != nil && f.DateTime != "" {
		at, _, ok := in.moment(line, field+".date_time", f.DateTime)
		return at, ok
	}
	if f == nil || f.Interval == nil || f.Interval.End == "" {
		in.fault(line, field, FaultMissing)
		return time.Time{}, false
	}
	at, _, ok := in.moment(line, field+".time_interval.end_date_time", f.Interval.End)
	return at, ok
}

func (in *Import) variability(line int, b body, now time.Time) {
	value, ok := in.milliseconds(line, "hrvRmssd", b.RMSSD)
	if !ok {
		return
	}
	if at, ok := in.framed(line, b.Frame); ok {
		in.heart(line, "effective_time_frame", "hrvRmssd.value", Heart{At: at, Method: RMSSD, Value: value}, now)
	}
}

func (in *Import) interval(line int, b body, h *header, now time.Time) (beat, bool) {
	value, ok := in.milliseconds(line, "rr_interval", b.RR)
	if !ok {
		return beat{}, false
	}
	if value < leastInterval || value > mostInterval {
		in.fault(line, "rr_interval.value", FaultRange)
		return beat{}, false
	}
	frame := b.Frame
	if frame == nil && h != nil && h.Created != "" { // the schema lets the time stand in the header
		frame = &timeFrame{DateTime: h.Created}
	}
	at, ok := in.framed(line, frame)
	if ok && at.After(now.Add(ahead)) {
		in.fault(line, "effective_time_frame", FaultFuture)
		return beat{}, false
	}
	return beat{at, value, line}, ok
}
