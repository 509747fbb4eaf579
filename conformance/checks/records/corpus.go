package records

import (
	"context"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// Roles of section 1 that say which kinds a target takes.
const (
	consumer = "availability-consumer" // talent and availability
	verifier = "evaluation-verifier"   // credentials
	home     = judge.GigHome           // gigs, proposals, acceptances, reds
	owner    = judge.GigOwner          // holds, deliveries, reds
)

// delivered is what one of the suite's peers laid into the target's log at
// once: the record vectors of the standard that fresh names and keys can
// carry, right and wrong ones, and what the target holds of it afterwards.
type delivered struct {
	peer  *peer.Peer
	cases []sent
	last  spec.ID           // a sound record behind all others
	held  evidence.Exchange // the target's answer to /v1/held
}

// sent is one record of the delivery.
type sent struct {
	vectors.Vector
	id   spec.ID
	kind spec.Kind
}

// corpus delivers the vectors once, all but the credentials.
func corpus(ctx context.Context, p *judge.Probe) *delivered {
	d, err := judge.Scene(p.World, "records", func() (*delivered, error) {
		list, err := p.Sandbox.Members(1)
		if err != nil {
			return nil, err
		}
		return deliver(ctx, p.World, forge.Ground{Issuer: list[0].ID, Key: list[0].Key}, list[0], false)
	})
	if err != nil {
		p.Broken(err)
	}
	return d
}

// credentials delivers the vectors about credentials once, for a person of the
// target's whom it lets the peer evaluate.
func credentials(ctx context.Context, p *judge.Probe) *delivered {
	d, err := judge.Scene(p.World, "credentials", func() (*delivered, error) {
		list, err := p.Sandbox.Members(1)
		if err != nil {
			return nil, err
		}
		given, err := engage(ctx, p.World, list[0])
		if err != nil {
			return nil, err
		}
		return deliver(ctx, p.World, forge.Ground{
			Issuer: list[0].ID, Key: list[0].Key, Subject: given.Subject, Purpose: evaluating,
		}, list[0], true)
	})
	if err != nil {
		cannot(p, err)
	}
	return d
}

// deliver lays the vectors down in an order that the seed decides, and waits
// until the target holds the sound ones and what stands behind them.
func deliver(ctx context.Context, w *judge.World, ground forge.Ground, from *peer.Peer, credential bool) (*delivered, error) {
	ground.Audience, ground.Now = w.Target, w.Clock()
	d, items, err := gather(w, ground, from, credential)
	if err != nil {
		return nil, err
	}
	for i := len(items) - 1; i > 0; i-- {
		j := w.Pick(i + 1)
		items[i], items[j] = items[j], items[i]
	}
	last, err := from.Seal(w.Target, order())
	if err != nil {
		return nil, err
	}
	d.last = forge.ID(last)
	from.Enter(spec.LogFor(w.Target), append(items, peer.Live(last)...)...)
	sound := []spec.ID{d.last}
	for _, c := range d.cases {
		if c.Verdict == vectors.Admit {
			sound = append(sound, c.id)
		}
	}
	d.held = w.Until(ctx, func() evidence.Exchange { return w.Held(ctx, from) }, func(x evidence.Exchange) bool {
		body := x.See("body")
		return !slices.ContainsFunc(sound, func(id spec.ID) bool { return !strings.Contains(body, string(id)) })
	})
	return d, nil
}

// gather lays the vectors anew that a target of these roles is asked about.
func gather(w *judge.World, ground forge.Ground, from *peer.Peer, credential bool) (*delivered, []spec.Item, error) {
	all, err := vectors.All()
	if err != nil {
		return nil, nil, err
	}
	d := &delivered{peer: from}
	var items []spec.Item
	put := func(v vectors.Vector, token string) {
		it := peer.Live(token)[0]
		d.cases = append(d.cases, sent{v, it.ID, it.Kind})
		if v.Input.Kind != "" && forge.Kind(v.Input.Token) == it.Kind {
			it.Kind = v.Input.Kind
		}
		items = append(items, it)
	}
	for _, v := range all {
		kind := forge.Kind(v.Input.Token)
		if !chosen(v) || (kind == spec.KindEvaluation) != credential {
			continue
		}
		if token, ok := forge.Rebase(v, ground); ok && takes(w, kind) {
			put(v, token)
		}
		if kind == spec.KindErasure || credential || !headers[v.Requirement] {
			continue
		}
		// Every node takes orders: what is wrong with a header is said on one, too.
		o, err := from.Seal(w.Target, order())
		if err != nil {
			return nil, nil, err
		}
		if token, ok := forge.Headed(v, ground, spec.KindErasure, string(spec.Payload(o))); ok {
			put(v, token)
		}
	}
	return d, items, nil
}

// headers are the requirements on the header of a token.
var headers = map[string]bool{"REQ-OPEN-004": true, "REQ-OPEN-005": true, "REQ-OPEN-006": true}

// chosen are the vectors that the octets decide at any time of day. What turns
// on the second of a clock has a check of its own, which leaves room for two
// clocks and a slow machine.
func chosen(v vectors.Vector) bool {
	// What orders and pages are is checked where they are served and read.
	elsewhere := v.File == "page.json" || v.File == "erasure.json" && (v.Verdict != vectors.Admit || v.Shows != "")
	if v.About != "record" || v.Judge != vectors.Octets || elsewhere {
		return false
	}
	return v.Verdict != vectors.Park && v.Shows != "REQ-ENV-005" && v.Shows != "REQ-ENV-006"
}

// takes reports whether the target claims to take a kind.
func takes(w *judge.World, kind spec.Kind) bool {
	switch kind {
	case spec.KindTalent, spec.KindAvailability:
		return w.Claims([]string{consumer})
	case spec.KindEvaluation:
		return w.Claims([]string{verifier})
	case spec.KindGig, spec.KindProposal, spec.KindAcceptance:
		return w.Claims([]string{home})
	case spec.KindHold, spec.KindDelivery:
		return w.Claims([]string{owner})
	case spec.KindRisk:
		return w.Claims([]string{home, owner})
	case spec.KindCalendar:
		return w.Claims([]string{judge.CalendarConsumer})
	}
	return true
}

// judged makes the check of a requirement whose vectors stand in the corpus:
// what shows its allowed side is held, what breaks it is not. Where no vector
// shows it, the sound records of the kinds that the broken ones are of do.
func judged(requirement string, roles ...string) judge.Check {
	c := judge.Check{Requirement: requirement, Roles: roles, Needs: []judge.Need{judge.Sandbox}}
	if slices.Equal(roles, []string{verifier}) {
		c.Needs = append(c.Needs, judge.Clerk)
	}
	c.Positive = func(ctx context.Context, p *judge.Probe) {
		for _, d := range deliveries(ctx, p, requirement) {
			admitted(p, d.held, d.last, "the last of the log")
			for _, c := range d.showing(requirement) {
				admitted(p, d.held, c.id, c.Name+": "+c.What)
			}
		}
	}
	c.Negative = func(ctx context.Context, p *judge.Probe) {
		for _, d := range deliveries(ctx, p, requirement) {
			for _, c := range d.cases {
				if c.breaks(requirement) {
					keptOut(p, d.held, string(c.id), c.Name+": "+c.What)
				}
			}
		}
	}
	return c
}

// deliveries are those that hold a vector about a requirement. Credentials can
// be delivered only where the target has somebody to be evaluated.
func deliveries(ctx context.Context, p *judge.Probe, requirement string) []*delivered {
	all, err := judge.Scene(p.World, "vectors", vectors.All)
	if err != nil {
		p.Broken(err)
	}
	var record, credential bool
	for _, v := range all {
		if chosen(v) && (v.Requirement == requirement || v.Shows == requirement) {
			vc := forge.Kind(v.Input.Token) == spec.KindEvaluation
			record, credential = record || !vc, credential || vc
		}
	}
	var list []*delivered
	if record {
		list = append(list, corpus(ctx, p))
	}
	if credential && p.Clerk != "" && takes(p.World, spec.KindEvaluation) {
		list = append(list, credentials(ctx, p))
	}
	return list
}

// breaks reports whether a record may not be held, by a requirement.
func (c sent) breaks(requirement string) bool {
	return c.Verdict == vectors.Refuse && c.Requirement == requirement || c.Verdict == vectors.Skip && c.Shows == requirement
}

func (d *delivered) showing(requirement string) []sent {
	var shown, sound []sent
	kinds := make(map[spec.Kind]bool)
	for _, c := range d.cases {
		kinds[c.kind] = kinds[c.kind] || c.breaks(requirement)
	}
	for _, c := range d.cases {
		switch {
		case c.Verdict != vectors.Admit:
		case c.Shows == requirement:
			shown = append(shown, c)
		case c.Shows == "" && kinds[c.kind]:
			sound = append(sound, c)
		}
	}
	if len(shown) > 0 {
		return shown
	}
	return sound
}
