package idp_test

import (
	"context"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/idp"
)

// bending is one way for a provider, or for whoever stands in the browser's way,
// to be wrong; or, with no error wanted, to be right in a way of its own.
type bending struct {
	name string
	bend func(*rogue)
	want error
}

// signIn walks the whole flow once.
func signIn(t *testing.T, h *rogue) (idp.Identity, error) {
	t.Helper()
	p := h.open(t)
	address, asked, err := p.Begin(t.Context())
	if err != nil {
		return idp.Identity{}, err
	}
	return p.Finish(t.Context(), asked, h.grant(address))
}

func try(t *testing.T, all []bending) {
	t.Helper()
	key := newKey(t)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			h := newRogue(t, key)
			b.bend(h)
			who, err := signIn(t, h)
			if b.want == nil {
				if err != nil || who.Subject != "person-1" {
					t.Errorf("%+v, %v; want the person", who, err)
				}
				return
			}
			if !errors.Is(err, b.want) {
				t.Errorf("%v; want %v", err, b.want)
			}
			if b.want != idp.ErrNoRole && who.Subject != "" {
				t.Errorf("an identity in spite of it: %+v", who)
			}
		})
	}
}

func TestAnIDTokenThatProvesNobodyIsRefused(t *testing.T) {
	claims := func(members map[string]any) func(*rogue) {
		return func(h *rogue) { h.claims = set(members) }
	}
	hash := func(of string) string {
		sum := sha256.Sum256([]byte(of))
		return b64(sum[:16])
	}
	other := newKey(t)
	try(t, []bending{
		{"nothing is wrong", func(*rogue) {}, nil},
		{"the nonce of another sign-in", claims(map[string]any{"nonce": "another"}), idp.ErrToken},
		{"no nonce", claims(map[string]any{"nonce": nil}), idp.ErrToken},
		{"another audience", claims(map[string]any{"aud": "another"}), idp.ErrToken},
		{"no audience", claims(map[string]any{"aud": nil}), idp.ErrToken},
		{"two audiences and nobody named", claims(map[string]any{"aud": []string{"fukusen", "another"}}), idp.ErrToken},
		{"two audiences, issued to another", claims(map[string]any{"aud": []string{"fukusen", "another"}, "azp": "another"}), idp.ErrToken},
		{"two audiences, issued to us", claims(map[string]any{"aud": []string{"fukusen", "another"}, "azp": "fukusen"}), nil},
		{"one audience, issued to another", claims(map[string]any{"azp": "another"}), idp.ErrToken},
		{"expired", claims(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), idp.ErrToken},
		{"no expiry", claims(map[string]any{"exp": nil}), idp.ErrToken},
		{"not yet", claims(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}), idp.ErrToken},
		{"another issuer", claims(map[string]any{"iss": "https://another.example"}), idp.ErrToken},
		{"no subject", claims(map[string]any{"sub": nil}), idp.ErrToken},
		{"a subject of 256 octets", claims(map[string]any{"sub": strings.Repeat("x", 256)}), idp.ErrToken},
		{"a subject that breaks a line", claims(map[string]any{"sub": "person\n1"}), idp.ErrToken},
		{"the hash of another access token", claims(map[string]any{"at_hash": hash("another")}), idp.ErrToken},
		{"the hash of its access token", claims(map[string]any{"at_hash": hash("an access token")}), nil},
		{"an address that is a number", claims(map[string]any{"email": 7}), idp.ErrToken},
		{"groups as one string", claims(map[string]any{"groups": "staff"}), idp.ErrToken},
		{"groups by number", claims(map[string]any{"groups": []int{1}}), idp.ErrToken},
		{"groups as an object", claims(map[string]any{"groups": map[string]any{"staff": true}}), idp.ErrToken},
		{"no group with a role", claims(map[string]any{"groups": []string{"Staff", "staff ", "coordinator"}}), idp.ErrNoRole},
		{"no groups", claims(map[string]any{"groups": nil}), idp.ErrNoRole},
		{"signed by none", func(h *rogue) {
			h.header = set(map[string]any{"alg": "none", "kid": nil})
			h.sign = func(string) []byte { return nil }
		}, idp.ErrToken},
		{"signed with the public key as a secret", func(h *rogue) {
			h.header = set(map[string]any{"alg": "HS256"})
			h.sign = func(input string) []byte { return signHS256(t, &h.key.PublicKey, input) }
		}, idp.ErrToken},
		{"signed with the client's secret", func(h *rogue) {
			h.header = set(map[string]any{"alg": "HS256", "kid": nil})
			h.sign = func(input string) []byte {
				mac := hmac.New(sha256.New, []byte(h.config().ClientSecret))
				mac.Write([]byte(input))
				return mac.Sum(nil)
			}
		}, idp.ErrToken},
		{"signed by a stranger", func(h *rogue) {
			h.sign = func(input string) []byte { return signRS256(other, input) }
		}, idp.ErrToken},
		{"no signature", func(h *rogue) { h.sign = func(string) []byte { return nil } }, idp.ErrToken},
		{"an unknown key", func(h *rogue) { h.header = set(map[string]any{"kid": "2"}) }, idp.ErrToken},
		{"no id token", func(h *rogue) { h.answer = set(map[string]any{"id_token": nil}) }, idp.ErrToken},
		{"an id token that is none", func(h *rogue) { h.answer = set(map[string]any{"id_token": "a.b.c"}) }, idp.ErrToken},
	})
}

