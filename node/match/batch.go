package match

import (
	"slices"
	"strings"
	"time"
	"unique"

	"github.com/fukusen/fukusen/spec"
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
		b.names(slot).key[slot%page] = e.Key
	}
	b.train(slot, e)
	f, n, i := b.facts(slot), b.names(slot), slot%page
	f.mean[i], f.fresh[i], f.region[i], f.remote[i] = e.Evaluation.Mean, floor(e.Fresh), e.region, e.Remote
	n.issuer[i], n.languages[i], n.count[i] = unique.Make(e.Issuer), unique.Make(spoken(e.Languages)), uint32(e.Evaluation.Count)
	b.free(slot, e.free, e.Until)
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
	b.free(slot, list, until)
	return nil
}

func (b *Batch) free(slot uint32, list []span, until time.Time) {
	t := b.times(slot)
	t.free[slot%page], t.until[slot%page] = list, floor(until)
}

// Remove takes a person out and says whether there was one.
func (b *Batch) Remove(key string) bool {
	x := b.index
	slot, known := x.slots[key]
	if !known {
		return false
	}
	b.train(slot, entry{})
	i := slot % page
	n := b.names(slot)
	n.key[i], n.languages[i], n.issuer[i] = "", unique.Handle[string]{}, unique.Handle[spec.NodeID]{}
	b.free(slot, nil, time.Time{})
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
	i := slot % page
	before := b.state.names[slot/page].skills[i]
	from, to := b.state.facts[slot/page].region[i]/10000, e.region/10000
	var after []ability
	if len(e.Skills) > 0 {
		after = make([]ability, 0, len(e.Skills))
	}
	for _, s := range e.Skills {
		a := ability{b.number(s.URI), s.Level}
		b.enter(a.number(), to, holder{slot, s.Level})
		if s.Evaluated {
			a.skill |= evaluated
		}
		after = append(after, a)
	}
	slices.SortFunc(after, func(x, y ability) int { return int(x.number()) - int(y.number()) })
	for _, a := range before {
		_, still := find(after, a.number())
		if !still || from != to {
			b.leave(a.number(), from, slot)
		}
	}
	b.names(slot).skills[i] = after
}

// find looks for a skill by its number.
func find(list []ability, number uint32) (ability, bool) {
	i, ok := slices.BinarySearchFunc(list, number, func(a ability, n uint32) int { return int(a.number()) - int(n) })
	if !ok {
		return ability{}, false
	}
	return list[i], true
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
