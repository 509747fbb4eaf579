package store

import "math"

// Place is where a list that begins with the newest goes on. The zero Place is
// its beginning. What is added later stands before it and moves nothing.
type Place struct {
	At   int64 // go on with what is of this second or older
	Skip int   // but not with the first so many of them
}

// before are the bounds of a query that goes on from a place.
func (p Place) before() (at int64, skip int) {
	if p == (Place{}) {
		return math.MaxInt64, 0
	}
	return p.At, p.Skip
}

// After is the place behind some of a list that was read from this one; at
// tells the second of one of them.
func After[T any](p Place, read []T, at func(T) int64) Place {
	if len(read) == 0 {
		return p
	}
	next := Place{At: at(read[len(read)-1])}
	if next.At == p.At {
		next.Skip = p.Skip
	}
	for _, r := range read {
		if at(r) == next.At {
			next.Skip++
		}
	}
	return next
}