func signHS256(t *testing.T, key *rsa.PublicKey, input string) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	mac.Write([]byte(input))
	return mac.Sum(nil)
}

func TestAnAnswerInTheBrowserThatIsNotOursIsRefused(t *testing.T) {
	said := func(name string, values ...string) func(*rogue) {
		return func(h *rogue) {
			h.back = func(_, said url.Values) {
				delete(said, name)
				if len(values) > 0 {
					said[name] = values
				}
			}
		}
	}
	naming := func(bend func(*rogue)) func(*rogue) {
		return func(h *rogue) {
			h.discovery = set(map[string]any{"authorization_response_iss_parameter_supported": true})
			bend(h)
		}
	}
	all := []bending{
		{"another state", said("state", "another"), idp.ErrState},
		{"no state", said("state"), idp.ErrState},
		{"an empty state", said("state", ""), idp.ErrState},
		{"the state twice", func(h *rogue) {
			h.back = func(asked, said url.Values) { said["state"] = []string{asked.Get("state"), asked.Get("state")} }
		}, idp.ErrState},
		{"another issuer", said("iss", "https://another.example"), idp.ErrState},
		{"no issuer where one is promised", naming(said("iss")), idp.ErrState},
		{"no code", said("code"), idp.ErrToken},
		{"an empty code", said("code", ""), idp.ErrToken},
		{"two codes", said("code", "one", "two"), idp.ErrToken},
		{"the person said no", said("error", "access_denied"), idp.ErrDenied},
		{"the provider is busy", said("error", "temporarily_unavailable"), idp.ErrUnreachable},
		{"the provider knows no such scope", said("error", "invalid_scope"), idp.ErrToken},
	}
	try(t, all)
	key := newKey(t)
	for _, b := range all {
		h := newRogue(t, key)
		b.bend(h)
		_, _ = signIn(t, h)
		if h.times(tokenPath) != 0 {
			t.Errorf("%s: the secret went to the token endpoint all the same", b.name)
		}
	}
	try(t, []bending{{"the issuer as promised", naming(func(h *rogue) {
		h.back = func(_, said url.Values) { said.Set("iss", h.URL) }
	}), nil}})
}

