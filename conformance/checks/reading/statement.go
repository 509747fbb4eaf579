package reading

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec/vectors"
)

func statement() []judge.Check {
	var list []judge.Check
	for _, requirement := range []string{"REQ-STM-002", "REQ-STM-003", "REQ-STM-004", "REQ-STM-005", "REQ-STM-006"} {
		list = append(list, stated(requirement))
	}
	return list
}

const statementPath = "/.well-known/fukusen"

// stated makes the check of a requirement on others' statements. A refused
// statement stops no record, so what is looked at is the operator's view of the
// neighbour: its trust is fresh only where its statement held when last asked for.
func stated(requirement string) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.states(ctx, p, "an ordinary statement", "", true)
			for _, v := range statements(p) {
				if v.Verdict == vectors.Admit && (v.Shows == requirement || v.Name == "stm-good") {
					// A refused one before it, so that its being taken shows.
					l.states(ctx, p, "no statement", "none", false)
					l.states(ctx, p, v.What, l.restate(p, v), true)
				}
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, v := range statements(p) {
				if v.Verdict == vectors.Refuse && v.Requirement == requirement {
					l.states(ctx, p, v.What, l.restate(p, v), false)
					l.states(ctx, p, "an ordinary statement", "", true)
				}
			}
		},
	}
}

func statements(p *judge.Probe) []vectors.Vector {
	all, err := vectors.All()
	if err != nil {
		p.Broken(err)
	}
	var list []vectors.Vector
	for _, v := range all {
		if v.About == "statement" {
			list = append(list, v)
		}
	}
	return list
}

// states shows a token as the peer's statement, the honest one where it is
// empty, lets the target look, and expects it to be believed or not.
func (l *liar) states(ctx context.Context, p *judge.Probe, what, token string, believed bool) {
	if token == "" {
		l.On(statementPath, nil)
	} else {
		l.On(statementPath, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/jose")
			_, _ = io.WriteString(w, token) // the reader may have gone
		})
	}
	before := len(l.Visits(http.MethodGet, statementPath))
	at := ""
	x := p.Until(ctx, func() evidence.Exchange {
		if len(l.Visits(http.MethodGet, statementPath)) == before {
			l.provoke(ctx, p)
		}
		return p.Do(ctx, judge.Ask{Path: "/v1/peers", Token: p.Operator})
	}, func(x evidence.Exchange) bool {
		at = l.place(x)
		return len(l.Visits(http.MethodGet, statementPath)) > before && (x.See(at+"trust.status") == "fresh") == believed
	})
	if len(l.Visits(http.MethodGet, statementPath)) == before {
		p.Fail(judge.Why("ステートメントを取りに来ません", "the target does not ask for a neighbour's statement when an operator has it look"))
	}
	if believed {
		p.Expect(x, at+"trust.status", evidence.Equals,
			judge.Why("正しいステートメントが信用されません: "+what, "a sound statement is not believed: "+what), "fresh")
		return
	}
	p.Expect(x, at+"trust.status", evidence.OneOf,
		judge.Why("破られたステートメントが信用されました: "+what, "a statement that breaks the requirement is believed: "+what),
		"stale", "expired", "unknown")
}

// place is the path of this peer in the operator's list of neighbours.
func (l *liar) place(x evidence.Exchange) string {
	var list struct {
		Items []struct {
			Node string `json:"node"`
		} `json:"items"`
	}
	if json.Unmarshal(x.Got.Octets(), &list) == nil {
		for i, it := range list.Items {
			if it.Node == string(l.ID) {
				return fmt.Sprintf("body.items.%d.", i)
			}
		}
	}
	return "body.items.none."
}

// restate makes a statement vector about this peer, now: its names, key, times
// and federation are ours, and what the vector bends stays bent.
func (l *liar) restate(p *judge.Probe, v vectors.Vector) string {
	parts := strings.Split(v.Input.Token, ".")
	octets, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		p.Broken(err)
	}
	text := strings.ReplaceAll(string(octets), string(v.Issuer), string(l.ID))
	var claims map[string]any
	if err := json.Unmarshal([]byte(text), &claims); err != nil {
		p.Broken(err)
	}
	now := p.Clock().Unix()
	for _, name := range []string{"iat", "exp"} {
		if n, ok := claims[name].(float64); ok {
			claims[name] = int64(n) - v.Now + now
		}
	}
	if exp, ok := claims["exp"].(int64); ok && exp <= now {
		claims["exp"] = exp - 90 // over for a clock that is behind ours too
	}
	claims["fed"], claims["keys"] = p.Sandbox.Fed, l.Serial()
	token, err := forge.Sealed(l.Key, "node+jwt", claims)
	if err != nil {
		p.Broken(err)
	}
	return token
}
