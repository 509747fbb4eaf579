package node_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/access"
)

// program is a token with what the test knows of it.
type program struct {
	name         string
	role, at     string
	person       string   // of a person's token
	reach        []string // people for whom a role elsewhere may act
	but          bool     // names every operation but the one that is tried
	dead         bool     // expired, revoked, or its owner is not what they were
	secret, bare string
}

// may is what the contract says of a program, read from x-fukusen-access alone.
func (p program) may(o operation, person string) bool {
	if p.dead || p.but || !slices.Contains(o.who, "bearer") || !slices.Contains(o.roles, p.role) {
		return false
	}
	inPath := strings.Contains(o.path, "{person}")
	switch {
	case p.role == "person":
		return inPath && p.person == person
	case p.at == "home":
		return true
	}
	return inPath && slices.Contains(p.reach, person)
}

// programs makes accounts with tokens at a node.
type programs struct {
	t   *testing.T
	f   *nodetest.Federation
	all []string // operations
}

func (m programs) write(do func(*store.Tx) error) {
	m.t.Helper()
	if err := m.f.Node("city").Store().Write(m.f.Context(), do); err != nil {
		m.t.Fatal(err)
	}
}

// account enrols somebody with roles at organisations, such as clerk@home.
func (m programs) account(person, state string, roles ...string) string {
	m.t.Helper()
	var id string
	m.write(func(tx *store.Tx) error {
		made, err := m.f.Node("city").Door().Enrol(tx, account.Account{Person: person})
		id = made.ID
		for _, r := range roles {
			name, at, _ := strings.Cut(r, "@")
			if err == nil {
				err = organisation.In(tx).PutMembership(organisation.Membership{Organisation: at, Account: id, Role: name, State: state, CreatedAt: 1})
			}
		}
		return err
	})
	return id
}

// token writes a token as the door does, and answers its secret.
func (m programs) token(of, role, at string, scopes []string, change func(*account.Token)) string {
	m.t.Helper()
	secret := "fukusen_" + spec.NewUUID() + spec.NewUUID()
	sum, now := sha256.Sum256([]byte(secret)), m.f.Clock.Now().Unix()
	row := account.Token{
		Hash: hex.EncodeToString(sum[:]), Account: of, Name: "test", Role: role, Organisation: at, Scopes: scopes,
		CreatedAt: now, Expires: now + 3600, UsedAt: now,
	}
	if change != nil {
		change(&row)
	}
	m.write(func(tx *store.Tx) error {
		if row.RevokedAt == 0 {
			return account.In(tx).PutToken(row)
		}
		if err := account.In(tx).PutToken(row); err != nil {
			return err
		}
		return account.In(tx).RevokeToken(of, row.Hash, row.RevokedAt)
	})
	return secret
}

func (m programs) make(own string) []program {
	t, now := m.t, m.f.Clock.Now().Unix()
	staff := func(role, at string) program {
		id := m.account("", organisation.Active, role+"@"+at)
		return program{name: "a program of a " + role + " at " + at, role: role, at: at, secret: m.token(id, role, at, m.all, nil)}
	}
	var list []program
	for _, role := range []string{"clerk", "operator", "council", "evaluator", "coach", "coordinator"} {
		list = append(list, staff(role, "home"))
		hosted := staff(role, "club-1")
		hosted.reach = []string{own}
		list = append(list, hosted, staff(role, "club-2"))
	}
	self := m.account(own, organisation.Active, "person@club-1")
	list = append(list, program{name: "the person's program", role: "person", person: own, secret: m.token(self, "person", "home", m.all, nil)})
	id := m.account("", organisation.Active, "clerk@home", "operator@home")
	dead := func(name, of, role string, change func(*account.Token)) {
		list = append(list, program{name: name, role: role, at: "home", dead: true, secret: m.token(of, role, "home", m.all, change)})
	}
	dead("a token past its time", id, "clerk", func(r *account.Token) { r.Expires = now })
	dead("a revoked token", id, "operator", func(r *account.Token) { r.RevokedAt = now })
	dead("a token of a role that was never held", id, "council", nil)
	dead("a token of a role that has ended", m.account("", organisation.Ended, "operator@home"), "operator", nil)
	dead("a token of an invitation", m.account("", organisation.Invited, "clerk@home"), "clerk", nil)
	closed := m.account("", organisation.Active, "clerk@home")
	m.write(func(tx *store.Tx) error {
		a, err := account.In(tx).Account(closed)
		a.ClosedAt = now
		if err != nil {
			return err
		}
		return account.In(tx).Put(a)
	})
	dead("a token of a closed account", closed, "clerk", nil)
	list = append(list, program{name: "a token that nobody made", dead: true, secret: "fukusen_" + spec.NewUUID()})
	for _, role := range []string{"clerk", "operator"} {
		list = append(list, program{name: "a " + role + "'s token for other operations", role: role, at: "home", but: true, bare: id})
	}
	if len(list) < 25 {
		t.Fatalf("only %d programs", len(list))
	}
	return list
}

