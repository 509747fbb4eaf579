package match

import (
	"math"
	"slices"
	"strings"
	"time"
	"unique"
)

// Batch is a row of changes that become visible together.
type Batch struct {
	index  *Index
	id     uint64
	state  *state
	skills bool            // the list of skills is ours
	lists  map[uint64]bool // the lists of holders that are ours
}

// Put adds a person, or takes the place of the one with the same key.
func (b *Batch) Put(p Person) error {
	e, err := p.check()
	if err != nil {
		return err
	}
	x := b.index
	slot, known := x.slots[e.Key]
	if !known {
		slot = b.open()
		e.Key = strings.Clone(e.Key) // a part of a long text would keep all of it
		x.slots[e.Key] = slot
		b.names(slot).of[slot%page].key = e.Key
	}
	b.train(slot, e)
	b.state.highest = max(b.state.highest, e.Evaluation.Mean)
	b.facts(slot).of[slot%page] = fact{e.Evaluation.Mean, floor(e.Fresh), e.region, e.Remote}
	n := &b.names(slot).of[slot%page]
	n.issuer, n.languages = unique.Make(e.Issuer), unique.Make(spoken(e.Languages))
	b.times(slot).of[slot%page] = schedule{e.free, floor(e.Until), uint32(min(e.Evaluation.Count, math.MaxUint32))}
	return nil
}

// Free replaces a person's free time alone.
func (b *Batch) Free(key string, free []Window, until time.Time) error {
	slot, known := b.index.slots[key]
	if !known {
		return ErrUnknown
	}
	list, err := spansOf(free)
	if err != nil {
		return err
	}
	s := &b.times(slot).of[slot%page]
	s.free, s.until = list, floor(until)
	return nil
}

// Remove takes a person out and says whether there was one.
func (b *Batch) Remove(key string) bool {
	x := b.index
	slot, known := x.slots[key]
	if !known {
		return false
	}
	b.train(slot, entry{})
	b.names(slot).of[slot%page] = name{}
	b.times(slot).of[slot%page] = schedule{}
	delete(x.slots, key)
	x.idle = append(x.idle, slot)
	return true
}

// open is a slot for somebody new.
func (b *Batch) open() uint32 {
	x := b.index
	if last := len(x.idle) - 1; last >= 0 {
		slot := x.idle[last]
		x.idle = x.idle[:last]
		return slot
	}
	slot := x.next
	x.next++
	if slot%page == 0 {
		s := b.state
		s.facts = append(s.facts, &facts{batch: b.id})
		s.names = append(s.names, &names{batch: b.id})
		s.times = append(s.times, &times{batch: b.id})
	}
	return slot
}

// train replaces the skills of a slot, and moves them where the region changes.
func (b *Batch) train(slot uint32, e entry) {
	before := b.state.names[slot/page].skills(slot % page)
	from, to := b.state.fact(slot).region/10000, e.region/10000
	after := make([]ability, 0, len(e.Skills))
	for _, s := range e.Skills {
		a := ability{b.number(s.URI), s.Level}
		b.enter(a.number(), to, holder{slot, s.Level})
		if s.Evaluated {
			a.skill |= evaluated
		}
		after = append(after, a)
	}
	for _, a := range before {
		_, still := find(after, a.number())
		if !still || from != to {
			b.leave(a.number(), from, slot)
		}
	}
	b.names(slot).learn(slot%page, after)
}

// learn replaces the abilities of one person, in a list that nobody has seen.
func (n *names) learn(i uint32, after []ability) {
	before := n.skills(i)
	if slices.Equal(before, after) {
		return
	}
	end := int(n.ends[i])
	grown := len(after) - len(before)
	list := make([]ability, 0, len(n.abilities)+grown)
	list = append(append(append(list, n.abilities[:end-len(before)]...), after...), n.abilities[end:]...)
	n.abilities = list
	for k := i; k < page; k++ {
		n.ends[k] = uint16(int(n.ends[k]) + grown)
	}
}

// find looks for a skill by its number. People have few, so going through them
// is the fastest.
func find(list []ability, number uint32) (ability, bool) {
	for _, a := range list {
		if a.number() == number {
			return a, true
		}
	}
	return ability{}, false
}

// publish lets questions see the batch. Lists that grew keep no room to spare.
func (b *Batch) publish() {
	for id := range b.lists {
		if k := b.state.skills[id>>32]; k != nil {
			list := &k.prefectures[uint32(id)]
			if cap(*list)-len(*list) > len(*list)/16 {
				*list = append(make([]holder, 0, len(*list)), *list...)
			}
		}
	}
	b.index.now.Store(b.state)
}

func (b *Batch) facts(slot uint32) *facts {
	p := &b.state.facts[slot/page]
	if (*p).batch != b.id {
		c := **p
		c.batch = b.id
		*p = &c
	}
	return *p
}

func (b *Batch) names(slot uint32) *names {
	p := &b.state.names[slot/page]
	if (*p).batch != b.id {
		c := **p
		c.batch = b.id
		*p = &c
	}
	return *p
}

func (b *Batch) times(slot uint32) *times {
	p := &b.state.times[slot/page]
	if (*p).batch != b.id {
		c := **p
		c.batch = b.id
		*p = &c
	}
	return *p
}
