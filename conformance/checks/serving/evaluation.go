package serving

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
	"github.com/fukusen/fukusen/spec/status"
)

var issuing = []judge.Need{judge.Sandbox, judge.Evaluator}

// evaluate asks the target's evaluator to issue a credential to a home node.
func evaluate(ctx context.Context, p *judge.Probe, home *peer.Peer) evidence.Exchange {
	const achievement, result = "urn:uuid:00000000-0000-4000-8000-00000000000a", "urn:uuid:00000000-0000-4000-8000-00000000000b"
	body, err := json.Marshal(map[string]any{
		"audience": home.ID, "subject": spec.RandomUUID(), "consent": spec.RandomUUID(), "purpose": "evaluation",
		"until": p.Clock().Add(24 * time.Hour).Unix(),
		"achievement": map[string]any{
			"id": achievement, "type": []string{"Achievement"}, "name": "Practicum", "description": "A project at a company",
			"achievementType": "Fieldwork", "criteria": map[string]string{"narrative": "Visitors return within the season"},
			"resultDescription": []any{map[string]any{
				"id": result, "type": []string{"ResultDescription"}, "name": "Returning visitors", "resultType": "Percent",
			}},
		},
		"result": []any{map[string]string{"resultDescription": result, "value": "23"}},
		"rubric": map[string]any{"document": "rubric", "version": 1},
	})
	broken(p, "write a body", err)
	return p.Do(ctx, judge.Ask{Method: http.MethodPost, Path: "/v1/evaluations", Body: body, Type: "application/json", Token: p.Evaluator})
}

// statusLists: REQ-EVL-013. The list is the one that a credential of the target
// names; revoking sets that credential's bit and no other.
func statusLists() judge.Check {
	return judge.Check{
		Requirement: "REQ-EVL-013",
		Roles:       []string{"evaluation-issuer"},
		Needs:       issuing,
		Positive: func(ctx context.Context, p *judge.Probe) {
			home := fresh(ctx, p)
			x := evaluate(ctx, p, home)
			taken(p, x, "201", "POST /v1/evaluations")
			id := x.See("body.id")
			status := statusOf(p, tellMe(ctx, p, home).bodies(ctx, p, home, spec.KindEvaluation), spec.ID(id))
			path, ok := strings.CutPrefix(status.List, string(p.Target))
			if !ok || !strings.HasPrefix(path, "/v1/status/") {
				p.Fail(judge.Why("失効リストが対象の下にありません", "the status list of a credential does not stand under the target's /v1/status/"))
			}
			if list(ctx, p, path).Revoked(status.at) {
				p.Fail(judge.Why("発行したばかりの評価が失効しています", "a credential is revoked as soon as it was issued"))
			}
			x = p.Do(ctx, judge.Ask{Method: http.MethodDelete, Path: "/v1/evaluations/" + id, Token: p.Evaluator})
			taken(p, x, "204", "DELETE /v1/evaluations/{id}")
			if after := list(ctx, p, path); !after.Revoked(status.at) || after.Revoked(status.at^1) {
				p.Fail(judge.Why("失効が失効リストに表れません", "the list does not show the revoked credential, and it alone"))
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/v1/status/no-such-list-" + spec.RandomUUID()[9:17]})
			p.Expect(x, "status", evidence.Equals, judge.Why("ない失効リストは404です", "a list that does not exist is answered 404"), "404")
		},
	}
}

// list fetches and opens a status list.
func list(ctx context.Context, p *judge.Probe, path string) *status.List {
	keys, err := p.Keys(ctx)
	broken(p, "the target's keys", err)
	x := p.Do(ctx, judge.Ask{Path: path})
	p.Expect(x, "status", evidence.Equals, judge.Why("失効リストは200で返されます", "the status list is answered 200"), "200")
	p.Expect(x, "header.Content-Type", evidence.BeginWith, judge.Why("内容の型は application/jose です", "its content type is application/jose"), "application/jose")
	l, err := status.Open(strings.TrimSpace(x.See("body")), p.Target, keys, p.Clock())
	if err != nil {
		p.Fail(judge.Why("失効リストが標準に合いません: "+err.Error(), "the status list does not hold: "+err.Error()))
	}
	return l
}

// place is where a credential's bit stands.
type place struct {
	*badge.Status
	at int
}

// statusOf finds the credential of an id and where its bit stands.
func statusOf(p *judge.Probe, records []*spec.Record, id spec.ID) place {
	for _, r := range records {
		v, ok := r.Body().(*spec.Evaluation)
		if !ok || r.ID() != id || v.Status == nil {
			continue
		}
		at, err := strconv.Atoi(v.Status.Index)
		if err == nil {
			return place{v.Status, at}
		}
	}
	p.Fail(judge.Why("発行された評価が受け手のログにありません", "the credential that was issued is not in its home's log with a status"))
	return place{}
}

// unavailable: REQ-ERR-008. The council puts two pairs on confidential lists for
// two reasons, and the answers about both are the same octets.
func unavailable() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-008",
		Roles:       []string{"evaluation-issuer"},
		Needs:       issuing,
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, evaluate(ctx, p, fresh(ctx, p)), "201", "an evaluation that no list forbids")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			homes, err := known(ctx, p.World, 2)
			broken(p, "two homes", err)
			var answers []evidence.Exchange
			for i, home := range homes {
				hidden(ctx, p, fmt.Sprintf("red-list-%s", spec.RandomUUID()[9:]), home, fmt.Sprintf("reason-%d", i))
				x := evaluate(ctx, p, home)
				p.Expect(x, "body.type", evidence.Equals,
					judge.Why("非公開文書による拒否は not-available です", "an answer that rests on a confidential document is not-available"), problemOf("REQ-ERR-008"))
				answers = append(answers, x)
			}
			p.Expect(answers[1], "status", evidence.Equals,
				judge.Why("理由によって状態コードが異なります", "the status tells one cause from another"), answers[0].See("status"))
			p.Expect(answers[1], "body", evidence.Equals,
				judge.Why("理由によって応答が異なります", "the octets tell one cause from another"), answers[0].See("body"))
		},
	}
}

