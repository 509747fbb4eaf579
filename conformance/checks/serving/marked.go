package serving

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// writing is an operation of the contract that takes a body.
type writing struct {
	method, path string
	who          string // public, node, reader, or a role of a bearer
	kind         string // media type
	schema       string
}

// The contract is our own text in one layout, so that its lines say enough.
var (
	pathLine   = regexp.MustCompile(`^  (/\S+):$`)
	methodLine = regexp.MustCompile(`^    (get|put|post|delete):$`)
	accessLine = regexp.MustCompile(`^      x-fukusen-access: \{who: \[([a-z, ]+)\](?:, roles: \[([a-z, ]+)\])?\}`)
	kindLine   = regexp.MustCompile(`^          ([a-z]+/[a-z+-]+):$`)
	schemaLine = regexp.MustCompile(`^            schema: \{\$ref: "#/components/schemas/([A-Za-z]+)"\}`)
	objectLine = regexp.MustCompile(`^    ([A-Za-z]+):$`)
	memberLine = regexp.MustCompile(`^        ([A-Za-z0-9_]+):`)
)

// writings reads the operations with a body out of the contract.
func writings(contract string) []writing {
	var list []writing
	var at writing
	inBody := false
	for _, line := range strings.Split(contract, "\n") {
		if strings.HasPrefix(line, "components:") {
			break
		}
		switch {
		case pathLine.MatchString(line):
			at = writing{path: pathLine.FindStringSubmatch(line)[1]}
		case methodLine.MatchString(line):
			at = writing{path: at.path, method: strings.ToUpper(methodLine.FindStringSubmatch(line)[1])}
			inBody = false
		case accessLine.MatchString(line):
			m := accessLine.FindStringSubmatch(line)
			who := m[1]
			if m[2] != "" {
				who += ", " + m[2]
			}
			at.who = who
		case line == "      requestBody:":
			inBody = true
		case line == "      responses:":
			inBody = false
		case inBody && kindLine.MatchString(line):
			at.kind = kindLine.FindStringSubmatch(line)[1]
			list = append(list, at)
		case inBody && schemaLine.MatchString(line):
			list[len(list)-1].schema = schemaLine.FindStringSubmatch(line)[1]
		}
	}
	return list
}

// membersIn are the names of an object's members in the contract.
func membersIn(contract, schema string) []string {
	var names []string
	inside := false
	for _, line := range strings.Split(contract, "\n") {
		if m := objectLine.FindStringSubmatch(line); m != nil {
			inside = m[1] == schema
		} else if m := memberLine.FindStringSubmatch(line); m != nil && inside {
			names = append(names, m[1])
		}
	}
	return names
}

// bodiesWith are bodies for an operation in which every value holds a mark.
func (o writing) bodiesWith(contract, mark string) [][]byte {
	if o.kind != "application/json" {
		return [][]byte{[]byte(mark), fmt.Appendf(nil, "BEGIN:VCALENDAR\r\nX-NOTE:%s\r\n", mark)}
	}
	all, one := map[string]any{}, map[string]any{"of-no-schema": mark}
	for _, name := range membersIn(contract, o.schema) {
		all[name] = mark
		one[name] = map[string]any{name: []string{mark}}
	}
	var list [][]byte
	for _, v := range []any{all, one, mark, []string{mark}} {
		if octets, err := json.Marshal(v); err == nil {
			list = append(list, octets)
		}
	}
	return append(list, fmt.Appendf(nil, `{"open":%q`, mark), fmt.Appendf(nil, `{"twice":%q,"twice":%q}`, mark, mark))
}

// repeatsNothing: REQ-ERR-003, over every operation of the contract that takes a body.
func repeatsNothing() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-003",
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			contract := string(spec.Contract())
			as := players(ctx, p).caller
			refused := 0
			for _, o := range writings(contract) {
				mark := "mark" + strings.ReplaceAll(spec.RandomUUID()[9:], "-", "")
				for _, body := range o.bodiesWith(contract, mark) {
					ask := judge.Ask{Method: o.method, Path: o.at(spec.LogFor(as.ID)), Body: body, Type: o.kind}
					switch {
					case strings.Contains(o.who, "node") || strings.Contains(o.who, "reader"):
						ask.As = as
					case strings.Contains(o.who, "clerk"):
						ask.Token = p.Clerk
					case strings.Contains(o.who, "evaluator"):
						ask.Token = p.Evaluator
					case strings.Contains(o.who, "operator"):
						ask.Token = p.Operator
					}
					x := p.Do(ctx, ask)
					if x.Status >= http.StatusBadRequest {
						refused++
					}
					if x.Status == 0 || x.Status >= http.StatusBadRequest {
						p.Expect(x, "status", evidence.AtLeast, judge.Why("応答がありません: "+o.path, "there is no answer: "+o.path), "400")
						p.Expect(x, "body", evidence.Lacks,
							judge.Why("エラーが本文の値を繰り返しました: "+o.method+" "+o.path, "a problem repeats a value from the body: "+o.method+" "+o.path), mark)
					}
				}
			}
			if refused < 20 {
				p.NotRun(judge.Why("拒否された本文が少なすぎます", "too few bodies were refused to say anything"))
			}
		},
	}
}

// at fills a path's parameters with values that exist nowhere, but the log.
func (o writing) at(log string) string {
	none := string(spec.Digest([]byte("none")))
	return strings.NewReplacer("{person}", "p-nobody", "{log}", log, "{name}", "club", "{record}", spec.RandomUUID(),
		"{id}", none, "{digest}", none, "{list}", "1").Replace(o.path)
}
