package records

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// envelope are the checks of section 4. What a later fact can change is in
// waiting.go, what two records do to each other in versions.go.
func envelope() []judge.Check {
	list := []judge.Check{
		judged("REQ-ENV-001"), judged("REQ-ENV-002", consumer, verifier), otherIssuer(), judged("REQ-ENV-004"),
		judged("REQ-ENV-005"), notYet(), judged("REQ-ENV-007"), judged("REQ-ENV-008", consumer, verifier),
		foreignSubject(), again(), judged("REQ-ENV-016"),
	}
	list = append(list, versions()...)
	return append(list, policyAhead(), purposes(), membership())
}

// otherIssuer also lets a member put words into another's mouth: the other,
// asking for what is held of it, must not find them.
func otherIssuer() judge.Check {
	c := judged("REQ-ENV-003")
	corpus := c.Negative
	c.Negative = func(ctx context.Context, p *judge.Probe) {
		corpus(ctx, p)
		list := members(p, 2)
		known(ctx, p, list...)
		o := order()
		o.Issuer = list[1].ID
		token := seal(p, list[0], o)
		layItems(ctx, p, list[0], live(token)...)
		keptOut(p, p.Held(ctx, list[1]), string(forge.ID(token)), "a record that names another member as its issuer")
	}
	return c
}

// notYet: a clock that is 60 seconds off is borne with. The suite leaves 20 of
// them for two clocks that differ.
func notYet() judge.Check {
	const early, far = 40 * time.Second, time.Hour
	at := func(p *judge.Probe, ahead time.Duration) *spec.Erasure {
		o := order()
		o.IssuedAt = p.Clock().Add(ahead).Unix()
		return o
	}
	return judge.Check{
		Requirement: "REQ-ENV-006",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			token := seal(p, from, at(p, early))
			lay(ctx, p, from, token)
			held(ctx, p, from, token, "iat 40 seconds ahead")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			token := seal(p, from, at(p, far))
			keptOut(p, lay(ctx, p, from, token), string(forge.ID(token)), "iat an hour ahead")
			waiting(ctx, p, token)
		},
	}
}

// foreignSubject: the first member's names are not the second's to use.
func foreignSubject() judge.Check {
	return judge.Check{
		Requirement: "REQ-ENV-012",
		Roles:       []string{consumer},
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			first := talent(p.World)
			lay(ctx, p, from, seal(p, from, first))
			second := talent(p.World)
			second.Subject = first.Subject
			held(ctx, p, from, say(p, from, second), "a second record about one's own subject")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			list := members(p, 2)
			first := talent(p.World)
			lay(ctx, p, list[0], seal(p, list[0], first))
			subject, uid, own := talent(p.World), talent(p.World), talent(p.World)
			subject.Subject = first.Subject
			uid.UID = first.UID
			a, b, c := seal(p, list[1], subject), seal(p, list[1], uid), seal(p, list[1], own)
			x := lay(ctx, p, list[1], a, b, c)
			keptOut(p, x, string(forge.ID(a)), "a sub that another member uses")
			keptOut(p, x, string(forge.ID(b)), "a uid that another member uses")
			held(ctx, p, list[1], c, "names of one's own")
		},
	}
}
