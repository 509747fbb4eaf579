package web_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/spec"
)

// comeIn signs a browser in by a code and makes its first passkey.
func comeIn(p *browser.Page, origin, code string) {
	p.Open(origin + "/sign-in?next=/account")
	p.Fill("コード", code)
	p.Submit("コードを使う")
	p.Click("パスキーを作る")
	p.WaitFor("サインイン中の端末")
}

// acts are what the city's audit log says that an account did.
func acts(t *testing.T, f *nodetest.Federation, actor string) (list []string) {
	t.Helper()
	if err := f.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Audits(200)
		for _, a := range rows {
			if a.Actor == actor {
				list = append(list, a.Act)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// post sends a form with a browser's cookie, as a program does that got hold of
// both, and answers the status and the text.
func post(t *testing.T, f *nodetest.Federation, cookie, path string, form url.Values) (int, string) {
	t.Helper()
	form.Set("csrf", f.Node("city").Door().FormToken(cookie))
	r, err := http.NewRequest(http.MethodPost, string(f.ID("city"))+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept-Language", "ja")
	r.AddCookie(&http.Cookie{Name: f.Node("city").Door().CookieName(), Value: cookie})
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	octets, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Error(err)
	}
	return answer.StatusCode, string(octets)
}

// A passkey whose counter went back is refused and suspended, and all that it
// had opened is closed; what an authenticator once said opens nothing again; and
// another one's passkey neither proves this account's owner nor joins it.
func TestAPasskeyIsOneDevicesAndOneAccounts(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	origin, door := string(f.ID("city")), f.Node("city").Door()
	hanako, code := f.Account("city", f.Person("city", "花子"))
	taro, second := f.Account("city", f.Person("city", "太郎"))
	h, o := b.NewContext(), b.NewContext()
	hers, his := h.Passkey(browser.PasskeyOptions{}), o.Passkey(browser.PasskeyOptions{})
	comeIn(h, origin, code)
	comeIn(o, origin, second)

	t.Run("recited", func(t *testing.T) {
		p := b.NewContext()
		p.Passkey(browser.PasskeyOptions{}).AddCredential(hers.Credentials()[0])
		answerIsSaidOnce(t, f, p)
	})
	t.Run("another's", func(t *testing.T) {
		f.Clock.Move(signin.ProofLife + time.Minute)
		h.Open(origin + "/account/passkeys/new")
		h.WaitFor("もう一度ご本人を確かめます")
		own := hers.Credentials()
		hers.RemoveCredentials()
		hers.AddCredential(his.Credentials()[0])
		h.Click("パスキーで確かめる")
		h.WaitFor("サインイン中のアカウントのパスキー")
		hers.RemoveCredentials()
		own[0].SignCount += 10
		hers.AddCredential(own[0])
		h.Click("パスキーで確かめる")
		h.WaitFor("この端末にパスキーを作ります")
		if told := acts(t, f, hanako); !slices.Contains(told, "proved") {
			t.Errorf("the audit log has %v", told)
		}
		joinsOnlyItsOwner(t, f, h, his.Credentials()[0])
		if told := acts(t, f, taro); slices.Contains(told, "proved") {
			t.Errorf("his passkey proved something: %v", told)
		}
	})
	t.Run("cloned", func(t *testing.T) {
		h.Open(origin + "/sign-in?next=/account")
		h.Click("パスキーを使う")
		h.WaitFor("サインイン中の端末")
		p := b.NewContext()
		kept := hers.Credentials()[0]
		kept.SignCount = 0
		copied := p.Passkey(browser.PasskeyOptions{})
		copied.AddCredential(kept)
		p.Open(origin + "/sign-in")
		p.Click("パスキーを使う")
		p.WaitFor("このパスキーは複製されたおそれがあるため、停止しました")
		p.Open(origin + "/my")
		p.WaitFor("パスキーでサインイン")
		h.Open(origin + "/account")
		h.WaitFor("パスキーでサインイン") // every session has ended
		h.Click("パスキーを使う")
		h.WaitFor("このパスキーではサインインできません")
		if told := acts(t, f, hanako); !slices.Contains(told, "passkey.suspended") {
			t.Errorf("the audit log has %v", told)
		}
		if told := acts(t, f, ""); !slices.Contains(told, "sign-in.failed.passkey") {
			t.Errorf("the audit log has of nobody %v", told)
		}
		if list, err := door.Passkeys(t.Context(), taro); err != nil || len(list) != 1 || list[0].SuspendedAt != 0 {
			t.Errorf("the other's passkeys are %+v, %v", list, err)
		}
	})
}

// answerIsSaidOnce takes an authenticator's answer out of the browser and sends
// it twice, then once more as the answer to another question.
func answerIsSaidOnce(t *testing.T, f *nodetest.Federation, p *browser.Page) {
	t.Helper()
	origin, cookie := string(f.ID("city")), spec.RandomUUID()
	p.SetCookie(origin, f.Node("city").Door().CookieName(), cookie)
	p.Open(origin + "/sign-in")
	// The second request has the answer; it stays here.
	browser.Eval[bool](p, `(window.fetch = ((go) => (to, how) => to.endsWith("/begin") ? go(to, how) : new Promise(() => { window.kept = String(how.body) }))(window.fetch), true)`)
	p.Click("パスキーを使う")
	f.Eventually("the authenticator has answered", func() bool { return browser.Eval[bool](p, "!!window.kept") })
	form, err := url.ParseQuery(browser.Eval[string](p, "window.kept"))
	if err != nil {
		t.Fatal(err)
	}
	if status, said := post(t, f, spec.RandomUUID(), "/sign-in/passkey", form); status != http.StatusUnprocessableEntity {
		t.Errorf("another browser with the answer is told %d %s", status, said)
	}
	if status, said := post(t, f, cookie, "/sign-in/passkey", form); status != http.StatusOK {
		t.Fatalf("the answer is told %d %s", status, said)
	}
	if status, said := post(t, f, cookie, "/sign-in/passkey", form); status != http.StatusUnprocessableEntity {
		t.Errorf("the same answer again is told %d %s", status, said)
	}
	begun, err := f.Node("city").Door().BeginSignIn(context.Background(), cookie)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("ceremony", begun.Ceremony)
	if status, said := post(t, f, cookie, "/sign-in/passkey", form); status != http.StatusUnprocessableEntity {
		t.Errorf("the same answer to another question is told %d %s", status, said)
	}
}

// joinsOnlyItsOwner makes a passkey for whoever is signed in at the tab that
// says it is another one's, by its id and its key.
func joinsOnlyItsOwner(t *testing.T, f *nodetest.Federation, p *browser.Page, other browser.Credential) {
	t.Helper()
	cookie := ""
	for _, c := range p.Cookies() {
		if c.Name == f.Node("city").Door().CookieName() {
			cookie = c.Value
		}
	}
	before := passkeys(t, f, other)
	for _, id := range [][]byte{other.ID, bytes.Repeat([]byte{7}, 32)} { // the second is a new one: so the form is good
		status, said := post(t, f, cookie, "/account/passkeys/begin", url.Values{})
		var begun struct {
			Ceremony string
			Options  struct {
				PublicKey struct{ Challenge string } `json:"publicKey"`
			}
		}
		if err := json.Unmarshal([]byte(said), &begun); err != nil || status != http.StatusOK {
			t.Fatalf("the making of a passkey begins with %d %s", status, said)
		}
		status, said = post(t, f, cookie, "/account/passkeys", url.Values{
			"ceremony": {begun.Ceremony}, "answer": {attested(t, f, begun.Options.PublicKey.Challenge, id, other.Private)},
		})
		if stolen := bytes.Equal(id, other.ID); stolen && status != http.StatusUnprocessableEntity || !stolen && status != http.StatusOK {
			t.Errorf("stolen %t: %d %s", stolen, status, said)
		}
	}
	if after := passkeys(t, f, other); after != before {
		t.Errorf("the other's passkey was %v and is %v", before, after)
	}
}

// passkeys answers the row of a passkey.
func passkeys(t *testing.T, f *nodetest.Federation, c browser.Credential) (row account.Passkey) {
	t.Helper()
	if err := f.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		var err error
		row, err = account.In(tx).Passkey(base64.RawURLEncoding.EncodeToString(c.ID))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return row
}

// attested is what a device answers that makes a passkey and attests nothing
// (WebAuthn, section 8.7).
func attested(t *testing.T, f *nodetest.Federation, challenge string, id, private []byte) string {
	t.Helper()
	parsed, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	point, err := parsed.(*ecdsa.PrivateKey).PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	site := sha256.Sum256([]byte("localhost"))
	data := slices.Concat(site[:], []byte{0x45, 0, 0, 0, 1}, make([]byte, 16)) // present, verified, with a key
	data = binary.BigEndian.AppendUint16(data, uint16(len(id)))
	data = slices.Concat(data, id, []byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33], []byte{0x22, 0x58, 32}, point[33:])
	object := slices.Concat([]byte{0xa3, 0x63}, []byte("fmt"), []byte{0x64}, []byte("none"), []byte{0x67}, []byte("attStmt"), []byte{0xa0, 0x68},
		[]byte("authData"), []byte{0x58, byte(len(data))}, data)
	client, err := json.Marshal(map[string]any{"type": "webauthn.create", "challenge": challenge, "origin": string(f.ID("city"))})
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	answer, err := json.Marshal(map[string]any{
		"id": text(id), "rawId": text(id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]string{"clientDataJSON": text(client), "attestationObject": text(object)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
