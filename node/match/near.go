package match

// nearly takes somebody who has the skills, at most one level short each, and
// keeps them if they miss exactly one thing. Who is shut out is not near.
func (q *search) nearly(slot uint32, fit float64) {
	f := q.state.fact(slot)
	near := &q.room.near
	score := float32(float64(f.mean) * fit * q.scale * q.freshness(f.fresh))
	if !near.admits(score, slot) {
		return
	}
	misses, found := 0, note{}
	miss := func(n note) { misses, found = misses+1, n }
	for k, s := range q.need.Skills {
		if q.levels[k] < s.Least {
			miss(note{lack: lackSkill, which: uint8(k)})
		}
	}
	in, comes := q.here(f.region, f.remote)
	if !in {
		if !q.nearby(f.region) {
			return
		}
		comes = true
		miss(note{lack: lackPlace})
	}
	n, times := q.state.name(slot), q.state.schedule(slot)
	if len(q.languages) > 0 && misses < 2 {
		short, first := q.missing(n.languages.Value())
		if misses += short; short == 1 {
			found = note{lack: lackLanguage, text: first}
		}
	}
	if misses > 1 {
		return
	}
	free, margin := times.free, q.margin(comes)
	switch {
	case times.until <= q.now:
		// Nothing else is known of their time, so nothing else may be missing.
		miss(note{lack: lackWord})
	case q.fits(free, margin, q.room):
	default:
		laid, _ := q.lay(free, margin, q.room)
		if laid == 0 {
			return
		}
		miss(note{lack: lackTime, units: uint8(q.count - laid)})
	}
	if misses != 1 {
		return
	}
	if q.need.Exclude != nil && q.need.Exclude(n.key, n.issuer.Value()) != "" {
		return
	}
	near.add(ranked{score, slot, found})
	q.floor = near.floor()
}

// nearby is one step out: elsewhere in the prefecture of a municipality,
// anywhere outside a prefecture. Remote work has no place to be near to.
func (q *search) nearby(region uint32) bool {
	switch q.reach {
	case municipality:
		return region/10000 == q.place/10000
	case prefecture:
		return true
	}
	return false
}
