package main

import (
	"math"
	"strconv"
)

// sense says which way is better.
type sense string

const (
	most  sense = "max" // the ratio is at least the target
	least sense = "min" // the ratio is at most the target
)

// The verdicts.
const (
	met        = "met"
	short      = "short"
	unmeasured = "unmeasured"
)

// plan is a row before it is measured: ratio = value / limit is held against
// target in the way that sense says.
type plan struct {
	name, unit string
	target     float64
	sense      sense
}

// measured is what a study found for one row.
type measured struct {
	row          string
	value, limit float64
}

type row struct {
	plan
	measured
}

func (p plan) row(m measured) row { return row{p, m} }

func (r row) ratio() float64 {
	if r.limit == 0 {
		return 0
	}
	return r.value / r.limit
}

// verdict is never met without both numbers: a rival that is missing proves
// nothing.
func (r row) verdict() string {
	switch {
	case !positive(r.value) || !positive(r.limit):
		return unmeasured
	case r.sense == most && r.ratio() >= r.target, r.sense == least && r.ratio() <= r.target:
		return met
	}
	return short
}

func positive(f float64) bool { return f > 0 && !math.IsInf(f, 1) }

// String is the one line that programs read.
func (r row) String() string {
	return "row=" + r.name + " value=" + number(r.value) + " unit=" + r.unit + " limit=" + number(r.limit) +
		" ratio=" + number(r.ratio()) + " target=" + number(r.target) + " sense=" + string(r.sense) + " verdict=" + r.verdict()
}

// number has four digits that mean something, and no exponent.
func number(f float64) string {
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	digits := max(0, 3-int(math.Floor(math.Log10(math.Abs(f)))))
	return strconv.FormatFloat(f, 'f', digits, 64)
}
