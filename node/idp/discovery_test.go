package idp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/idp"
)

func TestANodeStartsWithoutItsProviderAndAsksAgain(t *testing.T) {
	h := newRogue(t, newKey(t))
	h.instead[discoveryPath] = func(w http.ResponseWriter, r *http.Request) {
		if h.times(discoveryPath) < 3 {
			http.Error(w, strings.Repeat("down\n", 1000), http.StatusServiceUnavailable)
			return
		}
		h.honest(w, r)
	}
	p := h.open(t)
	if n := h.times(discoveryPath); n != 0 {
		t.Errorf("opening asked the provider %d times", n)
	}
	for range 2 {
		_, _, err := p.Begin(t.Context())
		if !errors.Is(err, idp.ErrUnreachable) {
			t.Errorf("down: %v; want %v", err, idp.ErrUnreachable)
		}
		if text := fmt.Sprint(err); len(text) > 500 || strings.Contains(text, "\n") {
			t.Errorf("the provider writes into our log: %d octets: %s", len(text), text)
		}
	}
	for range 2 {
		begin(t, p)
	}
	if n := h.times(discoveryPath); n != 3 {
		t.Errorf("asked %d times; want once for each failure and once for the answer", n)
	}
}

func TestOneWhoLeavesDoesNotSpoilItForThoseWhoWait(t *testing.T) {
	h := newRogue(t, newKey(t))
	ctx, leave := context.WithCancel(t.Context())
	free := make(chan struct{})
	h.instead[discoveryPath] = func(w http.ResponseWriter, r *http.Request) {
		leave()
		select {
		case <-free:
			h.honest(w, r)
		case <-r.Context().Done():
		}
	}
	p := h.open(t)
	if _, _, err := p.Begin(ctx); !errors.Is(err, idp.ErrUnreachable) || !errors.Is(err, context.Canceled) {
		t.Errorf("the one who left: %v; want %v", err, idp.ErrUnreachable)
	}
	close(free)
	begin(t, p)
	if n := h.times(discoveryPath); n != 1 {
		t.Errorf("asked %d times for one answer", n)
	}
}

func TestWhatIsAskedIsNewEachTime(t *testing.T) {
	h := newRogue(t, newKey(t))
	p := h.open(t)
	seen := map[string]bool{}
	for range 3 {
		address, asked := begin(t, p)
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		for name, want := range map[string]string{
			"response_type": "code", "client_id": "fukusen", "redirect_uri": "http://localhost:9/back",
			"scope": "openid profile email", "state": asked.State, "nonce": asked.Nonce, "code_challenge_method": "S256",
		} {
			if q.Get(name) != want {
				t.Errorf("%s is %q; want %q", name, q.Get(name), want)
			}
		}
		for _, secret := range []string{asked.State, asked.Nonce, asked.Verifier} {
			if len(secret) < 22 || seen[secret] {
				t.Errorf("%q is short or was there before", secret)
			}
			seen[secret] = true
		}
	}
}

func TestADiscoveryThatLeadsAstrayIsNotFollowed(t *testing.T) {
	key := newKey(t)
	var other *rogue
	elsewhere := func(path string) func(*rogue) {
		return func(h *rogue) {
			// The other host would play the part perfectly, if anybody asked it.
			other = newRogue(t, key)
			other.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				other.mu.Lock()
				other.asked[path]++
				other.mu.Unlock()
				h.honest(w, r)
			})
			h.instead[path] = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+path, http.StatusTemporaryRedirect)
			}
		}
	}
	for _, path := range []string{discoveryPath, keysPath, tokenPath} {
		try(t, []bending{{path + " on another host", elsewhere(path), idp.ErrUnreachable}})
		if other.times(path) != 0 {
			t.Errorf("%s: the other host was asked", path)
		}
	}
	try(t, []bending{
		{"moved on the same host", func(h *rogue) {
			h.instead[discoveryPath] = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/moved"+discoveryPath, http.StatusFound)
			}
		}, nil},
		{"the token endpoint moved", func(h *rogue) {
			h.instead[tokenPath] = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/other", http.StatusPermanentRedirect)
			}
		}, idp.ErrUnreachable},
	})
}

