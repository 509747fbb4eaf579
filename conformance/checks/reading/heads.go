package reading

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func heads() []judge.Check {
	return []judge.Check{
		bentHeads("REQ-HEAD-001", nil, forms),
		bentHeads("REQ-HEAD-002", nil, origins),
		bentHeads("REQ-HEAD-003", retiredInTime, signatures),
		bentHeads("REQ-HEAD-004", plainZero, numbers),
		rewound(), forked(), earlierEpoch(), wrongRoots(),
		bentHeads("REQ-HEAD-009", littleAhead, farAhead),
	}
}

// bentHeads makes the check of a requirement that a head alone can break: pages
// that are right but for their heads, each followed by the truth.
func bentHeads(requirement string, allowed func() bending, ways func() []bending) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "a head as section 6 says")
			if allowed != nil {
				l.variant(ctx, p, allowed())
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, b := range ways() {
				x := l.sound(p)
				l.round(ctx, p, b.name, l.over(func(s sheet) string { return b.bend(l, s) }, x), x.ID)
			}
		},
	}
}

// variant says one sound record under an honest head in another allowed form.
func (l *liar) variant(ctx context.Context, p *judge.Probe, b bending) {
	it := l.sound(p)
	l.tell(ctx, p, func(next uint64, _ int) []byte {
		all := l.Entries(l.log)
		return pageOf(all[min(next, uint64(len(all))):], b.bend(l, l.sheet(all)))
	}, it)
	p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
		judge.Why("許される形の先頭が拒まれました: "+b.name, "a head that is allowed was refused: "+b.name), string(it.ID))
}

func retiredInTime() bending {
	return bending{"head-retired-in-time", func(l *liar, s sheet) string {
		s.key, s.at = l.spare.old, digits(uint64(l.retired().Until-60))
		return s.note()
	}}
}

func plainZero() bending {
	return bending{"head-zero", func(_ *liar, s sheet) string {
		s.keys, s.psize = "0", "0"
		return s.note()
	}}
}

// inSeconds is a head whose time is so many seconds ahead of the suite's clock.
func inSeconds(name string, ahead time.Duration) bending {
	return bending{name, func(_ *liar, s sheet) string {
		s.at = digits(uint64(time.Now().Add(ahead).Unix()))
		return s.note()
	}}
}

// The bound is 60 seconds; some are left on both sides of it for two clocks
// that do not agree to the second.
func littleAhead() bending { return inSeconds("head-ahead-60", 50*time.Second) }

func farAhead() []bending { return []bending{inSeconds("head-ahead-61", 75*time.Second)} }

// nothingNew is a page without items under a head that a check bends.
func (l *liar) nothingNew(bend func(sheet) string) func(uint64, int) []byte {
	return func(next uint64, _ int) []byte { return pageOf([]spec.Item{}, bend(l.sheet(l.before(next)))) }
}

func rewound() judge.Check {
	const requirement = "REQ-HEAD-005"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "the first of a log that grows")
			l.honest(ctx, p, "the second of a log that grows")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			var head string
			l.tell(ctx, p, func(uint64, int) []byte {
				all := l.Entries(l.log)
				head = l.sheet(all[:len(all)-1]).note()
				return pageOf([]spec.Item{}, head)
			})
			l.kept(ctx, p, requirement, head)
			p.Expect(p.Held(ctx, l.Peer), "body.head", evidence.Lacks,
				judge.Why("縮んだ先頭が受け入れられました", "a head of a smaller size was accepted"), head)
			l.honest(ctx, p, "after a head of a smaller size was refused")
		},
	}
}

