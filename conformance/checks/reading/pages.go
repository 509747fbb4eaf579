package reading

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func pages() []judge.Check {
	return []judge.Check{
		bentPages("REQ-FEED-001", nil, miscounted),
		bentPages("REQ-FEED-002", asManyAsAsked, tooMany),
		bentPages("REQ-FEED-003", takenBack, strangeStates),
		bentPages("REQ-FEED-004", takenBack, bodiesTakenBack),
		bentPages("REQ-FEED-005", nil, beyondHead),
		movesOn(), otherKinds(), unfinishedSnapshot(), tooLong(),
		bentPages("REQ-FEED-014", looselyWritten, shapes),
	}
}

// leaf is a page that a reader is given next, before it is bent: a sound record
// x in the place that is due, and the log up to there.
type leaf struct {
	*liar
	before []spec.Item
	next   uint64
	limit  int
	x      spec.Item
}

// under is a page of items under an honest head over a whole log.
func (f leaf) under(all []spec.Item, items ...spec.Item) []byte {
	return pageOf(items, f.sheet(all).note())
}

// more is what was read before, and items after it.
func (f leaf) more(items ...spec.Item) []spec.Item { return append(f.before, items...) }

// at is an item in a place counted from the one that is due.
func (f leaf) at(offset uint64, it spec.Item) spec.Item {
	it.N = f.next + offset
	return it
}

// fold is one way to bend a page, under the name of the vector that shows it.
type fold struct {
	name string
	page func(leaf) []byte
}

// bentPages makes the check of a requirement that a page alone can break: each
// bent page carries a record of its own beside what is wrong with it, and is
// followed by the truth.
func bentPages(requirement string, allowed func(context.Context, *judge.Probe, *liar), folds func() []fold) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "of a page as section 7 says")
			if allowed != nil {
				allowed(ctx, p, l)
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, f := range folds() {
				x := l.sound(p)
				l.round(ctx, p, f.name, func(next uint64, limit int) []byte {
					return f.page(leaf{l, l.before(next), next, limit, x})
				}, x.ID)
			}
		},
	}
}

// miscounted are pages whose items do not begin where they should or do not
// count up by one.
func miscounted() []fold {
	return []fold{
		{"page-begins-late", func(f leaf) []byte { return f.under(f.more(filler(), f.x, filler()), f.at(1, f.x)) }},
		{"page-begins-early", func(f leaf) []byte {
			return f.under(f.more(f.x), f.before[len(f.before)-1], f.at(0, f.x))
		}},
		{"page-gap", func(f leaf) []byte {
			a, b := filler(), filler()
			return f.under(f.more(f.x, a, b), f.at(0, f.x), f.at(2, b))
		}},
		{"page-twice", func(f leaf) []byte {
			a := f.at(1, filler())
			return f.under(f.more(f.x, a, filler()), f.at(0, f.x), a, a)
		}},
		{"page-descending", func(f leaf) []byte {
			a := f.at(1, filler())
			return f.under(f.more(f.x, a), a, f.at(0, f.x))
		}},
	}
}

func tooMany() []fold {
	return []fold{{"page-501", func(f leaf) []byte {
		items := []spec.Item{f.x}
		for range f.limit {
			items = append(items, filler())
		}
		items = numbered(f.next, items...)
		return f.under(f.more(items...), items...)
	}}}
}

// asManyAsAsked gives a page that is full to the limit.
func asManyAsAsked(ctx context.Context, p *judge.Probe, l *liar) {
	good := l.sound(p)
	items := []spec.Item{good}
	for range spec.MaxLimit - 1 {
		items = append(items, filler())
	}
	l.put(nil, items...)
	p.Expect(l.settled(ctx, p, good.ID), "body", evidence.Contains,
		judge.Why("上限ちょうどのページが拒まれました", "a page with as many items as were asked for was refused"), string(good.ID))
}

func strangeStates() []fold {
	var list []fold
	for name, state := range map[string]spec.State{"deleted": "deleted", "case": "Live", "empty": "", "parked": "parked"} {
		list = append(list, fold{"page-state-" + name, func(f leaf) []byte {
			strange := f.at(1, filler())
			strange.State = state
			return f.under(f.more(f.x, strange), f.at(0, f.x), strange)
		}})
	}
	return list
}

// takenBack gives a page of all three states, each as it should be.
func takenBack(ctx context.Context, p *judge.Probe, l *liar) {
	good, erased := l.sound(p), filler()
	erased.State = spec.Erased
	l.put(nil, filler(), erased, good)
	p.Expect(l.settled(ctx, p, good.ID), "body", evidence.Contains,
		judge.Why("取り下げや消去の項目があるページが拒まれました", "a page with withdrawn and erased items was refused"), string(good.ID))
}

func bodiesTakenBack() []fold {
	var list []fold
	for _, state := range []spec.State{spec.Withdrawn, spec.Erased} {
		list = append(list, fold{"page-body-" + string(state), func(f leaf) []byte {
			spoken := f.at(1, filler())
			spoken.State, spoken.Record = state, f.x.Record
			return f.under(f.more(f.x, spoken), f.at(0, f.x), spoken)
		}})
	}
	return list
}

