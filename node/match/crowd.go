package match

// found is somebody who has the skills.
type found struct {
	fit  float64
	slot uint32
}

// first is how many of the best fits are considered before all others, and
// bars how finely they are told apart.
const (
	first = 64
	bars  = 128
)

// barOf holds also where a rounded product leaves the range.
func barOf(height float64) int { return min(max(int(height), 0), bars-1) }

// gather notes somebody who has the skills.
func (q *search) gather(slot uint32, fit float64) {
	q.room.crowd = append(q.room.crowd, found{fit, slot})
}

// considerAll considers everybody who was gathered. Those who fit best come
// first, because they make most others hopeless before anything is read of them.
func (q *search) considerAll() {
	crowd, bar := q.room.crowd, 0
	best := 0.0
	for i := range crowd {
		best = max(best, crowd[i].fit)
	}
	step := 0.0
	if best > 0 {
		step = (bars - 1) / best
	}
	if len(crowd) > first {
		var count [bars]int
		for i := range crowd {
			count[barOf(crowd[i].fit*step)]++
		}
		sum := 0
		for bar = bars - 1; bar > 0; bar-- {
			if sum += count[bar]; sum >= first {
				break
			}
		}
	}
	for i := range crowd {
		if barOf(crowd[i].fit*step) >= bar {
			q.consider(crowd[i].slot, crowd[i].fit)
		}
	}
	if bar == 0 {
		return
	}
	for i := range crowd {
		if barOf(crowd[i].fit*step) < bar && !q.hopeless(crowd[i].fit) {
			q.consider(crowd[i].slot, crowd[i].fit)
		}
	}
}
