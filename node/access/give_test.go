package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
)

// Who gives what, written out whole: every role that is held, at home or in a
// club, against every role that could be given, at home, in that club and in
// another. What is not listed is refused.
func TestEachRoleGivesWhatTheTableSays(t *testing.T) {
	const club, other = "club", "other"
	every := "person coach educator evaluator coordinator clerk"
	table := map[access.Held]map[string]string{
		{Role: access.Operator, Organisation: access.Home}: {access.Home: every + " council operator", club: every, other: every},
		{Role: access.Clerk, Organisation: access.Home}: {
			access.Home: "person coach educator evaluator coordinator", club: "person coach educator evaluator coordinator",
			other: "person coach educator evaluator coordinator",
		},
		{Role: access.Coordinator, Organisation: access.Home}: {access.Home: "person coach educator evaluator"},
		{Role: access.Coordinator, Organisation: club}:        {club: "person coach educator evaluator"},
	}
	for _, organisation := range []string{access.Home, club} {
		for _, role := range access.Roles() {
			c := held(role, organisation)
			for _, at := range []string{access.Home, club, other} {
				want := strings.Fields(table[access.Held{Role: role, Organisation: organisation}][at])
				if got := access.MayGiveAny(c, at); !slices.Equal(got, want) {
					t.Errorf("%s at %s gives at %s: %v, want %v", role, organisation, at, got, want)
				}
				for _, given := range access.Roles() {
					if access.MayGive(c, "a", access.Held{Role: given, Organisation: at}) {
						t.Errorf("%s at %s gives %s to themselves", role, organisation, given)
					}
				}
			}
		}
	}
}

func TestNeitherACodeNorAProgramGivesRoles(t *testing.T) {
	for _, method := range []string{access.ByDesk, access.ByCode, access.ByToken, ""} {
		c := with(held(access.Operator, access.Home), func(c *access.Caller) { c.Method = method })
		if got := access.MayGiveAny(c, access.Home); len(got) > 0 {
			t.Errorf("by %q: %v", method, got)
		}
	}
	for _, what := range []access.Held{{Role: "king", Organisation: access.Home}, {Role: access.Coach}} {
		if access.MayGive(held(access.Operator, access.Home), "b", what) {
			t.Errorf("an operator gives %+v", what)
		}
	}
}

// A code opens an account with everything that it holds.
func TestNobodyComesByACodeToMoreThanTheyCouldGive(t *testing.T) {
	at := func(roles ...access.Held) []access.Held { return roles }
	coach, person := access.Held{Role: access.Coach, Organisation: "club"}, access.Held{Role: access.Person, Organisation: "club"}
	operator := access.Held{Role: access.Operator, Organisation: access.Home}
	coordinator := held(access.Coordinator, "club")
	for _, c := range []struct {
		says  string
		by    access.Caller
		holds []access.Held
		want  bool
	}{
		{"a coordinator for a person of the club", coordinator, at(person), true},
		{"a coordinator for a coach of the club", coordinator, at(person, coach), true},
		{"not for one who is also the operator", coordinator, at(person, operator), false},
		{"not for a person of another club", coordinator, at(person, access.Held{Role: access.Person, Organisation: "other"}), false},
		{"nor for somebody who holds nothing", coordinator, nil, false},
		{"a clerk not for another clerk", held(access.Clerk, access.Home), at(access.Held{Role: access.Clerk, Organisation: access.Home}), false},
		{"an operator for another operator", held(access.Operator, access.Home), at(operator), true},
	} {
		if got := access.MayAdmit(c.by, "b", c.holds); got != c.want {
			t.Errorf("%s: %v", c.says, got)
		}
	}
	if access.MayAdmit(held(access.Operator, access.Home), "a", at(operator)) {
		t.Error("somebody makes a code for their own account")
	}
}
