package reading

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func epochs() []judge.Check {
	return []judge.Check{headFirst(), noLongerListed()}
}

// turn begins a later epoch of the log with these items alone. From then on no
// reader waits: its place in the epoch before says nothing in this one.
func (l *liar) turn(items ...spec.Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hasty = true
	l.Turn(l.Epoch() + 100)
	l.Enter(l.log, items...)
	l.stir()
}

// rests lets readers wait again as soon as they read a new epoch.
func (l *liar) rests() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calm = true
}

// lastHead is the item that begins a new epoch: the last head of this one.
func (l *liar) lastHead() spec.Item {
	note := l.Sign(l.Head(l.log, l.Entries(l.log)))
	return spec.Item{ID: spec.Digest([]byte(note)), Kind: spec.KindHead, State: spec.Live, Record: note}
}

// seen waits until the target has come back for more after it was given what
// there is to see: what it makes of that stands then. count counts the givings.
func (l *liar) seen(ctx context.Context, p *judge.Probe, count func() int, settled func(evidence.Exchange) bool) evidence.Exchange {
	begun := count()
	return p.Until(ctx, func() evidence.Exchange {
		l.provoke(ctx, p)
		return p.Held(ctx, l.Peer)
	}, func(x evidence.Exchange) bool { return count() >= begun+2 || settled(x) })
}

// firsts is how often the log was read from its first entry.
func (l *liar) firsts() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begun
}

func headFirst() judge.Check {
	const requirement = "REQ-EPOCH-003"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "of the first epoch")
			l.turn(l.lastHead())
			l.honest(ctx, p, "of an epoch that begins with the last head of the one before")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, c := range []struct {
				name  string
				steps func(first, x spec.Item) [][]spec.Item
			}{
				{"epoch-without-head", func(_, x spec.Item) [][]spec.Item { return [][]spec.Item{{x}} }},
				{"epoch-head-id", func(first, x spec.Item) [][]spec.Item {
					first.ID = spec.Digest([]byte("x"))
					return [][]spec.Item{{first, x}}
				}},
				{"an epoch that begins empty and goes on with a record", func(_, x spec.Item) [][]spec.Item {
					return [][]spec.Item{{}, {x}}
				}},
			} {
				first, x := l.lastHead(), l.sound(p)
				has := func(a evidence.Exchange) bool { return strings.Contains(a.See("body"), string(x.ID)) }
				for i, items := range c.steps(first, x) {
					if i == 0 {
						l.turn(items...)
					} else {
						l.put(nil, items...)
					}
					p.Expect(l.seen(ctx, p, l.firsts, has), "body", evidence.Lacks,
						judge.Why("前の世代の先頭で始まらない世代が受け入れられました", "an epoch was believed that does not begin as it should: "+c.name), string(x.ID))
				}
				l.turn(first)
				l.honest(ctx, p, "of a right epoch after "+c.name)
			}
		},
	}
}

// relisted is a peer whose records stay and go is held; the next epoch lists
// only stays.
func relisted(ctx context.Context, p *judge.Probe, l *liar) (stays, goes spec.Item) {
	stays, goes = l.sound(p), l.sound(p)
	l.put(nil, stays, goes)
	l.provoke(ctx, p)
	x := l.settled(ctx, p, goes.ID)
	for _, it := range []spec.Item{stays, goes} {
		p.Expect(x, "body", evidence.Contains,
			judge.Why("正しい記録が受け入れられませんでした", "a sound record was not admitted before the epoch ended"), string(it.ID))
	}
	return stays, goes
}

// gone waits until a record is held no more, and another still is.
func (l *liar) gone(ctx context.Context, p *judge.Probe, stays, goes spec.Item) {
	x := p.Until(ctx, func() evidence.Exchange {
		l.provoke(ctx, p)
		return p.Held(ctx, l.Peer)
	}, func(x evidence.Exchange) bool {
		return x.Status == http.StatusOK && !strings.Contains(x.See("body"), string(goes.ID))
	})
	p.Expect(x, "body", evidence.Lacks, judge.Why("新しい世代にない記録が取り下げられませんでした",
		"a record that the new epoch does not list as live was not withdrawn"), string(goes.ID))
	p.Expect(x, "body", evidence.Contains, judge.Why("新しい世代にもある記録が失われました",
		"a record that the new epoch lists as live was not kept"), string(stays.ID))
}

