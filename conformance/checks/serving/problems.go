package serving

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func problems() []judge.Check {
	return []judge.Check{
		documents(), namesRequirement(), repeatsNothing(), languages(), undefined(), unclaimed(), parking(), unavailable(),
	}
}

// wrong is a request that has to be refused.
type wrong struct {
	name string
	ask  judge.Ask
	want []string // requirements, of which one is named; none where the standard has no line for it
}

// wrongs are refusals of many sorts, as far as the run has credentials.
func wrongs(ctx context.Context, p *judge.Probe) []wrong {
	list := []wrong{
		{"a path that is not defined", judge.Ask{Path: "/v1/nothing"}, []string{"REQ-ERR-005"}},
		{"a well-known path that is not defined", judge.Ask{Path: "/.well-known/fukusen/nothing"}, []string{"REQ-ERR-005"}},
		{"a method that is not defined", judge.Ask{Method: http.MethodDelete, Path: "/v1/health"}, []string{"REQ-ERR-005"}},
		{"a method at a well-known path", judge.Ask{Method: http.MethodPost, Path: "/.well-known/fukusen"}, []string{"REQ-ERR-005", "REQ-REQ-010"}},
		{"no credentials", judge.Ask{Path: heldPath}, []string{"REQ-REQ-001"}},
		{"no token", judge.Ask{Path: "/v1/people"}, []string{"REQ-REQ-001"}},
		{"a token of nobody", judge.Ask{Path: "/v1/people", Token: "x.y.z"}, nil},
		{"a place that is no number", judge.Ask{Path: "/v1/feed/public?after=x"}, []string{"REQ-FEED-008"}},
		{"a limit of 0", judge.Ask{Path: "/v1/feed/public?limit=0"}, []string{"REQ-FEED-008"}},
		{"a content encoding", judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", Body: []byte("x"), Header: http.Header{"Content-Encoding": {"br"}}}, []string{"REQ-REQ-011", "REQ-REQ-010", "REQ-REQ-001"}},
		{"a document that is not there", judge.Ask{Path: "/v1/policy/documents/" + string(spec.Digest([]byte("none")))}, nil},
	}
	if p.Sandbox != nil {
		c := players(ctx, p)
		another := "/v1/feed/" + spec.LogFor(c.caller.ID)
		list = append(
			list,
			wrong{"another's log", judge.Ask{Path: another, As: c.other}, []string{"REQ-FEED-007"}},
			wrong{"a long body", ackOf(c.caller, make([]byte, mostAck+1)), []string{"REQ-REQ-010"}},
			wrong{"a body that is not JSON", ackOf(c.caller, []byte(`{"next":`)), nil},
			wrong{"a body with a strange member", ackOf(c.caller, []byte(`{"next":0,"more":1}`)), nil},
			wrong{"a request to another", judge.Ask{Path: heldPath, As: c.other, Claims: func(r *spec.RequestClaims) { r.Audience = c.other.ID }}, []string{"REQ-REQ-002"}},
		)
	}
	if p.Clerk != "" {
		list = append(
			list,
			wrong{"a person who is not here", judge.Ask{Path: "/v1/people/p-nobody", Token: p.Clerk}, nil},
			wrong{"an operator's question by a clerk", judge.Ask{Path: "/v1/refused", Token: p.Clerk}, nil},
			wrong{"a person without a name", judge.Ask{Method: http.MethodPost, Path: "/v1/people", Token: p.Clerk, Body: []byte(`{}`), Type: "application/json"}, nil},
			wrong{"a region with a wrong check digit", judge.Ask{
				Method: http.MethodPut, Path: "/v1/people/p-nobody/talent", Token: p.Clerk, Type: "application/json",
				Body: []byte(`{"skills":[],"region":"141004","remote":true,"languages":["ja"]}`),
			}, []string{"REQ-TAL-003", "REQ-ERR-006", ""}},
		)
	}
	return list
}

// problemTypes are the types of section 11.
func problemTypes() []string {
	names := []string{"unavailable", "internal", "gone", "conflict", "not-allowed", "invalid"}
	for _, r := range spec.Requirements() {
		if r.Problem != "" && r.Problem != "-" && !slices.Contains(names, r.Problem) {
			names = append(names, r.Problem)
		}
	}
	for i, n := range names {
		names[i] = spec.ProblemPrefix + n
	}
	return names
}

// documents: REQ-ERR-001.
func documents() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-001",
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/v1/health"})
			p.Expect(x, "header.Content-Type", evidence.BeginWith,
				judge.Why("正しい応答は application/json です", "an answer that is no refusal is application/json"), "application/json")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			types := problemTypes()
			for _, w := range wrongs(ctx, p) {
				x := p.Do(ctx, w.ask)
				p.Expect(x, "status", evidence.AtLeast, judge.Why("拒否されませんでした: "+w.name, "it was not refused: "+w.name), "400")
				p.Expect(x, "header.Content-Type", evidence.BeginWith,
					judge.Why("エラーは application/problem+json です: "+w.name, "a refusal is application/problem+json: "+w.name), "application/problem+json")
				p.Expect(x, "body.type", evidence.OneOf,
					judge.Why("問題の型が標準にありません: "+w.name, "the type is none of section 11: "+w.name), types...)
				p.Expect(x, "body.status", evidence.Equals,
					judge.Why("status が応答と異なります: "+w.name, "the member status is not that of the answer: "+w.name), x.See("status"))
				p.Expect(x, "body.title", evidence.Present, judge.Why("title が要ります: "+w.name, "a problem has a title: "+w.name))
			}
		},
	}
}

