package web_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/spec"
)

// town is a city with people and staff, all of them fictional, in which every
// page has something to show.
type town struct {
	*nodetest.Federation
	rower    string            // a person
	accounts map[string]string // by role
	consent  consent.Record
}

func newTown(t *testing.T) town {
	t.Helper()
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	v := town{Federation: f, accounts: map[string]string{}}
	v.rower = f.Person("city", "花子")
	f.Talent("city", v.rower)
	v.consent = f.Consent("city", v.rower, "club", spec.KindTalent)
	f.Eventually("the club holds the record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	v.accounts[access.Person], _ = f.Account("city", v.rower)
	for role, name := range map[access.Role]string{
		access.Clerk: "架空 窓口", access.Operator: "架空 運用", access.Coordinator: "架空 調整", access.Council: "架空 評議",
	} {
		v.accounts[role] = f.Staff("city", name, role, access.Home)
	}
	for _, given := range []string{"一郎", "桜", "健", "真理"} {
		id := f.Person("city", given)
		f.Talent("city", id)
		f.Account("city", id)
	}
	v.write(t, func(tx *store.Tx) error {
		err := organisation.In(tx).Put(organisation.Organisation{ID: "club-1", NameJA: "架空ボート部", NameEN: "Fictional Rowing Club", Kind: "club", CreatedAt: f.Clock.Now().Unix()})
		return errors.Join(err, organisation.In(tx).PutMembership(organisation.Membership{
			Organisation: "club-1", Account: v.accounts[access.Clerk], Role: access.Coach, State: organisation.Active, CreatedAt: f.Clock.Now().Unix(),
		}))
	})
	return v
}

func (v town) write(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := v.Node("city").Store().Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// visit is one page as somebody sees it.
type visit struct{ name, path, role string }

// visits are all pages that can be read, each by who has most to see there.
// A page that this town does not know how to reach fails the test.
func (v town) visits(t *testing.T) []visit {
	t.Helper()
	values := map[string]string{
		":person": v.rower, ":organisation": "club-1", ":account": v.accounts[access.Clerk],
	}
	maps.Copy(values, v.acts(t))
	var list []visit
	for _, r := range v.Node("city").Pages() {
		if r.Method != "GET" || strings.HasSuffix(r.Path, "/events") || strings.HasSuffix(r.Path, ".json") || strings.HasSuffix(r.Path, ".ics") {
			continue // no pages
		}
		path := strings.Replace(r.Path, ":intake/invite", ":applied/invite", 1)
		for name, value := range values {
			path = strings.Replace(path, name, value, 1)
		}
		if strings.Contains(path, "/:") {
			continue // of something that only an act makes; the stories visit it
		}
		role := access.Person
		switch {
		case r.Rule.Public:
			role = ""
		case len(r.Rule.Roles) > 0:
			role = v.best(r.Rule.Roles)
		}
		name := strings.Trim(strings.NewReplacer("/", "-", ":", "").Replace(r.Path), "-")
		if name == "" {
			name = "front"
		}
		list = append(list, visit{name, path, role})
	}
	return list
}

// best is the first of the town's roles that a rule names.
func (v town) best(roles []access.Role) string {
	for _, want := range []access.Role{access.Operator, access.Clerk, access.Coordinator, access.Council} {
		for _, r := range roles {
			if r == want {
				return want
			}
		}
	}
	return access.Person
}

// tabs gives each role a browser of its own, signed in.
func (v town) tabs(b *browser.Browser) func(role string) *browser.Page {
	open := map[string]*browser.Page{}
	return func(role string) *browser.Page {
		if p := open[role]; p != nil {
			return p
		}
		p := b.NewContext()
		if role != "" {
			name, secret := v.SignedIn("city", v.accounts[role])
			p.SetCookie(string(v.ID("city")), name, secret)
		}
		open[role] = p
		return p
	}
}
