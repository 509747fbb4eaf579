package match

import (
	"maps"
	"slices"
	"strings"
)

// number finds or opens the number of a skill.
func (b *Batch) number(uri string) uint32 {
	s := b.state
	sh := s.shelves[shelfOf(uri)]
	if sh != nil {
		if n, ok := sh.number[uri]; ok {
			return n
		}
	}
	b.ownSkills()
	n := uint32(len(s.skills))
	if last := len(s.idle) - 1; last >= 0 {
		n = s.idle[last]
		s.idle = s.idle[:last]
	} else {
		s.skills = append(s.skills, nil)
	}
	uri = strings.Clone(uri)
	s.skills[n] = &skill{batch: b.id, uri: uri, number: n}
	b.shelf(uri).number[uri] = n
	return n
}

// ownSkills copies the lists of skills once a batch.
func (b *Batch) ownSkills() {
	if !b.skills {
		b.state.skills, b.state.idle, b.skills = slices.Clone(b.state.skills), slices.Clone(b.state.idle), true
	}
}

// shelf is the shelf of a skill, ours to write.
func (b *Batch) shelf(uri string) *shelf {
	at := &b.state.shelves[shelfOf(uri)]
	switch {
	case *at == nil:
		*at = &shelf{b.id, map[string]uint32{}}
	case (*at).batch != b.id:
		*at = &shelf{b.id, maps.Clone((*at).number)}
	}
	return *at
}

// skill is a skill, ours to write.
func (b *Batch) skill(number uint32) *skill {
	b.ownSkills()
	at := &b.state.skills[number]
	if (*at).batch != b.id {
		c := **at
		c.batch, c.prefectures = b.id, slices.Clone(c.prefectures)
		*at = &c
	}
	return *at
}

// list is a list of holders, ours to write.
func (b *Batch) list(number, prefecture uint32) *[]holder {
	k := b.skill(number)
	for int(prefecture) >= len(k.prefectures) {
		k.prefectures = append(k.prefectures, nil)
	}
	list, id := &k.prefectures[prefecture], uint64(number)<<32|uint64(prefecture)
	if !b.lists[id] {
		*list = append(make([]holder, 0, len(*list)+1), *list...)
		b.lists[id] = true
	}
	return list
}

func bySlot(h holder, slot uint32) int { return int(h.slot) - int(slot) }

// enter notes that somebody of a prefecture has a skill, at a level.
func (b *Batch) enter(number, prefecture uint32, h holder) {
	if k := b.state.skills[number]; k != nil {
		list := k.in(prefecture)
		if i, there := slices.BinarySearchFunc(list, h.slot, bySlot); there && list[i] == h {
			return
		}
	}
	list := b.list(number, prefecture)
	i, there := slices.BinarySearchFunc(*list, h.slot, bySlot)
	if there {
		(*list)[i] = h
		return
	}
	*list = slices.Insert(*list, i, h)
	b.state.skills[number].people++
}

// leave takes somebody out of a list; a skill that nobody has gives its number
// back.
func (b *Batch) leave(number, prefecture, slot uint32) {
	list := b.list(number, prefecture)
	i, there := slices.BinarySearchFunc(*list, slot, bySlot)
	if !there {
		return
	}
	*list = slices.Delete(*list, i, i+1)
	k := b.state.skills[number]
	if k.people--; k.people > 0 {
		return
	}
	delete(b.shelf(k.uri).number, k.uri)
	b.state.skills[number] = nil
	b.state.idle = append(b.state.idle, number)
	// The number may come back in this batch, with lists of its own.
	for p := range k.prefectures {
		delete(b.lists, uint64(number)<<32|uint64(p))
	}
}
