package match

// ranked is somebody found, with a note of what they miss or why they are shut
// out.
type ranked struct {
	score float32
	slot  uint32
	note  note
}

type note struct {
	lack  lack
	which uint8 // skill
	units uint8 // that do not fit
	text  string
}

type lack uint8

const (
	lackNone lack = iota
	lackSkill
	lackPlace
	lackLanguage
	lackTime
	lackWord
)

// ranking keeps the best so many of all that are offered, in a heap with the
// worst on top.
type ranking struct {
	state *state
	most  int
	list  []ranked
}

func (r *ranking) reset(s *state, most int) { r.state, r.most, r.list = s, most, r.list[:0] }

// forget drops what would keep an old state in memory.
func (r *ranking) forget() {
	clear(r.list)
	r.state = nil
}

// behind says that a comes after b: a lower score, or of equals a higher key.
func (r *ranking) behind(a, b *ranked) bool {
	return a.score < b.score || a.score == b.score && r.state.key(a.slot) > r.state.key(b.slot)
}

// floor is the least score that can still enter.
func (r *ranking) floor() float32 {
	if len(r.list) < r.most {
		return 0
	}
	return r.list[0].score
}

// admits says whether somebody would enter.
func (r *ranking) admits(score float32, slot uint32) bool {
	return len(r.list) < r.most || r.behind(&r.list[0], &ranked{score: score, slot: slot})
}

func (r *ranking) add(x ranked) {
	if len(r.list) < r.most {
		r.list = append(r.list, x)
		for i := len(r.list) - 1; i > 0; {
			up := (i - 1) / 2
			if !r.behind(&r.list[i], &r.list[up]) {
				return
			}
			r.list[i], r.list[up] = r.list[up], r.list[i]
			i = up
		}
		return
	}
	r.list[0] = x
	r.sink(len(r.list))
}

func (r *ranking) sink(n int) {
	for i := 0; ; {
		low := 2*i + 1
		if low >= n {
			return
		}
		if low+1 < n && r.behind(&r.list[low+1], &r.list[low]) {
			low++
		}
		if !r.behind(&r.list[low], &r.list[i]) {
			return
		}
		r.list[i], r.list[low] = r.list[low], r.list[i]
		i = low
	}
}

// best sorts what was kept, the best first; nothing is added afterwards.
func (r *ranking) best() []ranked {
	for n := len(r.list) - 1; n > 0; n-- {
		r.list[0], r.list[n] = r.list[n], r.list[0]
		r.sink(n)
	}
	return r.list
}
