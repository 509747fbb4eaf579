package spec_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// judgedByARunningNode lists every MUST that has no invalid vector, because it
// is something a node does and not something that octets can be. The list is
// exact: an entry that gains a vector, or is no longer a MUST, fails the test.
var judgedByARunningNode = map[string]string{
	"REQ-STM-001": "an answer over HTTP",
	"REQ-STM-008": "an answer over HTTP",
	"REQ-KEY-001": "an answer over HTTP",
	"REQ-KEY-010": "what a reader fetches",
	"REQ-KEY-012": "how a reader goes on",

	"REQ-OPEN-016": "nothing is refused; valid vectors show it",
	"REQ-ENV-011":  "nothing is refused; a valid vector shows it",
	"REQ-ENV-015":  "nothing is refused; a valid vector shows it",

	"REQ-REQ-001":  "a request without any token",
	"REQ-REQ-010":  "how far a server reads a body",
	"REQ-REQ-011":  "a content encoding, which stands in the HTTP header",
	"REQ-REQ-012":  "the Authorization header itself",
	"REQ-REQ-013":  "what a caller does with an answer",
	"REQ-HEAD-010": "what a sender puts into a header",

	"REQ-FEED-006": "what a publisher gives",
	"REQ-FEED-007": "who is served",
	"REQ-FEED-008": "parameters of a request",
	"REQ-FEED-009": "how a reader goes on",
	"REQ-FEED-011": "an answer over HTTP",
	"REQ-FEED-015": "what a nudge changes",
	"REQ-FEED-016": "a rate",
	"REQ-FEED-018": "how a reader goes on",
	"REQ-FEED-019": "when a reader asks again",

	"REQ-HELD-001":  "an answer over HTTP",
	"REQ-HELD-002":  "which items of an answer a restored node counts",
	"REQ-EPOCH-001": "what a restored node answers",
	"REQ-EPOCH-002": "what a restored node numbers",
	"REQ-EPOCH-004": "what a reader does at the end of a log",
	"REQ-EPOCH-005": "where ids are kept",
	"REQ-WDR-001":   "what answers rest on",
	"REQ-WDR-002":   "an order of events",
	"REQ-WDR-003":   "a deadline",
	"REQ-WDR-004":   "nothing is refused",
	"REQ-ERA-001":   "what is gone afterwards",
	"REQ-ERA-003":   "what is answered",

	"REQ-ERR-001": "answers over HTTP",
	"REQ-ERR-002": "answers over HTTP",
	"REQ-ERR-003": "answers over HTTP",
	"REQ-ERR-004": "answers over HTTP",
	"REQ-ERR-005": "answers over HTTP",
	"REQ-ERR-006": "answers over HTTP",
	"REQ-ERR-007": "what a consumer keeps",
	"REQ-ERR-008": "answers over HTTP",

	"REQ-AVL-008": "nothing is refused; a valid vector shows it",
	"REQ-AVL-010": "what an expired record means",
	"REQ-AVL-011": "what a publisher rounds",
	"REQ-EVL-013": "an answer over HTTP",

	"REQ-CERT-001": "an answer over HTTP",

	"REQ-POL-015": "when a document begins to act",
	"REQ-POL-016": "what a council node signs",
	"REQ-POL-017": "an answer over HTTP",
	"REQ-POL-018": "who is given a body",
	"REQ-POL-022": "an answer over HTTP",
}

// neverAlone lists every MUST that no octets can break alone, and why.
var neverAlone = map[string]string{
	"REQ-POL-009": "of two roots for one size the entries give one at most, which breaks REQ-POL-010",
}

// otherProblems are the problem names of section 11 that no requirement carries.
var otherProblems = []string{"unavailable", "internal", "gone", "conflict", "not-allowed", "invalid"}

