package access_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
)

var declared = regexp.MustCompile(`(?s)operationId: (\w+)\n.*?x-fukusen-access: \{who: \[([a-z, ]+)\](?:, roles: \[([a-z, ]+)\])?\}`)

// Every operation that the contract opens to bearers stands in one group, with
// the contract's roles, and no other does.
func TestEachOperationOfTheContractCanBeGivenToAProgram(t *testing.T) {
	contract, err := os.ReadFile("../../spec/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, m := range declared.FindAllStringSubmatch(string(contract), -1) {
		if strings.Contains(m[2], "bearer") {
			want[m[1]] = sorted(strings.Split(m[3], ", "))
		}
	}
	if len(want) < 25 {
		t.Fatalf("only %d operations were found in the contract", len(want))
	}
	for _, g := range access.Groups() {
		for _, operation := range g.Operations {
			if roles, ok := want[operation]; !ok || roles != sorted(g.Roles) {
				t.Errorf("%s of %s is for %v, the contract says %q, or it stands twice", operation, g.Name, g.Roles, roles)
			}
			delete(want, operation)
		}
	}
	for operation := range want {
		t.Errorf("%s stands in no group", operation)
	}
	if n := len(access.GroupsOf(access.Coach)); n != 0 {
		t.Errorf("a coach's program may call %d groups", n)
	}
}

func sorted(roles []string) string {
	list := slices.Clone(roles)
	slices.Sort(list)
	return strings.Join(list, " ")
}
