package governing

import (
	"context"
	"errors"
	"maps"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// documents checks documents and admissions (REQ-POL-012 to 015 and 020 to 025).
func documents() []judge.Check {
	notice := func(d *desk) []string { return []string{d.passed(d.notice())} }
	register := func(d *desk) []string { return []string{d.passed(d.next("register", current(d, "register")))} }
	return []judge.Check{
		obeys("REQ-POL-012", func(d *desk) []string { return []string{d.passed(d.next("safety", current(d, "safety")))} }, versions()...),
		obeys("REQ-POL-013", notice, texts()...),
		obeys("REQ-POL-014", register, registers()...),
		inTime(),
		obeys("REQ-POL-020", func(d *desk) []string {
			return []string{d.passed(d.first("red-list", sealedBody("", d.Sandbox.Reader.ID)))}
		},
			lie{ja: "本文を示す秘密文書", en: "a confidential document that shows its body", entry: func(d *desk) string {
				body := sealedBody("", d.Sandbox.Reader.ID)
				body["rows"] = []any{}
				return d.passed(d.first("red-list", body))
			}}),
		admissions(),
		obeys("REQ-POL-023", bodies, wrongBodies()...),
		obeys("REQ-POL-024", notice,
			lie{ja: "別の連合の文書", en: "a document for another federation", entry: func(d *desk) string {
				return d.passedAs(d.notice(), func(m map[string]any) { m["fed"] = string(spec.Digest([]byte("another"))) })
			}},
			lie{ja: "連合のない文書", en: "a document without fed", entry: func(d *desk) string {
				return d.passedAs(d.notice(), func(m map[string]any) { delete(m, "fed") })
			}}),
		obeys("REQ-POL-025", func(d *desk) []string { return []string{d.passed(d.first("conflict-matrix", peer.Matrix()))} }, serieses()...),
	}
}

// current is the body of a series as it stands.
func current(d *desk, series string) map[string]any {
	if series == "register" {
		return d.members(d.Sandbox.RegisterNow())
	}
	body, ok := bodyOf(d.Sandbox.PolicyEntries(), series)
	if !ok && series == "charter" {
		if genesis, there := bodyOf(d.Sandbox.PolicyEntries(), "genesis"); there {
			body, ok = genesis["charter"].(map[string]any)
		}
	}
	if !ok {
		d.Broken(errors.New("the sandbox's policy log has no " + series))
	}
	return body
}

// changed is a body with one member changed; nil takes it away.
func changed(body map[string]any, name string, value any) map[string]any {
	next := maps.Clone(body)
	next[name] = value
	if value == nil {
		delete(next, name)
	}
	return next
}

func versions() []lie {
	version := func(ahead int) func(*desk) string {
		return func(d *desk) string {
			doc := d.next("safety", current(d, "safety"))
			doc.Version += ahead
			return d.passed(doc)
		}
	}
	return []lie{
		{ja: "版番号を飛ばす", en: "a version that skips one", entry: version(1)},
		{ja: "同じ版番号", en: "the version of the document before", entry: version(-1)},
		{ja: "前版のない第2版", en: "version 2 without one before", entry: func(d *desk) string {
			doc := d.notice()
			doc.Version = 2
			return d.passed(doc)
		}},
		{ja: "前版と違う種類", en: "another type than the version before", entry: func(d *desk) string {
			doc := d.next("conflict-matrix", current(d, "conflict-matrix"))
			doc.Type = "notice"
			return d.passed(doc)
		}},
	}
}

func texts() []lie {
	var list []lie
	for _, c := range []struct {
		member, ja, en string
		value          any
	}{
		{"title", "日本語のない表題", "a document without title in ja", map[string]any{"en": "Test"}},
		{"title", "英語のない表題", "a document without title in en", map[string]any{"ja": "試験"}},
		{"text", "英語のない本文", "a document without text in en", map[string]any{"ja": "試験"}},
		{"text", "本文がない", "a document without text", nil},
		{"validFrom", "型の違う validFrom", "a document with validFrom of the wrong JSON type", "1790000000"},
	} {
		list = append(list, lie{ja: c.ja, en: c.en, entry: func(d *desk) string {
			return d.passedAs(d.notice(), func(m map[string]any) {
				if m[c.member] = c.value; c.value == nil {
					delete(m, c.member)
				}
			})
		}})
	}
	return list
}

func registers() []lie {
	bent := func(bend func(register map[string]any, council map[string]any)) func(*desk) string {
		return func(d *desk) string {
			register := current(d, "register")
			members, _ := register["members"].([]any)
			council, _ := members[0].(map[string]any)
			bend(register, council)
			return d.passed(d.next("register", register))
		}
	}
	more := func(register, row map[string]any) {
		members, _ := register["members"].([]any)
		register["members"] = append(members, row)
	}
	return []lie{
		{ja: "必要票数が0", en: "a register with a threshold of zero", entry: bent(func(r, _ map[string]any) { r["threshold"] = 0 })},
		{ja: "必要票数が定員を超える", en: "a register with a threshold above its council", entry: bent(func(r, _ map[string]any) { r["threshold"] = 2 })},
		{ja: "同じノードが二度", en: "a register that lists a node twice", entry: bent(func(r, council map[string]any) {
			row := changed(council, "role", "member")
			more(r, changed(row, "ballot", nil))
		})},
		{ja: "二人の評議会", en: "a register with a council of two", entry: func(d *desk) string {
			return bent(func(r, council map[string]any) {
				row := changed(council, "node", "http://localhost:1")
				r["threshold"] = 2
				more(r, changed(row, "ballot", spec.EncodeKey(d.stranger().Public())))
			})(d)
		}},
		{ja: "同じ投票鍵が二度", en: "a register that lists a ballot key twice", entry: bent(func(r, council map[string]any) {
			row := changed(council, "role", "member")
			more(r, changed(row, "node", "http://localhost:1"))
		})},
		{ja: "根の鍵のない会員", en: "a register with a member without a root key", entry: bent(func(r, council map[string]any) {
			row := changed(changed(council, "role", "member"), "ballot", nil)
			more(r, changed(changed(row, "node", "http://localhost:1"), "root", nil))
		})},
	}
}

// bodies are a sound body of each type.
func bodies(d *desk) []string {
	red := d.first("red-list", sealedBody("", d.Sandbox.Reader.ID))
	ended := d.first("conflict-matrix", map[string]any{"rows": 7})
	ended.ValidUntil = ended.ValidFrom
	return []string{
		d.passed(d.next("data-guideline", changed(current(d, "data-guideline"), "remark", "unknown members are ignored"))),
		d.passed(d.first("conflict-matrix", map[string]any{})), // a list that is not there is empty
		d.passed(d.next("safety", current(d, "safety"))), d.passed(d.next("charter", current(d, "charter"))),
		d.passed(d.first("conflict-matrix", peer.Matrix(map[string]any{
			"partyA": "https://a.example", "partyB": "https://b.example", "relation": "sponsor", "effect": "disclose",
			"validFrom": d.Clock().Unix(), "reasonCode": "contract",
		}))), d.passed(red), d.passed(ended), d.passed(d.notice()),
	}
}

func wrongBodies() []lie {
	of := func(series, member string, value any) func(*desk) string {
		return func(d *desk) string { return d.passed(d.next(series, changed(current(d, series), member, value))) }
	}
	return []lie{
		{ja: "本文が配列", en: "a body that is an array", entry: func(d *desk) string { return d.passed(d.first("notice", []any{})) }},
		{ja: "本文が文字列", en: "a body that is a string", entry: func(d *desk) string { return d.passed(d.first("notice", "no")) }},
		{ja: "kが0の指針", en: "a guideline with k of zero", entry: of("data-guideline", "k", 0)},
		{ja: "種別のない目的", en: "a guideline with a purpose for no kind", entry: of("data-guideline", "purposes",
			[]any{map[string]any{"id": "none", "kinds": []any{}, "text": words()}})},
		{ja: "8時間の休息", en: "a safety document with a rest of eight hours", entry: of("safety", "minRest", "PT8H")},
		{ja: "存在しない種類の自動規則", en: "a charter whose auto-rule admits a kind that is none", entry: of("charter", "autoRule",
			map[string]any{"enabled": true, "kinds": []any{"castle"}})},
		{ja: "一者だけの行", en: "a conflict matrix with a row of one party", entry: func(d *desk) string {
			return d.passed(d.first("conflict-matrix", peer.Matrix(map[string]any{
				"partyA": "https://a.example", "partyB": "https://a.example", "relation": "sponsor", "effect": "deny",
				"validFrom": d.Clock().Unix(), "reasonCode": "contract",
			})))
		}},
		{ja: "42文字のダイジェスト", en: "a red list with a digest of 42 characters", entry: func(d *desk) string {
			return d.passed(d.first("red-list", changed(sealedBody("", d.Sandbox.Reader.ID), "digest", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop")))
		}},
	}
}

func serieses() []lie {
	return []lie{
		{ja: "別系列の名簿", en: "a register in a second series", entry: func(d *desk) string { return d.passed(d.first("register", current(d, "register"))) }},
		{ja: "別系列の安全規則", en: "a safety document in a second series", entry: func(d *desk) string { return d.passed(d.first("safety", peer.Safety())) }},
		{ja: "種類が空", en: "an empty type", entry: func(d *desk) string {
			doc := d.notice()
			doc.Type = ""
			return d.passed(doc)
		}},
	}
}

// sealedBody is what a confidential document shows of a body.
func sealedBody(octets string, readers ...spec.NodeID) map[string]any {
	return map[string]any{"digest": string(spec.Digest([]byte(octets))), "readers": readers}
}

// inTime checks REQ-POL-015: a guideline whose validFrom lies a day ahead allows
// nothing yet; the next version, which is in force at once, does.
func inTime() judge.Check {
	return judge.Check{
		Requirement: "REQ-POL-015", Needs: []judge.Need{judge.Sandbox}, Turn: judge.Alone,
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			list, err := p.Sandbox.Members(1)
			d.must(err)
			purpose := "later-" + spec.RandomUUID()[len("urn:uuid:"):]
			doc := d.next("data-guideline", withPurpose(current(d, "data-guideline"), purpose))
			doc.ValidFrom += 86400
			accepted(ctx, d, d.passed(doc))
			early := peer.Talent(p.Clock())
			early.Purpose = purpose
			token, err := list[0].Seal(p.Target, early)
			d.must(err)
			usual, err := list[0].Seal(p.Target, peer.Talent(p.Clock()))
			d.must(err)
			list[0].Say(p.Target, token, usual)
			x := p.HeldUntil(ctx, list[0], forge.ID(usual))
			p.Expect(x, "body", evidence.Contains, judge.Why("今の指針が許す記録が受け入れられません", "a record that the guideline in force allows is admitted"), string(forge.ID(usual)))
			p.Expect(x, "body", evidence.Lacks,
				judge.Why("発効前の文書に従いました", "a document acted before its validFrom had come"), string(forge.ID(token)))
			accepted(ctx, d, d.passed(d.next("data-guideline", current(d, "data-guideline")))) // the same, in force at once
			x = p.HeldUntil(ctx, list[0], forge.ID(token))
			p.Expect(x, "body", evidence.Contains,
				judge.Why("発効した文書に従いません", "a document that is in force acts"), string(forge.ID(token)))
		},
	}
}

// withPurpose is a guideline that allows talent for one purpose more.
func withPurpose(body map[string]any, purpose string) map[string]any {
	purposes, _ := body["purposes"].([]any)
	return changed(body, "purposes", append(append([]any(nil), purposes...),
		map[string]any{"id": purpose, "kinds": []string{"talent"}, "text": words()}))
}
