// Package idptest starts a real identity provider for tests: Debian's glewlwyd,
// in a temporary directory and on a loopback port, set up through its own API as
// an operator would do it.
//
// It refuses to leave anything behind: the provider hangs on a pipe that the test
// process holds, and when that closes, in whatever way, provider and directory go.
package idptest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// The administrator of Debian's schema. The provider lives on loopback and as
// long as one test.
const (
	admin         = "admin"
	adminPassword = "password"
	callTime      = 30 * time.Second // for one call; a password costs a lot of hashing
)

// Glewlwyd is one running provider with one confidential client.
type Glewlwyd struct {
	Issuer       string // signs with RS256
	IssuerES256  string // the same people and the same client, signing with ES256
	ClientID     string
	ClientSecret string

	t        testing.TB
	api      string // ends with a slash
	redirect string
}

// User is somebody whom the provider knows.
type User struct {
	Login    string
	Password string // at least 8 characters
	Name     string
	Email    string
	Verified bool     // the claim email_verified
	Groups   []string // the claim groups; without any, the claim is left out
}

// Start runs a provider until the test ends. It knows one client, whose redirect
// URI is redirectURL, demands PKCE by S256 of it, and grants it the scopes openid,
// profile and email after a password. Its own pages, for a test in a browser, are
// in place too. The test is skipped where glewlwyd is not installed, and fails
// there when CI=true.
func Start(t testing.TB, redirectURL string) *Glewlwyd {
	t.Helper()
	if missing := absent(); missing != "" {
		skip := t.Skipf
		if os.Getenv("CI") == "true" {
			skip = t.Fatalf
		}
		skip("needs Debian's glewlwyd and sqlite3, without %s: sign-in at a real identity provider is not tested", missing)
	}
	process, err := run(t)
	if err != nil {
		t.Fatalf("start glewlwyd: %v", err)
	}
	g := &Glewlwyd{
		Issuer:       process.api() + "oidc",
		IssuerES256:  process.api() + "oidc-es256",
		ClientID:     "fukusen",
		ClientSecret: rand.Text(), // it compares Basic credentials without decoding them (RFC 6749, section 2.3.1)
		t:            t,
		api:          process.api(),
		redirect:     redirectURL,
	}
	if err := g.furnish(); err != nil {
		t.Fatalf("set up glewlwyd: %v", err)
	}
	return g
}

// AddUser makes somebody known to the provider.
func (g *Glewlwyd) AddUser(u User) {
	g.t.Helper()
	verified := "no"
	if u.Verified {
		verified = "yes"
	}
	s := g.session()
	s.signIn(admin, adminPassword)
	known := map[string]any{
		"username": u.Login, "password": u.Password, "name": u.Name, "email": u.Email,
		"email_verified": verified, "enabled": true, "scope": []string{"openid", "profile", "email"},
	}
	if len(u.Groups) > 0 {
		known["groups"] = u.Groups
	}
	s.call(http.MethodPost, "user/", known, nil)
	if s.err != nil {
		g.t.Fatalf("add user %s: %v", u.Login, s.err)
	}
}

// Authorize does what a person does whom a node sent to authURL: signs in, lets
// the node know who they are, and follows the provider until it sends them back.
// It gives that last address, with the code or the error, without going there.
func (g *Glewlwyd) Authorize(authURL, login, password string) *url.URL {
	g.t.Helper()
	asked, err := url.Parse(authURL)
	if err != nil || !strings.HasPrefix(authURL, g.api) {
		g.t.Fatalf("%q is no address of this provider", authURL)
	}
	s := g.session()
	s.signIn(login, password)
	s.call(http.MethodPut, "auth/grant/"+g.ClientID, map[string]any{"scope": asked.Query().Get("scope")}, nil)
	if s.err != nil {
		g.t.Fatalf("sign in as %s: %v", login, s.err)
	}
	// g_continue is what the provider's own page adds when the person is done.
	back, err := s.follow(authURL + "&g_continue")
	if err != nil {
		g.t.Fatalf("authorize as %s: %v", login, err)
	}
	return back
}

// Arrive is where the provider sends a browser on from authURL that it has never
// seen: to its own page, or, asked with prompt=none, straight back.
func (g *Glewlwyd) Arrive(authURL string) *url.URL {
	g.t.Helper()
	answer, err := g.session().client.Get(authURL)
	if err != nil {
		g.t.Fatal(err)
	}
	answer.Body.Close()
	next, err := answer.Location()
	if err != nil {
		g.t.Fatalf("%s: %s and no way on", authURL, answer.Status)
	}
	return next
}

// session is one browser's worth of cookies. Its first error stays.
type session struct {
	g      *Glewlwyd
	client *http.Client
	err    error
}

func (g *Glewlwyd) session() *session {
	jar, err := cookiejar.New(nil)
	return &session{g: g, err: err, client: &http.Client{
		Jar: jar, Timeout: callTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (s *session) signIn(login, password string) {
	s.call(http.MethodPost, "auth/", map[string]any{"username": login, "password": password}, nil)
}

// call asks the provider's API and reads the JSON answer into a pointer, or
// nowhere. Once something failed it does nothing.
func (s *session) call(method, path string, body, into any) {
	if s.err == nil {
		s.err = s.try(method, path, body, into)
	}
}

func (s *session) try(method, path string, body, into any) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(context.Background(), method, s.g.api+path, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s %s", method, path, answer.Status, said)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(said, into)
}

// follow goes from address to address until one is the client's.
func (s *session) follow(address string) (*url.URL, error) {
	for range 5 {
		answer, err := s.client.Get(address)
		if err != nil {
			return nil, err
		}
		answer.Body.Close()
		next, err := answer.Location()
		if err != nil {
			return nil, fmt.Errorf("%s: %s and no way on", address, answer.Status)
		}
		if strings.HasPrefix(next.String(), s.g.redirect) {
			return next, nil
		}
		address = next.String()
	}
	return nil, errors.New("the provider redirects without end")
}
