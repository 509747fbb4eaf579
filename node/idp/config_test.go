package idp_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/idp"
)

func sound() idp.Config {
	return idp.Config{
		Issuer: "https://id.example/realms/one", ClientID: "fukusen", ClientSecret: "secret",
		RedirectURL: "https://node.example/signin/provider?x=1",
		Roles:       map[string]string{"staff": "coordinator", "leads": "coordinator", "it": "operator"},
	}
}

func TestAConfigurationThatCannotWorkNamesTheFieldAndTheWayOut(t *testing.T) {
	if err := sound().Check(); err != nil {
		t.Fatalf("a sound configuration: %v", err)
	}
	local := sound()
	local.Issuer, local.RedirectURL, local.Development = "http://127.0.0.1:4593/api/oidc", "http://localhost:8080/back", true
	if err := local.Check(); err != nil {
		t.Errorf("loopback in development: %v", err)
	}
	for _, c := range []struct {
		name string
		bend func(*idp.Config)
		want []string // the field, and part of the way out
	}{
		{"no issuer", func(c *idp.Config) { c.Issuer = "" }, []string{"issuer: ", "write an https URL"}},
		{"an issuer without a scheme", func(c *idp.Config) { c.Issuer = "id.example" }, []string{"issuer: ", "https://id.example"}},
		{"an issuer in the clear", func(c *idp.Config) { c.Issuer = "http://id.example" }, []string{"issuer: ", "in the clear", "https"}},
		{"an issuer in the clear in development", func(c *idp.Config) { c.Issuer, c.Development = "http://id.example", true }, []string{"issuer: ", "in the clear"}},
		{"a loopback issuer outside development", func(c *idp.Config) { c.Issuer = "http://127.0.0.1:4593" }, []string{"issuer: ", "development", "https"}},
		{"an issuer that only looks like loopback", func(c *idp.Config) {
			c.Issuer, c.Development = "http://127.0.0.1.evil.example", true
		}, []string{"issuer: ", "in the clear"}},
		{"an issuer of another scheme", func(c *idp.Config) { c.Issuer = "ftp://id.example" }, []string{"issuer: ", "not https"}},
		{"an issuer with a query", func(c *idp.Config) { c.Issuer += "?tenant=1" }, []string{"issuer: ", "no query", "discovery document"}},
		{"an issuer with a user", func(c *idp.Config) { c.Issuer = "https://me:pw@id.example" }, []string{"issuer: ", "without it"}},
		{"no client id", func(c *idp.Config) { c.ClientID = "" }, []string{"client id: ", "register"}},
		{"no secret", func(c *idp.Config) { c.ClientSecret = "" }, []string{"client secret: ", "register"}},
		{"no redirect", func(c *idp.Config) { c.RedirectURL = "" }, []string{"redirect url: ", "write an https URL"}},
		{"a redirect by path", func(c *idp.Config) { c.RedirectURL = "/back" }, []string{"redirect url: ", "absolute"}},
		{"a redirect with a fragment", func(c *idp.Config) { c.RedirectURL += "#top" }, []string{"redirect url: ", "no fragment"}},
		{"two scopes in one", func(c *idp.Config) { c.Scopes = []string{"openid email"} }, []string{"scopes: ", "one name an entry"}},
		{"an unknown role", func(c *idp.Config) { c.Roles["staff"] = "admin" }, []string{`roles: group "staff"`, "write one of", "operator"}},
		{"a role by no group", func(c *idp.Config) { c.Roles[""] = "desk" }, []string{"roles: ", "exact name"}},
		{"person as a role", func(c *idp.Config) { c.Roles["all"] = "person" }, []string{`roles: group "all"`, "take the line out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bent := sound()
			c.bend(&bent)
			err := bent.Check()
			if err == nil {
				t.Fatal("passes")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("one fault, several lines: %q", err)
			}
			if _, err := idp.Open(t.Context(), bent); err == nil {
				t.Error("opens all the same")
			}
		})
	}
	if err := (idp.Config{}).Check(); strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("an empty configuration names every field at once: %q", err)
	}
}

func TestAGroupGivesExactlyTheRoleThatIsWrittenDown(t *testing.T) {
	h := newRogue(t, newKey(t))
	h.claims = func(said map[string]any) {
		delete(said, "groups")
		said["https://id.example/teams"] = []string{"leads", "operator", "staff", "STAFF", "it"}
	}
	c := h.config()
	c.GroupsClaim, c.Scopes = "https://id.example/teams", []string{"teams"}
	c.Roles = map[string]string{"staff": "coordinator", "leads": "coordinator", "it": "operator", "none": "council"}
	p, err := idp.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Roles["STAFF"] = "desk" // a later change of the caller's map is nobody's role
	address, asked := begin(t, p)
	if !strings.Contains(address, "scope=openid+teams") {
		t.Errorf("openid is not asked for: %s", address)
	}
	who, err := p.Finish(t.Context(), asked, h.grant(address))
	if err != nil || strings.Join(who.Roles, " ") != "coordinator operator" || len(who.Groups) != 5 {
		t.Errorf("%+v, %v", who, err)
	}

	c.Roles = nil
	if p, err = idp.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	address, asked = begin(t, p)
	if who, err = p.Finish(t.Context(), asked, h.grant(address)); err != nil || len(who.Roles) != 0 {
		t.Errorf("without a mapping no group has a say: %+v, %v", who, err)
	}
}
