package match

import "math"

// room is what one question works in, used again by the next.
type room struct {
	kept  []sitting
	cells []cell
	pairs []pair
	crowd []found
	top   ranking
	near  ranking
	shut  ranking
}

// cell is the best way to have laid so many units in so many sittings: the one
// that ends earliest. Stretches come in order of time, so the first that fills
// a cell is the best, and a filled cell never changes.
type cell struct {
	start, end int64 // of the last sitting; end 0 while nothing fills the cell
	before     int   // units before the last sitting
}

// layApart keeps rest between sittings, so that an early sitting may spoil a
// long one after it. Its cost is stretches x sittings x count. Two sittings in
// one stretch are never better than one as long as both.
func (w *work) layApart(free []span, margin int64, room *room) (int, []sitting) {
	most, width := min(w.sittings, w.count), w.count+1
	room.cells = sized(room.cells, (most+1)*width)
	clear(room.cells)
	row := func(sittings int) []cell { return room.cells[sittings*width : (sittings+1)*width] }
	row(0)[0].end = math.MinInt64 / 2 // no sitting yet, so no rest either
	reached, used, laid := 0, 0, 0
	for _, s := range free {
		if int64(s.from) >= w.to {
			break
		}
		from, to := w.within(s, margin)
		n := w.units(from, to)
		if n == 0 {
			continue
		}
		for k := min(used, most-1); k >= 0; k-- {
			filled := w.extend(row(k), row(k+1), from, to, min(w.count, reached+n))
			laid = max(laid, filled)
		}
		reached, used = laid, used+1
		if laid == w.count {
			return w.count, w.read(room, row, most)
		}
	}
	return laid, nil
}

// extend adds one sitting in [from, to) to every cell of the row before, up to
// so many units, and answers the most units that a filled cell has.
func (w *work) extend(before, after []cell, from, to int64, upTo int) int {
	filled, best, bestBefore := 0, int64(math.MaxInt64), 0
	for v := 1; v <= upTo; v++ {
		if c := before[v-1]; c.end != 0 {
			if lead := max(from, c.end+w.rest) - int64(v-1)*int64(w.unit); lead < best {
				best, bestBefore = lead, v-1
			}
		}
		if best == math.MaxInt64 {
			continue
		}
		end := best + int64(v)*int64(w.unit)
		if end > to {
			continue
		}
		filled = v
		if after[v].end == 0 {
			after[v] = cell{start: best + int64(bestBefore)*int64(w.unit), end: end, before: bestBefore}
		}
	}
	return filled
}

// read follows the cells back from the one that ends earliest; of equals, the
// one with the fewest sittings.
func (w *work) read(room *room, row func(int) []cell, most int) []sitting {
	last := 0
	for k := 1; k <= most; k++ {
		if c := row(k)[w.count]; c.end != 0 && (last == 0 || c.end < row(last)[w.count].end) {
			last = k
		}
	}
	list := room.kept[:0]
	for k, v := last, w.count; k > 0; k-- {
		c := row(k)[v]
		list = append(list, sitting{c.start, v - c.before})
		v = c.before
	}
	byStart(list)
	room.kept = list
	return list
}

// sized is a slice of this length, in the old one's place where it is enough.
func sized[T any](list []T, n int) []T {
	if cap(list) < n {
		return make([]T, n)
	}
	return list[:n]
}