func noLongerListed() judge.Check {
	const requirement = "REQ-EPOCH-004"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			stays, goes := relisted(ctx, p, l)
			// Nothing new is said from then on: what is no longer listed must not
			// stay for as long as a reader would wait for that.
			l.rests()
			l.turn(l.lastHead(), stays)
			l.gone(ctx, p, stays, goes)
			l.honest(ctx, p, "after the epoch has turned")
		},
	}
}

// unfinishedSnapshot is the check of snapshots that do not end as they should.
// The log itself lists the record that such a snapshot leaves out, so that a
// reader which needs no snapshot keeps it as well.
func unfinishedSnapshot() judge.Check {
	const requirement = "REQ-FEED-012"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			stays, goes := relisted(ctx, p, l)
			l.turn(l.lastHead(), stays)
			l.gone(ctx, p, stays, goes)
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, c := range []struct {
				name string
				cut  func(lines []string, left int) string
			}{
				{"snapshot-no-last-line", func(lines []string, left int) string { return text(slices.Delete(lines, left, left+1)) }},
				{"snapshot-cut", func(lines []string, left int) string {
					all := closing(lines)
					return text(append(slices.Delete(lines, left, left+1), all))
				}},
				{"snapshot-changed", func(lines []string, left int) string {
					all := closing(lines)
					lines[left] = strings.Replace(lines[left], `"id":"`+lines[left][strings.Index(lines[left], `"id":"`)+6:][:43], `"id":"`+string(filler().ID), 1)
					return text(append(lines, all))
				}},
				{"snapshot-count", func(lines []string, left int) string {
					lines = slices.Delete(lines, left, left+1)
					return text(append(lines, ending(len(lines), spec.Digest([]byte(text(lines))))))
				}},
			} {
				stays, goes := relisted(ctx, p, l)
				l.show(func(lines []string) string {
					left := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, string(stays.ID)) })
					if left < 0 {
						return text(lines)
					}
					return c.cut(lines, left)
				})
				l.turn(l.lastHead(), stays)
				without := func(x evidence.Exchange) bool {
					return x.Status == http.StatusOK && (!strings.Contains(x.See("body"), string(goes.ID)) || !strings.Contains(x.See("body"), string(stays.ID)))
				}
				p.Expect(l.seen(ctx, p, l.snapshots, without), "body", evidence.Contains,
					judge.Why("不完全なスナップショットで記録が取り下げられました: "+c.name, "a snapshot that does not end as it should withdrew a record: "+c.name), string(stays.ID))
				l.show(nil)
				l.gone(ctx, p, stays, goes)
			}
		},
	}
}

// show gives snapshots in another form from now on; nil gives them as they should be.
func (l *liar) show(form func(lines []string) string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.form = form
}

// snapshots is how often a snapshot was given.
func (l *liar) snapshots() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.given
}

// snapshot answers what is live in the log, line by line.
func (l *liar) snapshot(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	all, form := l.Entries(l.log), l.form
	lines := []string{`{"head":` + quoted(l.Sign(l.Head(l.log, all))) + "}"}
	l.given++
	l.mu.Unlock()
	for _, it := range all {
		if it.State == spec.Live {
			octets, err := json.Marshal(struct {
				N      uint64    `json:"n"`
				ID     spec.ID   `json:"id"`
				Kind   spec.Kind `json:"kind"`
				Record string    `json:"record"`
			}{it.N, it.ID, it.Kind, it.Record})
			if err == nil {
				lines = append(lines, string(octets))
			}
		}
	}
	body := text(append(lines, closing(lines)))
	if form != nil {
		body = form(lines)
	}
	w.Header().Set("Content-Type", "application/jsonl")
	_, _ = w.Write([]byte(body)) // the reader may have gone
}

func text(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// closing is the last line over lines.
func closing(lines []string) string {
	return ending(len(lines)-1, spec.Digest([]byte(text(lines))))
}

func ending(count int, digest spec.ID) string {
	octets, err := json.Marshal(map[string]any{"count": count, "sha256": digest})
	if err != nil {
		return "" // a number and a text are always JSON
	}
	return string(octets)
}
