package gate

import (
	"errors"
	"runtime"
	"sync"

	"github.com/fukusen/fukusen/spec"
)

// open proves the items over all cores; the order of the log is kept.
func (g *Gate) open(d Delivery) []entry {
	list := make([]entry, len(d.Items))
	keys := g.Trust.History(d.From)
	want := spec.Expect{Issuer: d.From, Audience: g.Self, Vouched: d.Vouched, Now: g.Clock()}
	if d.Log == spec.PublicLog {
		want.Audience = ""
	}
	spread(len(list), 16, func(i int) { list[i] = openItem(d.Items[i], keys, want) })
	return list
}

// spread calls do for 0 to n-1, over all cores where each gets enough to do.
func spread(n, enough int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+enough-1)/enough)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}

func openItem(it spec.Item, keys *spec.KeyHistory, want spec.Expect) entry {
	e := entry{item: it, outcome: Outcome{N: it.N, ID: it.ID, Kind: it.Kind}}
	if it.State != spec.Live {
		e.outcome.Verdict = TakenBack
		return e
	}
	if it.Record == "" || it.Kind == spec.KindHead && it.N == 0 { // the last head of the epoch before: a note, no record
		e.outcome.Verdict = Skipped
		return e
	}
	want.ID, want.Kind = it.ID, it.Kind
	record, err := spec.Open(it.Record, keys, want)
	switch r := spec.AsRefusal(err); {
	case err == nil:
		e.record, e.outcome.Verdict = record, Admitted
	case r != nil:
		e.drop(r)
	case errors.Is(err, spec.ErrUnknownKind):
		e.outcome.Verdict = Skipped
	default:
		e.drop(spec.Refuse("REQ-OPEN-007", "the record cannot be read"))
	}
	return e
}
