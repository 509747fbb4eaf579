// Package statement counts the hours and the pay of all work of one person, by
// month and year, and says where a threshold is passed from which tax or social
// insurance may concern them. It is a pure room: it knows nobody's other income
// or employment, it gives no legal advice, and it counts nothing as worked that
// was not accepted.
package statement

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
)

// Bases of pay.
const (
	Employment = "employment"
	Contract   = "contract"
)

// What pay is counted per.
const (
	PerUnit  = "unit"
	PerHour  = "hour"
	PerMonth = "month"
	PerGig   = "gig"
)

// Work is one engagement of which something was delivered.
type Work struct {
	ID       string
	Title    string
	Owner    string
	Basis    string
	Amount   int64 // in the minor unit of Currency
	Currency string
	Per      string
	Hours    string // a decimal number, as it was delivered
	Accepted bool
	Done     []Unit // the units that were done, in order
}

// Unit is one stretch of work.
type Unit struct{ Start, End time.Time }

// Limits are the thresholds that the policy in force holds; 0 is none.
type Limits struct {
	WeekHours  int   // of employment, from this many on
	YearIncome int64 // in yen, above this
}

// Line is what one engagement gives in one month.
type Line struct {
	Month    int // 1 to 12
	Work     string
	Title    string
	Owner    string
	Basis    string
	Hours    Hours
	Pay      int64 // in the minor unit of Currency
	Currency string
	Accepted bool
}

// Sum is what a month or the year comes to, of accepted work. Pay of different
// currencies is not added up.
type Sum struct {
	Hours   Hours // of employment and contract work
	Pay     []Money
	ByBasis map[string]Basis
}

// Basis is one basis of a Sum.
type Basis struct {
	Hours Hours
	Pay   []Money
}

// Money is an amount in the minor unit of its currency.
type Money struct {
	Currency string
	Amount   int64
}

// Month is one calendar month.
type Month struct {
	Month   int
	Lines   []Line
	Sum     Sum
	Waiting Hours // delivered, and not accepted
}

// Week is a week, from Monday on, whose employment reaches the threshold.
type Week struct {
	Monday time.Time
	Hours  Hours
}

// Statement is one calendar year.
type Statement struct {
	Year    int
	Months  []Month // those in which something was done
	Sum     Sum
	Waiting Hours
	Weeks   []Week // that reach Limits.WeekHours
	Above   bool   // income in yen is above Limits.YearIncome
}

// Of counts a year. A unit belongs to the month, and the week, in which it starts
// in the zone. Hours are shared out over the units that were done by how long
// these are, and so is pay by the hour; pay per month is due in each month in
// which something was done, and pay for the whole in that of the last unit.
func Of(all []Work, year int, zone *time.Location, limits Limits) Statement {
	s := Statement{Year: year}
	months := map[int]*Month{}
	weeks := map[time.Time]Hours{}
	for _, w := range all {
		lines := w.lines(zone)
		for _, l := range lines {
			if l.year != year {
				continue
			}
			m := months[l.Month]
			if m == nil {
				m = &Month{Month: l.Month}
				months[l.Month] = m
			}
			m.Lines = append(m.Lines, l.Line)
			if !l.Accepted {
				m.Waiting += l.Hours
				s.Waiting += l.Hours
				continue
			}
			m.Sum.add(l.Line)
			s.Sum.add(l.Line)
		}
		w.intoWeeks(zone, weeks)
	}
	for _, m := range months {
		slices.SortStableFunc(m.Lines, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Work, b.Work)) })
		s.Months = append(s.Months, *m)
	}
	slices.SortFunc(s.Months, func(a, b Month) int { return cmp.Compare(a.Month, b.Month) })
	s.flag(weeks, limits)
	return s
}

// flag notes where a threshold is passed.
func (s *Statement) flag(weeks map[time.Time]Hours, limits Limits) {
	if limits.WeekHours > 0 {
		for monday, hours := range weeks {
			touches := monday.Year() == s.Year || monday.AddDate(0, 0, 6).Year() == s.Year
			if touches && hours >= Hours(limits.WeekHours)*whole {
				s.Weeks = append(s.Weeks, Week{monday, hours})
			}
		}
		slices.SortFunc(s.Weeks, func(a, b Week) int { return a.Monday.Compare(b.Monday) })
	}
	if limits.YearIncome > 0 {
		for _, m := range s.Sum.Pay {
			s.Above = s.Above || m.Currency == "JPY" && m.Amount > limits.YearIncome
		}
	}
}

// Years are those in which something was done, the newest first.
func Years(all []Work, zone *time.Location) []int {
	var list []int
	for _, w := range all {
		for _, u := range w.Done {
			if y := u.Start.In(zone).Year(); !slices.Contains(list, y) {
				list = append(list, y)
			}
		}
	}
	slices.SortFunc(list, func(a, b int) int { return b - a })
	return list
}

