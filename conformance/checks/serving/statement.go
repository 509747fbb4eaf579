package serving

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/did"
)

func statement() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-STM-001",
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/.well-known/fukusen"})
			p.Expect(x, "status", evidence.Equals, judge.Why("ステートメントは200で返されなければなりません", "the statement is answered 200"), "200")
			p.Expect(x, "header.Content-Type", evidence.BeginWith, judge.Why("内容の型は application/jose です", "its content type is application/jose"), "application/jose")
			p.Expect(x, "claims.iss", evidence.Equals, judge.Why("ステートメントの iss は対象の識別子です", "the statement's iss is the target's node id"), string(p.Target))
			keys, err := p.Keys(ctx)
			if err != nil {
				p.Fail(judge.Why("鍵の履歴を確かめられません", "its key history does not prove itself"))
			}
			if _, err := spec.OpenStatement(strings.TrimSpace(x.See("body")), p.Target, keys, p.Clock()); err != nil {
				p.Fail(judge.Why("ステートメントが標準に合いません", "the statement does not open"))
			}
		},
	}, {
		Requirement: "REQ-STM-008",
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/.well-known/did.json"})
			p.Expect(x, "status", evidence.Equals, judge.Why("DID文書は200で返されなければなりません", "the DID document is answered 200"), "200")
			p.Expect(x, "body.id", evidence.Equals, judge.Why("DID文書の id は did:web です", "its id is the node's did:web"), did.Web(p.Target))
			keys, err := p.FetchKeys(ctx)
			if err != nil {
				p.Fail(judge.Why("鍵の履歴を確かめられません", "the key history does not prove itself"))
			}
			methods := methodsIn(x)
			for i := range keys.Keys {
				k := &keys.Keys[i]
				current := k.Use == spec.UseRecord && k.CurrentAt(p.Clock())
				if m, there := methods[k.X]; there != current || there && m != "JsonWebKey" {
					p.Fail(judge.Why("DID文書の検証方法が、現在の記録鍵と一致しません",
						"the verification methods of type JsonWebKey are not exactly the current record keys"))
				}
				delete(methods, k.X)
			}
			if len(methods) > 0 {
				p.Fail(judge.Why("DID文書に、鍵の履歴にない鍵があります", "the DID document has a key that the key history does not list"))
			}
		},
	}}
}

// methodsIn are the types of a DID document's verification methods by public key.
func methodsIn(x evidence.Exchange) map[string]string {
	var doc struct {
		Methods []struct {
			Type string `json:"type"`
			JWK  struct {
				Type  string `json:"kty"`
				Curve string `json:"crv"`
				X     string `json:"x"`
			} `json:"publicKeyJwk"`
		} `json:"verificationMethod"`
	}
	found := make(map[string]string)
	if json.Unmarshal(x.Got.Octets(), &doc) != nil {
		return found
	}
	for _, m := range doc.Methods {
		if m.JWK.Type == "OKP" && m.JWK.Curve == "Ed25519" {
			found[m.JWK.X] = m.Type
		}
	}
	return found
}
