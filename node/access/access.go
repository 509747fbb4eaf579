// Package access is the one place that decides who may do what, for pages and
// for the contract's operations alike. It is a pure room: a rule, a caller and
// what is touched come in, a verdict goes out. It refuses by default: a rule
// that allows nobody allows nobody, and a caller without a role gets nothing.
package access

import "slices"

// Role is what somebody is in an organisation.
type Role = string

// The roles. A person is whom a page is about; a clerk is an officer at a desk.
const (
	Person      Role = "person"
	Coordinator Role = "coordinator"
	Evaluator   Role = "evaluator"
	Educator    Role = "educator"
	Coach       Role = "coach"
	Clerk       Role = "clerk"
	Council     Role = "council"
	Operator    Role = "operator"
)

// Roles lists all roles that an invitation can give, the least powerful first.
func Roles() []Role {
	return []Role{Person, Coach, Educator, Evaluator, Coordinator, Clerk, Council, Operator}
}

// Home is the organisation that runs the node.
const Home = "home"

// Rule says who may do one thing. Its zero value admits nobody.
type Rule struct {
	Public bool   // anybody, signed in or not
	Nodes  bool   // another node by a signed request
	Signed bool   // anybody who is signed in
	Own    bool   // the person whom it is about
	Roles  []Role // who holds one of these roles
	// Anywhere lets a role count that is held in an organisation to which what is
	// touched belongs; else it must be held in the organisation that runs the node.
	Anywhere bool
	// Sensitive asks for a proof of a few minutes ago, and never admits a desk
	// code or a token.
	Sensitive bool
	// OrCode lets a desk's code that is for making a passkey stand for that proof.
	OrCode bool
	// Operation is the name that a program's token has to carry; "" admits none.
	Operation string
}

// Declared says whether somebody is admitted at all; a route without such a
// rule keeps the node from starting.
func (r Rule) Declared() bool {
	return r.Public || r.Nodes || r.Signed || r.Own || len(r.Roles) > 0
}

// Held is a role in an organisation.
type Held struct {
	Role         Role
	Organisation string
}

// How a caller came in.
const (
	ByPasskey  = "passkey"
	ByProvider = "oidc"
	ByCode     = "code" // a desk's code to make a passkey with
	ByDesk     = "desk" // a desk's code for somebody without a device
	ByDemo     = "demo"
	ByBearer   = "bearer" // a token from the command line
	ByToken    = "token"  // a token that an account made for a program
)

// Caller is who asks; its zero value is nobody.
type Caller struct {
	Node    string // another node
	Account string
	Person  string // whom the register knows this account as
	Held    []Held
	Method  string
	Proven  bool     // has proved who they are within the last minutes
	Scopes  []string // what a program's token names
}

// Known says whether anybody is there at all.
func (c Caller) Known() bool { return c.Node != "" || c.Method != "" }

// Has says whether the caller holds a role anywhere.
func (c Caller) Has(roles ...Role) bool {
	return slices.ContainsFunc(c.Held, func(h Held) bool { return slices.Contains(roles, h.Role) })
}

// HasAt says whether the caller holds a role in one organisation.
func (c Caller) HasAt(organisation string, roles ...Role) bool {
	return slices.ContainsFunc(c.Held, func(h Held) bool {
		return h.Organisation == organisation && slices.Contains(roles, h.Role)
	})
}

// Object is what is touched: a person with the organisations they belong to, or
// something of organisations.
type Object struct {
	Person        string
	Organisations []string
}

// Verdict is the answer.
type Verdict int

// The verdicts. No is the zero value.
const (
	No     Verdict = iota // not this caller, whatever they do
	SignIn                // nobody is signed in; somebody might be allowed
	Prove                 // allowed after a fresh proof
	Yes
)

// Decide answers whether a caller may do what a rule says to an object.
func Decide(r Rule, c Caller, o Object) Verdict {
	switch {
	case r.Public && !r.Sensitive:
		return Yes
	case c.Node != "":
		return verdict(r.Nodes)
	case !c.Known():
		if r.Signed || r.Own || len(r.Roles) > 0 {
			return SignIn
		}
		return No
	case c.Method == ByToken && (r.Operation == "" || !slices.Contains(c.Scopes, r.Operation)):
		return No
	case !r.standing(c, o):
		return No
	case !r.Sensitive || r.OrCode && c.Method == ByCode:
		return Yes
	case c.Method == ByDesk || c.Method == ByToken:
		return No
	case !c.Proven && c.Method != ByBearer:
		return Prove
	}
	return Yes
}

// standing says whether what the caller is suffices.
func (r Rule) standing(c Caller, o Object) bool {
	if r.Signed {
		return true
	}
	if r.Own && c.Person != "" && c.Person == o.Person && c.Has(Person) {
		return true
	}
	return slices.ContainsFunc(c.Held, func(h Held) bool {
		if h.Role == Person || !slices.Contains(r.Roles, h.Role) {
			return false
		}
		return h.Organisation == Home || r.Anywhere && slices.Contains(o.Organisations, h.Organisation)
	})
}

func verdict(allowed bool) Verdict {
	if allowed {
		return Yes
	}
	return No
}