// hidden adopts a confidential list with the pair of the target and a home, and
// waits until the target has its body.
func hidden(ctx context.Context, p *judge.Probe, series string, home *peer.Peer, reason string) {
	body, err := json.Marshal(map[string]any{"rows": []any{map[string]any{
		"partyA": p.Target, "partyB": home.ID, "validFrom": p.Clock().Add(-48 * time.Hour).Unix(), "reasonCode": reason,
	}}})
	broken(p, "write a list", err)
	salt := make([]byte, 32)
	_, err = rand.Read(salt)
	broken(p, "random octets", err)
	octets := append(salt, body...)
	digest := spec.Digest(octets)
	path := "/v1/policy/confidential/" + string(digest)
	p.Sandbox.Council.On(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(octets)
	})
	d, err := p.Sandbox.Draft(series, map[string]any{"digest": digest, "readers": []spec.NodeID{p.Target, home.ID}}, judge.Why("試験用の非公開リスト", "Confidential list of a test"))
	broken(p, "draft a list", err)
	d.Type = "red-list"
	entry, err := p.Sandbox.Entry(d)
	broken(p, "adopt a list", err)
	broken(p, "adopt a list", p.Sandbox.Append(entry))
	ask := func() evidence.Exchange { return p.Do(ctx, judge.Ask{Path: path, As: home}) }
	if x := p.Until(ctx, ask, func(x evidence.Exchange) bool { return x.Status == http.StatusOK }); x.Status != http.StatusOK {
		p.NotRun(judge.Why("対象が非公開文書の本文を受け取っていません", "the target was not given the body of the confidential list"))
	}
}
