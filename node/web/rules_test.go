package web_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/web/shell"
)

var update = flag.Bool("update", false, "write docs/access.md anew")

const rulesHead = `# Who may open which page

Every page and every form of a node, with whom it admits. The table is written by a test from the rules that the product
enforces (` + "`go test ./node/web -run TestEveryRuleStandsInTheTable -update`" + `), and the test fails when they differ. The same
place, node/access, decides for the operations of the contract; their rules stand in spec/openapi.yaml.

*At home* means: holding the role in the organisation that runs the node. *There* means: or in the organisation that is
touched, or to which the person belongs who is touched. *A fresh proof* is one of the last ten minutes, and never a
desk's code. Who is not admitted is told the same as for what is not there.

| page | admits | about | asks for |
|---|---|---|---|
`

// admits says a rule in words.
func admits(r shell.Route) string {
	if r.Rule.Public {
		return "everybody"
	}
	var who []string
	if r.Rule.Signed {
		who = append(who, "whoever is signed in")
	}
	if r.Rule.Own {
		who = append(who, "the person themselves")
	}
	if len(r.Rule.Roles) > 0 {
		where := "at home"
		if r.Rule.Anywhere {
			where = "at home or there"
		}
		who = append(who, strings.Join(r.Rule.Roles, ", ")+" "+where)
	}
	return strings.Join(who, "; ")
}

func asksFor(r shell.Route) string {
	switch {
	case r.Rule.Sensitive && r.Rule.OrCode:
		return "a fresh proof, or an invitation's code"
	case r.Rule.Sensitive:
		return "a fresh proof"
	}
	return ""
}

// TestEveryRuleStandsInTheTable: docs/access.md says what the product does, so
// that whoever reviews it sees every rule at a glance.
func TestEveryRuleStandsInTheTable(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	var lines []string
	for _, r := range f.Node("city").Pages() {
		if len(r.Rule.Roles) == 0 && r.Rule.Anywhere {
			t.Errorf("%s %s: a rule without roles says where they count", r.Method, r.Path)
		}
		lines = append(lines, fmt.Sprintf("| `%s %s` | %s | %s | %s |\n", r.Method, r.Path, admits(r), about(r), asksFor(r)))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(pathOf(a), pathOf(b)) })
	want := rulesHead + strings.Join(lines, "")
	const file = "../../docs/access.md"
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(want) {
		if !strings.Contains(string(have), line) {
			t.Errorf("docs/access.md lacks: %s", strings.TrimSpace(line))
		}
	}
	if string(have) != want {
		t.Error("docs/access.md is not what the product does; look at each rule and write it anew with -update")
	}
}

// pathOf orders by path, then by method.
func pathOf(line string) string {
	method, path, _ := strings.Cut(strings.Trim(strings.SplitN(line, "|", 3)[1], " `"), " ")
	return path + " " + method
}
