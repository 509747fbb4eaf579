package policy

import (
	"encoding/json"
	"time"

	"github.com/fukusen/fukusen/spec/code"
)

// Safety holds the limits that keep people well. The defaults follow the
// Labour Standards Act of Japan, articles 36(6), 38(1), 60 and 61, and the
// work interval of the Act on Special Measures for Improvement of Working
// Hours Arrangements, article 2; they are guards, not legal advice.
type Safety struct {
	MinRest       string         `json:"minRest"`   // ISO 8601, PT9H to PT11H
	UTCOffset     string         `json:"utcOffset"` // where Facts name no zone, such as +09:00
	Night         Night          `json:"night"`
	MinorAge      int            `json:"minorAge"`      // below it a person is a minor
	MinorNight    Effect         `json:"minorNight"`    // of work at night by a minor
	MinorOvertime Effect         `json:"minorOvertime"` // of overtime by a minor
	AdultNight    Effect         `json:"adultNight"`    // of work at night by an adult
	Overtime      OvertimeLimits `json:"overtime"`
	TripInsurance bool           `json:"tripInsurance"` // a trip needs insurance
	Reporting     *Reporting     `json:"reporting,omitempty"`

	rest             time.Duration
	zone             *time.Location
	nightIn, nightTo time.Duration // since local midnight
}

// Reporting is from where on people are told that taxes or social insurance may
// concern them. It decides nothing; what is 0 is off.
type Reporting struct {
	WeekHours  int   `json:"weekHours"`  // hours of employment in a week, from this many on
	YearIncome int64 `json:"yearIncome"` // income from side work in a calendar year above this, in yen
}

// Clauses of Reporting.
const (
	ClauseWeekHours  = "reporting.week-hours"
	ClauseYearIncome = "reporting.year-income"
)

// Night is a span of local time; it may pass midnight.
type Night struct {
	From  string `json:"from"`  // 22:00
	Until string `json:"until"` // 05:00
}

// OvertimeLimits bound overtime and holiday work summed over employers.
type OvertimeLimits struct {
	MonthHours   int `json:"monthHours"`   // one month stays below
	AverageHours int `json:"averageHours"` // the average over 2 to Months is at most
	Months       int `json:"months"`       // at most 6
}

// The bounds within which a federation may set the rest.
const (
	leastRest = 9 * time.Hour
	mostRest  = 11 * time.Hour
)

func readSafety(raw json.RawMessage) (*Safety, error) {
	s := new(Safety)
	if !decodeBody(raw, s) {
		return nil, refuseBody("minRest", "a safety document is rest, night, overtime and trips")
	}
	var err error
	if s.rest, err = code.ParseDuration(s.MinRest); err != nil || s.rest < leastRest || s.rest > mostRest {
		return nil, refuseBody("minRest", "minRest is a duration from PT9H to PT11H")
	}
	offset, err := time.Parse("-07:00", s.UTCOffset)
	if err != nil {
		return nil, refuseBody("utcOffset", "utcOffset is hours and minutes, such as +09:00")
	}
	_, seconds := offset.Zone()
	s.zone = time.FixedZone(s.UTCOffset, seconds)
	var in, to bool
	s.nightIn, in = clockTime(s.Night.From)
	s.nightTo, to = clockTime(s.Night.Until)
	if !in || !to || s.nightIn == s.nightTo {
		return nil, refuseBody("night", "night is from and until, such as 22:00 and 05:00")
	}
	for field, e := range map[string]Effect{"minorNight": s.MinorNight, "minorOvertime": s.MinorOvertime, "adultNight": s.AdultNight} {
		if !e.Valid() {
			return nil, refuseBody(field, "an effect is allow, flag, disclose, approve or deny")
		}
	}
	if o := s.Overtime; o.MonthHours <= 0 || o.AverageHours <= 0 || o.Months < 2 || o.Months > maxMonths {
		return nil, refuseBody("overtime", "overtime is hours above zero over 2 to 6 months")
	}
	if r := s.Reporting; r != nil && (r.WeekHours < 0 || r.YearIncome < 0) {
		return nil, refuseBody("reporting", "reporting is weekHours and yearIncome, 0 or above")
	}
	if s.MinorAge <= 0 {
		return nil, refuseBody("minorAge", "minorAge is a number above zero")
	}
	return s, nil
}

func clockTime(s string) (time.Duration, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}