func TestTheRegisterIsWellFormed(t *testing.T) {
	list := spec.Requirements()
	if lines := strings.Count(spec.Standard(), "\n**REQ-"); lines != len(list) {
		t.Errorf("%d lines begin like a requirement, %d are one: a line is misspelt", lines, len(list))
	}
	problem := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	roles := []string{"node", "publisher", "consumer", "reader", "server", "council", "follower"}
	levels := []string{"L0", "L1", "L2", "L3", "L4"}
	seen := make(map[string]bool)
	for _, r := range list {
		if seen[r.Number] {
			t.Errorf("%s stands twice", r.Number)
		}
		seen[r.Number] = true
		if !slices.Contains(roles, r.Role) || !slices.Contains(levels, r.Level) {
			t.Errorf("%s binds %q at %q", r.Number, r.Role, r.Level)
		}
		if r.Problem != "" && !problem.MatchString(r.Problem) {
			t.Errorf("%s has the problem %q", r.Number, r.Problem)
		}
		if slices.Contains(otherProblems, r.Problem) {
			t.Errorf("%s uses %q, which section 11 keeps for faults that break no requirement", r.Number, r.Problem)
		}
		if !strings.HasSuffix(r.Text, ".") {
			t.Errorf("%s does not end as a sentence", r.Number)
		}
	}
}

func TestEveryProblemOfSection11IsNamed(t *testing.T) {
	_, section, found := strings.Cut(spec.Standard(), "\n## 11. Problem types\n")
	section, _, ended := strings.Cut(section, "\n## ")
	if !found || !ended {
		t.Fatal("the standard has no section 11")
	}
	for _, name := range otherProblems {
		if !strings.Contains(section, "`"+name+"`") {
			t.Errorf("section 11 does not name %q", name)
		}
	}
}

func TestEveryMustHasAVectorThatBreaksItAlone(t *testing.T) {
	broken, alone := make(map[string]int), make(map[string]bool)
	for _, v := range everyVector(t) {
		if v.Requirement != "" {
			broken[v.Requirement]++
			alone[v.Requirement] = alone[v.Requirement] || len(v.Also) == 0
		}
	}
	musts := make(map[string]bool)
	for _, r := range spec.Requirements() {
		if r.Keyword != "MUST" {
			continue
		}
		musts[r.Number] = true
		reason, listed := judgedByARunningNode[r.Number]
		switch {
		case listed && reason == "":
			t.Errorf("%s is listed without a reason", r.Number)
		case listed && broken[r.Number] > 0:
			t.Errorf("%s has %d invalid vectors: take it off the list", r.Number, broken[r.Number])
		case !listed && broken[r.Number] == 0:
			t.Errorf("no invalid vector breaks %s: %s", r.Number, r.Text)
		case !listed && alone[r.Number] != (neverAlone[r.Number] == ""):
			t.Errorf("%s is broken alone: %v, against what is listed", r.Number, alone[r.Number])
		}
	}
	t.Logf("%d vectors; %d MUSTs, %d of them judged by a running node", len(everyVector(t)), len(musts), len(judgedByARunningNode))
	for number := range judgedByARunningNode {
		if !musts[number] {
			t.Errorf("%s is listed and is no MUST of the register", number)
		}
	}
}

func TestEveryVectorIsSound(t *testing.T) {
	problems := make(map[string]string)
	for _, r := range spec.Requirements() {
		problems[r.Number] = r.Problem
	}
	names := make(map[string]bool)
	for _, v := range everyVector(t) {
		if names[v.Name] {
			t.Errorf("the name %s stands twice", v.Name)
		}
		names[v.Name] = true
		for _, number := range append([]string{v.Requirement, v.Shows}, v.Also...) {
			if _, known := problems[number]; number != "" && !known {
				t.Errorf("%s names %s, which the register has not", v.Name, number)
			}
		}
		refused := v.Verdict == vectors.Refuse || v.Verdict == vectors.Park
		if refused != (v.Requirement != "") || refused && v.Problem == "" {
			t.Errorf("%s: verdict %q with requirement %q and problem %q", v.Name, v.Verdict, v.Requirement, v.Problem)
		}
		if v.Problem != problems[v.Requirement] {
			t.Errorf("%s: problem %q, the register says %q", v.Name, v.Problem, problems[v.Requirement])
		}
		switch v.Judge {
		case vectors.Octets:
		case vectors.Memory, vectors.Book:
			if alone := v.About == "snapshot" || v.About == "genesis"; v.Context == nil && !alone {
				t.Errorf("%s is judged by %s and has no context", v.Name, v.Judge)
			}
		default:
			t.Errorf("%s has the judge %q", v.Name, v.Judge)
		}
	}
}
