package governing

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// lie is a wrong entry under a head that vouches for it, or a sound one under a
// wrong head.
type lie struct {
	ja, en string
	entry  func(*desk) string                     // a notice where nil
	head   func(*desk, []spec.Item) (note string) // the council's where nil
}

// obeys makes the check of a requirement of the policy log: sound entries are
// taken up, and a lie is not, while what the council says next is.
func obeys(requirement string, sound func(*desk) []string, lies ...lie) judge.Check {
	return judge.Check{
		Requirement: requirement, Roles: []string{judge.PolicyFollower}, Needs: []judge.Need{judge.Sandbox}, Turn: judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			accepted(ctx, d, sound(d)...)
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			for _, l := range lies {
				refused(ctx, newDesk(p), l)
			}
		},
	}
}

// mirror is what the target shows of the policy log from a place on.
func mirror(ctx context.Context, d *desk, from int) evidence.Exchange {
	path := "/v1/feed/policy?limit=500"
	if from > 0 {
		path = fmt.Sprintf("/v1/feed/policy?limit=500&after=%d", from-1)
	}
	return d.Do(ctx, judge.Ask{Path: path})
}

// shows waits until the target shows one of these ids.
func shows(ctx context.Context, d *desk, from int, ids ...spec.ID) evidence.Exchange {
	there := func(x evidence.Exchange) bool {
		for _, id := range ids {
			if strings.Contains(x.See("body"), string(id)) {
				return true
			}
		}
		return false
	}
	ask := func() evidence.Exchange { return mirror(ctx, d, from) }
	x := d.Until(ctx, ask, there)
	if !there(x) {
		// After what it refused a follower may rest before it asks again.
		x = d.Until(ctx, ask, there)
	}
	return x
}

// accepted adopts entries and waits until the target has taken them up. Each is
// made when those before it stand.
func accepted(ctx context.Context, d *desk, entries ...string) {
	from := len(d.Sandbox.PolicyEntries())
	d.must(d.Sandbox.Append(entries...))
	last := spec.Digest([]byte(entries[len(entries)-1]))
	x := shows(ctx, d, from, last)
	d.Expect(x, "status", evidence.Equals, judge.Why("政策記録の写しは200で返されます", "the mirror of the policy log is answered 200"), "200")
	for _, e := range entries {
		d.Expect(x, "body", evidence.Contains,
			judge.Why("評議会の正しい記載が取り込まれませんでした", "a sound entry of the council's log was not taken up"), string(spec.Digest([]byte(e))))
	}
}

// refused shows a lie to the follower once. The honest log then goes on by two
// entries at once, so that no two cosigned heads of one size are ever seen.
func refused(ctx context.Context, d *desk, l lie) {
	s := d.Sandbox
	entry := ""
	if l.entry != nil {
		entry = l.entry(d)
	} else {
		entry = d.passed(d.notice())
	}
	before := s.PolicyEntries()
	items := peer.PolicyItems(append(before, entry))
	page := spec.Page{Items: items[len(before):]}
	if l.head != nil {
		page.Head = l.head(d, items)
	} else {
		page.Head = cosigned(s, items)
	}
	settled(ctx, d)
	shown(ctx, d, len(before), page)
	x := after(ctx, d, len(before), page.Items[0].ID)
	d.Expect(x, "body", evidence.Lacks,
		judge.Why("従ってはならない政策記録に従いました: "+l.ja, "it followed a policy log that it must refuse: "+l.en), string(page.Items[0].ID))
}

// settled waits until the target holds the log as it stands.
func settled(ctx context.Context, d *desk) {
	entries := d.Sandbox.PolicyEntries()
	n := len(entries) - 1
	id := string(spec.Digest([]byte(entries[n])))
	x := shows(ctx, d, n, spec.ID(id))
	d.Expect(x, "body", evidence.Contains, judge.Why("評議会の政策記録に従っていません", "it does not follow the council's policy log"), id)
}

// shown gives the follower a page in place of the honest one, once, and returns
// when it has been given.
func shown(ctx context.Context, d *desk, size int, page spec.Page) {
	given := make(chan struct{})
	var once sync.Once
	d.Sandbox.Show(func(next uint64, _ int) *spec.Page {
		var out *spec.Page
		if next == uint64(size) {
			once.Do(func() {
				out = &page
				close(given)
			})
		}
		return out
	})
	defer d.Sandbox.Show(nil)
	t := time.NewTimer(4 * d.Patience)
	defer t.Stop()
	select {
	case <-given:
	case <-t.C:
		d.NotRun(judge.Why("対象が政策記録を取りに来ませんでした", "the target did not ask for the policy log"))
	case <-ctx.Done():
		d.Broken(ctx.Err())
	}
}

// after lets the honest log go on and returns what the target then shows: the
// honest entries, or the lie.
func after(ctx context.Context, d *desk, from int, lie spec.ID) evidence.Exchange {
	one, two := d.passed(d.notice()), d.passed(d.notice())
	d.must(d.Sandbox.Append(one, two))
	last := spec.Digest([]byte(two))
	x := shows(ctx, d, from, lie, last)
	if !d.Note(x, "body", evidence.Lacks, string(lie)) {
		return x
	}
	d.Expect(x, "body", evidence.Contains,
		judge.Why("拒んだ後、正しい続きに従いませんでした", "after what it had to refuse it did not follow the sound log on"), string(last))
	return x
}
