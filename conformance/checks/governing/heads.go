package governing

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/note"
)

func heads() []lie {
	over := func(d *desk, items []spec.Item) string {
		return spec.CheckpointText(d.Sandbox.Fed, uint64(len(items)), peer.RootOf(items))
	}
	by := func(key func(*desk) *spec.Signer, of func(*desk) spec.NodeID) func(*desk, []spec.Item) string {
		return func(d *desk, items []spec.Item) string {
			text := over(d, items)
			return spec.JoinNote(text, []string{spec.Cosign(key(d), of(d), text, d.Clock())})
		}
	}
	council := func(d *desk) spec.NodeID { return d.Sandbox.Council.ID }
	bent := func(bend func(text string) (signed, shown string)) func(*desk, []spec.Item) string {
		return func(d *desk, items []spec.Item) string {
			signed, shown := bend(over(d, items))
			return spec.JoinNote(shown, []string{spec.Cosign(d.Sandbox.Council.Key, d.Sandbox.Council.ID, signed, d.Clock())})
		}
	}
	return []lie{
		{ja: "他者の鍵による連署", en: "a head cosigned with a stranger's key under the council's name", head: by((*desk).unknown, council)},
		{ja: "投票鍵による連署", en: "a head cosigned with the council's ballot key", head: by((*desk).ballotKey, council)},
		{
			ja: "評議会でない会員の連署", en: "a head cosigned by a member outside the council",
			head: by(func(d *desk) *spec.Signer { return d.Sandbox.Reader.Key }, func(d *desk) spec.NodeID { return d.Sandbox.Reader.ID }),
		},
		{
			ja: "連署がない", en: "a head without cosignatures",
			head: func(d *desk, items []spec.Item) string { return spec.JoinNote(over(d, items), nil) },
		},
		{ja: "時刻のない連署", en: "a plain note signature in place of a cosignature", head: func(d *desk, items []spec.Item) string {
			text, key, host := over(d, items), d.Sandbox.Council.Key, d.Sandbox.Council.ID.Host()
			line := note.Line(host, note.KeyHash(host, note.Ed25519, key.Public()), ed25519.Sign(key.Private(), []byte(text)))
			return spec.JoinNote(text, []string{line})
		}},
		{ja: "別の連合の先頭", en: "the head of another federation", head: bent(func(text string) (string, string) {
			_, rest, _ := strings.Cut(text, "\n")
			other := "fukusen/policy/" + string(spec.Digest([]byte("another"))) + "\n" + rest
			return other, other
		})},
		{ja: "四行の先頭", en: "a head of four lines", head: bent(func(text string) (string, string) { return text + "more\n", text + "more\n" })},
		{ja: "別の先頭への連署", en: "a cosignature of another head", head: bent(func(text string) (string, string) {
			return strings.Replace(text, "\n", "\n1", 1), text
		})},
	}
}

// rooted checks REQ-POL-010: the page brings another entry than the one that
// its head, which the council stands by, was cosigned over.
func rooted() judge.Check {
	return judge.Check{
		Requirement: "REQ-POL-010", Roles: []string{judge.PolicyFollower}, Needs: []judge.Need{judge.Sandbox}, Turn: judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			accepted(ctx, d, d.passed(d.notice()), d.passed(d.notice()))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			settled(ctx, d)
			before := d.Sandbox.PolicyEntries()
			one, two, other := d.passed(d.notice()), d.passed(d.notice()), d.passed(d.notice())
			head := cosigned(d.Sandbox, peer.PolicyItems(append(before, one, two)))
			items := peer.PolicyItems(append(before, one, other))[len(before):]
			shown(ctx, d, len(before), spec.Page{Items: items, Head: head})
			d.must(d.Sandbox.Append(one, two))
			x := shows(ctx, d, len(before), items[1].ID, spec.Digest([]byte(two)))
			d.Expect(x, "body", evidence.Lacks,
				judge.Why("先頭の根に合わない記載を取り込みました", "it took up an entry that does not give the root of the head it came under"), string(items[1].ID))
			d.Expect(x, "body", evidence.Contains,
				judge.Why("拒んだ後、正しい続きに従いませんでした", "after what it had to refuse it did not follow the sound log on"), string(spec.Digest([]byte(two))))
		},
	}
}

