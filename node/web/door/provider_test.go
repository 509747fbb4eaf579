package door_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/idp/idptest"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

const password = "not a secret"

// visitor is one browser without eyes: cookies, and redirects by hand.
type visitor struct {
	t      *testing.T
	origin string
	http   *http.Client
}

func newVisitor(t *testing.T, origin string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, origin, &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// open reads a page and answers its status, its text and where it leads.
func (v *visitor) open(address string) (status int, body, to string) {
	v.t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", "ja")
	answer, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	octets, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(octets), answer.Header.Get("Location")
}

// begin goes to the provider and answers its address.
func (v *visitor) begin() string {
	v.t.Helper()
	status, _, to := v.open(v.origin + "/sign-in/provider?next=/account/roles")
	if status != http.StatusSeeOther {
		v.t.Fatalf("the way to the provider is answered %d", status)
	}
	return to
}

// withProvider is a city whose people sign in at a real provider.
func withProvider(t *testing.T) (*nodetest.Federation, *idptest.Glewlwyd, string) {
	t.Helper()
	f := nodetest.New(t, nodetest.City)
	origin := string(f.ID("city"))
	g := idptest.Start(t, origin+"/sign-in/provider/back")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(g.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Stop("city")
	f.Reconfigure("city", func(c *node.Config) {
		c.OIDC = node.OIDC{
			Issuer: g.Issuer, NameJA: "架空庁", NameEN: "Fictional Office", ClientID: g.ClientID, ClientSecretFile: secret,
			Roles: map[string]string{"desk-team": "desk", "it": "operator"},
		}
	})
	f.Start("city")
	return f, g, origin
}

// whose answers the account of a name with its roles that have not ended.
func whose(t *testing.T, f *nodetest.Federation, name string) (who account.Account, roles []string) {
	t.Helper()
	err := f.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		all, err := account.In(tx).All("", 100)
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.Name != name {
				continue
			}
			who = a
			list, err := organisation.In(tx).Of(a.ID)
			if err != nil {
				return err
			}
			for _, m := range list {
				if m.State != organisation.Ended {
					roles = append(roles, m.Role)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return who, roles
}

// Somebody with a group gets an account with the group's role; the answer is
// good once, and for the browser that asked alone. One without a group is told
// so and gets nothing, whatever address they have.
func TestTheProviderSaysWhoComesIn(t *testing.T) {
	f, g, origin := withProvider(t)
	g.AddUser(idptest.User{Login: "sakura", Password: password, Name: "架空 さくら", Email: "desk@people.example", Verified: true, Groups: []string{"desk-team", "choir"}})
	g.AddUser(idptest.User{Login: "aoi", Password: password, Name: "架空 あおい", Email: "chief@people.example", Verified: true})
	err := f.Node("city").Store().Write(t.Context(), func(tx *store.Tx) error {
		_, err := f.Node("city").Door().Enrol(tx, account.Account{Name: "架空 係長", Email: "chief@people.example"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	v := newVisitor(t, origin)
	if _, page, _ := v.open(origin + "/sign-in"); !strings.Contains(page, "架空庁でサインイン") {
		t.Error("the sign-in page does not name the provider")
	}
	back := g.Authorize(v.begin(), "sakura", password).String()
	if status, page, _ := newVisitor(t, origin).open(back); status != http.StatusForbidden || !strings.Contains(page, "サインインできませんでした") {
		t.Errorf("another browser with the answer is answered %d", status)
	}
	status, _, to := v.open(back)
	if status != http.StatusSeeOther || to != "/account/roles" {
		t.Fatalf("the answer leads to %d %s", status, to)
	}
	if status, page, _ := v.open(origin + to); status != http.StatusOK || !strings.Contains(page, "窓口担当") {
		t.Errorf("their page is %d and does not name their role", status)
	}
	if _, roles := whose(t, f, "架空 さくら"); !slices.Equal(roles, []string{access.Clerk}) {
		t.Errorf("their roles are %v", roles)
	}
	if status, _, _ := v.open(back); status != http.StatusForbidden {
		t.Errorf("the same answer a second time is answered %d", status)
	}

	w := newVisitor(t, origin)
	status, page, _ := w.open(g.Authorize(w.begin(), "aoi", password).String())
	if status != http.StatusForbidden || !strings.Contains(page, "ここでの役割がありません") {
		t.Errorf("somebody without a role is answered %d", status)
	}
	if status, _, to := w.open(origin + "/account"); status != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in") {
		t.Errorf("they are signed in all the same: %d %s", status, to)
	}
	if who, _ := whose(t, f, "架空 あおい"); who.ID != "" {
		t.Error("they got an account")
	}
}

// Roles that a group gave end with the group; what was given by hand stays.
func TestRolesOfGroupsComeAndGoWithThem(t *testing.T) {
	f, g, origin := withProvider(t)
	g.AddUser(idptest.User{Login: "minato", Password: password, Name: "架空 みなと", Groups: []string{"it", "desk-team"}})
	v := newVisitor(t, origin)
	v.open(g.Authorize(v.begin(), "minato", password).String())
	who, roles := whose(t, f, "架空 みなと")
	if !slices.Equal(roles, []string{access.Clerk, access.Operator}) {
		t.Fatalf("their roles are %v", roles)
	}
	n := f.Node("city")
	err := n.Store().Write(t.Context(), func(tx *store.Tx) error {
		now := f.Clock.Now().Unix()
		for _, m := range []organisation.Membership{
			// As if another group had given it before, and a person by hand.
			{Organisation: access.Home, Account: who.ID, Role: access.Coach, State: organisation.Active, InvitedBy: "oidc", CreatedAt: now},
			{Organisation: access.Home, Account: who.ID, Role: access.Educator, State: organisation.Active, InvitedBy: "somebody", CreatedAt: now},
		} {
			if err := organisation.In(tx).PutMembership(m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newVisitor(t, origin)
	target, err := url.Parse(g.Authorize(w.begin(), "minato", password).String())
	if err != nil {
		t.Fatal(err)
	}
	w.open(target.String())
	if _, roles := whose(t, f, "架空 みなと"); !slices.Equal(roles, []string{access.Clerk, access.Educator, access.Operator}) {
		t.Errorf("after the groups have changed their roles are %v", roles)
	}
}
