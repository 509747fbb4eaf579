package records

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// change is the title of what the checks put into the sandbox's policy log.
func change() spec.Text {
	return judge.Why("適合試験による変更", "Change by a conformance test")
}

// followed waits until the heads of the target say that it holds the policy log
// up to a size. A record that comes while the log grows may have to wait for a
// second hearing, and nothing says how soon that is.
func followed(ctx context.Context, p *judge.Probe, size uint64) {
	holds := func(x evidence.Exchange) bool {
		head := spec.AcceptedHead(x.See("body.head"))
		return head != nil && head.Policy.Size >= size
	}
	x := p.Until(ctx, func() evidence.Exchange { return p.Do(ctx, judge.Ask{Path: "/v1/feed/public?limit=1"}) }, holds)
	if !holds(x) {
		p.Fail(judge.Why("対象が方針ログに追いついていません", "the target's head does not say that it holds the policy log"))
	}
}

// policyAhead: the log grows by documents of a type that decides nothing.
func policyAhead() judge.Check {
	const ahead = 4
	return judge.Check{
		Requirement: "REQ-ENV-009",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			o := order()
			o.Policy = uint64(len(p.Sandbox.PolicyEntries()) + ahead)
			token := seal(p, from, o)
			lay(ctx, p, from, token)
			for range ahead {
				if err := p.Sandbox.Adopt(series, map[string]any{"mark": spec.RandomUUID()}, change()); err != nil {
					p.Broken(err)
				}
			}
			held(ctx, p, from, token, "the policy log has grown to what it was made under")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			o := order()
			o.Policy = uint64(len(p.Sandbox.PolicyEntries()) + 100_000 + p.Pick(100_000))
			token := seal(p, from, o)
			keptOut(p, lay(ctx, p, from, token), string(forge.ID(token)), "made under a policy log that is longer than the one there is")
			waiting(ctx, p, token)
		},
	}
}

// series is that of the documents by which the policy log grows.
const series = "conformance-note"

// allow puts a purpose for talent into the data guideline.
func allow(p *judge.Probe, purpose string) {
	err := p.Sandbox.Amend("data-guideline", func(body map[string]any) {
		list, _ := body["purposes"].([]any)
		body["purposes"] = append(list, map[string]any{"id": purpose, "kinds": []string{"talent"}, "text": change()})
	}, change())
	if err != nil {
		p.Broken(err)
	}
}

// purposed is a sealed talent record for a purpose.
func purposed(p *judge.Probe, from *peer.Peer, purpose string) string {
	t := talent(p.World)
	t.Purpose = purpose
	return seal(p, from, t)
}

// unlisted is a purpose that no guideline lists.
func unlisted() string { return "conformance-" + strings.TrimPrefix(spec.RandomUUID(), "urn:uuid:") }

func purposes() judge.Check {
	return judge.Check{
		Requirement: "REQ-ENV-013",
		Roles:       []string{consumer},
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			from, purpose := members(p, 1)[0], unlisted()
			listed, later := purposed(p, from, "matching"), purposed(p, from, purpose)
			lay(ctx, p, from, listed, later)
			held(ctx, p, from, listed, "a purpose that the guideline lists")
			allow(p, purpose)
			held(ctx, p, from, later, "the guideline lists its purpose now")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			a, b := purposed(p, from, unlisted()), purposed(p, from, evaluating)
			o := free(p.World)
			o.Purpose = evaluating
			c := seal(p, from, o)
			x := lay(ctx, p, from, a, b, c)
			keptOut(p, x, string(forge.ID(a)), "a purpose that the guideline does not list")
			keptOut(p, x, string(forge.ID(c)), "a purpose that the guideline lists for other kinds")
			held(ctx, p, from, b, "a purpose that the guideline lists for talent")
			waiting(ctx, p, a)
		},
	}
}

// standing sets a peer's row of the register.
func standing(p *judge.Probe, of *peer.Peer, status string) {
	err := p.Sandbox.Amend("register", func(body map[string]any) {
		list, _ := body["members"].([]any)
		for _, m := range list {
			if row, _ := m.(map[string]any); row["node"] == string(of.ID) {
				row["status"] = status
				return
			}
		}
		body["members"] = append(list, map[string]any{
			"node": of.ID, "name": of.Name, "kind": "foundation", "role": "member", "status": status,
			"root": spec.EncodeKey(of.Root.Public()),
		})
	}, change())
	if err != nil {
		p.Broken(err)
	}
}

// membership: a record waits for its purpose while its issuer is suspended. When
// the guideline lists the purpose, another member's record with the same one is
// taken, and the suspended member's is not, until it is active again.
func membership() judge.Check {
	type suspension struct {
		peer  *peer.Peer
		id    spec.ID
		shown evidence.Exchange // while suspended
		held  evidence.Exchange // after it
	}
	scene := func(ctx context.Context, p *judge.Probe) *suspension {
		s, err := judge.Scene(p.World, "suspension", func() (*suspension, error) {
			list := members(p, 2)
			first, second := unlisted(), unlisted()
			token := purposed(p, list[0], first)
			lay(ctx, p, list[0], token)
			early, late := purposed(p, list[1], first), purposed(p, list[1], second)
			lay(ctx, p, list[1], early, late)
			standing(p, list[0], "suspended")
			allow(p, first)
			held(ctx, p, list[1], early, "the guideline lists its purpose now")
			// A second change: when it has acted, the first has been through everything.
			allow(p, second)
			held(ctx, p, list[1], late, "the guideline lists its purpose now")
			s := &suspension{peer: list[0], id: forge.ID(token), shown: shown(ctx, p, list[0], spec.KindTalent)}
			standing(p, list[0], "active")
			s.held = p.HeldUntil(ctx, list[0], s.id)
			return s, nil
		})
		if err != nil {
			p.Broken(err)
		}
		return s
	}
	return judge.Check{
		Requirement: "REQ-ENV-014",
		Roles:       []string{consumer},
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Turn:        judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			s := scene(ctx, p)
			admitted(p, s.held, s.id, "its issuer is an active member again")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			s := scene(ctx, p)
			notCurrent(p, s.shown, s.id, "its issuer is suspended")
		},
	}
}
