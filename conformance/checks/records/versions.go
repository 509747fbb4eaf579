package records

import (
	"context"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// told is a delivery of records that share their uids: twice one version, a
// higher one, a lower one that comes later.
type told struct {
	open     [2]spec.ID // one version, two records, and nothing after them
	settled  [3]spec.ID // the same, and a record with a higher sequence
	followed [2]spec.ID // a record and the next one
	late     [2]spec.ID // a record and, after it, one with a lower sequence
	held     evidence.Exchange
	shown    evidence.Exchange
	peer     spec.NodeID
}

// tell delivers them once.
func tell(ctx context.Context, p *judge.Probe) *told {
	t, err := judge.Scene(p.World, "versions", func() (*told, error) {
		list, err := p.Sandbox.Members(1)
		if err != nil {
			return nil, err
		}
		from, t := list[0], &told{peer: list[0].ID}
		first := uint64(from.Epoch()) + uint64(p.Pick(1000))
		var tokens []string
		series := func(into []spec.ID, ups ...uint64) error {
			base := talent(p.World)
			base.UID = spec.RandomUUID()
			for i, up := range ups {
				b := talent(p.World)
				b.UID, b.Subject, b.Sequence = base.UID, base.Subject, first+up
				token, err := from.Seal(p.Target, b)
				if err != nil {
					return err
				}
				into[i] = forge.ID(token)
				tokens = append(tokens, token)
			}
			return nil
		}
		for _, err := range []error{
			series(t.open[:], 0, 0), series(t.settled[:], 0, 0, 1), series(t.followed[:], 0, 1), series(t.late[:], 1, 0),
		} {
			if err != nil {
				return nil, err
			}
		}
		last, err := from.Seal(p.Target, talent(p.World))
		if err != nil {
			return nil, err
		}
		from.Say(p.Target, append(tokens, last)...)
		t.held = p.HeldUntil(ctx, from, forge.ID(last))
		t.shown = shown(ctx, p, from, spec.KindTalent)
		return t, nil
	})
	if err != nil {
		p.Broken(err)
	}
	return t
}

// versions are the checks of what two records of one uid do to each other. What
// is current is seen where people and programs see it.
func versions() []judge.Check {
	needs := []judge.Need{judge.Sandbox, judge.Operator}
	return []judge.Check{
		{
			Requirement: "REQ-ENV-010", Roles: []string{consumer}, Needs: needs,
			Positive: func(ctx context.Context, p *judge.Probe) {
				t := tell(ctx, p)
				current(p, t.shown, t.settled[2], "a record with a higher sequence than two of one version")
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				t := tell(ctx, p)
				for _, id := range append(t.open[:], t.settled[:2]...) {
					notCurrent(p, t.shown, id, "one of two records of one version")
				}
				for _, id := range append(t.open[:], t.settled[:2]...) {
					x := find(ctx, p, "/v1/proofs", id)
					p.Expect(x, "status", evidence.Equals, judge.Why("証拠の一覧は200です", "the list of proofs is answered 200"), "200")
					p.Expect(x, "body", evidence.Contains, judge.Why("同じ版の二つの記録が証拠として残されていません",
						"two records of one version are not kept as evidence"), string(id))
				}
			},
		},
		{
			Requirement: "REQ-ENV-011", Roles: []string{consumer}, Needs: needs,
			Positive: func(ctx context.Context, p *judge.Probe) {
				t := tell(ctx, p)
				current(p, t.shown, t.followed[1], "a record with a higher sequence")
				current(p, t.shown, t.late[0], "a record before one with a lower sequence")
				admitted(p, t.held, t.late[1], "a record with a lower sequence")
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				t := tell(ctx, p)
				notCurrent(p, t.shown, t.followed[0], "a record that a higher sequence replaced")
				notCurrent(p, t.shown, t.late[1], "a record with a lower sequence that came later")
			},
		},
	}
}

// current asserts that the target shows a record to people and programs.
func current(p *judge.Probe, x evidence.Exchange, id spec.ID, name string) {
	p.Expect(x, "status", evidence.Equals, judge.Why("記録の一覧は200です", "the list of records is answered 200"), "200")
	p.Expect(x, "body", evidence.Contains, judge.Why("いま有効な記録が示されません: "+name, "a current record is not shown: "+name), string(id))
}

// notCurrent asserts that the target does not.
func notCurrent(p *judge.Probe, x evidence.Exchange, id spec.ID, name string) {
	p.Expect(x, "status", evidence.Equals, judge.Why("記録の一覧は200です", "the list of records is answered 200"), "200")
	p.Expect(x, "body", evidence.Lacks, judge.Why("有効でない記録が示されました: "+name, "a record is shown that is not current: "+name), string(id))
}