// TestEveryTokenOpensWhatItNamesAndNothingElse: every operation of the contract
// by every sort of program, about one's own people, others and people who are
// not there. Nobody is let in or kept out by mistake, what is refused changes
// nothing, and a refusal does not tell whether somebody is there, neither by its
// words nor by what it asks of the store.
func TestEveryTokenOpensWhatItNamesAndNothingElse(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	m := programs{t: t, f: f}
	for _, o := range operations(t) {
		m.all = append(m.all, o.id)
	}
	m.write(func(tx *store.Tx) error {
		for _, id := range []string{"club-1", "club-2"} {
			if err := organisation.In(tx).Put(organisation.Organisation{ID: id, NameJA: id, NameEN: id, Kind: "club", CreatedAt: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	own, other, nowhere := f.Person("city", "Own"), f.Person("city", "Other"), spec.NewUUID()
	m.account(other, organisation.Active, "person@elsewhere")
	list := m.make(own)
	ask := func(o operation, p program, person string) answer {
		secret := p.secret
		if p.but {
			scopes := slices.DeleteFunc(slices.Clone(m.all), func(id string) bool { return id == o.id })
			secret = m.token(p.bare, p.role, p.at, scopes, nil)
		}
		return send(t, o.method, string(f.ID("city"))+o.at(person, spec.PublicLog), bodyFor(o), http.Header{"Authorization": {"Bearer " + secret}})
	}
	before := contentsOf(t, f)
	shut, open, asked := 0, 0, 0
	for _, o := range operations(t) {
		for _, p := range list {
			var said []string
			var work [][]string
			for _, person := range []string{own, other, nowhere} {
				if person != own && !strings.Contains(o.path, "{person}") {
					break
				}
				what := fmt.Sprintf("%s about %s by %s", o.id, map[string]string{own: "their own", other: "another", nowhere: "nobody"}[person], p.name)
				if p.may(o, person) {
					if open++; o.id != "deletePerson" {
						continue // below
					}
					continue
				}
				shut++
				var a answer
				cost := f.Statements.During(func() { a = ask(o, p, person) })
				judge(t, what, a, false)
				if person != own {
					work, asked = append(work, cost), asked+len(cost)
					said = append(said, fmt.Sprint(a.status, a.header.Get("Content-Type"), strings.ReplaceAll(string(a.body), person, "PERSON")))
				}
			}
			if len(said) == 2 && withoutTime(said[0]) != withoutTime(said[1]) {
				t.Errorf("%s by %s tells who is there:\n%s\n%s", o.id, p.name, said[0], said[1])
			}
			if len(work) == 2 && !slices.Equal(work[0], work[1]) {
				t.Errorf("%s by %s costs other work where somebody is there:\n%q\n%q", o.id, p.name, work[0], work[1])
			}
		}
	}
	for _, change := range storetest.Changed(before, contentsOf(t, f), "token", "cursor", "head", "lease", "meta", "attempt", "policy_head", "cosigned") {
		t.Error("a refused request changed: ", change)
	}
	for _, o := range operations(t) {
		for _, p := range list {
			for _, person := range []string{own, other, nowhere} {
				if p.may(o, person) && o.id != "deletePerson" && o.id != "getBusy" {
					judge(t, fmt.Sprintf("%s by %s", o.id, p.name), ask(o, p, person), true)
				}
			}
		}
	}
	if asked < shut/2 {
		t.Errorf("only %d statements were heard in %d refusals", asked, shut)
	}
	if shut < 1500 || open < 60 {
		t.Errorf("only %d refusals and %d admissions", shut, open)
	}
	t.Logf("%d refusals, %d admissions", shut, open)
}

// withoutTime leaves out the time of a refusal, which is that of the answer.
func withoutTime(said string) string {
	head, tail, found := strings.Cut(said, `"now":`)
	if !found {
		return said
	}
	return head + strings.TrimLeft(tail, "0123456789")
}

func contentsOf(t *testing.T, f *nodetest.Federation) (all map[string][]string) {
	t.Helper()
	read(t, f, "city", func(tx *store.Tx) error {
		var err error
		all, err = storetest.Contents(tx)
		return err
	})
	return all
}

// TestABearerOfAnotherKeyOrStrangerOpensNothing: a token in the node's name
// under a key that is not its, and requests of a node that is no member.
func TestABearerOfAnotherKeyOrStrangerOpensNothing(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	f.Newcomer(nodetest.Seat{Name: "stranger", Kind: "club"})
	stranger := callerOf(t, f, "stranger")
	now := f.Clock.Now().Unix()
	for _, signer := range []*spec.Signer{stranger.record, callerOf(t, f, "city").tls, callerOf(t, f, "city").root} {
		forged, err := access.Seal(signer, access.Token{
			Issuer: f.ID("city"), Audience: f.ID("city"), Role: "operator", IssuedAt: now, Expires: now + int64(time.Hour/time.Second), JTI: spec.NewUUID(),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range operations(t) {
			a := send(t, o.method, string(f.ID("city"))+o.at(spec.NewUUID(), spec.PublicLog), bodyFor(o), http.Header{"Authorization": {"Bearer " + forged}})
			judge(t, o.id+" by a forged bearer", a, false)
		}
	}
	for _, o := range operations(t) {
		a := stranger.sign(t, f.ID("city"), o.method, o.at(spec.NewUUID(), spec.PublicLog), bodyFor(o), f.Clock.Now(), nil).send(t)
		judge(t, o.id+" by a stranger", a, false)
	}
}
