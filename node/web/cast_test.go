package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
)

// cast is one node with two organisations that it hosts, its people, and
// everybody who could come to a page.
type cast struct {
	*nodetest.Federation
	t            *testing.T
	own, other   string // people: of the club, and of the school
	club, school string // hosted organisations
	ownAccount   string
	otherAccount string
	visitors     []visitor
}

// role is one role in one organisation.
type role struct{ name, at string }

// visitor is somebody at a browser, as the test knows them: what the product
// makes of it is what is tried.
type visitor struct {
	name    string
	account string
	person  string
	roles   []role
	method  string // how they signed in; "" is signed out
	proven  bool
	ended   bool // the session, or the account
	change  func(*account.Session)
	header  http.Header
}

func (v visitor) in() bool { return v.method != "" && !v.ended }

// newCast founds the node. Ids are the same each time where the test gives them.
func newCast(t *testing.T, more ...nodetest.Seat) *cast {
	t.Helper()
	seats := append([]nodetest.Seat{nodetest.City}, more...)
	c := &cast{Federation: nodetest.New(t, seats...), t: t, club: spec.NewUUID(), school: spec.NewUUID()}
	now := c.Clock.Now().Unix()
	c.write(func(tx *store.Tx) error {
		in := organisation.In(tx)
		if err := in.Put(organisation.Organisation{ID: c.club, NameJA: "漕艇クラブ", NameEN: "Rowing club", Kind: "club", CreatedAt: now}); err != nil {
			return err
		}
		return in.Put(organisation.Organisation{ID: c.school, NameJA: "学校", NameEN: "School", Kind: "school", CreatedAt: now})
	})
	c.own, c.other = c.Person("city", "Own"), c.Person("city", "Other")
	c.ownAccount = c.enrol(c.own, "")
	c.otherAccount = c.enrol(c.other, "")
	c.join(c.ownAccount, role{"person", c.club}, organisation.Active)
	c.join(c.otherAccount, role{"person", c.school}, organisation.Active)
	c.people()
	c.staff()
	return c
}

func (c *cast) people() {
	self := visitor{name: "the person", account: c.ownAccount, person: c.own, method: "passkey", proven: true}
	self.roles = []role{{"person", c.club}, {"person", "home"}}
	with := func(name string, change func(*visitor)) {
		v := self
		v.name = name
		change(&v)
		c.visitors = append(c.visitors, v)
	}
	c.visitors = append(c.visitors, visitor{name: "nobody"}, self, visitor{
		name: "another person", account: c.otherAccount, person: c.other, method: "passkey", proven: true,
		roles: []role{{"person", c.school}, {"person", "home"}},
	})
	with("the person without a fresh proof", func(v *visitor) { v.proven = false })
	with("the person by a desk's code", func(v *visitor) { v.method, v.proven = "desk", false })
	with("the person by an invitation's code", func(v *visitor) { v.method, v.proven = "code", false })
	with("the person after their session's time", func(v *visitor) {
		v.ended, v.change = true, func(s *account.Session) { s.Expires = c.Clock.Now().Unix() }
	})
	with("the person after signing out", func(v *visitor) {
		v.ended, v.change = true, func(s *account.Session) { s.EndedAt = c.Clock.Now().Unix() }
	})
	gone := c.Person("city", "Gone")
	closed := c.enrol(gone, "")
	c.join(closed, role{"clerk", "home"}, organisation.Active)
	c.write(func(tx *store.Tx) error {
		a, err := account.In(tx).Account(closed)
		if err != nil {
			return err
		}
		a.ClosedAt = c.Clock.Now().Unix()
		return account.In(tx).Put(a)
	})
	with("a closed account", func(v *visitor) { v.account, v.person, v.ended = closed, gone, true })
	token, err := c.Node("city").Access("operator", "", time.Hour)
	if err != nil {
		c.t.Fatal(err)
	}
	c.visitors = append(c.visitors, visitor{name: "a bearer", header: http.Header{"Authorization": {"Bearer " + token}}})
}

