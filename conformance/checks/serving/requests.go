package serving

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

func requests() []judge.Check {
	return []judge.Check{
		credentials(),
		proven("REQ-REQ-002", nil),
		proven("REQ-REQ-003", nil),
		proven("REQ-REQ-004", times),
		proven("REQ-REQ-005", nil),
		proven("REQ-REQ-006", digests),
		replays(),
		strangers(),
		callersKeys(),
		bodies(),
		encodings(),
		authorizations(),
	}
}

func problemOf(requirement string) string { return spec.ProblemPrefix + spec.ProblemOf(requirement) }

// credentials: REQ-REQ-001.
func credentials() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-001",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, p.Do(ctx, judge.Ask{Path: heldPath, As: p.Sandbox.Reader}), "200", "GET /v1/held")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			log := "/v1/feed/" + spec.LogFor(p.Sandbox.Reader.ID)
			for _, ask := range []judge.Ask{
				{Path: heldPath},
				{Path: log},
				{Method: http.MethodPost, Path: "/v1/nudge"},
				{Method: http.MethodPut, Path: log + "/ack", Body: []byte(`{"next":0}`), Type: "application/json"},
				{Path: "/v1/people"},
				{Path: "/v1/refused"},
			} {
				turned(p, p.Do(ctx, ask), "401", ask.Method+" "+ask.Path, "REQ-REQ-001")
			}
		},
	}
}

// proven makes the check of a requirement on what a request's proof says: the
// standard's own vectors about it, made live, and what further looks for.
func proven(requirement string, further func(context.Context, *judge.Probe)) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).caller
			taken(p, p.Do(ctx, judge.Ask{Path: heldPath, As: as}), "200", "GET /v1/held")
			for _, v := range vectorsOf(p, as, func(v vectors.Vector) bool {
				return v.Verdict == vectors.Admit && v.Shows == requirement
			}) {
				taken(p, p.Do(ctx, v.ask), "200", v.What)
			}
			if further != nil {
				further(ctx, p)
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			for _, v := range vectorsOf(p, players(ctx, p).caller, func(v vectors.Vector) bool {
				return v.Verdict == vectors.Refuse && v.Requirement == requirement
			}) {
				turned(p, p.Do(ctx, v.ask), "401", v.What, append(v.Also, v.Requirement)...)
			}
		},
	}
}

type liveVector struct {
	vectors.Vector
	ask judge.Ask
}

// margin is how far a vector that stands on the last second that is taken, or on
// the first that is not, is moved from it: what a network takes, and two clocks
// that differ by a little, would decide it otherwise.
var margin = map[string]time.Duration{
	"req-behind-60": 10 * time.Second, "req-ahead-60": -10 * time.Second, "req-expired-within": 10 * time.Second,
	"req-behind-61": -10 * time.Second, "req-ahead-61": 10 * time.Second,
}

// vectorsOf are the standard's request vectors without a body, about today's
// target and caller.
func vectorsOf(p *judge.Probe, as *peer.Peer, which func(vectors.Vector) bool) []liveVector {
	all, err := vectors.All()
	broken(p, "read the vectors", err)
	ground := forge.Ground{Issuer: as.ID, Audience: p.Target, Key: as.Key, Now: p.Clock()}
	var list []liveVector
	for _, v := range all {
		if v.About != "request" || v.Judge != vectors.Octets || v.Input.Method != http.MethodGet || !which(v) {
			continue
		}
		at := ground
		at.Now = at.Now.Add(margin[v.Name])
		token, ok := forge.Rebase(v, at)
		if !ok {
			continue
		}
		if margin[v.Name] != 0 {
			v.What += fmt.Sprintf(", moved by %v", margin[v.Name])
		}
		path := strings.TrimPrefix(v.Input.URI, string(v.Audience))
		path = strings.ReplaceAll(path, spec.LogFor(v.Issuer), spec.LogFor(as.ID))
		list = append(list, liveVector{v, judge.Ask{Path: path, Token: token, Scheme: spec.RequestScheme}})
	}
	return list
}

// times looks at the edges of REQ-REQ-004 with room for a slow network, and
// asks for the server's time.
func times(ctx context.Context, p *judge.Probe) {
	as := players(ctx, p).caller
	at := func(shift time.Duration) judge.Ask {
		return judge.Ask{Path: heldPath, As: as, Claims: func(c *spec.RequestClaims) { c.IssuedAt = p.Clock().Add(shift).Unix() }}
	}
	x := p.Do(ctx, at(-time.Hour))
	turned(p, x, "401", "an hour behind", "REQ-REQ-004")
	p.Expect(x, "body.now", evidence.AtLeast, judge.Why("now にサーバーの時刻が要ります", "the answer has the server's time in the member now"), "1000000000")
	taken(p, p.Do(ctx, at(-40*time.Second)), "200", "40 seconds behind")
	taken(p, p.Do(ctx, at(40*time.Second)), "200", "40 seconds ahead")
	turned(p, p.Do(ctx, at(-80*time.Second)), "401", "80 seconds behind", "REQ-REQ-004")
	turned(p, p.Do(ctx, at(80*time.Second)), "401", "80 seconds ahead", "REQ-REQ-004")
}

