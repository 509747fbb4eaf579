package policy_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
)

var japan = time.FixedZone("JST", 9*60*60)

// span is from one wall-clock time in Japan to another, days counted from the
// first of June 2026.
func span(d, hour, minute, hours, minutes int) policy.Interval {
	start := time.Date(2026, 6, 1+d, hour, minute, 0, 0, japan)
	return policy.Interval{Start: start.UTC(), End: start.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute).UTC()}
}

func unit(d, hour, minute int) policy.Interval { return span(d, hour, minute, 1, 30) }

func TestADayEndsWithARest(t *testing.T) {
	f := governed(t)
	practice := span(0, 15, 0, 3, 0)
	cases := map[string]struct {
		slots, units []policy.Interval
		want         string
	}{
		"a free week":                              {nil, []policy.Interval{unit(0, 9, 0)}, ""},
		"nothing proposed":                         {[]policy.Interval{practice}, nil, ""},
		"between practice and dinner":              {[]policy.Interval{practice}, []policy.Interval{unit(0, 18, 30)}, ""},
		"right after practice":                     {[]policy.Interval{practice}, []policy.Interval{unit(0, 18, 0)}, ""},
		"the next morning, 11 h after":             {[]policy.Interval{span(0, 19, 0, 3, 0)}, []policy.Interval{unit(1, 9, 0)}, ""},
		"the next morning, 10 h 59 min after":      {[]policy.Interval{span(0, 19, 0, 3, 1)}, []policy.Interval{unit(1, 9, 0)}, "rest.night=deny"},
		"the evening before an early practice":     {[]policy.Interval{span(1, 4, 30, 1, 30)}, []policy.Interval{unit(0, 18, 0)}, "rest.night=deny"},
		"a short pause over midnight":              {[]policy.Interval{span(0, 21, 0, 2, 30)}, []policy.Interval{span(1, 0, 30, 1, 0)}, "rest.night=deny hours.night=flag"},
		"a day of 13 hours":                        {[]policy.Interval{span(0, 7, 0, 3, 0)}, []policy.Interval{unit(0, 18, 30)}, ""},
		"a day of 13 and a half hours":             {[]policy.Interval{span(0, 7, 0, 3, 0)}, []policy.Interval{unit(0, 19, 0)}, "rest.day=deny"},
		"after a night shift":                      {[]policy.Interval{span(0, 22, 0, 7, 0)}, []policy.Interval{unit(1, 12, 0)}, "rest.day=deny"},
		"after a short night that was firm before": {[]policy.Interval{span(0, 18, 0, 2, 0), span(1, 4, 30, 1, 30)}, []policy.Interval{unit(1, 9, 0)}, ""},
		"a week that was too full before":          {[]policy.Interval{span(0, 19, 0, 4, 0), span(1, 6, 0, 2, 0)}, []policy.Interval{unit(3, 9, 0)}, ""},
		"the evening a long trip ends":             {[]policy.Interval{span(0, 8, 0, 55, 0)}, []policy.Interval{unit(2, 18, 0)}, "rest.day=deny"},
		"the day after a long trip":                {[]policy.Interval{span(0, 8, 0, 55, 0)}, []policy.Interval{unit(3, 9, 0)}, ""},
		"two units a night apart":                  {nil, []policy.Interval{unit(1, 6, 0), unit(0, 20, 0)}, "rest.night=deny"},
		"slots that overlap, given in any order":   {[]policy.Interval{span(0, 12, 0, 2, 0), span(0, 11, 0, 2, 0)}, []policy.Interval{unit(0, 20, 0)}, ""},
		"one sitting of 14 hours":                  {nil, []policy.Interval{span(0, 6, 0, 14, 0)}, "rest.day=deny"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			q := engagement("a", "b")
			q.Slots, q.Units = c.slots, c.units
			if got := clauses(f.book.Decide(q, day(150))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAFederationMayChooseNineHoursOfRest(t *testing.T) {
	f := governed(t)
	q := engagement("a", "b")
	q.Slots, q.Units = []policy.Interval{span(0, 19, 0, 4, 0)}, []policy.Interval{unit(1, 8, 0)}
	if got := f.book.Decide(q, day(150)); clauses(got) != "rest.night=deny" || got.Findings[0].Inputs["minutes"] != "540" || got.Findings[0].Inputs["limit"] != "660" {
		t.Errorf("got %+v", got)
	}
	s := safety(t, f)
	s.MinRest = "PT9H"
	f.adopt("safety", "safety", s)
	if got := f.book.Decide(q, day(150)); got.Denied() {
		t.Errorf("got %s", clauses(got))
	}
	for _, bend := range []func(*policy.Safety){
		func(s *policy.Safety) { s.MinRest = "PT8H59M" },
		func(s *policy.Safety) { s.MinRest = "PT12H" },
		func(s *policy.Safety) { s.MinRest = "eleven hours" },
		func(s *policy.Safety) { s.UTCOffset = "Tokyo" },
		func(s *policy.Safety) { s.Night.From = "22" },
		func(s *policy.Safety) { s.Night.Until = s.Night.From },
		func(s *policy.Safety) { s.MinorNight = "" },
		func(s *policy.Safety) { s.Overtime.Months = 7 },
		func(s *policy.Safety) { s.MinorAge = 0 },
	} {
		bent := *s
		bend(&bent)
		f.refused(f.entry(f.draft("safety", "safety", bent), "city", "university"), "REQ-POL-023")
	}
}

func TestANightMayLieWithinOneDay(t *testing.T) {
	f := governed(t)
	s := safety(t, f)
	s.Night = policy.Night{From: "01:00", Until: "04:00"}
	f.adopt("safety", "safety", s)
	for _, c := range []struct {
		unit policy.Interval
		want string
	}{
		{span(0, 23, 0, 2, 0), ""},
		{span(0, 23, 0, 2, 1), "hours.night=flag"},
		{span(0, 0, 0, 1, 0), ""},
		{span(0, 0, 30, 1, 0), "hours.night=flag"},
		{span(0, 3, 59, 1, 0), "hours.night=flag"},
		{span(0, 4, 0, 3, 0), ""},
	} {
		q := engagement("a", "b")
		q.Units = []policy.Interval{c.unit}
		if got := clauses(f.book.Decide(q, day(150))); got != c.want {
			t.Errorf("from %s: %q, want %q", c.unit.Start.In(japan), got, c.want)
		}
	}
}

func safety(t *testing.T, f *federation) *policy.Safety {
	t.Helper()
	s := *f.book.Head("safety").Safety()
	return &s
}

func TestMinorsNightAndOvertime(t *testing.T) {
	f := governed(t)
	hours := func(list ...int) []time.Duration {
		var out []time.Duration
		for _, h := range list {
			out = append(out, time.Duration(h)*time.Hour)
		}
		return out
	}
	cases := map[string]struct {
		bend func(*policy.Facts)
		want string
	}{
		"an adult until ten":           {func(q *policy.Facts) { q.Units = []policy.Interval{unit(0, 20, 30)} }, ""},
		"an adult until a minute past": {func(q *policy.Facts) { q.Units = []policy.Interval{unit(0, 20, 31)} }, "hours.night=flag"},
		"an adult into five":           {func(q *policy.Facts) { q.Units = []policy.Interval{span(0, 4, 59, 1, 0)} }, "hours.night=flag"},
		"an adult over midnight":       {func(q *policy.Facts) { q.Units = []policy.Interval{span(0, 23, 30, 1, 0)} }, "hours.night=flag"},
		"an adult from five":           {func(q *policy.Facts) { q.Units = []policy.Interval{unit(0, 5, 0)} }, ""},
		"a minor at night":             {func(q *policy.Facts) { q.Minor, q.Units = true, []policy.Interval{unit(0, 4, 0)} }, "hours.minor-night=deny"},
		"a minor by day":               {func(q *policy.Facts) { q.Minor, q.Units = true, []policy.Interval{unit(0, 16, 0)} }, ""},
		"the same instant in Honolulu": {func(q *policy.Facts) {
			q.Zone, q.Units = time.FixedZone("HST", -10*3600), []policy.Interval{unit(0, 4, 0)}
		}, ""},
		"a minor's overtime":             {func(q *policy.Facts) { q.Minor, q.Overtime = true, hours(1) }, "hours.minor-overtime=deny"},
		"a minor's contract work":        {func(q *policy.Facts) { q.Minor, q.Contract, q.Overtime = true, true, hours(1) }, ""},
		"99 hours in one month":          {func(q *policy.Facts) { q.Overtime = hours(99, 0, 0, 0, 0, 0) }, ""},
		"100 hours in one month":         {func(q *policy.Facts) { q.Overtime = hours(100) }, "hours.overtime-month=deny"},
		"80 on the average":              {func(q *policy.Facts) { q.Overtime = hours(80, 80, 80, 80, 80, 80) }, ""},
		"82 over two months":             {func(q *policy.Facts) { q.Overtime = hours(90, 74, 0, 0) }, "hours.overtime-average=deny"},
		"81 over six months":             {func(q *policy.Facts) { q.Overtime = hours(60, 70, 80, 80, 97, 99) }, "hours.overtime-average=deny"},
		"a seventh month is not counted": {func(q *policy.Facts) { q.Overtime = hours(80, 80, 80, 80, 80, 80, 900) }, ""},
		"contract work is not summed":    {func(q *policy.Facts) { q.Contract, q.Overtime = true, hours(200) }, ""},
		"a trip without insurance":       {func(q *policy.Facts) { q.Trip, q.Units = true, []policy.Interval{unit(0, 9, 0)} }, "trip.insurance=deny"},
		"insurance that ends too early": {func(q *policy.Facts) {
			q.Trip, q.Units = true, []policy.Interval{unit(0, 9, 0)}
			q.Insurance = &policy.Insurance{Kind: "travel", Insurer: "fictional", ValidUntil: q.Units[0].End.Add(-time.Second)}
		}, "trip.insurance=deny"},
		"an insured trip of three days": {func(q *policy.Facts) {
			q.Trip, q.Units = true, []policy.Interval{span(0, 8, 0, 55, 0)}
			q.Insurance = &policy.Insurance{Kind: "travel", Insurer: "fictional", ValidUntil: q.Units[0].End}
		}, "hours.night=flag"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			q := engagement("a", "b")
			c.bend(&q)
			if got := clauses(f.book.Decide(q, day(150))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheSafetyTextSaysWhatItsBodySays(t *testing.T) {
	f := governed(t)
	s := f.book.Head("safety").Safety()
	d, err := documents.Find("safety")
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"11", "100", "80", "18", "13"} {
		for lang, text := range map[string]string{"ja": d.Text.JA, "en": d.Text.EN} {
			if !containsNumber(text, number) {
				t.Errorf("the %s text does not name %s", lang, number)
			}
		}
	}
	if s.MinRest != "PT11H" || s.Overtime.MonthHours != 100 || s.Overtime.AverageHours != 80 || s.MinorAge != 18 {
		t.Errorf("body %+v", s)
	}
}

func containsNumber(text, number string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i := 0; i+len(number) <= len(text); i++ {
		if text[i:i+len(number)] == number && !digit(i-1) && !digit(i+len(number)) {
			return true
		}
	}
	return false
}

func TestAnEndlessUnitIsAnsweredAtOnce(t *testing.T) {
	f := governed(t)
	q := engagement("a", "b")
	q.Units = []policy.Interval{{Start: time.Unix(0, 0), End: time.Unix(1<<55, 0)}}
	q.Slots = q.Units
	if got := f.book.Decide(q, day(150)); !got.Denied() {
		t.Errorf("got %s", clauses(got))
	}
}