func TestACircleIsLeftAfterAFewRounds(t *testing.T) {
	h := newRogue(t, newKey(t))
	h.instead[discoveryPath] = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, discoveryPath, http.StatusFound)
	}
	if _, _, err := h.open(t).Begin(t.Context()); !errors.Is(err, idp.ErrUnreachable) {
		t.Errorf("%v; want %v", err, idp.ErrUnreachable)
	}
	if n := h.times(discoveryPath); n < 2 || n > 5 {
		t.Errorf("went round %d times", n)
	}
}

func TestAnAccessTokenDoesNotTravelInTheClear(t *testing.T) {
	h := newRogue(t, newKey(t))
	h.discovery = set(map[string]any{"userinfo_endpoint": "http://id.example/userinfo"})
	h.claims = set(map[string]any{"name": nil})
	if _, err := signIn(t, h); !errors.Is(err, idp.ErrUnreachable) || !strings.Contains(err.Error(), "in the clear") {
		t.Errorf("%v; want %v, because it would travel in the clear", err, idp.ErrUnreachable)
	}
}

func TestADiscoveryThatCannotServeIsRefused(t *testing.T) {
	said := func(name string, value any) func(*rogue) {
		return func(h *rogue) { h.discovery = set(map[string]any{name: value}) }
	}
	all := []bending{
		{"another issuer", said("issuer", "https://another.example"), idp.ErrUnreachable},
		{"no authorization endpoint", said("authorization_endpoint", nil), idp.ErrUnreachable},
		{"an authorization endpoint that is a script", said("authorization_endpoint", "javascript:alert(1)"), idp.ErrUnreachable},
		{"a token endpoint in the clear", said("token_endpoint", "http://id.example/token"), idp.ErrUnreachable},
		{"no keys", said("jwks_uri", nil), idp.ErrUnreachable},
		{"a client authentication we do not have", said("token_endpoint_auth_methods_supported", []string{"private_key_jwt"}), idp.ErrUnreachable},
		{"not JSON", func(h *rogue) {
			h.instead[discoveryPath] = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }
		}, idp.ErrUnreachable},
		{"keys that are not there", func(h *rogue) { h.instead[keysPath] = http.NotFound }, idp.ErrUnreachable},
		{"a token endpoint that fails", func(h *rogue) {
			h.instead[tokenPath] = func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusBadGateway, "server_error") }
		}, idp.ErrUnreachable},
	}
	for _, path := range []string{discoveryPath, keysPath, tokenPath} {
		all = append(all, bending{"10 MB from " + path, func(h *rogue) { h.instead[path] = h.long }, idp.ErrUnreachable})
	}
	try(t, all)
}

func TestASecretTravelsInTheBodyWhereTheProviderWantsIt(t *testing.T) {
	h := newRogue(t, newKey(t))
	h.discovery = set(map[string]any{"token_endpoint_auth_methods_supported": []string{"client_secret_post"}})
	h.instead[tokenPath] = func(w http.ResponseWriter, r *http.Request) {
		if _, _, basic := r.BasicAuth(); basic || r.PostFormValue("client_secret") != h.config().ClientSecret {
			refuse(w, http.StatusUnauthorized, "invalid_client")
			return
		}
		r.SetBasicAuth("fukusen", url.QueryEscape(h.config().ClientSecret))
		h.honest(w, r)
	}
	if _, err := signIn(t, h); err != nil {
		t.Error(err)
	}
}

func TestTheCertificateOfTheProviderIsHeldAgainstTheGivenAuthorities(t *testing.T) {
	h := newRogue(t, newKey(t))
	secure := httptest.NewTLSServer(h)
	t.Cleanup(secure.Close)
	h.URL = secure.URL
	c := h.config()
	c.Development, c.RedirectURL = false, "https://node.example/back"

	p, err := idp.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Begin(t.Context()); !errors.Is(err, idp.ErrUnreachable) {
		t.Errorf("a certificate of an unknown authority: %v; want %v", err, idp.ErrUnreachable)
	}
	c.CAs = secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if p, err = idp.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	address, asked := begin(t, p)
	if _, err := p.Finish(t.Context(), asked, h.grant(address)); err != nil {
		t.Errorf("a certificate of the given authority: %v", err)
	}
}
