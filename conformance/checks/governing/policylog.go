package governing

import (
	"strings"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// policylog checks entries, their ballots and their heads (REQ-POL-001 to 011).
func policylog() []judge.Check {
	notice := func(d *desk) []string { return []string{d.passed(d.notice())} }
	return []judge.Check{
		obeys("REQ-POL-001", notice, drafters()...),
		obeys("REQ-POL-002", notice,
			lie{ja: "賛成票がない", en: "no ballot", entry: func(d *desk) string {
				return d.votedOn(d.notice(), func(string) []string { return nil })
			}},
			lie{ja: "反対票だけ", en: "a no instead of a yes", entry: func(d *desk) string {
				return d.balloted(func(m map[string]any) { m["choice"] = "no" })
			}}),
		obeys("REQ-POL-003", notice, voters()...),
		obeys("REQ-POL-004", notice,
			lie{ja: "一員の票が二つ", en: "two ballots of one member", entry: func(d *desk) string { return twice(d, 1) }},
			lie{ja: "同じ票が二行", en: "one ballot on two lines", entry: func(d *desk) string { return twice(d, 0) }}),
		obeys("REQ-POL-005", notice, ballots()...),
		obeys("REQ-POL-006", func(d *desk) []string { return []string{d.passed(d.next("safety", current(d, "safety")))} }, places()...),
		obeys("REQ-POL-007", notice, forms()...),
		obeys("REQ-POL-008", notice, heads()...),
		rooted(),
		obeys("REQ-POL-011", notice, lie{ja: "二つ目の創設文書", en: "a second genesis", entry: func(d *desk) string {
			return d.passed(d.next("genesis", current(d, "genesis")))
		}}),
		mirrored(),
		tiled(),
		forked(),
	}
}

func drafters() []lie {
	signedBy := func(key func(*desk) *spec.Signer, issuer func(*desk) spec.NodeID) func(*desk) string {
		return func(d *desk) string {
			doc := d.notice()
			doc.Issuer = issuer(d)
			token := d.sealed(key(d), doc)
			return spec.MakeEntry(token, []string{d.cast(d.ballotKey(), d.vote(doc, token))})
		}
	}
	council := func(d *desk) spec.NodeID { return d.Sandbox.Council.ID }
	return []lie{
		{
			ja: "起草者の記録用鍵による署名", en: "a document signed by the drafter's record key",
			entry: signedBy(func(d *desk) *spec.Signer { return d.Sandbox.Council.Key }, council),
		},
		{ja: "鍵の名を偽った署名", en: "a document signed by another key than its kid names", entry: func(d *desk) string {
			doc := d.notice()
			token := forged(d, d.sealed(d.ballotKey(), doc))
			return spec.MakeEntry(token, []string{d.cast(d.ballotKey(), d.vote(doc, token))})
		}},
		{
			ja: "名簿にない起草者", en: "a document drafted by a node that the register does not list",
			entry: signedBy((*desk).unknown, func(*desk) spec.NodeID { return "https://stranger.example" }),
		},
	}
}

// unknown is the key of a stranger.
func (d *desk) unknown() *spec.Signer { return d.stranger() }

// forged puts a stranger's signature under what another has signed.
func forged(d *desk, token string) string {
	input := token[:strings.LastIndexByte(token, '.')]
	return input + "." + forge.Signature(d.stranger(), input)
}

func voters() []lie {
	cast := func(key func(*desk) *spec.Signer, issuer func(*desk) spec.NodeID, beside bool) func(*desk) string {
		return func(d *desk) string {
			doc := d.notice()
			return d.votedOn(doc, func(token string) []string {
				b := d.vote(doc, token)
				b.Issuer = issuer(d)
				list := []string{d.cast(key(d), b)}
				if beside {
					list = append(list, d.cast(d.ballotKey(), d.vote(doc, token)))
				}
				return list
			})
		}
	}
	council := func(d *desk) spec.NodeID { return d.Sandbox.Council.ID }
	return []lie{
		{
			ja: "記録用鍵による投票", en: "a ballot signed by a record key",
			entry: cast(func(d *desk) *spec.Signer { return d.Sandbox.Council.Key }, council, false),
		},
		{ja: "他者の署名による投票", en: "a ballot with the signature of another", entry: func(d *desk) string {
			doc := d.notice()
			return d.votedOn(doc, func(token string) []string { return []string{forged(d, d.cast(d.ballotKey(), d.vote(doc, token)))} })
		}},
		{
			ja: "名簿にない者の票が加わる", en: "a ballot of a node that the register does not list, beside the council's",
			entry: cast((*desk).unknown, func(*desk) spec.NodeID { return "https://stranger.example" }, true),
		},
		{
			ja: "投票鍵のない会員の票が加わる", en: "a ballot of a member without a ballot key, beside the council's",
			entry: cast((*desk).unknown, func(d *desk) spec.NodeID { return d.Sandbox.Reader.ID }, true),
		},
	}
}

// twice is a notice with two yes ballots of the council, cast some seconds apart.
func twice(d *desk, apart int64) string {
	doc := d.notice()
	return d.votedOn(doc, func(token string) []string {
		one := d.vote(doc, token)
		two := one
		two.IssuedAt -= apart
		return []string{d.cast(d.ballotKey(), one), d.cast(d.ballotKey(), two)}
	})
}

func ballots() []lie {
	other := string(spec.Digest([]byte("another")))
	var list []lie
	for _, c := range []struct {
		member, ja, en string
		value          any
	}{
		{"fed", "別の連合", "another fed", other},
		{"document", "別の文書", "another document", other},
		{"series", "別の系列", "another series", "safety"},
		{"prev", "別の前版", "another prev", other},
		{"iat", "型の違う iat", "an iat that is a string", "1790000000"},
	} {
		list = append(list, lie{ja: c.ja + "の票", en: "a ballot with " + c.en, entry: func(d *desk) string {
			return d.balloted(func(m map[string]any) { m[c.member] = c.value })
		}})
	}
	return list
}

func places() []lie {
	other := spec.Digest([]byte("another"))
	prev := func(p spec.ID) func(*desk) string {
		return func(d *desk) string {
			doc := d.next("safety", current(d, "safety"))
			doc.Prev = p
			return d.passed(doc)
		}
	}
	return []lie{
		{ja: "存在しない前版", en: "a prev that is no document", entry: prev(other)},
		{ja: "空の前版", en: "an empty prev in a series that has a document", entry: prev("")},
		{ja: "今のものでない名簿の下の票", en: "a ballot under a register that is not the one now", entry: func(d *desk) string {
			return d.balloted(func(m map[string]any) { m["register"] = string(other) })
		}},
	}
}

func forms() []lie {
	bent := func(bend func(d *desk, entry string) string) func(*desk) string {
		return func(d *desk) string { return bend(d, d.passed(d.notice())) }
	}
	return []lie{
		{ja: "末尾の改行がない", en: "no line feed at the end", entry: bent(func(_ *desk, e string) string { return strings.TrimSuffix(e, "\n") })},
		{ja: "行末が CR LF", en: "lines that end in CR LF", entry: bent(func(_ *desk, e string) string { return strings.ReplaceAll(e, "\n", "\r\n") })},
		{ja: "末尾の空行", en: "a blank line at the end", entry: bent(func(_ *desk, e string) string { return e + "\n" })},
		{ja: "文書の後の空行", en: "a blank line after the document", entry: bent(func(_ *desk, e string) string { return strings.Replace(e, "\n", "\n\n", 1) })},
		{ja: "余分な行", en: "a further line that is no ballot", entry: bent(func(_ *desk, e string) string { return e + "~\n" })},
	}
}