type dated struct {
	year int
	Line
}

// share is the units of one month.
type share struct {
	year, month int
	units       int64
	length      time.Duration
}

func (w *Work) shares(zone *time.Location) (list []share, whole time.Duration) {
	for _, u := range w.Done {
		at, length := u.Start.In(zone), max(u.End.Sub(u.Start), 0)
		whole += length
		if n := len(list); n > 0 && list[n-1].year == at.Year() && list[n-1].month == int(at.Month()) {
			list[n-1].units++
			list[n-1].length += length
			continue
		}
		list = append(list, share{at.Year(), int(at.Month()), 1, length})
	}
	return list, whole
}

// lines shares the engagement out over months. What is shared is rounded on the
// way up, so that the parts add up to the whole.
func (w *Work) lines(zone *time.Location) []dated {
	shares, total := w.shares(zone)
	hours := ParseHours(w.Hours)
	var list []dated
	var passed time.Duration
	var hoursBefore Hours
	var payBefore int64
	for i, s := range shares {
		passed += s.length
		upTo := part(hours, passed, total)
		l := Line{
			Month: s.month, Work: w.ID, Title: w.Title, Owner: w.Owner, Basis: w.Basis, Currency: w.Currency, Accepted: w.Accepted,
			Hours: upTo - hoursBefore,
		}
		switch w.Per {
		case PerUnit:
			l.Pay = times(w.Amount, s.units)
		case PerHour:
			due := byHour(w.Amount, upTo)
			l.Pay = due - payBefore
			payBefore = due
		case PerMonth:
			l.Pay = w.Amount
		case PerGig:
			if i == len(shares)-1 {
				l.Pay = w.Amount
			}
		}
		hoursBefore = upTo
		list = append(list, dated{s.year, l})
	}
	return list
}

// intoWeeks adds the accepted hours of employment to their weeks.
func (w *Work) intoWeeks(zone *time.Location, weeks map[time.Time]Hours) {
	if !w.Accepted || w.Basis != Employment {
		return
	}
	_, total := w.shares(zone)
	hours := ParseHours(w.Hours)
	var passed time.Duration
	var before Hours
	for _, u := range w.Done {
		passed += max(u.End.Sub(u.Start), 0)
		upTo := part(hours, passed, total)
		weeks[monday(u.Start.In(zone))] += upTo - before
		before = upTo
	}
}

// monday is the beginning of a day's week.
func monday(at time.Time) time.Time {
	back := (int(at.Weekday()) + 6) % 7
	return time.Date(at.Year(), at.Month(), at.Day()-back, 0, 0, 0, 0, at.Location())
}

func (s *Sum) add(l Line) {
	s.Hours += l.Hours
	s.Pay = addMoney(s.Pay, l.Currency, l.Pay)
	if s.ByBasis == nil {
		s.ByBasis = map[string]Basis{}
	}
	b := s.ByBasis[l.Basis]
	b.Hours += l.Hours
	b.Pay = addMoney(b.Pay, l.Currency, l.Pay)
	s.ByBasis[l.Basis] = b
}

func addMoney(list []Money, currency string, amount int64) []Money {
	if amount == 0 {
		return list
	}
	at := slices.IndexFunc(list, func(m Money) bool { return m.Currency == currency })
	if at < 0 {
		list = append(slices.Clone(list), Money{Currency: currency, Amount: amount})
		slices.SortFunc(list, func(a, b Money) int { return strings.Compare(a.Currency, b.Currency) })
		return list
	}
	list = slices.Clone(list)
	if amount > math.MaxInt64-list[at].Amount {
		list[at].Amount = math.MaxInt64
		return list
	}
	list[at].Amount += amount
	return list
}

func times(amount, n int64) int64 {
	return bounded(new(big.Int).Mul(big.NewInt(amount), big.NewInt(n)))
}

// byHour is pay for hours, half a minor unit rounded up.
func byHour(amount int64, hours Hours) int64 {
	n := new(big.Int).Mul(big.NewInt(amount), big.NewInt(int64(hours)))
	n.Add(n, big.NewInt(int64(whole/2)))
	return bounded(n.Div(n, big.NewInt(int64(whole))))
}

func bounded(n *big.Int) int64 {
	if !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}

// part is what of the hours falls on the part of the time that has passed.
func part(hours Hours, passed, total time.Duration) Hours {
	if total <= 0 || passed >= total {
		return hours
	}
	n := new(big.Int).Mul(big.NewInt(int64(hours)), big.NewInt(int64(passed)))
	return Hours(n.Div(n, big.NewInt(int64(total))).Int64())
}