func beyondHead() []fold {
	return []fold{
		{"page-beyond-empty-head", func(f leaf) []byte { return f.under(f.before, f.at(0, f.x)) }},
		{"page-beyond-head", func(f leaf) []byte { return f.under(f.more(f.x), f.at(0, f.x), f.at(1, filler())) }},
	}
}

// movesOn is the check that one bad record does not stop a log.
func movesOn() judge.Check {
	const requirement = "REQ-FEED-009"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			forged := l.sound(p)
			forged.Record = forged.Record[:len(forged.Record)-8] + "AAAAAAAA"
			for what, bad := range map[string]spec.Item{
				"behind a record with a wrong signature": forged,
				"behind a record of an unknown key":      l.record(p, l.spare.stranger, nil),
				"behind a record that has expired":       l.record(p, l.Key, func(t *spec.Talent) { t.Expires = p.Clock().Unix() - 600; t.IssuedAt = t.Expires - 600 }),
			} {
				l.put(nil, bad)
				l.honest(ctx, p, what)
			}
			l.asked(ctx, p, uint64(len(l.Entries(l.log))-1))
		},
	}
}

// asked waits until the target asks for what comes after a place.
func (l *liar) asked(ctx context.Context, p *judge.Probe, after uint64) {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	for {
		seen := l.Visited()
		for _, v := range l.Visits(http.MethodGet, l.path) {
			if strings.Contains(v.Path+"&", "after="+strconv.FormatUint(after, 10)+"&") {
				return
			}
		}
		select {
		case <-seen:
		case <-ctx.Done():
			p.Fail(judge.Why("読む位置が先へ進みません", "the cursor does not move past the record"))
		}
	}
}

// otherKinds is the check of items that name another kind than their record's.
func otherKinds() judge.Check {
	const requirement = "REQ-FEED-010"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			cast(ctx, p, requirement).honest(ctx, p, "with the kind of its typ")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, kind := range []spec.Kind{"availability", "talent+jwt", "Talent", "weather"} {
				bad, good := l.sound(p), l.sound(p)
				bad.Kind = kind
				l.put(nil, bad, good)
				x := l.settled(ctx, p, good.ID, bad.ID)
				p.Expect(x, "body", evidence.Lacks,
					judge.Why("種別の合わない記録が受け入れられました", "a record was admitted that was announced as "+string(kind)), string(bad.ID))
				p.Expect(x, "body", evidence.Contains,
					judge.Why("次の記録が受け入れられませんでした", "the record after it was not admitted"), string(good.ID))
			}
		},
	}
}

// tooLong is the check of pages that are too long or break off. That a reader
// also gives up a page which never ends would take its whole time limit to see.
func tooLong() judge.Check {
	const requirement = "REQ-FEED-013"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			cast(ctx, p, requirement).honest(ctx, p, "of a page of ordinary length")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, c := range []struct {
				name string
				pad  int
			}{{"page-over-40-mib", spec.MaxPage + 1}, {"page-broken-off", breakOff}} {
				x := l.sound(p)
				l.roundOf(ctx, p, c.name, &lie{page: l.over(sheet.note, x), pad: c.pad}, x.ID)
			}
		},
	}
}

// breakOff as the length of a lie ends the connection in the middle of it.
const breakOff = -1

// pour writes a lie, followed by spaces up to its length.
func (s *lie) pour(w http.ResponseWriter, next uint64, limit int) {
	defer close(s.told)
	w.Header().Set("Content-Type", "application/json")
	octets := s.page(next, limit)
	if s.pad == breakOff {
		w.Header().Set("Content-Length", strconv.Itoa(len(octets)+1))
		_, _ = w.Write(octets)
		panic(http.ErrAbortHandler) // how a handler of net/http hangs up
	}
	_, err := w.Write(octets)
	spaces := []byte(strings.Repeat(" ", 1<<16))
	// A reader may hang up once it has seen enough.
	for left := s.pad - len(octets); left > 0 && err == nil; left -= len(spaces) {
		_, err = w.Write(spaces[:min(left, len(spaces))])
	}
}

// looselyWritten gives a page with its members in another order, and white space.
func looselyWritten(ctx context.Context, p *judge.Probe, l *liar) {
	good := l.sound(p)
	l.tell(ctx, p, func(next uint64, limit int) []byte {
		f := leaf{l, l.before(next), next, limit, good}
		return []byte("{ \"head\" : " + quoted(f.sheet(f.more(good)).note()) + ",\n \"items\" : [ " + written(f.at(0, good)) + " ] }\n")
	}, good)
	p.Expect(l.settled(ctx, p, good.ID), "body", evidence.Contains,
		judge.Why("メンバーの順序が違うだけのページが拒まれました", "a page with members in another order was refused"), string(good.ID))
}