func forked() judge.Check {
	const requirement = "REQ-HEAD-006"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "before the log forks")
			l.tell(ctx, p, l.nothingNew(sheet.note))
			l.honest(ctx, p, "after the same size was shown with the same root")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			var head string
			l.tell(ctx, p, func(next uint64, _ int) []byte {
				all := l.before(next)
				all[len(all)-1] = filler()
				head = l.sheet(all).note()
				return pageOf([]spec.Item{}, head)
			})
			l.kept(ctx, p, requirement, head)
			// That nothing more is read of this log shows while another log is.
			more := l.sound(p)
			l.put(nil, more)
			for range 2 {
				l.provoke(ctx, p)
				cast(ctx, p, fence).honest(ctx, p, "of another log, beside the forked one")
			}
			p.Expect(p.Held(ctx, l.Peer), "body", evidence.Lacks,
				judge.Why("分岐したログが読み続けられました", "a forked log was read further"), string(more.ID))
		},
	}
}

// fence is the requirement whose peer says what is read beside a halted log.
const fence = "REQ-HEAD-006 fence"

func earlierEpoch() judge.Check {
	const requirement = "REQ-HEAD-007"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			cast(ctx, p, requirement).honest(ctx, p, "of the epoch that is known")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, back := range []int64{1, 100000} {
				x := l.sound(p)
				l.round(ctx, p, "head-older-epoch", l.over(func(s sheet) string {
					s.epoch = digits(uint64(l.Epoch() - back))
					return s.note()
				}, x), x.ID)
			}
		},
	}
}

func wrongRoots() judge.Check {
	const requirement = "REQ-HEAD-008"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			cast(ctx, p, requirement).honest(ctx, p, "under a head with the right root")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, b := range []struct {
				name string
				bend func(all []spec.Item)
			}{
				{"page-wrong-root", func(all []spec.Item) { all[len(all)-1] = filler() }},
				{"page-wrong-state", func(all []spec.Item) { all[len(all)-1].State = spec.Erased }},
				{"page-wrong-before", func(all []spec.Item) { all[0] = filler() }},
				{"page-left-out", func(all []spec.Item) {
					for i := range all {
						all[i] = filler()
					}
				}},
			} {
				x := l.sound(p)
				var head string
				l.round(ctx, p, b.name, func(next uint64, _ int) []byte {
					some := numbered(next, x, filler())
					all := append(l.before(next), some...)
					b.bend(all)
					head = l.sheet(all).note()
					return pageOf(some, head)
				}, x.ID)
				l.kept(ctx, p, requirement, head)
			}
		},
	}
}

// kept expects that evidence stands in the operator's list: a text that the
// liar signed, byte for byte, under its name.
func (l *liar) kept(ctx context.Context, p *judge.Probe, requirement, text string) {
	want, err := json.Marshal(text)
	if err != nil {
		p.Broken(err)
	}
	holds := func(x evidence.Exchange) bool { return strings.Contains(x.See("body.items"), string(want)) }
	x := p.Until(ctx, func() evidence.Exchange {
		x := p.Do(ctx, judge.Ask{Path: "/v1/proofs?limit=500", Token: p.Operator})
		for !holds(x) && x.See("body.next") != "" {
			x = p.Do(ctx, judge.Ask{Path: "/v1/proofs?limit=500&after=" + url.QueryEscape(x.See("body.next")), Token: p.Operator})
		}
		return x
	}, holds)
	p.Expect(x, "body.items", evidence.Contains,
		judge.Why("証拠として保存されていません", "what was refused is not kept as evidence"), string(want))
	for i := 0; x.See(fmt.Sprintf("body.items.%d.at", i)) != ""; i++ {
		at := fmt.Sprintf("body.items.%d.", i)
		if !strings.Contains(x.See(at+"notes"), string(want)) {
			continue
		}
		p.Expect(x, at+"requirement", evidence.Equals,
			judge.Why("証拠に要件の番号がありません", "the evidence names the requirement"), requirement)
		p.Expect(x, at+"node", evidence.Equals,
			judge.Why("証拠に署名者の名前がありません", "the evidence names whose it is"), string(l.ID))
		return
	}
	p.Fail(judge.Why("証拠のもとの文がありません", "the evidence does not hold the text itself"))
}