func TestACodeServesOnce(t *testing.T) {
	h := newRogue(t, newKey(t))
	p := h.open(t)
	address, asked := begin(t, p)
	back := h.grant(address)
	if _, err := p.Finish(t.Context(), asked, back); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), asked, back); !errors.Is(err, idp.ErrToken) {
		t.Errorf("the second time: %v; want %v", err, idp.ErrToken)
	}
	if _, err := p.Finish(t.Context(), idp.Pending{}, url.Values{"state": {""}, "code": {"x"}}); !errors.Is(err, idp.ErrState) {
		t.Errorf("nothing was asked and nothing said: %v; want %v", err, idp.ErrState)
	}
}

func TestUserinfoCompletesTheIDTokenAndNeverOverrulesIt(t *testing.T) {
	bare := set(map[string]any{"groups": nil, "email": nil, "email_verified": nil, "name": nil})
	told := map[string]any{
		"sub": "person-1", "groups": []string{"staff"}, "email": "other@people.example", "email_verified": "true", "name": "Other",
	}
	h := newRogue(t, newKey(t))
	h.userinfo, h.claims = told, bare
	who, err := signIn(t, h)
	if err != nil || len(who.Roles) != 1 || who.Email != "other@people.example" || !who.EmailVerified || who.Name != "Other" {
		t.Errorf("all of it from userinfo: %+v, %v", who, err)
	}
	h.claims = set(map[string]any{"groups": []string{"choir"}, "email_verified": nil, "name": nil})
	who, err = signIn(t, h)
	if !errors.Is(err, idp.ErrNoRole) || who.Name != "Other" {
		t.Errorf("groups of the id token, name of userinfo: %+v, %v", who, err)
	}
	if who.Email != "someone@people.example" || who.EmailVerified {
		t.Errorf("userinfo vouched for an address that it did not name: %+v", who)
	}
	try(t, []bending{
		{"nothing more than a subject", func(h *rogue) {
			h.claims, h.userinfo = bare, map[string]any{"sub": "person-1"}
		}, idp.ErrNoRole},
		{"userinfo of somebody else", func(h *rogue) {
			h.claims, h.userinfo = bare, map[string]any{"sub": "person-2", "groups": []string{"staff"}}
		}, idp.ErrToken},
		{"userinfo without a subject", func(h *rogue) {
			h.claims, h.userinfo = bare, map[string]any{"groups": []string{"staff"}}
		}, idp.ErrToken},
		{"groups of userinfo as one string", func(h *rogue) {
			h.claims, h.userinfo = bare, map[string]any{"sub": "person-1", "groups": "staff"}
		}, idp.ErrToken},
		{"userinfo without end", func(h *rogue) {
			h.claims, h.userinfo = bare, told
			h.instead[userinfoPath] = h.long
		}, idp.ErrUnreachable},
	})
}

func TestAnAddressIsVerifiedOnlyWhereTheProviderSaysSo(t *testing.T) {
	key := newKey(t)
	for said, want := range map[any]bool{true: true, "true": true, false: false, "false": false, "yes": false, 1: false, nil: false} {
		h := newRogue(t, key)
		h.claims = set(map[string]any{"email_verified": said})
		if who, err := signIn(t, h); err != nil || who.EmailVerified != want {
			t.Errorf("%v: %v, %v; want %v", said, who.EmailVerified, err, want)
		}
	}
}

func TestAnAnswerNobodyWaitsForIsGivenUp(t *testing.T) {
	for _, path := range []string{tokenPath, keysPath, userinfoPath} {
		h := newRogue(t, newKey(t))
		h.userinfo, h.claims = map[string]any{}, set(map[string]any{"name": nil})
		ctx, cancel := context.WithCancel(t.Context())
		free := make(chan struct{})
		h.instead[path] = func(_ http.ResponseWriter, r *http.Request) {
			cancel() // the person closes the page once the question is out
			select {
			case <-r.Context().Done():
			case <-free:
			}
		}
		p := h.open(t)
		address, asked := begin(t, p)
		_, err := p.Finish(ctx, asked, h.grant(address))
		close(free)
		if !errors.Is(err, idp.ErrUnreachable) {
			t.Errorf("%s: %v; want %v", path, err, idp.ErrUnreachable)
		}
	}
}
