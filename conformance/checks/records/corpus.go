package records

import (
	"context"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// delivered is what one of the suite's peers laid into the target's log at
// once: every record vector of the standard that fresh names and keys can
// carry, right and wrong ones, and what the target holds of it afterwards.
type delivered struct {
	peer  *peer.Peer
	cases []sent
	held  evidence.Exchange // the target's answer to /v1/held
}

// sent is one record of the delivery.
type sent struct {
	vectors.Vector
	id spec.ID
}

// corpus delivers the vectors once. It waits until the target has read to the
// end of the log, which the last entry, a sound record, shows.
func corpus(ctx context.Context, p *judge.Probe) *delivered {
	d, err := judge.Scene(p.World, "corpus", func() (*delivered, error) { return deliver(ctx, p.World) })
	if err != nil {
		p.Broken(err)
	}
	return d
}

func deliver(ctx context.Context, w *judge.World) (*delivered, error) {
	list, err := w.Sandbox.Members(1)
	if err != nil {
		return nil, err
	}
	d := &delivered{peer: list[0]}
	all, err := vectors.All()
	if err != nil {
		return nil, err
	}
	ground := forge.Ground{Issuer: d.peer.ID, Audience: w.Target, Key: d.peer.Key, Now: w.Clock()}
	var items []spec.Item
	for _, v := range all {
		if v.About != "record" || v.Judge != vectors.Octets || v.Verdict != vectors.Admit && v.Verdict != vectors.Refuse {
			continue
		}
		token, ok := forge.Rebase(v, ground)
		if !ok {
			continue
		}
		it := peer.Live(token)[0]
		if v.Input.Kind != "" {
			it.Kind = v.Input.Kind
		}
		d.cases = append(d.cases, sent{v, it.ID})
		items = append(items, it)
	}
	last, err := d.peer.Seal(w.Target, peer.Talent(w.Clock()))
	if err != nil {
		return nil, err
	}
	d.peer.Enter(spec.LogFor(w.Target), append(items, peer.Live(last)...)...)
	_, id := spec.Peek(last)
	d.held = w.HeldUntil(ctx, d.peer, id)
	if !strings.Contains(d.held.See("body"), string(id)) {
		return nil, fmt.Errorf("the target does not hold a sound record within %s of its entry", w.Patience)
	}
	return d, nil
}

// judged makes the check of a requirement whose vectors stand in the corpus:
// what shows its allowed side is held, what breaks it is not.
func judged(requirement string) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := corpus(ctx, p)
			for _, c := range d.cases {
				if c.Verdict == vectors.Admit && c.Shows == requirement {
					p.Expect(d.held, "body", evidence.Contains,
						judge.Why("正しい記録が受け入れられませんでした: "+c.Name, "a sound record was not admitted: "+c.Name+" ("+c.What+")"), string(c.id))
				}
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := corpus(ctx, p)
			for _, c := range d.cases {
				if c.Verdict == vectors.Refuse && c.Requirement == requirement {
					p.Expect(d.held, "body", evidence.Lacks,
						judge.Why("破られた記録が受け入れられました: "+c.Name, "a record that breaks the requirement was admitted: "+c.Name+" ("+c.What+")"), string(c.id))
				}
			}
		},
	}
}