// mirrored checks REQ-POL-017.
func mirrored() judge.Check {
	return judge.Check{
		Requirement: "REQ-POL-017", Needs: []judge.Need{judge.Sandbox}, Turn: judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			settled(ctx, d)
			entries := d.Sandbox.PolicyEntries()
			from := max(0, len(entries)-8)
			x := mirror(ctx, d, from)
			p.Expect(x, "status", evidence.Equals, judge.Why("政策記録の写しは誰にも200で返されます", "the mirror of the policy log is answered 200 to anyone"), "200")
			for i, entry := range entries[from:] {
				at := fmt.Sprintf("body.items.%d.", i)
				p.Expect(x, at+"kind", evidence.Equals, judge.Why("種別は policy です", "an entry's kind is policy"), "policy")
				p.Expect(x, at+"record", evidence.Equals, judge.Why("記載は1オクテットも違わず返されます", "an entry is given octet by octet"), entry)
			}
			x = mirror(ctx, d, 0)
			p.Expect(x, "body.items.0.record", evidence.Equals, judge.Why("最初の記載は創設文書です", "entry 0 is the genesis"), entries[0])
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			entries := d.Sandbox.PolicyEntries()
			x := mirror(ctx, d, len(entries))
			p.Expect(x, "body.items.#", evidence.Equals, judge.Why("記録の先には何もありません", "beyond the end of the log there is nothing"), "0")
			text := spec.CheckpointText(d.Sandbox.Fed, uint64(len(entries)), peer.RootOf(peer.PolicyItems(entries)))
			p.Expect(x, "body.head", evidence.BeginWith,
				judge.Why("先頭は、評議会が連署した最新のものです", "the head is the newest that the council cosigned"), text)
			keys, err := spec.OpenKeys(d.Sandbox.Council.History(), d.Sandbox.Council.ID, d.Sandbox.Council.Root.Public())
			d.must(err)
			of := func(spec.NodeID) *spec.KeyHistory { return keys }
			if _, err := spec.OpenCheckpoint(x.See("body.head"), d.Sandbox.Fed, []spec.NodeID{d.Sandbox.Council.ID}, of, 1); err != nil {
				p.Fail(judge.Why("先頭の連署を確かめられません", "the head's cosignature does not verify"))
			}
		},
	}
}

// forked checks REQ-POL-009. It is the last of all: a follower that was shown
// two logs by one council follows neither until its operator has looked.
func forked() judge.Check {
	return judge.Check{
		Requirement: "REQ-POL-009", Roles: []string{judge.PolicyFollower}, Needs: []judge.Need{judge.Sandbox}, Turn: judge.Final,
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			settled(ctx, d)
			// The same head, cosigned again at another time, is no second one.
			entries := d.Sandbox.PolicyEntries()
			text := spec.CheckpointText(d.Sandbox.Fed, uint64(len(entries)), peer.RootOf(peer.PolicyItems(entries)))
			line := spec.Cosign(d.Sandbox.Council.Key, d.Sandbox.Council.ID, text, d.Clock().Add(-time.Minute))
			d.asked(ctx, 1, func() { d.Sandbox.Show(only(len(entries), spec.JoinNote(text, []string{line}))) })
			d.Sandbox.Show(nil)
			accepted(ctx, d, d.passed(d.notice()))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			settled(ctx, d)
			before := d.Sandbox.PolicyEntries()
			other := append(append([]string(nil), before[:len(before)-1]...), d.passed(d.notice()))
			d.must(d.Sandbox.Halt())
			shown(ctx, d, len(before), spec.Page{Items: []spec.Item{}, Head: cosigned(d.Sandbox, peer.PolicyItems(other))})
			next := d.passed(d.notice())
			d.asked(ctx, 2, func() { d.must(d.Sandbox.Append(next)) })
			x := mirror(ctx, d, len(before)-1)
			p.Expect(x, "body", evidence.Contains,
				judge.Why("共通の部分は残ります", "the common prefix stays"), string(spec.Digest([]byte(before[len(before)-1]))))
			p.Expect(x, "body", evidence.Lacks,
				judge.Why("分岐を見た後も政策記録に従い続けました", "it followed on after two cosigned heads of one size"), string(spec.Digest([]byte(next))))
			if p.Operator != "" {
				x = p.Do(ctx, judge.Ask{Path: "/v1/proofs?limit=500", Token: p.Operator})
				p.Expect(x, "body", evidence.Contains, judge.Why("分岐の証拠が残りませんでした", "the two heads are kept as evidence"), "REQ-POL-009")
			}
		},
	}
}

