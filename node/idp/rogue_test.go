package idp_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/idp"
)

// rogue is a provider on loopback that keeps the standard until a test bends it.
type rogue struct {
	*httptest.Server
	key *rsa.PrivateKey

	// What a test may bend. The maps are what the provider is about to say.
	discovery, header, claims, answer func(map[string]any)
	sign                              func(input string) []byte      // nil signs with key, by RS256
	userinfo                          map[string]any                 // nil offers no such endpoint
	instead                           map[string]http.HandlerFunc    // by path
	back                              func(address, said url.Values) // address is the question's query

	mu    sync.Mutex
	asked map[string]int        // requests by path
	codes map[string]url.Values // the question each code answers, until it is spent
}

const (
	discoveryPath = "/.well-known/openid-configuration"
	tokenPath     = "/token"
	keysPath      = "/keys"
	userinfoPath  = "/userinfo"
)

func newRogue(t *testing.T, key *rsa.PrivateKey) *rogue {
	t.Helper()
	h := &rogue{key: key, asked: map[string]int{}, codes: map[string]url.Values{}, instead: map[string]http.HandlerFunc{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (h *rogue) config() idp.Config {
	return idp.Config{
		Issuer: h.URL, ClientID: "fukusen", ClientSecret: "a secret & more",
		RedirectURL: "http://localhost:9/back", Development: true,
		Roles: map[string]string{"staff": "coordinator"},
	}
}

func (h *rogue) open(t *testing.T) *idp.Provider {
	t.Helper()
	p, err := idp.Open(t.Context(), h.config())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// grant is a person who says yes: it gives the query with which they come back.
func (h *rogue) grant(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	code := rand.Text()
	h.mu.Lock()
	h.codes[code] = u.Query()
	h.mu.Unlock()
	said := url.Values{"state": {u.Query().Get("state")}, "code": {code}}
	if h.back != nil {
		h.back(u.Query(), said)
	}
	return said
}

func (h *rogue) times(path string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[path]
}

func (h *rogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.asked[r.URL.Path]++
	h.mu.Unlock()
	if other, bent := h.instead[r.URL.Path]; bent {
		other(w, r)
		return
	}
	h.honest(w, r)
}

// honest answers as the standard asks, with what the test bends of it.
func (h *rogue) honest(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case discoveryPath, "/moved" + discoveryPath:
		said := map[string]any{
			"issuer": h.URL, "authorization_endpoint": h.URL + "/authorize", "token_endpoint": h.URL + tokenPath,
			"jwks_uri": h.URL + keysPath, "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		}
		if h.userinfo != nil {
			said["userinfo_endpoint"] = h.URL + userinfoPath
		}
		bend(h.discovery, said)
		say(w, said)
	case keysPath:
		say(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256",
			"n": b64(h.key.N.Bytes()), "e": b64(big.NewInt(int64(h.key.E)).Bytes()),
		}}})
	case tokenPath:
		h.exchange(w, r)
	case userinfoPath:
		if r.Header.Get("Authorization") != "Bearer an access token" {
			http.Error(w, "no token", http.StatusUnauthorized)
			return
		}
		say(w, h.userinfo)
	default:
		http.NotFound(w, r)
	}
}

func (h *rogue) exchange(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	code := r.PostFormValue("code")
	h.mu.Lock()
	question, fresh := h.codes[code]
	delete(h.codes, code)
	h.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case id != "fukusen" || secret != url.QueryEscape("a secret & more"):
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	case !fresh || question.Get("code_challenge") != b64(sum[:]) || question.Get("redirect_uri") != r.PostFormValue("redirect_uri"):
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	said := map[string]any{
		"access_token": "an access token", "token_type": "Bearer", "expires_in": 60,
		"id_token": h.token(question.Get("nonce")),
	}
	bend(h.answer, said)
	say(w, said)
}

// token makes an ID token, by hand, so that nothing keeps it from being wrong.
func (h *rogue) token(nonce string) string {
	header := map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}
	claims := map[string]any{
		"iss": h.URL, "sub": "person-1", "aud": "fukusen", "nonce": nonce,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		"email": "someone@people.example", "email_verified": true, "name": "Someone Fictional",
		"groups": []string{"staff", "choir"},
	}
	bend(h.header, header)
	bend(h.claims, claims)
	input := b64(octets(header)) + "." + b64(octets(claims))
	sign := h.sign
	if sign == nil {
		sign = func(input string) []byte { return signRS256(h.key, input) }
	}
	return input + "." + b64(sign(input))
}

func signRS256(key *rsa.PrivateKey, input string) []byte {
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return signature
}

func bend(by func(map[string]any), said map[string]any) {
	if by != nil {
		by(said)
	}
}

// set replaces members; nil takes one away.
func set(members map[string]any) func(map[string]any) {
	return func(said map[string]any) {
		for name, value := range members {
			if value == nil {
				delete(said, name)
			} else {
				said[name] = value
			}
		}
	}
}

func say(w http.ResponseWriter, said any) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(octets(said))
}

func refuse(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(octets(map[string]any{"error": word}))
}

// long says something true after 10 MB of nothing.
func (h *rogue) long(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	blank := []byte(strings.Repeat(" ", 1<<20))
	for range 10 {
		if _, err := w.Write(blank); err != nil {
			return // the reader has had enough, as it should
		}
	}
	h.honest(w, r)
}

func octets(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