// staff adds an account for each role at each of the three organisations, and
// for memberships that are none.
func (c *cast) staff() {
	for at, called := range map[string]string{"home": "of the node", c.club: "of the club", c.school: "of the school"} {
		for _, name := range []string{"coach", "educator", "evaluator", "coordinator", "clerk", "council", "operator"} {
			id := c.enrol("", name+" "+called)
			c.join(id, role{name, at}, organisation.Active)
			v := visitor{name: name + " " + called, account: id, roles: []role{{name, at}}, method: "passkey", proven: true}
			c.visitors = append(c.visitors, v)
			if at == "home" && (name == "clerk" || name == "operator") {
				v.name, v.proven = v.name+" without a fresh proof", false
				c.visitors = append(c.visitors, v)
				v.name, v.method = v.name+", by a desk's code", "desk"
				c.visitors = append(c.visitors, v)
			}
		}
		for _, state := range []string{organisation.Invited, organisation.Ended} {
			id := c.enrol("", state)
			for _, name := range []string{"clerk", "operator", "coordinator"} {
				c.join(id, role{name, at}, state)
			}
			c.visitors = append(c.visitors, visitor{name: state + " " + called, account: id, method: "passkey", proven: true})
		}
	}
	slices.SortStableFunc(c.visitors, func(a, b visitor) int { return len(a.roles) - len(b.roles) })
}

func (c *cast) write(do func(*store.Tx) error) {
	c.t.Helper()
	if err := c.Node("city").Store().Write(c.Context(), do); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cast) read(do func(*store.Tx) error) {
	c.t.Helper()
	if err := c.Node("city").Store().Read(c.Context(), do); err != nil {
		c.t.Fatal(err)
	}
}

// contents are all rows of the node's store.
func (c *cast) contents() map[string][]string {
	c.t.Helper()
	var all map[string][]string
	c.read(func(tx *store.Tx) error {
		var err error
		all, err = storetest.Contents(tx)
		return err
	})
	return all
}

func (c *cast) enrol(person, name string) string {
	c.t.Helper()
	var id string
	c.write(func(tx *store.Tx) error {
		made, err := c.Node("city").Door().Enrol(tx, account.Account{Person: person, Name: name})
		id = made.ID
		return err
	})
	return id
}

func (c *cast) join(id string, as role, state string) {
	c.t.Helper()
	now := c.Clock.Now().Unix()
	m := organisation.Membership{Organisation: as.at, Account: id, Role: as.name, State: state, InvitedBy: id, CreatedAt: now, JoinedAt: now}
	if state == organisation.Ended {
		m.EndedAt = now
	}
	c.write(func(tx *store.Tx) error { return organisation.In(tx).PutMembership(m) })
}

// cookie opens a session for a visitor and answers the cookie's secret; nobody
// gets that of a browser where nobody is signed in.
func (c *cast) cookie(v visitor) string {
	c.t.Helper()
	secret := spec.NewUUID() + spec.NewUUID()
	if v.method == "" {
		return secret
	}
	now := c.Clock.Now().Unix()
	sum := sha256.Sum256([]byte(secret))
	s := account.Session{
		Hash: hex.EncodeToString(sum[:]), Account: v.account, Method: v.method, CreatedAt: now, SeenAt: now, Expires: now + 3600,
	}
	if v.proven {
		s.ProvenAt = now
	}
	if v.change != nil {
		v.change(&s)
	}
	c.write(func(tx *store.Tx) error { return account.In(tx).PutSession(s) })
	return secret
}

// visitor finds one by name.
func (c *cast) visitor(name string) visitor {
	c.t.Helper()
	for _, v := range c.visitors {
		if v.name == name {
			return v
		}
	}
	c.t.Fatalf("nobody is called %q", name)
	return visitor{}
}
