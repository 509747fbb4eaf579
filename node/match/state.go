package match

import (
	"unique"

	"github.com/fukusen/fukusen/spec"
)

// state is the whole index at one moment. It never changes once it can be seen:
// a batch copies the parts that it writes and shares all others.
type state struct {
	shelves [shelves]*shelf // skills by their URI
	skills  []*skill        // by number; nil where a number is idle
	highest float32         // no mean is above it
	idle    []uint32
	facts   []*facts
	names   []*names
	times   []*times
}

// page is how many people share one part. A part is copied to change one of
// them, and a list of all parts as well, so neither is long.
const page = 128

// facts are what the search reads of those whom the skills find.
type facts struct {
	batch uint64
	of    [page]fact
}

type fact struct {
	mean   float32
	fresh  uint32
	region uint32
	remote bool
}

// names are what it reads of those who reach the list.
type names struct {
	batch     uint64
	of        [page]name
	ends      [page]uint16 // of each one's abilities
	abilities []ability    // everybody's, one after another
}

type name struct {
	key       string // empty where a slot is idle
	issuer    unique.Handle[spec.NodeID]
	languages unique.Handle[string] // as spoken writes them
}

// times are what changes most.
type times struct {
	batch uint64
	of    [page]schedule
}

type schedule struct {
	free  []span
	until uint32
	count uint32 // of evaluations
}

// skills are the abilities of one of them.
func (n *names) skills(i uint32) []ability {
	first := uint16(0)
	if i > 0 {
		first = n.ends[i-1]
	}
	return n.abilities[first:n.ends[i]]
}

// ability is a skill of a person; the highest bit says that it was evaluated.
type ability struct {
	skill uint32
	level float32
}

const evaluated = 1 << 31

func (a ability) number() uint32 { return a.skill &^ evaluated }

// skill is everybody who has it, by prefecture.
type skill struct {
	batch       uint64
	uri         string
	number      uint32
	people      int
	prefectures [][]holder // by the first two digits of a region; often shorter
}

// holder is somebody who has a skill. Lists are sorted by slot.
type holder struct {
	slot  uint32
	level float32
}

const shelves = 64

// shelf is a part of the catalogue of skills.
type shelf struct {
	batch  uint64
	number map[string]uint32
}

// shelfOf spreads URIs by FNV-1a over their last octets, where they differ.
func shelfOf(uri string) uint32 {
	h := uint32(2166136261)
	for i := max(0, len(uri)-8); i < len(uri); i++ {
		h = (h ^ uint32(uri[i])) * 16777619
	}
	return (h ^ h>>16) % shelves
}

// skill finds a skill that somebody has.
func (s *state) skill(uri string) *skill {
	sh := s.shelves[shelfOf(uri)]
	if sh == nil {
		return nil
	}
	if number, ok := sh.number[uri]; ok {
		return s.skills[number]
	}
	return nil
}

// in are those of a prefecture who have the skill.
func (k *skill) in(prefecture uint32) []holder {
	if int(prefecture) >= len(k.prefectures) {
		return nil
	}
	return k.prefectures[prefecture]
}

// copied shares every part and owns its lists of parts.
func (s *state) copied() *state {
	c := *s
	c.facts = append(make([]*facts, 0, len(s.facts)+1), s.facts...)
	c.names = append(make([]*names, 0, len(s.names)+1), s.names...)
	c.times = append(make([]*times, 0, len(s.times)+1), s.times...)
	return &c
}

func (s *state) fact(slot uint32) *fact         { return &s.facts[slot/page].of[slot%page] }
func (s *state) name(slot uint32) *name         { return &s.names[slot/page].of[slot%page] }
func (s *state) schedule(slot uint32) *schedule { return &s.times[slot/page].of[slot%page] }
func (s *state) key(slot uint32) string         { return s.name(slot).key }
