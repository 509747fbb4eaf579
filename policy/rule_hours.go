package policy

import (
	"strconv"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// maxMonths is how far back overtime is averaged (Labour Standards Act 36(6)).
const maxMonths = 6

// judgeHours: no night work and no overtime by minors, night work by adults is
// seen, and overtime with holiday work, summed over all employers, stays within
// the limits of the month and of the average. Contract work is not summed.
func judgeHours(q *question, found []Finding) []Finding {
	d := q.rules.safety
	if d == nil {
		return found
	}
	found = judgeNight(q, found)
	if q.Contract || len(q.Overtime) == 0 {
		return found
	}
	s, month := d.Safety(), q.Overtime[0]
	if q.Minor && month > 0 && s.MinorOvertime != Allow {
		found = append(found, hours(d, "hours.minor-overtime", s.MinorOvertime, month, 0, spec.Text{
			JA: "18歳未満の時間外労働は認められません。", EN: "A minor works no overtime.",
		}))
	}
	if limit := time.Duration(s.Overtime.MonthHours) * time.Hour; month >= limit {
		found = append(found, hours(d, "hours.overtime-month", Deny, month, limit, spec.Text{
			JA: "時間外・休日労働の合計が、ひと月の上限に達します。",
			EN: "Overtime and holiday work reach the limit of one month.",
		}))
	}
	if worst, limit := worstAverage(q.Overtime, s.Overtime.Months), time.Duration(s.Overtime.AverageHours)*time.Hour; worst > limit {
		found = append(found, hours(d, "hours.overtime-average", Deny, worst, limit, spec.Text{
			JA: "時間外・休日労働の複数月平均が、上限を超えます。",
			EN: "The average of overtime and holiday work over several months is above the limit.",
		}))
	}
	return found
}

func hours(d *Document, clause string, e Effect, value, limit time.Duration, why spec.Text) Finding {
	f := d.finding(clause, e, why)
	f.Inputs = map[string]string{
		"minutes": strconv.FormatInt(int64(value/time.Minute), 10),
		"limit":   strconv.FormatInt(int64(limit/time.Minute), 10),
	}
	return f
}

// worstAverage is the greatest average over the newest 2 to n months.
func worstAverage(months []time.Duration, n int) time.Duration {
	var sum, worst time.Duration
	for i := range min(len(months), n) {
		sum += months[i]
		if i > 0 {
			worst = max(worst, sum/time.Duration(i+1))
		}
	}
	return worst
}

// judgeNight makes one finding, whatever the number of units at night.
func judgeNight(q *question, found []Finding) []Finding {
	d := q.rules.safety
	s := d.Safety()
	effect, clause, why := s.AdultNight, "hours.night", spec.Text{
		JA: "深夜の時間帯にかかる仕事です。", EN: "The work is at night.",
	}
	if q.Minor {
		effect, clause, why = s.MinorNight, "hours.minor-night", spec.Text{
			JA: "18歳未満の深夜の仕事は認められません。", EN: "A minor does not work at night.",
		}
	}
	if effect == Allow {
		return found
	}
	zone := q.zone()
	for _, u := range q.Units {
		if s.atNight(u, zone) {
			f := d.finding(clause, effect, why)
			f.Inputs = map[string]string{"from": s.Night.From, "until": s.Night.Until, "zone": zone.String()}
			return append(found, f)
		}
	}
	return found
}

// zone is where the person is, or where the federation is.
func (q *question) zone() *time.Location {
	if q.Zone != nil {
		return q.Zone
	}
	return q.rules.safety.Safety().zone
}

// atNight reports whether an interval touches the hours of the night. Summer
// time changes within the night, so one offset serves the whole interval.
func (s *Safety) atNight(i Interval, zone *time.Location) bool {
	from, length := i.Start.Unix(), i.End.Unix()-i.Start.Unix()
	if length >= daySeconds {
		return true
	}
	start, in, out := clockSeconds(from, zone), seconds(s.nightIn), seconds(s.nightTo)
	if out <= in { // the night passes midnight
		return start < out || start+length > in
	}
	return start < out && start+length > in || start+length > daySeconds+in
}

const daySeconds = 24 * 60 * 60

// clockSeconds is what the clock on the wall shows, in seconds since midnight.
func clockSeconds(at int64, zone *time.Location) int64 {
	_, offset := time.Unix(at, 0).In(zone).Zone()
	return ((at+int64(offset))%daySeconds + daySeconds) % daySeconds
}