// namesRequirement: REQ-ERR-002.
func namesRequirement() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-002",
		Negative: func(ctx context.Context, p *judge.Probe) {
			for _, w := range wrongs(ctx, p) {
				if len(w.want) == 0 || slices.Contains(w.want, "") {
					continue
				}
				p.Expect(p.Do(ctx, w.ask), "body.requirement", evidence.OneOf,
					judge.Why("破られた要件の番号が示されていません: "+w.name, "the problem does not name the broken requirement: "+w.name), w.want...)
			}
		},
	}
}

// japanese are letters that English has not.
const japanese = `[\p{Hiragana}\p{Katakana}\p{Han}]`

// languages: REQ-ERR-004.
func languages() judge.Check {
	answer := func(ctx context.Context, p *judge.Probe, accept string) evidence.Exchange {
		ask := judge.Ask{Path: "/v1/feed/public?limit=0", Header: http.Header{}}
		if accept != "" {
			ask.Header.Set("Accept-Language", accept)
		}
		x := p.Do(ctx, ask)
		p.Expect(x, "status", evidence.Equals, judge.Why("limit=0 は400です", "a limit of 0 is answered 400"), "400")
		if x.See("body.detail") == "" {
			p.Unclear(judge.Why("detail がないため、言語を確かめられません", "there is no detail, so its language cannot be seen"))
		}
		return x
	}
	return judge.Check{
		Requirement: "REQ-ERR-004",
		Positive: func(ctx context.Context, p *judge.Probe) {
			for _, accept := range []string{"ja", "ja-JP", "ja, en;q=0.5", "en;q=0.3, ja;q=0.8", "fr, ja;q=0.1", "en;q=0, ja", "JA"} {
				p.Expect(answer(ctx, p, accept), "body.detail", evidence.Matches,
					judge.Why("日本語で説明されませんでした: "+accept, "the detail is not in Japanese for "+accept), japanese)
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			for _, accept := range []string{"", "en", "en-GB", "en, ja;q=0.9", "ja;q=0.2, en;q=0.7"} {
				p.Expect(answer(ctx, p, accept), "body.detail", evidence.Differs,
					judge.Why("英語で説明されませんでした: "+accept, "the detail is not in English for "+accept), japanese)
			}
		},
	}
}

// undefined: REQ-ERR-005.
func undefined() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-005",
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, p.Do(ctx, judge.Ask{Path: "/v1/health"}), "200", "GET /v1/health")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			for _, path := range []string{"/v1/no-such-operation", "/v1/", "/v1/feed", "/v1/feed/public/more", "/v2/health", "/v1/peoples"} {
				x := p.Do(ctx, judge.Ask{Path: path})
				p.Expect(x, "status", evidence.Equals, judge.Why("未定義のパスは404です: "+path, "a path that the contract does not define is answered 404: "+path), "404")
				if strings.HasPrefix(path, "/v1/") {
					p.Expect(x, "body.type", evidence.Equals, judge.Why("問題の型は not-found です", "its problem type is not-found"), spec.ProblemPrefix+"not-found")
				}
			}
			for _, known := range [][2]string{
				{"/v1/health", http.MethodGet}, {"/v1/nudge", http.MethodPost}, {"/v1/feed/public/ack", http.MethodPut},
			} {
				path, has := known[0], known[1]
				for _, method := range []string{http.MethodDelete, http.MethodHead, http.MethodOptions} {
					x, what := p.Do(ctx, judge.Ask{Method: method, Path: path}), method+" "+path
					p.Expect(x, "status", evidence.Equals, judge.Why("未定義のメソッドは405です: "+what, "a method that the contract does not define is answered 405: "+what), "405")
					p.Expect(x, "header.Allow", evidence.Contains, judge.Why("405には Allow が要ります: "+what, "a 405 has Allow: "+what), has)
				}
			}
		},
	}
}

// belonging are operations of roles, each asked as its credentials allow.
func belonging(ctx context.Context, p *judge.Probe) map[string][]judge.Ask {
	as := players(ctx, p).caller
	entry := []byte("x\n")
	list := map[string][]judge.Ask{
		"policy-voter": {
			{Method: http.MethodPost, Path: "/v1/policy/entries", As: as, Body: entry, Type: "text/plain"},
			{Method: http.MethodPost, Path: "/v1/policy/cosignatures", As: as, Body: entry, Type: "text/plain"},
		},
		"policy-follower":   {{Path: "/v1/policy/tile/0/000.p/1"}},
		"evaluation-issuer": {{Path: "/v1/status/1"}},
	}
	if p.Clerk != "" {
		list["availability-publisher"] = []judge.Ask{
			{Path: "/v1/people/p-nobody/calendars", Token: p.Clerk},
			{Path: "/v1/people/p-nobody/consents", Token: p.Clerk},
			{Path: "/v1/people/p-nobody/disclosures", Token: p.Clerk},
		}
	}
	return list
}

// unclaimed: REQ-ERR-006.
func unclaimed() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-006",
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			if p.Statement == nil {
				p.NotRun(judge.Why("対象の役割がわかりません", "the target's roles are not known, because its statement does not hold"))
			}
			for role, asks := range belonging(ctx, p) {
				for _, ask := range asks {
					x := p.Do(ctx, ask)
					if slices.Contains(p.Statement.Roles, role) {
						p.Expect(x, "status", evidence.Differs,
							judge.Why("名乗っている役割の操作が501です: "+ask.Path, "an operation of a role that is claimed is answered 501: "+ask.Path), "^501$")
						continue
					}
					turned(p, x, "501", ask.Path, "REQ-ERR-006")
				}
			}
		},
	}
}
