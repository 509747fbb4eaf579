package governing

import (
	"context"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// admissions checks REQ-POL-021. The auto-rule leaves clubs out for as long as
// the check lasts.
func admissions() judge.Check {
	check := obeys("REQ-POL-021", func(d *desk) []string { return []string{d.admission(nil)} }, wrongAdmissions()...)
	allowed := check.Negative
	check.Negative = func(ctx context.Context, p *judge.Probe) {
		d := newDesk(p)
		before := current(d, "charter")
		accepted(ctx, d, d.passed(d.next("charter", changed(before, "autoRule", map[string]any{
			"enabled": true, "kinds": []string{"foundation", "school"},
		}))))
		defer func() {
			again, err := p.Sandbox.Draft("charter", before, words())
			if err == nil {
				_ = p.Sandbox.Append(d.passed(again)) // what ended the check is the better reason
			}
		}()
		allowed(ctx, p)
	}
	return check
}

// admission is the entry that admits a node of a fresh name, bent. sign says
// who signs it, under which keys.
func (d *desk) admission(bend func(a *spec.Admission, sign *signing)) string {
	council := d.Sandbox.Council
	keys, err := spec.OpenKeys(council.History(), council.ID, council.Root.Public())
	d.must(err)
	a := spec.Admission{
		Fed: d.Sandbox.Fed, Issuer: council.ID, IssuedAt: d.Clock().Unix(), JTI: spec.RandomUUID(),
		Node: spec.NodeID("https://n" + spec.RandomUUID()[len("urn:uuid:"):] + ".example"),
		Root: spec.EncodeKey(d.stranger().Public()), Name: words(), Kind: "foundation", Register: d.Sandbox.Register(),
	}
	sign := &signing{key: council.Key, keys: keys}
	if bend != nil {
		bend(&a, sign)
	}
	entry, err := spec.SealAdmission(sign.key, a, sign.keys)
	d.must(err)
	return entry
}

type signing struct {
	key  *spec.Signer
	keys *spec.KeyHistory
}

// historyOf is a key history of a node with one record key, signed by a root key.
func (d *desk) historyOf(root *spec.Signer, node spec.NodeID, key *spec.Signer) *spec.KeyHistory {
	token, err := spec.SealKeys(root, spec.KeyHistory{Issuer: node, IssuedAt: d.Clock().Unix(), Serial: 1, Keys: []spec.KeyEntry{{
		KID: key.KID(), Use: spec.UseRecord, X: spec.EncodeKey(key.Public()), From: d.Clock().Unix() - 3600,
	}}})
	d.must(err)
	keys, err := spec.OpenKeys(token, node, root.Public())
	d.must(err)
	return keys
}

func wrongAdmissions() []lie {
	bent := func(bend func(d *desk, a *spec.Admission, sign *signing)) func(*desk) string {
		return func(d *desk) string {
			return d.admission(func(a *spec.Admission, sign *signing) { bend(d, a, sign) })
		}
	}
	return []lie{
		{
			ja: "自動規則が認めない種類", en: "an admission of a kind that the auto-rule leaves out",
			entry: bent(func(_ *desk, a *spec.Admission, _ *signing) { a.Kind = "club" }),
		},
		{
			ja: "評議会でない会員による承認", en: "an admission by a member outside the council",
			entry: bent(func(d *desk, a *spec.Admission, sign *signing) {
				r := d.Sandbox.Reader
				keys, err := spec.OpenKeys(r.History(), r.ID, r.Root.Public())
				d.must(err)
				a.Issuer, sign.key, sign.keys = r.ID, r.Key, keys
			}),
		},
		{
			ja: "投票鍵による署名", en: "an admission signed by a ballot key",
			entry: bent(func(d *desk, _ *spec.Admission, sign *signing) { sign.key = d.ballotKey() }),
		},
		{
			ja: "根の鍵が署名していない鍵の履歴", en: "an admission under a key history that the pinned root key did not sign",
			entry: bent(func(d *desk, a *spec.Admission, sign *signing) {
				sign.key, sign.keys = d.stranger(), d.historyOf(d.stranger(), a.Issuer, d.stranger())
			}),
		},
		{
			ja: "名簿にあるノードの再承認", en: "an admission of a node that the register knows",
			entry: bent(func(d *desk, a *spec.Admission, _ *signing) { a.Node = d.Sandbox.Reader.ID }),
		},
		{
			ja: "別の連合の承認", en: "an admission to another federation",
			entry: bent(func(_ *desk, a *spec.Admission, _ *signing) { a.Fed = spec.Digest([]byte("another")) }),
		},
	}
}