// only is an empty page under a head, for whoever has read a log of a size.
func only(size int, head string) func(uint64, int) *spec.Page {
	return func(next uint64, _ int) *spec.Page {
		if next != uint64(size) {
			return nil
		}
		return &spec.Page{Items: []spec.Item{}, Head: head}
	}
}

// asked waits until the council's policy log was asked for so many times more
// after something was done, or the target's patience must be over: a follower
// that has stopped may ask no more.
func (d *desk) asked(ctx context.Context, times int, do func()) {
	ask := func() int { return len(d.Sandbox.Council.Visits(http.MethodGet, "/v1/feed/"+spec.PolicyLog)) }
	was := ask()
	do()
	t := time.NewTimer(min(d.Patience, 10*time.Second)) // it may well be waited for in vain
	defer t.Stop()
	for {
		seen := d.Sandbox.Council.Visited()
		if ask() >= was+times {
			return
		}
		select {
		case <-seen:
		case <-t.C:
			return
		case <-ctx.Done():
			d.Broken(ctx.Err())
		}
	}
}

// tiled checks REQ-POL-022 by hashing the entries itself.
func tiled() judge.Check {
	tile := func(ctx context.Context, p *judge.Probe, path string) evidence.Exchange {
		return p.Do(ctx, judge.Ask{Path: "/v1/policy/tile/" + path})
	}
	return judge.Check{
		Requirement: "REQ-POL-022", Roles: []string{judge.PolicyFollower}, Needs: []judge.Need{judge.Sandbox}, Turn: judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			settled(ctx, d)
			items := peer.PolicyItems(d.Sandbox.PolicyEntries())
			width := min(len(items), 256)
			path := "0/000"
			if width < 256 {
				path = fmt.Sprintf("0/000.p/%d", width)
			}
			x := tile(ctx, p, path)
			var want []byte
			for _, it := range items[:width] {
				leaf := spec.Leaf(it.ID, it.State)
				want = append(want, leaf[:]...)
			}
			p.Expect(x, "status", evidence.Equals, judge.Why("タイルは200で返されます", "a tile is answered 200"), "200")
			p.Expect(x, "length", evidence.Equals, judge.Why("タイルは32オクテットのハッシュの列です", "a tile is hashes of 32 octets"), fmt.Sprint(len(want)))
			p.Expect(x, "digest", evidence.Equals,
				judge.Why("タイルのハッシュが記録と合いません", "the tile's hashes are those of the entries"), string(spec.Digest(want)))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			size := len(p.Sandbox.PolicyEntries())
			for _, path := range []string{fmt.Sprintf("0/%s", beyond(size)), "8/000.p/1", "40/000.p/1", "0/entries"} {
				x := tile(ctx, p, path)
				p.Expect(x, "status", evidence.OneOf, judge.Why("ないタイルは404です", "a tile that is not there is answered 404"), "404", "400")
			}
		},
	}
}

// beyond is the index of a tile that a log of a size does not have.
func beyond(size int) string { return fmt.Sprintf("%03d", min(999, size/256+2)) }

// bodyOf is the newest body of a series as the log shows it.
func bodyOf(entries []string, series string) (map[string]any, bool) {
	for i := len(entries) - 1; i >= 0; i-- {
		read, err := spec.ReadEntry(entries[i])
		if err != nil || read.Document == nil || read.Document.Series != series {
			continue
		}
		var body map[string]any
		return body, json.Unmarshal(read.Document.Body, &body) == nil
	}
	return nil, false
}
