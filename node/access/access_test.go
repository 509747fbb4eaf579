package access_test

import (
	"fmt"
	"testing"

	"github.com/fukusen/fukusen/node/access"
)

func held(role access.Role, organisation string) access.Caller {
	return access.Caller{Account: "a", Method: access.ByPasskey, Held: []access.Held{{Role: role, Organisation: organisation}}}
}

func person(id string) access.Caller {
	c := held(access.Person, access.Home)
	c.Person = id
	return c
}

func with(c access.Caller, change func(*access.Caller)) access.Caller {
	change(&c)
	return c
}

// Who is admitted to what, each row with the verdict it deserves.
func TestEachCallerGetsWhatTheRuleSays(t *testing.T) {
	own := access.Rule{Own: true, Roles: []access.Role{access.Clerk}, Anywhere: true, Operation: "getPerson"}
	home := access.Rule{Roles: []access.Role{access.Operator}}
	secret := access.Rule{Own: true, Sensitive: true}
	rower := access.Object{Person: "rower", Organisations: []string{"club"}}
	token := access.Caller{Account: "a", Method: access.ByToken, Held: []access.Held{{Role: access.Clerk, Organisation: access.Home}}}
	for _, c := range []struct {
		says   string
		rule   access.Rule
		caller access.Caller
		object access.Object
		want   access.Verdict
	}{
		{"a rule that names nobody admits nobody", access.Rule{}, person("rower"), rower, access.No},
		{"nor does it ask anybody to sign in", access.Rule{}, access.Caller{}, rower, access.No},
		{"a public page is everybody's", access.Rule{Public: true}, access.Caller{}, rower, access.Yes},
		{"a stranger is asked to sign in", own, access.Caller{}, rower, access.SignIn},
		{"a person sees their own page", own, person("rower"), rower, access.Yes},
		{"but not another's", own, person("coach"), rower, access.No},
		{"an empty person is nobody's own", own, person(""), access.Object{}, access.No},
		{"a person who left has no role", own, access.Caller{Account: "a", Person: "rower", Method: access.ByPasskey}, rower, access.No},
		{"a clerk of the node sees everybody", own, held(access.Clerk, access.Home), rower, access.Yes},
		{"a clerk of the club sees its people", own, held(access.Clerk, "club"), rower, access.Yes},
		{"a clerk of another club does not", own, held(access.Clerk, "other"), rower, access.No},
		{"a coach is no clerk", own, held(access.Coach, "club"), rower, access.No},
		{"an operator of a hosted club does not run the node", home, held(access.Operator, "club"), access.Object{Organisations: []string{"club"}}, access.No},
		{"the node's operator does", home, held(access.Operator, access.Home), access.Object{}, access.Yes},
		{"a node is no person", own, access.Caller{Node: "https://club.example"}, rower, access.No},
		{"a node is admitted where nodes are", access.Rule{Nodes: true}, access.Caller{Node: "https://club.example"}, rower, access.Yes},
		{"a token without the operation is refused", own, token, rower, access.No},
		{"a token that names another operation, too", own, with(token, func(c *access.Caller) { c.Scopes = []string{"listPeople"} }), rower, access.No},
		{"a token with it is admitted", own, with(token, func(c *access.Caller) { c.Scopes = []string{"getPerson"} }), rower, access.Yes},
		{"no token where none is named", access.Rule{Signed: true}, with(token, func(c *access.Caller) { c.Scopes = []string{""} }), rower, access.No},
		{"what is sensitive wants a fresh proof", secret, person("rower"), rower, access.Prove},
		{"and gets it", secret, with(person("rower"), func(c *access.Caller) { c.Proven = true }), rower, access.Yes},
		{"a desk's code never suffices for it", secret, with(person("rower"), func(c *access.Caller) { c.Method = access.ByDesk; c.Proven = true }), rower, access.No},
		{"the code that makes a passkey suffices to make one", access.Rule{Own: true, Sensitive: true, OrCode: true}, with(person("rower"), func(c *access.Caller) { c.Method = access.ByCode }), rower, access.Yes},
		{"and for nothing else", secret, with(person("rower"), func(c *access.Caller) { c.Method = access.ByCode }), rower, access.Prove},
		{"a public rule that is sensitive is not public", access.Rule{Public: true, Sensitive: true}, access.Caller{}, rower, access.No},
	} {
		if got := access.Decide(c.rule, c.caller, c.object); got != c.want {
			t.Errorf("%s: got %v, want %v", c.says, got, c.want)
		}
	}
}

// Whatever the rule, no caller without standing gets in: every role held in an
// organisation that has nothing to do with the object, at every rule.
func TestNoRoleOpensWhatBelongsToOthers(t *testing.T) {
	object := access.Object{Person: "rower", Organisations: []string{"club"}}
	for _, anywhere := range []bool{false, true} {
		for _, sensitive := range []bool{false, true} {
			for _, role := range access.Roles() {
				r := access.Rule{Own: true, Roles: access.Roles(), Anywhere: anywhere, Sensitive: sensitive}
				c := with(held(role, "another"), func(c *access.Caller) { c.Person, c.Proven = "stranger", true })
				if got := access.Decide(r, c, object); got != access.No {
					t.Errorf("%s of another organisation, anywhere %v: %v", role, anywhere, got)
				}
				same := with(held(role, "club"), func(c *access.Caller) { c.Proven = true })
				want := access.No
				if anywhere && role != access.Person {
					want = access.Yes
				}
				if got := access.Decide(r, same, object); got != want {
					t.Errorf("%s of the club, anywhere %v: %v, want %v", role, anywhere, got, want)
				}
			}
		}
	}
}

func TestARuleIsDeclaredWhenItAdmitsSomebody(t *testing.T) {
	for r, want := range map[*access.Rule]bool{
		{}: false, {Sensitive: true, Anywhere: true, Operation: "x"}: false, {Public: true}: true, {Nodes: true}: true,
		{Signed: true}: true, {Own: true}: true, {Roles: []access.Role{access.Clerk}}: true,
	} {
		if r.Declared() != want {
			t.Error(fmt.Sprintf("%+v", *r), "is declared:", !want)
		}
	}
}