// digests is REQ-REQ-006 with the one write that every node takes.
func digests(ctx context.Context, p *judge.Probe) {
	as := players(ctx, p).caller
	body := []byte(`{"next":0}`)
	ack := func(digest string, keep bool) evidence.Exchange {
		path := "/v1/feed/" + spec.LogFor(as.ID) + "/ack"
		octets := body
		if !keep {
			octets = nil // the claim is then what the check says, not what was sent
		}
		proof, err := as.Prove(p.Target, http.MethodPut, string(p.Target)+path, octets, func(c *spec.RequestClaims) { c.Digest = digest })
		broken(p, "sign", err)
		return p.Do(ctx, judge.Ask{Method: http.MethodPut, Path: path, Body: body, Type: "application/json", Token: proof, Scheme: spec.RequestScheme})
	}
	taken(p, ack("", true), "204", "a body with its digest")
	right := spec.Digest(body)
	octets, err := base64.RawURLEncoding.DecodeString(string(right))
	broken(p, "digest", err)
	for name, digest := range map[string]string{
		"without sha-256": "", "the digest of other octets": string(spec.Digest([]byte(`{"next":1}`))),
		"the digest of nothing": string(spec.Digest(nil)), "padded": string(right) + "=",
		"in the standard alphabet": base64.StdEncoding.EncodeToString(octets),
	} {
		turned(p, ack(digest, false), "401", name, "REQ-REQ-006")
	}
	lost := judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", As: as, Claims: func(c *spec.RequestClaims) { c.Digest = string(right) }}
	turned(p, p.Do(ctx, lost), "401", "a body that was lost on the way", "REQ-REQ-006")
}

// strangers: REQ-REQ-008. The same node is a stranger first and a member then.
func strangers() judge.Check {
	ask := func(as *peer.Peer) judge.Ask { return judge.Ask{Path: heldPath, As: as} }
	return judge.Check{
		Requirement: "REQ-REQ-008",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			list, err := p.Sandbox.Fresh(1)
			broken(p, "a stranger", err)
			turned(p, p.Do(ctx, ask(list[0])), "401", "a node that the register does not list", "REQ-REQ-008")
			if len(list[0].Visits(http.MethodGet, "/.well-known/fukusen/keys"))+len(list[0].Visits(http.MethodGet, "/.well-known/fukusen")) > 0 {
				p.Fail(judge.Why("名簿にないノードから何かを取得しました", "something was fetched from a node that the register does not list"))
			}
			broken(p, "admit", p.Sandbox.Admit(list...))
			broken(p, "wait", awaited(ctx, p.World, list...))
			taken(p, p.Do(ctx, ask(list[0])), "200", "the same node once it is a member")
		},
		Negative: proven("REQ-REQ-008", nil).Negative,
	}
}

// callersKeys: REQ-REQ-009, with a caller that has every sort of key.
func callersKeys() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-009",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, p.Do(ctx, judge.Ask{Path: heldPath, As: players(ctx, p).caller}), "200", "a current record key")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			list, err := p.Sandbox.Fresh(1)
			broken(p, "a caller", err)
			as := list[0]
			keys := make(map[string]*spec.Signer)
			for _, name := range []string{"retired", "revoked", "not yet current", "for TLS", "of nobody"} {
				keys[name], err = spec.GenerateSigner()
				broken(p, "make a key", err)
			}
			now := p.Clock().Unix()
			row := func(name, use string) spec.KeyEntry { return as.Entry(keys[name], use) }
			retired, revoked, coming := row("retired", spec.UseRecord), row("revoked", spec.UseRecord), row("not yet current", spec.UseRecord)
			retired.Until = now - 1800
			revoked.Revoked = &spec.Revocation{At: now - 1800, Reason: "compromised"}
			coming.From = now + 86400
			broken(p, "show keys", as.ShowKeys(as.Entry(as.Key, spec.UseRecord), retired, revoked, coming, row("for TLS", spec.UseTLS)))
			broken(p, "admit", p.Sandbox.Admit(as))
			broken(p, "wait", awaited(ctx, p.World, as))
			taken(p, p.Do(ctx, judge.Ask{Path: heldPath, As: as}), "200", "the current key beside the others")
			keys["the root key"], keys["of another member"] = as.Root, players(ctx, p).other.Key
			for name, key := range keys {
				turned(p, p.Do(ctx, withKey(p, as, key, key.KID())), "401", "a key "+name, "REQ-REQ-009")
			}
			turned(p, p.Do(ctx, withKey(p, as, keys["of nobody"], as.Key.KID())), "401", "a forged signature", "REQ-REQ-009")
		},
	}
}

// withKey asks as a peer under another key, and says which key that is.
func withKey(p *judge.Probe, as *peer.Peer, key *spec.Signer, kid string) judge.Ask {
	now := p.Clock().Unix()
	token, err := forge.Sealed(key, "req+jwt", map[string]any{
		"iss": as.ID, "aud": p.Target, "htm": http.MethodGet, "htu": string(p.Target) + heldPath,
		"iat": now, "exp": now + 30, "jti": spec.NewUUID(),
	})
	broken(p, "sign", err)
	if kid != key.KID() {
		payload := string(spec.Payload(token))
		token = forge.Token(key, strings.Replace(forge.Header(key, "req+jwt"), key.KID(), kid, 1), payload)
	}
	return judge.Ask{Path: heldPath, Token: token, Scheme: spec.RequestScheme}
}
