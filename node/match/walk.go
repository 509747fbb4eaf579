package match

// walk visits everybody who has all skills, at most so far below the levels
// asked for, in the prefecture of the place or in all, with the fit of their
// skills. It leaves out those who can be of no use.
func (q *search) walk(visit func(slot uint32, fit float64), below float32, wide bool) {
	skills := q.skills[:len(q.need.Skills)]
	prefectures := 100
	var levels [MostNeeded]float32
	least := levels[:len(skills)]
	for i, s := range q.need.Skills {
		least[i] = s.Least - below
		if skills[i] = q.state.skill(s.URI); skills[i] == nil {
			return
		}
		prefectures = min(prefectures, len(skills[i].prefectures))
	}
	if len(skills) == 0 {
		q.walkAll(visit)
		return
	}
	first, last := 0, prefectures
	if !wide {
		first = int(q.home())
		last = min(first+1, prefectures)
	}
	var room [MostNeeded][]holder
	lists := room[:len(skills)]
	for at := first; at < last; at++ {
		short := 0
		for i, k := range skills {
			lists[i] = k.in(uint32(at))
			if len(lists[i]) < len(lists[short]) {
				short = i
			}
		}
		switch {
		case len(lists[short]) == 0:
		case len(lists) == 2 && len(lists[short])*gallop > len(lists[1-short]):
			q.merge(visit, lists[0], lists[1], least)
		default:
			q.probe(visit, lists, short, least)
		}
	}
}

// home is the prefecture of the place.
func (q *search) home() uint32 {
	if q.reach == municipality {
		return q.place / 10000
	}
	return q.place
}

// walkAll visits everybody, where no skill is asked for.
func (q *search) walkAll(visit func(slot uint32, fit float64)) {
	for at, names := range q.state.names {
		for i := range names.of {
			if names.of[i].key != "" {
				visit(uint32(at*page+i), 1)
			}
		}
	}
}

// gallop is from which ratio of lengths on it is faster to search in the
// longer list than to go through it.
const gallop = 12

// pair is where one person stands in two lists.
type pair struct{ i, j uint32 }

// merge goes through two lists of like length. Which of two slots is the
// smaller cannot be foreseen, so the steps are written without a branch.
func (q *search) merge(visit func(slot uint32, fit float64), a, b []holder, least []float32) {
	q.room.pairs = sized(q.room.pairs, min(len(a), len(b))+1)
	pairs, n := q.room.pairs, 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := a[i].slot, b[j].slot
		pairs[n] = pair{uint32(i), uint32(j)}
		stepA, stepB := 0, 0
		if x <= y {
			stepA = 1
		}
		if y <= x {
			stepB = 1
		}
		i += stepA
		j += stepB
		n += stepA & stepB
	}
	leastA, leastB, weightA, weightB := least[0], least[1], q.weights[0], q.weights[1]
	for _, at := range pairs[:n] {
		x, y := a[at.i], b[at.j]
		fit := float64(weightA*float64(x.level)) + float64(weightB*float64(y.level))
		if x.level >= leastA && y.level >= leastB && !q.hopeless(fit) {
			q.levels[0], q.levels[1] = x.level, y.level
			visit(x.slot, fit)
		}
	}
}

// probe goes through the shortest list and searches in the others.
func (q *search) probe(visit func(slot uint32, fit float64), lists [][]holder, short int, least []float32) {
next:
	for _, h := range lists[short] {
		for i := range lists {
			level := h.level
			if i != short {
				lists[i] = from(lists[i], h.slot)
				if len(lists[i]) == 0 {
					return
				}
				if lists[i][0].slot != h.slot {
					continue next
				}
				level = lists[i][0].level
			}
			if level < least[i] {
				continue next
			}
			q.levels[i] = level
		}
		fit := 0.0
		for i := range lists {
			fit += float64(q.weights[i] * float64(q.levels[i]))
		}
		if !q.hopeless(fit) {
			visit(h.slot, fit)
		}
	}
}

// from is the rest of a list from a slot on, found in steps that double.
func from(list []holder, slot uint32) []holder {
	step := 1
	for step < len(list) && list[step].slot < slot {
		step *= 2
	}
	low, high := step/2, min(step+1, len(list))
	for low < high {
		if middle := (low + high) / 2; list[middle].slot < slot {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return list[low:]
}
