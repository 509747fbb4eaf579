package match

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Limits of one question.
const (
	MostUnits  = 200
	MostNeeded = 20  // skills
	MostPage   = 100 // people
)

// Need is what somebody has to be, and when, to do a piece of work.
type Need struct {
	Skills    []SkillNeed // all of them
	Languages []string    // all of them; "ja" is also met by "ja-JP"
	Place     string      // municipal code, or the two digits of a prefecture, or empty
	// Remote work also suits whoever works from afar, wherever they are; without
	// a place it suits nobody else. Without place and Remote it suits everybody.
	Remote bool

	From, To time.Time     // when the work may be done; the end is exclusive
	Count    int           // units
	Unit     time.Duration // whole seconds, at most a day
	Sittings int           // the most blocks without a pause; 0 means as many as units
	Rest     time.Duration // between two sittings
	Apart    time.Duration // between a sitting and anything else in the person's time
	Travel   time.Duration // as Apart, for those who come to the place

	// Exclude answers why somebody may not be asked, as a code, or nothing. It
	// MUST answer alike for the length of a question; it is called while ranking,
	// for those whom everything else suits.
	Exclude  func(key string, issuer spec.NodeID) (code string)
	Excluded bool // list them as well

	Rank   Rank
	Now    time.Time
	Limit  int    // people on a page; 0 means 20
	Cursor string // Page.Next of the page before
	Near   int    // how many who nearly suit; 0 means none
}

// SkillNeed is a skill that is asked for.
type SkillNeed struct {
	URI   string
	Least float32
}

// Rank says how people are ordered: by evaluation x fit x freshness, where
// evaluation is the mean over the highest there is, fit the weighted sum of the
// levels over the highest there is, and freshness halves every HalfLife.
type Rank struct {
	Weights     []float64     // by place among the skills; none: falling evenly, 1 in all
	HighestMean float64       // 0 means 5
	Highest     float64       // level; 0 means 5
	HalfLife    time.Duration // 0: freshness does not count
}

// plan is a need that passed every check, in the form that is asked.
type plan struct {
	work
	need      *Need
	weights   []float64
	scale     float64
	highest   float64
	halfLife  float64
	languages []string
	place     uint32
	reach     reach
	apart     int64
	travel    int64
	now       uint32
	limit     int
	after     cursor
}

// reach is how much of the country a place means.
type reach uint8

const (
	everywhere reach = iota
	prefecture
	municipality
	nowhere // remote work alone
)

func (n *Need) plan() (*plan, error) {
	p := &plan{need: n, limit: n.Limit, now: floor(n.Now)}
	refuse := func(what string) (*plan, error) { return nil, fmt.Errorf("%w: %s", ErrNeed, what) }
	if n.Limit == 0 {
		p.limit = 20
	}
	switch {
	case n.Count < 1 || n.Count > MostUnits || n.Sittings < 0 || n.Sittings > n.Count:
		return refuse("units are 1 to 200, in at most as many sittings")
	case n.Unit < time.Second || n.Unit > 24*time.Hour || n.Unit%time.Second != 0:
		return refuse("a unit is whole seconds, at most a day")
	case !n.To.After(n.From):
		return refuse("the window ends after it starts")
	case n.Rest < 0 || n.Apart < 0 || n.Travel < 0 || max(n.Rest, n.Apart, n.Travel) > 366*24*time.Hour:
		return refuse("rest and travel are from nothing to a year")
	case p.limit < 1 || p.limit > MostPage || n.Near < 0 || n.Near > MostPage:
		return refuse("a page has 1 to 100 people")
	case n.Now.IsZero():
		return refuse("somebody asks at some time")
	}
	if err := p.readPlace(); err != nil {
		return nil, err
	}
	if err := p.readSkills(); err != nil {
		return nil, err
	}
	p.work = work{
		from: int64(ceiling(n.From)), to: int64(floor(n.To)), unit: uint32(n.Unit / time.Second),
		count: n.Count, sittings: n.Sittings, rest: seconds(n.Rest),
	}
	if p.sittings == 0 {
		p.sittings = p.count
	}
	p.apart, p.travel = seconds(n.Apart), seconds(max(n.Apart, n.Travel))
	p.languages = tags(n.Languages)
	p.after = cursor{moment: int64(p.now)}
	if n.Cursor == "" {
		return p, nil
	}
	var err error
	p.after, err = readCursor(n.Cursor)
	return p, err
}

// seconds rounds up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

func (p *plan) readPlace() error {
	code, whole := digits(p.need.Place, 6)
	district, part := digits(p.need.Place, 2)
	switch {
	case p.need.Place == "" && p.need.Remote:
		p.reach = nowhere
	case p.need.Place == "":
		p.reach = everywhere
	case whole:
		p.reach, p.place = municipality, code
	case part:
		p.reach, p.place = prefecture, district
	default:
		return fmt.Errorf("%w: a place is six digits, or two", ErrNeed)
	}
	return nil
}

func (p *plan) readSkills() error {
	n, r := p.need, p.need.Rank
	if len(n.Skills) > MostNeeded {
		return fmt.Errorf("%w: more than %d skills", ErrNeed, MostNeeded)
	}
	for i, s := range n.Skills {
		if !(s.Least >= 0 && s.Least <= MostLevel) || slices.ContainsFunc(n.Skills[:i], func(o SkillNeed) bool { return o.URI == s.URI }) {
			return fmt.Errorf("%w: a skill stands once, with a level from 0 up", ErrNeed)
		}
	}
	proper := func(f float64) bool { return f >= 1.0/MostLevel && f <= MostLevel }
	p.weights, p.highest = r.Weights, r.Highest
	if p.weights == nil {
		k := len(n.Skills)
		for i := range k {
			p.weights = append(p.weights, float64(2*(k-i))/float64(k*(k+1)))
		}
	}
	if p.highest == 0 {
		p.highest = 5
	}
	mean := r.HighestMean
	if mean == 0 {
		mean = 5
	}
	wrong := slices.ContainsFunc(p.weights, func(w float64) bool { return w != 0 && !proper(w) })
	if wrong || len(p.weights) != len(n.Skills) || !proper(p.highest) || !proper(mean) || r.HalfLife < 0 {
		return fmt.Errorf("%w: weights are one a skill; they are 0, or like the highest mean and level between 0.001 and 1000", ErrNeed)
	}
	p.scale, p.halfLife = 1/(mean*p.highest), r.HalfLife.Seconds()
	if len(n.Skills) == 0 {
		p.scale = 1 / mean // every fit is 1
	}
	return nil
}

// margin is what must be free around a sitting of somebody who does or does
// not have to come.
func (p *plan) margin(comes bool) int64 {
	if comes {
		return p.travel
	}
	return p.apart
}

// tags are language tags in one spelling, sorted, each once.
func tags(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	made := make([]string, len(list))
	for i, tag := range list {
		made[i] = strings.ToLower(tag)
	}
	slices.Sort(made)
	return slices.Compact(made)
}

// spoken writes languages so that each begins and ends at a comma.
func spoken(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "," + strings.Join(tags(list), ",") + ","
}

// missing is how many languages somebody does not speak, and the first of them.
func (p *plan) missing(spoken string) (n int, first string) {
	for _, tag := range p.languages {
		if strings.Contains(spoken, ","+tag+",") || strings.Contains(spoken, ","+tag+"-") {
			continue
		}
		if n++; n == 1 {
			first = tag
		}
	}
	return n, first
}
