package statement

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

var tokyo = time.FixedZone("JST", 9*3600)

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, tokyo)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// units are of a length in minutes, from each start.
func units(minutes int, starts ...string) []Unit {
	var list []Unit
	for _, s := range starts {
		list = append(list, Unit{at(s), at(s).Add(time.Duration(minutes) * time.Minute)})
	}
	return list
}

// lines are "month work hours pay", in order.
func lines(s Statement) (list []string) {
	for _, m := range s.Months {
		for _, l := range m.Lines {
			list = append(list, fmt.Sprintf("%d %s %s %d %v", l.Month, l.Work, l.Hours, l.Pay, l.Accepted))
		}
	}
	return list
}

// A month begins at midnight of the region, not of Greenwich; each way of pay
// falls where it is due, and the parts add up.
func TestWorkFallsIntoItsMonths(t *testing.T) {
	over := units(90, "2026-03-30 09:00", "2026-03-31 23:59", "2026-04-01 00:00") // the last is still March in UTC
	base := Work{Basis: Contract, Currency: "JPY", Hours: "4.5", Accepted: true, Done: over}
	for per, want := range map[string][]string{
		PerUnit:  {"3 w 3 2000 true", "4 w 1.5 1000 true"},
		PerHour:  {"3 w 3 3000 true", "4 w 1.5 1500 true"},
		PerMonth: {"3 w 3 1000 true", "4 w 1.5 1000 true"},
		PerGig:   {"3 w 3 0 true", "4 w 1.5 1000 true"},
	} {
		w := base
		w.ID, w.Per, w.Amount = "w", per, 1000
		if got := lines(Of([]Work{w}, 2026, tokyo, Limits{})); !slices.Equal(got, want) {
			t.Errorf("per %s: %v, not %v", per, got, want)
		}
	}
}

