package match

import (
	"fmt"
	"math"
	"sync"
)

// rooms are kept between questions, so that one leaves little to collect.
var rooms = sync.Pool{New: func() any { return new(room) }}

// Find answers one page. Pages neither overlap nor leave anybody out while the
// index does not change.
func (x *Index) Find(n Need) (Page, error) {
	p, err := n.plan()
	if err != nil {
		return Page{}, err
	}
	s, room := x.state(), rooms.Get().(*room)
	q := &search{plan: p, state: s, room: room}
	room.top.reset(s, p.limit+1)
	room.shut.reset(s, 0)
	room.near.reset(s, n.Near)
	if n.Excluded {
		room.shut.most = p.limit
	}
	room.crowd = room.crowd[:0]
	q.walk(q.gather, 0, p.reach == everywhere || n.Remote)
	q.considerAll()
	page := q.page()
	if n.Near > 0 {
		q.floor = 0
		q.walk(q.nearly, 1, p.reach != municipality || n.Remote)
		page.Near = q.misses()
	}
	room.top.forget()
	room.near.forget()
	room.shut.forget()
	rooms.Put(room)
	return page, nil
}

// search is one question on its way through one state.
type search struct {
	*plan
	state  *state
	room   *room
	skills [MostNeeded]*skill  // in the order asked
	levels [MostNeeded]float32 // of the person at hand, in the order asked
	floor  float32             // no score below it is of use any more
}

// hopeless says that nobody with this fit can have a score of use, whatever
// their evaluation. Rounding keeps the order, so it is never said wrongly.
func (q *search) hopeless(fit float64) bool {
	return float32(float64(q.state.highest)*fit*q.scale) < q.floor
}

// consider takes somebody who has the skills. Cheap questions come first, and
// whoever would not reach the page is asked nothing more.
func (q *search) consider(slot uint32, fit float64) {
	f, top := q.state.fact(slot), &q.room.top
	value := float64(f.mean) * fit * q.scale
	if float32(value) < q.floor {
		return
	}
	in, comes := q.here(f.region, f.remote)
	if !in {
		return
	}
	score := float32(value * q.freshness(f.fresh))
	if !top.admits(score, slot) || !q.follows(score, slot) {
		return
	}
	if len(q.languages) > 0 {
		if n, _ := q.missing(q.state.name(slot).languages.Value()); n > 0 {
			return
		}
	}
	if s := q.state.schedule(slot); s.until <= q.now || !q.fits(s.free, q.margin(comes), q.room) {
		return
	}
	if q.need.Exclude != nil {
		n := q.state.name(slot)
		if code := q.need.Exclude(n.key, n.issuer.Value()); code != "" {
			if shut := &q.room.shut; shut.most > 0 && shut.admits(score, slot) {
				shut.add(ranked{score, slot, note{text: code}})
			}
			return
		}
	}
	top.add(ranked{score: score, slot: slot})
	q.floor = top.floor()
}

// here says whether somebody is where the work is, or need not be, and whether
// they have to come.
func (q *search) here(region uint32, remote bool) (in, comes bool) {
	switch q.reach {
	case everywhere:
		return true, true
	case municipality:
		comes = region == q.place
	case prefecture:
		comes = region/10000 == q.place
	}
	return comes || remote && q.need.Remote, comes
}

// freshness halves every half-life.
func (q *search) freshness(confirmed uint32) float64 {
	if q.halfLife == 0 {
		return 1
	}
	return math.Exp2(-float64(max(0, q.after.moment-int64(confirmed))) / q.halfLife)
}

// follows says whether somebody comes after the cursor.
func (q *search) follows(score float32, slot uint32) bool {
	c := &q.after
	return c.key == "" || score < c.score || score == c.score && q.state.key(slot) > c.key
}

// page makes what is answered of what was found.
func (q *search) page() Page {
	top, more := q.room.top.best(), false
	if len(top) > q.limit {
		top, more = top[:q.limit], true
	}
	made := Page{Candidates: make([]Candidate, len(top))}
	fits := make([]SkillFit, 0, len(top)*len(q.need.Skills))
	units := make([]Unit, 0, len(top)*q.count)
	for k, r := range top {
		c := &made.Candidates[k]
		first := len(fits)
		fits = q.explain(c, r, fits)
		c.Skills = fits[first:len(fits):len(fits)]
		first = len(units)
		_, sittings := q.lay(q.state.schedule(r.slot).free, q.margin(!c.Afar), q.room)
		for n, s := range sittings {
			for u := range s.units {
				start := s.start + int64(u)*int64(q.unit)
				units = append(units, Unit{moment(start), moment(start + int64(q.unit)), n})
			}
		}
		c.Units = units[first:len(units):len(units)]
	}
	if more {
		last := top[len(top)-1]
		made.Next = cursor{q.after.moment, last.score, q.state.key(last.slot)}.String()
	}
	for _, r := range q.room.shut.best() {
		if more && q.room.top.behind(&r, &top[len(top)-1]) {
			break
		}
		n := q.state.name(r.slot)
		made.Excluded = append(made.Excluded, Excluded{n.key, n.issuer.Value(), r.score, r.note.text})
	}
	return made
}

// explain fills what a candidate says of its rank.
func (q *search) explain(c *Candidate, r ranked, fits []SkillFit) []SkillFit {
	f, n := q.state.fact(r.slot), q.state.name(r.slot)
	_, comes := q.here(f.region, f.remote)
	*c = Candidate{
		Key: n.key, Issuer: n.issuer.Value(), Score: r.score, Evaluation: Evaluation{f.mean, int(q.state.schedule(r.slot).count)},
		Fit: 1, Freshness: q.freshness(f.fresh), Region: regionOf(f.region), Afar: !comes,
	}
	if len(q.need.Skills) == 0 {
		return fits
	}
	skills, sum := q.state.names[r.slot/page].skills(r.slot%page), 0.0
	for k, s := range q.need.Skills {
		a, _ := find(skills, q.skills[k].number)
		fits = append(fits, SkillFit{s.URI, a.level, a.skill&evaluated != 0, q.weights[k]})
		sum += float64(q.weights[k] * float64(a.level))
	}
	c.Fit = sum / q.highest
	return fits
}

func regionOf(code uint32) string {
	var digits [6]byte
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i], code = byte('0'+code%10), code/10
	}
	return string(digits[:])
}

// misses makes near misses of what was found.
func (q *search) misses() []NearMiss {
	list := make([]NearMiss, 0, len(q.room.near.list))
	for _, r := range q.room.near.best() {
		n := q.state.name(r.slot)
		m := NearMiss{Key: n.key, Issuer: n.issuer.Value(), Score: r.score, Region: regionOf(q.state.fact(r.slot).region)}
		switch r.note.lack {
		case lackSkill:
			m.Lack, m.What = LackSkill, q.need.Skills[r.note.which].URI
		case lackPlace:
			m.Lack = LackPlace
		case lackLanguage:
			m.Lack, m.What = LackLanguage, r.note.text
		case lackTime:
			m.Lack, m.Units = LackTime, int(r.note.units)
		case lackWord:
			m.Lack = LackWord
		default:
			panic(fmt.Sprintf("a near miss that misses nothing: %s", m.Key))
		}
		list = append(list, m)
	}
	return list
}
