package node_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/access"
)

// operation is one line of the contract with who may ask.
type operation struct {
	id, method, path string
	who, roles       []string
	limit            int64
	methods          []string // of its path
}

func operations(t *testing.T) []operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(spec.Contract())
	if err != nil {
		t.Fatal(err)
	}
	var list []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := operation{id: op.OperationID, method: method, path: path}
			for m := range item.Operations() {
				o.methods = append(o.methods, m)
			}
			var access struct {
				Who   []string `json:"who"`
				Roles []string `json:"roles"`
			}
			take(t, op.Extensions["x-fukusen-access"], &access)
			o.who, o.roles = access.Who, access.Roles
			if raw, ok := op.Extensions["x-fukusen-max-body"]; ok {
				take(t, raw, &o.limit)
			}
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	if len(list) < 40 {
		t.Fatalf("the contract has %d operations", len(list))
	}
	return list
}

func take(t *testing.T, raw, into any) {
	t.Helper()
	octets, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(octets, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// at fills a path's parameters with values that exist nowhere, but the person.
func (o operation) at(person string, log string) string {
	path := strings.NewReplacer(
		"{person}", person, "{log}", log, "{name}", "practice", "{list}", "1", "{level}", "0", "{index}", "000.p/1",
		"{record}", spec.RandomUUID(), "{gig}", spec.RandomUUID(), "{hold}", spec.RandomUUID(),
		"{proposal}", string(spec.Digest([]byte("none"))), "{digest}", string(spec.Digest([]byte("none"))), "{id}", string(spec.Digest([]byte("none"))),
	).Replace(o.path)
	if o.id == "getBusy" {
		path += "?from=1790000000&to=1790003600"
	}
	return path
}

// knownProblems are the types of section 11 of the standard.
func knownProblems() map[string]bool {
	known := map[string]bool{"unavailable": true, "internal": true, "gone": true, "conflict": true, "not-allowed": true, "invalid": true}
	for _, r := range spec.Requirements() {
		if r.Problem != "" {
			known[r.Problem] = true
		}
	}
	return known
}

// wantProblem holds an answer of 400 and above against REQ-ERR-001 and 002.
func wantProblem(t *testing.T, what string, a answer) {
	t.Helper()
	if a.status < 400 {
		return
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: %d as %q", what, a.status, got)
		return
	}
	if !strings.HasPrefix(a.problem.Type, spec.ProblemPrefix) || !knownProblems()[a.problem.name()] || a.problem.name() == "internal" {
		t.Errorf("%s: %d of type %q", what, a.status, a.problem.Type)
	}
	if a.problem.Status != a.status {
		t.Errorf("%s: %d says it is %d", what, a.status, a.problem.Status)
	}
	if r := a.problem.Requirement; r != "" && !slices.ContainsFunc(spec.Requirements(), func(k spec.Requirement) bool { return k.Number == r }) {
		t.Errorf("%s: requirement %s is not in the standard", what, r)
	}
}

// TestNothingIsOpenByOmission: every operation of the contract by every sort of
// caller, as the contract lists them: who is not named is answered 401 or 403,
// who is named is not, and every refusal is a problem document.
func TestNothingIsOpenByOmission(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	node := callerOf(t, f, "rogue")
	if _, err := f.Node("city").Peers().FetchKeys(f.Context(), node.id); err != nil {
		t.Fatal(err)
	}
	const self, other = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
	bearer := func(role, person string, life time.Duration) string {
		token, err := f.Node("city").Access(role, person, life)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + token
	}
	foreign, err := access.Seal(node.record, access.Token{
		Issuer: node.id, Audience: node.id, Role: "operator", IssuedAt: f.Clock.Now().Unix(), Expires: f.Clock.Now().Unix() + 600, JTI: spec.NewUUID(),
	})
	if err != nil {
		t.Fatal(err)
	}
	never := func(operation) bool { return false }
	role := func(name string) func(operation) bool {
		return func(o operation) bool { return slices.Contains(o.who, "bearer") && slices.Contains(o.roles, name) }
	}
	public := func(o operation) bool { return slices.Contains(o.who, "public") }
	callers := []struct {
		name   string
		header string
		may    func(operation) bool
	}{
		{"nobody", "", public},
		{"another scheme", "Basic Y2l0eTpwYXNz", never},
		{"a garbage bearer", "Bearer garbage", never},
		{"an empty bearer", "Bearer ", never},
		{"an expired bearer", bearer("operator", "", -time.Second), never},
		{"another node's bearer", "Bearer " + foreign, never},
		{"a bearer that is no token of ours", "Bearer " + node.sign(t, f.ID("city"), http.MethodGet, "/", nil, f.Clock.Now(), nil).proof, never},
		{"a clerk", bearer("clerk", "", time.Hour), role("clerk")},
		{"an evaluator", bearer("evaluator", "", time.Hour), role("evaluator")},
		{"an operator", bearer("operator", "", time.Hour), role("operator")},
		{"a council member", bearer("council", "", time.Hour), role("council")},
		{"the person", bearer("person", self, time.Hour), func(o operation) bool { return role("person")(o) && strings.Contains(o.path, "{person}") }},
		{"another person", bearer("person", other, time.Hour), never},
	}
	cases := 0
	for _, o := range operations(t) {
		for _, log := range []string{spec.LogFor(node.id), spec.LogFor(f.ID("city")), spec.PublicLog} {
			path := o.at(self, log)
			for _, c := range callers {
				cases++
				h := http.Header{}
				if c.header != "" {
					h.Set("Authorization", c.header)
				}
				what := fmt.Sprintf("%s on %s by %s", o.id, path, c.name)
				open := c.may(o) && !(strings.Contains(o.path, "{log}") && log != spec.PublicLog)
				judge(t, what, send(t, o.method, string(f.ID("city"))+path, bodyFor(o), h), open)
			}
			cases++
			s := node.sign(t, f.ID("city"), o.method, path, bodyFor(o), f.Clock.Now(), nil)
			what := fmt.Sprintf("%s on %s by a node", o.id, path)
			own := !strings.Contains(o.path, "{log}") || log == spec.LogFor(node.id) || log == spec.PublicLog
			open := own && o.id != "getConfidential" && (slices.Contains(o.who, "node") || slices.Contains(o.who, "reader"))
			judge(t, what, s.send(t), open)
			if !strings.Contains(o.path, "{log}") {
				break
			}
		}
	}
	if cases < 600 {
		t.Errorf("only %d cases", cases)
	}
}

func bodyFor(o operation) []byte {
	if o.limit == 0 {
		return nil
	}
	return []byte("{}")
}

func judge(t *testing.T, what string, a answer, open bool) {
	t.Helper()
	shut := a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
	if open == shut {
		t.Errorf("%s: %d %s, open %v", what, a.status, a.problem.name(), open)
	}
	if !open && a.status < 400 {
		t.Errorf("%s: it was answered: %d", what, a.status)
	}
	wantProblem(t, what, a)
}

// TestWhatTheContractDoesNotDefineIsNotThere: other paths are 404, other
// methods 405 with the methods there are, both as problem documents.
func TestWhatTheContractDoesNotDefineIsNotThere(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	base := string(f.ID("city"))
	for _, path := range []string{"/v1", "/v1/", "/v2/feed/public", "/admin", "/v1/people/x/secrets", "/.well-known/", "/v1/feed/public/", "//v1/health", "/debug/pprof/", "/metrics"} {
		a := send(t, http.MethodGet, base+path, nil, nil)
		if a.status != http.StatusNotFound || a.problem.Requirement != "REQ-ERR-005" {
			t.Errorf("%s: %d by %s", path, a.status, a.problem.Requirement)
		}
		wantProblem(t, path, a)
	}
	for _, o := range operations(t) {
		for _, method := range []string{
			http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace, "PROPFIND",
		} {
			if slices.Contains(o.methods, method) {
				continue
			}
			what := method + " " + o.path
			a := send(t, method, base+o.at("00000000-0000-4000-8000-000000000001", spec.PublicLog), nil, nil)
			if a.status != http.StatusMethodNotAllowed {
				t.Errorf("%s: %d, want 405", what, a.status)
				continue
			}
			if method != http.MethodHead { // its answer has no body
				wantProblem(t, what, a)
			}
			for _, m := range o.methods {
				if !strings.Contains(a.header.Get("Allow"), m) {
					t.Errorf("%s: Allow is %q", what, a.header.Get("Allow"))
				}
			}
		}
	}
}
