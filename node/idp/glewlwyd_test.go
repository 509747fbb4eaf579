package idp_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/idp"
	"github.com/fukusen/fukusen/node/idp/idptest"
)

// realRedirect is never visited: the tests stop where the provider sends people.
const realRedirect = "http://127.0.0.1:9/signin/provider"

// provider opens the package under test on one issuer of a real provider.
func provider(t *testing.T, g *idptest.Glewlwyd, issuer string) *idp.Provider {
	t.Helper()
	p, err := idp.Open(t.Context(), idp.Config{
		Issuer: issuer, ClientID: g.ClientID, ClientSecret: g.ClientSecret, RedirectURL: realRedirect,
		Roles: map[string]string{
			"hr-coordinators": "coordinator", "hr-leads": "coordinator", "hr-desk": "desk", "it": "operator",
		},
		Development: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func begin(t *testing.T, p *idp.Provider) (string, idp.Pending) {
	t.Helper()
	address, asked, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return address, asked
}

func TestARealProviderSaysWhoSomebodyIs(t *testing.T) {
	g := idptest.Start(t, realRedirect)
	g.AddUser(idptest.User{
		Login: "sakura", Password: "not a secret", Name: "架空 さくら", Email: "sakura@people.example", Verified: true,
		Groups: []string{"hr-desk", "choir", "hr-leads", "hr-coordinators", "HR-DESK", "it "},
	})
	g.AddUser(idptest.User{Login: "minato", Password: "not a secret", Name: "架空 みなと", Email: "minato@people.example", Groups: []string{"it"}})
	g.AddUser(idptest.User{Login: "aoi", Password: "not a secret", Name: "架空 あおい", Email: "aoi@people.example"})

	for _, issuer := range []string{g.Issuer, g.IssuerES256} {
		p := provider(t, g, issuer)
		subjects := map[string]string{}
		for _, c := range []struct {
			login string
			want  idp.Identity
			err   error
		}{
			{"sakura", idp.Identity{
				Email: "sakura@people.example", EmailVerified: true, Name: "架空 さくら",
				Groups: []string{"hr-desk", "choir", "hr-leads", "hr-coordinators", "HR-DESK", "it "},
				Roles:  []string{"coordinator", "desk"},
			}, nil},
			{"minato", idp.Identity{
				Email: "minato@people.example", Name: "架空 みなと", Groups: []string{"it"}, Roles: []string{"operator"},
			}, nil},
			{"aoi", idp.Identity{Email: "aoi@people.example", Name: "架空 あおい"}, idp.ErrNoRole},
		} {
			address, asked := begin(t, p)
			back := g.Authorize(address, c.login, "not a secret")
			if said := back.Query().Get("iss"); said != issuer {
				t.Errorf("%s: the provider names %q in its answer, want %q", c.login, said, issuer)
			}
			got, err := p.Finish(t.Context(), asked, back.Query())
			if !errors.Is(err, c.err) || err != nil && c.err == nil {
				t.Errorf("%s at %s: %v, want %v", c.login, issuer, err, c.err)
			}
			c.want.Issuer, c.want.Subject = issuer, got.Subject
			if got.Subject == "" || !equal(got, c.want) {
				t.Errorf("%s at %s: %+v, want %+v", c.login, issuer, got, c.want)
			}
			if other, taken := subjects[got.Subject]; taken {
				t.Errorf("%s and %s have one subject", c.login, other)
			}
			subjects[got.Subject] = c.login
		}
	}
}

func equal(a, b idp.Identity) bool {
	lists := slices.Equal(a.Groups, b.Groups) && slices.Equal(a.Roles, b.Roles)
	return lists && a.Issuer == b.Issuer && a.Subject == b.Subject &&
		a.Email == b.Email && a.EmailVerified == b.EmailVerified && a.Name == b.Name
}

func TestARealProviderGivesNobodyAwayTwice(t *testing.T) {
	g := idptest.Start(t, realRedirect)
	g.AddUser(idptest.User{Login: "minato", Password: "not a secret", Name: "架空 みなと", Groups: []string{"it"}})
	p := provider(t, g, g.Issuer)

	address, asked := begin(t, p)
	back := g.Authorize(address, "minato", "not a secret").Query()
	wrong := asked
	wrong.Verifier = begun(t, p).Verifier
	if _, err := p.Finish(t.Context(), wrong, back); !errors.Is(err, idp.ErrToken) {
		t.Errorf("a code without its verifier: %v, want %v", err, idp.ErrToken)
	}

	address, asked = begin(t, p)
	back = g.Authorize(address, "minato", "not a secret").Query()
	if _, err := p.Finish(t.Context(), begun(t, p), back); !errors.Is(err, idp.ErrState) {
		t.Errorf("the answer to another sign-in: %v, want %v", err, idp.ErrState)
	}
	if _, err := p.Finish(t.Context(), asked, back); err != nil {
		t.Errorf("the first use of a code: %v", err)
	}
	if _, err := p.Finish(t.Context(), asked, back); !errors.Is(err, idp.ErrToken) {
		t.Errorf("the second use of a code: %v, want %v", err, idp.ErrToken)
	}
}

func begun(t *testing.T, p *idp.Provider) idp.Pending {
	t.Helper()
	_, asked := begin(t, p)
	return asked
}

// glewlwyd's page has no button to say no; asked not to show a page at all, it says
// no by itself.
func TestARealProviderThatMayNotAskSaysNo(t *testing.T) {
	g := idptest.Start(t, realRedirect)
	p := provider(t, g, g.Issuer)
	address, asked := begin(t, p)
	page := g.Arrive(address)
	for _, part := range []string{"login.html", "login.js", "config.json"} {
		answer, err := http.Get(page.ResolveReference(&url.URL{Path: part}).String())
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if !strings.HasSuffix(page.Path, "/login.html") || answer.StatusCode != http.StatusOK {
			t.Errorf("a stranger is sent to %s, of which %s is %s", page, part, answer.Status)
		}
	}
	back := g.Arrive(address + "&prompt=none")
	if _, err := p.Finish(t.Context(), asked, back.Query()); !errors.Is(err, idp.ErrDenied) {
		t.Errorf("%s: %v, want %v", back, err, idp.ErrDenied)
	}
}

func TestARealProviderDemandsTheChallengeAndTheSecret(t *testing.T) {
	g := idptest.Start(t, realRedirect)
	g.AddUser(idptest.User{Login: "aoi", Password: "not a secret", Groups: []string{"it"}})
	p := provider(t, g, g.Issuer)

	address, asked := begin(t, p)
	bare, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := bare.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == asked.Verifier || strings.Contains(address, asked.Verifier) {
		t.Errorf("no challenge by S256 in %s", address)
	}
	q.Del("code_challenge")
	q.Del("code_challenge_method")
	bare.RawQuery = q.Encode()
	if back := g.Authorize(bare.String(), "aoi", "not a secret"); back.Query().Get("code") != "" {
		t.Errorf("a code without a challenge: %s", back)
	}

	g.ClientSecret = "another secret"
	stranger := provider(t, g, g.Issuer)
	address, asked = begin(t, stranger)
	back := g.Authorize(address, "aoi", "not a secret")
	if _, err := stranger.Finish(t.Context(), asked, back.Query()); !errors.Is(err, idp.ErrToken) {
		t.Errorf("a node with another secret: %v, want %v", err, idp.ErrToken)
	}
}