// Thirds of an hour at an odd wage lose and gain nothing.
func TestPartsAddUp(t *testing.T) {
	w := Work{
		ID: "w", Basis: Contract, Currency: "JPY", Per: PerHour, Amount: 1001, Hours: "1", Accepted: true,
		Done: units(20, "2026-01-31 10:00", "2026-02-01 10:00", "2026-03-01 10:00"),
	}
	s := Of([]Work{w}, 2026, tokyo, Limits{})
	if s.Sum.Hours.String() != "1" || len(s.Sum.Pay) != 1 || s.Sum.Pay[0].Amount != 1001 {
		t.Errorf("the year is %s hours, %v", s.Sum.Hours, s.Sum.Pay)
	}
	if got, want := lines(s), []string{"1 w 0.33 334 true", "2 w 0.33 333 true", "3 w 0.33 334 true"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// What was not accepted stands apart, and counts for no sum and no threshold.
func TestOnlyAcceptedWorkCounts(t *testing.T) {
	done := Work{ID: "done", Basis: Employment, Currency: "JPY", Per: PerUnit, Amount: 100_000, Hours: "10", Accepted: true, Done: units(600, "2026-05-04 09:00")}
	waits := done
	waits.ID, waits.Accepted, waits.Done = "waits", false, units(600, "2026-05-05 09:00")
	s := Of([]Work{done, waits}, 2026, tokyo, Limits{WeekHours: 20, YearIncome: 100_000})
	if s.Sum.Hours.String() != "10" || s.Waiting.String() != "10" || s.Months[0].Waiting.String() != "10" || s.Sum.Pay[0].Amount != 100_000 {
		t.Errorf("%+v", s)
	}
	if len(s.Weeks) != 0 || s.Above {
		t.Errorf("flagged: %v %v", s.Weeks, s.Above)
	}
	waits.Accepted = true
	s = Of([]Work{done, waits}, 2026, tokyo, Limits{WeekHours: 20, YearIncome: 100_000})
	if len(s.Weeks) != 1 || s.Weeks[0].Monday.Format(time.DateOnly) != "2026-05-04" || s.Weeks[0].Hours.String() != "20" || !s.Above {
		t.Errorf("flagged: %v %v", s.Weeks, s.Above)
	}
}

// The hours of a week are those of employment, on both sides of a border of
// months and years; contract work is shown and not added to them.
func TestAWeekHasNoBorders(t *testing.T) {
	employed := func(id, start string) Work {
		return Work{ID: id, Basis: Employment, Currency: "JPY", Per: PerHour, Amount: 1000, Hours: "10", Accepted: true, Done: units(600, start)}
	}
	side := employed("contract", "2026-12-29 10:00")
	side.Basis = Contract
	all := []Work{employed("old", "2026-12-31 09:00"), employed("new", "2027-01-01 09:00"), side}
	for _, year := range []int{2026, 2027} {
		s := Of(all, year, tokyo, Limits{WeekHours: 20})
		if len(s.Weeks) != 1 || s.Weeks[0].Hours.String() != "20" {
			t.Errorf("%d: %v", year, s.Weeks)
		}
	}
	if s := Of(all, 2026, tokyo, Limits{WeekHours: 21}); len(s.Weeks) != 0 {
		t.Errorf("contract work was added: %v", s.Weeks)
	}
	if got := Years(all, tokyo); !slices.Equal(got, []int{2027, 2026}) {
		t.Errorf("years %v", got)
	}
	if s := Of(all, 2026, tokyo, Limits{}); s.Sum.ByBasis[Employment].Hours.String() != "10" || s.Sum.ByBasis[Contract].Hours.String() != "10" {
		t.Errorf("by basis: %+v", s.Sum.ByBasis)
	}
}

// The threshold of the year is for yen, and passed only above it.
func TestIncomeIsInYen(t *testing.T) {
	w := Work{ID: "w", Basis: Contract, Currency: "JPY", Per: PerGig, Amount: 200_000, Hours: "1", Accepted: true, Done: units(60, "2026-01-05 10:00")}
	dollars := w
	dollars.Currency, dollars.Amount = "USD", 90_000_000
	if s := Of([]Work{w, dollars}, 2026, tokyo, Limits{YearIncome: 200_000}); s.Above || len(s.Sum.Pay) != 2 {
		t.Errorf("%+v", s)
	}
	w.Amount++
	if s := Of([]Work{w}, 2026, tokyo, Limits{YearIncome: 200_000}); !s.Above {
		t.Error("one yen above is not above")
	}
}

// Nothing that a neighbour can say makes a sum turn over.
func TestHugeFiguresStayHuge(t *testing.T) {
	huge := Work{ID: "w", Basis: Contract, Currency: "JPY", Per: PerHour, Amount: 1<<53 - 1, Hours: "10000", Accepted: true, Done: units(60, "2026-01-05 10:00", "2026-02-05 10:00")}
	s := Of([]Work{huge, huge, huge}, 2026, tokyo, Limits{YearIncome: 1})
	if s.Sum.Pay[0].Amount != math.MaxInt64 || !s.Above {
		t.Errorf("%+v", s.Sum.Pay)
	}
	for _, m := range s.Months {
		for _, l := range m.Lines {
			if l.Pay < 0 || l.Hours < 0 {
				t.Errorf("%+v", l)
			}
		}
	}
	if s := Of([]Work{{ID: "none", Hours: "x", Done: []Unit{{at("2026-01-05 10:00"), at("2026-01-05 09:00")}}}}, 2026, tokyo, Limits{}); len(s.Months) != 1 {
		t.Errorf("%+v", s)
	}
}

func TestHoursAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "1.5": "1.5", "0.333333": "0.33", "4.05": "4.05", "0.005": "0.01", "2.000000": "2", "99999999999": "10000", "10000.9": "10000",
		"-1": "0", "": "0", "1.5e3": "0", "1.1234567": "0", "1.-1": "0",
	} {
		if got := ParseHours(text).String(); got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
}
