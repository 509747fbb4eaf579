package policy

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// judgeRest: between the end of a day's last slot or trip and the next start
// there is the rest that the safety document asks for. Pauses within a day are
// not rest, and people on several tracks have many, so a day ends at a pause
// that the night falls into (midnight to the end of the night, local time).
// And because whoever works through the night has no such pause, no stretch
// without one or a full rest is longer than what 24 hours leave beside the
// rest. Only what a proposed unit brings about is an
// objection: a week that was too full before is not this act's doing.
func judgeRest(q *question, found []Finding) []Finding {
	d := q.rules.safety
	if d == nil || len(q.Units) == 0 {
		return found
	}
	var room [64]span
	week := q.week(room[:0])
	s, zone := d.Safety(), q.zone()
	if pause, short := s.shortRest(week, zone); short {
		found = append(found, rest(d, "rest.night", pause, s.rest, spec.Text{
			JA: "前の予定の終わりから次の予定の始まりまでの休息が足りません。",
			EN: "There is too little rest between the end of one day and the start of the next.",
		}))
	}
	if length := s.longDay(week, q.Trip, zone); length > 0 {
		found = append(found, rest(d, "rest.day", length, 24*time.Hour-s.rest, spec.Text{
			JA: "十分な休息をはさまずに予定が続く時間が長すぎます。",
			EN: "Too long a time passes without a full rest.",
		}))
	}
	return found
}

func rest(d *Document, clause string, value, limit time.Duration, why spec.Text) Finding {
	f := d.finding(clause, Deny, why)
	f.Inputs = map[string]string{
		"minutes": strconv.FormatInt(int64(value/time.Minute), 10),
		"limit":   strconv.FormatInt(int64(limit/time.Minute), 10),
	}
	return f
}

// span is a stretch of the week in which the person is taken, in seconds.
type span struct {
	from, to int64
	unit     bool // a proposed unit is part of it
}

// reach is how far around the units the week matters: beyond two days nothing
// can stand without a full rest in between and not be seen within them.
const reach = 48 * 60 * 60

// week joins slots and units into spans, sorted and apart from each other.
func (q *question) week(spans []span) []span {
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, u := range q.Units {
		first, last = min(first, u.Start.Unix()), max(last, u.End.Unix())
		spans = append(spans, span{u.Start.Unix(), u.End.Unix(), true})
	}
	for _, s := range q.Slots {
		if from, to := s.Start.Unix(), s.End.Unix(); from < last+reach && to > first-reach {
			spans = append(spans, span{from, to, false})
		}
	}
	slices.SortFunc(spans, func(a, b span) int {
		switch {
		case a.from < b.from:
			return -1
		case a.from > b.from:
			return 1
		}
		return 0
	})
	joined := spans[:1]
	for _, s := range spans[1:] {
		if end := &joined[len(joined)-1]; s.from <= end.to {
			end.to, end.unit = max(end.to, s.to), end.unit || s.unit
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}

// shortRest finds the shortest pause beside a unit that the night falls into
// and that is no full rest.
func (s *Safety) shortRest(week []span, zone *time.Location) (time.Duration, bool) {
	shortest, short := seconds(s.rest), false
	for i := 1; i < len(week); i++ {
		before, after := week[i-1], week[i]
		pause := after.from - before.to
		if (before.unit || after.unit) && pause < shortest && s.nightFalls(before.to, after.from, zone) {
			shortest, short = pause, true
		}
	}
	return time.Duration(shortest) * time.Second, short
}

// nightFalls reports whether a pause shorter than a day touches the hours from
// midnight to the end of the night.
func (s *Safety) nightFalls(from, to int64, zone *time.Location) bool {
	start := clockSeconds(from, zone)
	return start < seconds(s.nightTo) || start+to-from > daySeconds
}

// longDay returns the length of the longest stretch of spans with a unit in it
// that neither a full rest nor a night divides, where it is longer than most
// allows; else zero. A night that is too short is shortRest's to object to. A
// trip that is one span is spared: how the traveller sleeps on it is not known.
func (s *Safety) longDay(week []span, trip bool, zone *time.Location) time.Duration {
	full, longest := seconds(s.rest), seconds(24*time.Hour-s.rest)
	long := false
	for i := 0; i < len(week); {
		j, unit := i, week[i].unit
		for j+1 < len(week) && week[j+1].from-week[j].to < full && !s.nightFalls(week[j].to, week[j+1].from, zone) {
			j++
			unit = unit || week[j].unit
		}
		if length := week[j].to - week[i].from; unit && length > longest && !(trip && i == j) {
			longest, long = length, true
		}
		i = j + 1
	}
	if !long {
		return 0
	}
	return time.Duration(min(longest, maxSeconds)) * time.Second
}

// maxSeconds is the longest that a time.Duration can hold; a unit may claim to
// last for ever.
const maxSeconds = int64(math.MaxInt64 / time.Second)

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
