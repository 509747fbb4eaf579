package focus

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store/vitals"
	"github.com/fukusen/fukusen/node/web/parts"
)

// The hours that the picture of a day shows.
const (
	firstHour = 5
	lastHour  = 24
)

// size is one of the two sizes of the picture: text that shrinks with it could
// not be read on a telephone.
type size struct {
	class string
	width float64
	every int // hours between two labels
}

func sizes() []size { return []size{{"wide", 660, 3}, {"narrow", 340, 6}} }

// Where the parts of the picture lie, in its own units.
const (
	left       = 58.0
	curveTop   = 16.0
	curveFoot  = 150.0
	laneHeight = 22.0
	busyTop    = 162.0
	focusTop   = 190.0
	foot       = 218.0
	height     = 244.0
)

// The part of the scale that is drawn, from most alert to most sleepy.
const (
	mostAlert  = 2
	mostSleepy = 8
)

func (s size) x(at time.Time) float64 {
	day := at.In(availability.Home)
	hour := float64(day.Hour()) + float64(day.Minute())/60
	return left + (hour-firstHour)*(s.width-left-8)/(lastHour-firstHour)
}

func y(kss float64) float64 {
	part := (min(max(kss, mostAlert), mostSleepy) - mostAlert) / (mostSleepy - mostAlert)
	return curveTop + part*(curveFoot-curveTop)
}

func px(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

// whole is the part of a day that the picture shows.
func whole(now time.Time) focus.Span {
	y, m, d := now.In(availability.Home).Date()
	return focus.Span{
		Start: time.Date(y, m, d, firstHour, 0, 0, 0, availability.Home), End: time.Date(y, m, d, lastHour, 0, 0, 0, availability.Home),
	}
}

// box is a stretch of time in the picture.
type box struct{ x, width string }

func (s size) box(day, span focus.Span) (box, bool) {
	if span.Start.Before(day.Start) {
		span.Start = day.Start
	}
	if span.End.After(day.End) {
		span.End = day.End
	}
	if !span.Start.Before(span.End) {
		return box{}, false
	}
	from, to := s.x(span.Start), s.width-8
	if span.End.Before(day.End) {
		to = s.x(span.End)
	}
	return box{px(from), px(to - from)}, true
}

func (s size) boxes(day focus.Span, list []focus.Span) []box {
	var out []box
	for _, span := range list {
		if b, some := s.box(day, span); some {
			out = append(out, b)
		}
	}
	return out
}

// curve is the expected alertness as a path; where somebody sleeps is a gap.
func (s size) curve(day focus.Span, points []focus.Point) string {
	var d strings.Builder
	last := time.Time{}
	for _, p := range points {
		if !p.At.Before(day.End) {
			break
		}
		pen := "L"
		if last.IsZero() || p.At.Sub(last) > focus.Step {
			pen = "M"
		}
		d.WriteString(pen + px(s.x(p.At)) + " " + px(y(p.KSS)))
		last = p.At
	}
	return d.String()
}

// hour is a label under the picture.
type hour struct{ x, said string }

func (s size) hours(day focus.Span) []hour {
	var list []hour
	for h := firstHour + 1; h <= lastHour; h++ {
		if h%s.every == 0 {
			x := left + float64(h-firstHour)*(s.width-left-8)/(lastHour-firstHour)
			list = append(list, hour{px(x), strconv.Itoa(h)})
		}
	}
	return list
}

func slotsOf(list []focus.Slot) []focus.Span {
	out := make([]focus.Span, len(list))
	for i, s := range list {
		out[i] = s.Span
	}
	return out
}

func acceptedOf(list []vitals.Slot) []focus.Span {
	out := make([]focus.Span, len(list))
	for i, s := range list {
		out[i] = focus.Span{Start: time.Unix(s.StartsAt, 0), End: time.Unix(s.EndsAt, 0)}
	}
	return out
}

func practiceOf(list []rhythm.Practice) []focus.Span {
	out := make([]focus.Span, len(list))
	for i, p := range list {
		out[i] = p.Span
	}
	return out
}

func nightsOf(list []focus.Night) []focus.Span {
	out := make([]focus.Span, len(list))
	for i, n := range list {
		out[i] = n.Span
	}
	return out
}

// taken is all time of the day that is not free.
func taken(d rhythm.Day) []focus.Span { return append(practiceOf(d.Practice), d.Busy...) }

// hourRows are the picture as a table: each hour, how alert, and what is there.
func hourRows(ctx context.Context, d rhythm.Day) []parts.Row {
	day := whole(d.Now)
	var rows []parts.Row
	for at := day.Start; at.Before(day.End); at = at.Add(time.Hour) {
		span := focus.Span{Start: at, End: at.Add(time.Hour)}
		alert := parts.T(ctx, "focus.asleep")
		if kss, up := d.Course.KSS(at); up {
			alert = alertness(ctx, kss)
		}
		rows = append(rows, parts.Cells(at.Format("15:04"), alert, strings.Join(there(ctx, d, span), parts.T(ctx, "focus.and"))))
	}
	return rows
}

// there says what lies in a span.
func there(ctx context.Context, d rhythm.Day, span focus.Span) []string {
	var list []string
	for _, p := range d.Practice {
		if p.Meets(span) {
			list = append(list, p.Title)
		}
	}
	for _, kind := range []struct {
		key   string
		spans []focus.Span
	}{{"focus.busy", d.Busy}, {"focus.slot.accepted", acceptedOf(d.Accepted)}, {"focus.slot.proposed", slotsOf(d.Slots)}} {
		for _, s := range kind.spans {
			if s.Meets(span) {
				list = append(list, parts.T(ctx, kind.key))
				break
			}
		}
	}
	return list
}

// alertness is a value of the scale in words, with the value.
func alertness(ctx context.Context, kss float64) string {
	kss = math.Round(10*kss) / 10
	key := "focus.kss.sleepy"
	switch {
	case kss <= 3.5:
		key = "focus.kss.very-alert"
	case kss <= 5:
		key = "focus.kss.alert"
	case kss <= 6.5:
		key = "focus.kss.neither"
	}
	return parts.T(ctx, "focus.kss", parts.T(ctx, key), fmt.Sprintf("%.1f", kss))
}

// hours writes a length of time in hours and minutes.
func length(ctx context.Context, d time.Duration) string {
	m := int(d.Round(time.Minute) / time.Minute)
	if m%60 == 0 {
		return parts.T(ctx, "focus.hours", m/60)
	}
	return parts.T(ctx, "focus.hours-minutes", m/60, m%60)
}

// fromTo writes a stretch of a day: 9:00–10:30.
func fromTo(ctx context.Context, s focus.Span) string {
	return parts.T(ctx, "focus.from-to", s.Start.In(availability.Home).Format("15:04"), s.End.In(availability.Home).Format("15:04"))
}
