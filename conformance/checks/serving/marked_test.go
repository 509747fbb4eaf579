package serving

import (
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

// TestTheContractsWritingsAreFound: a layout that the lines no longer fit would
// leave REQ-ERR-003 with nothing to look at.
func TestTheContractsWritingsAreFound(t *testing.T) {
	contract := string(spec.Contract())
	list := writings(contract)
	for _, want := range []writing{
		{"PUT", "/v1/feed/{log}/ack", "reader", "application/json", "Ack"},
		{"POST", "/v1/people", "bearer, clerk", "application/json", "NewPerson"},
		{"POST", "/v1/evaluations", "bearer, evaluator", "application/json", "NewEvaluation"},
		{"PUT", "/v1/people/{person}/calendars/{name}", "bearer, person, clerk", "text/calendar", ""},
	} {
		if !slices.Contains(list, want) {
			t.Errorf("%+v was not found", want)
		}
	}
	if len(list) < 13 {
		t.Errorf("%d operations with a body; the contract has more", len(list))
	}
	if names := membersIn(contract, "NewPerson"); !slices.Equal(names, []string{"name", "kana", "demo"}) {
		t.Errorf("a person has the members %v", names)
	}
}
