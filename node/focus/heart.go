package focus

import (
	"math"
	"slices"
	"time"
)

// Method is how a value of heart rate variability was worked out. Values of two
// methods are not comparable and never stand in one baseline.
type Method string

// The methods that are kept.
const (
	RMSSD Method = "rmssd"
	SDNN  Method = "sdnn"
)

// Heart is one value of heart rate variability, in milliseconds.
type Heart struct {
	At     time.Time
	Method Method
	Value  float64
}

// RMSSDOf is the root mean square of successive differences of RR intervals in
// milliseconds; false for fewer than two.
func RMSSDOf(rr []float64) (float64, bool) {
	if len(rr) < 2 {
		return 0, false
	}
	sum := 0.0
	for i := 1; i < len(rr); i++ {
		sum += (rr[i] - rr[i-1]) * (rr[i] - rr[i-1])
	}
	return math.Sqrt(sum / float64(len(rr)-1)), true
}

// HeartState is where the last week lies against the two months before it.
type HeartState string

// The states. Unknown is where there are too few values.
const (
	HeartUnknown HeartState = "unknown"
	HeartLow     HeartState = "low"
	HeartUsual   HeartState = "usual"
	HeartHigh    HeartState = "high"
)

// How many days with values the week and the baseline need, and how far from
// the mean is not usual any more, in standard deviations (Plews 2014).
const (
	weekDays      = 7
	baselineDays  = 60
	weekLeast     = 3
	baselineLeast = 14
	unusual       = 0.5
)

// Reading is a HeartState and what it was worked out from: natural logarithms
// of RMSSD.
type Reading struct {
	State          HeartState
	Week, Baseline int // days with values
	Recent, Mean   float64
	SD             float64
}

// ReadHeart compares the last seven days with the sixty before them. Only RMSSD
// counts, and several values of one local day count once, as their mean.
func ReadHeart(values []Heart, now time.Time, zone *time.Location) Reading {
	edge, first := now.AddDate(0, 0, -weekDays), now.AddDate(0, 0, -weekDays-baselineDays)
	week, before := make(map[string][]float64), make(map[string][]float64)
	for _, v := range values {
		if v.Method != RMSSD || v.Value <= 0 || v.At.After(now) || !v.At.After(first) {
			continue
		}
		day := v.At.In(zone).Format(time.DateOnly)
		if v.At.After(edge) {
			week[day] = append(week[day], math.Log(v.Value))
		} else {
			before[day] = append(before[day], math.Log(v.Value))
		}
	}
	r := Reading{State: HeartUnknown, Week: len(week), Baseline: len(before)}
	if r.Week < weekLeast || r.Baseline < baselineLeast {
		return r
	}
	r.Recent, _ = spread(byDay(week))
	r.Mean, r.SD = spread(byDay(before))
	switch {
	case r.Recent < r.Mean-unusual*r.SD:
		r.State = HeartLow
	case r.Recent > r.Mean+unusual*r.SD:
		r.State = HeartHigh
	default:
		r.State = HeartUsual
	}
	return r
}

// byDay is the mean of each day, in a fixed order, so that a sum is the same
// each time.
func byDay(days map[string][]float64) []float64 {
	list := make([]float64, 0, len(days))
	for _, values := range days {
		mean, _ := spread(values)
		list = append(list, mean)
	}
	slices.Sort(list)
	return list
}

// spread is the mean and the sample's standard deviation.
func spread(values []float64) (mean, sd float64) {
	for _, v := range values {
		mean += v
	}
	mean /= float64(len(values))
	if len(values) < 2 {
		return mean, 0
	}
	for _, v := range values {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(values)-1))
}
