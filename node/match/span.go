package match

import (
	"fmt"
	"math"
	"time"
)

// span is free time in seconds of 1970 to 2106, the end exclusive.
type span struct{ from, to uint32 }

// spansOf rounds windows inwards to seconds, joins those that touch, and
// refuses what is not in order.
func spansOf(windows []Window) ([]span, error) {
	if len(windows) > MostFree {
		return nil, fmt.Errorf("%w: more than %d stretches of free time", ErrPerson, MostFree)
	}
	if len(windows) == 0 {
		return nil, nil
	}
	list := make([]span, 0, len(windows))
	for i, w := range windows {
		if !w.End.After(w.Start) || i > 0 && w.Start.Before(windows[i-1].End) {
			return nil, fmt.Errorf("%w: free time is sorted and none over another", ErrPerson)
		}
		s := span{ceiling(w.Start), floor(w.End)}
		switch last := len(list) - 1; {
		case s.to <= s.from:
		case last >= 0 && list[last].to == s.from && w.Start.Equal(windows[i-1].End):
			list[last].to = s.to
		default:
			list = append(list, s)
		}
	}
	if cap(list) > len(list) {
		list = append(make([]span, 0, len(list)), list...)
	}
	return list, nil
}

// floor is the second that a time lies in.
func floor(t time.Time) uint32 { return uint32(min(max(t.Unix(), 0), math.MaxUint32)) }

// ceiling is the first second that does not begin before a time.
func ceiling(t time.Time) uint32 {
	if t.Nanosecond() > 0 {
		t = t.Add(time.Second)
	}
	return floor(t)
}

func moment(second int64) time.Time { return time.Unix(second, 0).UTC() }

// Unit is one proposed unit of work; the end is exclusive. Units of one sitting
// follow each other without a pause.
type Unit struct {
	Start, End time.Time
	Sitting    int // from 0
}

// work is what has to be laid into free time: count units in at most so many
// sittings, within [from, to).
type work struct {
	from, to        int64
	unit            uint32 // seconds
	count, sittings int
	rest            int64 // between two sittings, seconds
}

// sitting is a block of units without a pause.
type sitting struct {
	start int64
	units int
}

// within is the part of a free stretch in which a sitting may lie: margin
// seconds on either side of it are free as well.
func (w *work) within(s span, margin int64) (from, to int64) {
	return max(w.from, int64(s.from)+margin), min(w.to, int64(s.to)-margin)
}

// units is how many units fit between two times.
func (w *work) units(from, to int64) int {
	if to <= from {
		return 0
	}
	return int(uint32(to-from) / w.unit)
}

// relevant leaves out the stretches that end before the window opens, where
// there are so many that it pays.
func (w *work) relevant(free []span) []span {
	if len(free) < 32 {
		return free
	}
	low, high := 0, len(free)
	for low < high {
		if middle := (low + high) / 2; int64(free[middle].to) <= w.from {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return free[low:]
}

// fits says whether all units can be laid. Where every unit may be a sitting
// and needs no rest, and in every case that is hopeless, counting is enough.
func (w *work) fits(free []span, margin int64, room *room) bool {
	total := 0
	free = w.relevant(free)
	for _, s := range free {
		if int64(s.from) >= w.to || total >= w.count {
			break
		}
		total += w.units(w.within(s, margin))
	}
	if total < w.count {
		return false
	}
	if w.rest == 0 && w.sittings >= w.count {
		return true
	}
	got, _ := w.lay(free, margin, room)
	return got >= w.count
}

// lay answers how many units can be laid at most, up to count, and where all
// can, the sittings of which the last ends earliest.
func (w *work) lay(free []span, margin int64, room *room) (int, []sitting) {
	free = w.relevant(free)
	if w.rest == 0 {
		return w.layClose(free, margin, room)
	}
	return w.layApart(free, margin, room)
}

// layClose needs no rest: the order of sittings does not matter, so the
// longest of the stretches so far are the best, and the first stretch with
// which they reach the count ends earliest.
func (w *work) layClose(free []span, margin int64, room *room) (int, []sitting) {
	most := min(w.sittings, w.count)
	kept := room.kept[:0] // sorted by units, the most first; of equals the earlier
	sum := 0
	for _, s := range free {
		if int64(s.from) >= w.to {
			break
		}
		from, to := w.within(s, margin)
		n := min(w.units(from, to), w.count)
		if n == 0 {
			continue
		}
		others := sum
		if len(kept) == most {
			others -= kept[most-1].units
		}
		if others+n >= w.count {
			if len(kept) == most {
				kept = kept[:most-1]
			}
			kept = append(kept, sitting{from, w.count - others})
			room.kept = kept
			byStart(kept)
			return w.count, kept
		}
		if len(kept) == most && n <= kept[most-1].units {
			continue
		}
		if len(kept) == most {
			kept = kept[:most-1]
		}
		kept = append(kept, sitting{from, n})
		for i := len(kept) - 1; i > 0 && kept[i-1].units < n; i-- {
			kept[i-1], kept[i] = kept[i], kept[i-1]
		}
		sum = others + n
	}
	room.kept = kept
	return sum, nil
}

func byStart(list []sitting) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].start < list[j-1].start; j-- {
			list[j-1], list[j] = list[j], list[j-1]
		}
	}
}
