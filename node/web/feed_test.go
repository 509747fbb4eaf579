package web_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// A person makes an address and a password, uses both, stops both, and takes a hold as a file; each secret is shown once.
func TestAPersonConnectsTheirCalendarProgram(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	_, hold := v.offers(t)
	p, at := v.tabs(b)(access.Person), string(v.ID("city"))
	p.Open(at + "/my/feeds")
	p.Click("専用アドレスを作る")
	p.Fill("使う場所", "わたしの端末")
	p.Submit("アドレスを作る")
	p.WaitFor("表示されるのは今回だけ")
	address := browser.Eval[string](p, "document.querySelector('.copy code').innerText")
	browser.CheckAll(t, p)
	if status, text := v.fetch(t, http.MethodGet, address, ""); status != http.StatusOK || !strings.Contains(text, "SUMMARY;") && !strings.Contains(text, "SUMMARY:") {
		t.Errorf("the address is answered %d:\n%s", status, text)
	}
	p.Open(at + "/my/feeds")
	if text := p.Text(); strings.Contains(text, address) || !strings.Contains(text, "わたしの端末") {
		t.Errorf("the list shows:\n%s", text)
	}
	browser.CheckAll(t, p)
	p.Submit("止める")
	p.WaitFor("アドレスを止めました")
	if status, _ := v.fetch(t, http.MethodGet, address, ""); status != http.StatusNotFound {
		t.Errorf("the stopped address is answered %d", status)
	}

	p.Open(at + "/my/feeds/password")
	p.Fill("使う場所", "パソコン")
	p.Submit("パスワードを作る")
	p.WaitFor("表示されるのは今回だけ")
	password := browser.Eval[string](p, "document.querySelector('.copy code').innerText")
	browser.CheckAll(t, p)
	if status, text := v.fetch(t, "PROPFIND", at+"/dav/"+v.rower+"/", password); status != http.StatusMultiStatus || !strings.Contains(text, "/dav/"+v.rower+"/") {
		t.Errorf("the password is answered %d:\n%s", status, text)
	}
	p.Open(at + "/my/feeds")
	p.Submit("止める")
	p.WaitFor("アプリ用パスワードを止めました")
	if status, _ := v.fetch(t, "PROPFIND", at+"/dav/"+v.rower+"/", password); status != http.StatusUnauthorized {
		t.Errorf("the stopped password is answered %d", status)
	}

	p.Open(at + "/my/holds/" + hold)
	p.Click("カレンダーに入れる")
	browser.CheckAll(t, p)
	file := browser.Eval[string](p, "document.querySelector('a[download]').href")
	name, secret := v.SignedIn("city", v.accounts[access.Person])
	take := func(url string) (int, string) {
		r, err := http.NewRequestWithContext(v.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: name, Value: secret})
		return v.read(t, r)
	}
	status, asked := take(file)
	if status != http.StatusOK || !strings.Contains(asked, "METHOD:REQUEST\r\n") || !strings.Contains(asked, "STATUS:CONFIRMED\r\n") || strings.Contains(asked, "mailto:") {
		t.Errorf("the file is answered %d:\n%s", status, asked)
	}
	if err := v.Node("city").Engagements().Cancel(v.Context(), v.rower, hold); err != nil {
		t.Fatal(err)
	}
	uid := regexp.MustCompile(`UID:.*`).FindString(asked)
	if status, gone := take(file); status != http.StatusOK || !strings.Contains(gone, "METHOD:CANCEL\r\n") || !strings.Contains(gone, uid) {
		t.Errorf("after the cancelling it is answered %d:\n%s", status, gone)
	}
	for _, wrong := range []string{strings.TrimSuffix(file, "1") + "2", strings.TrimSuffix(file, "1") + "0", strings.TrimSuffix(file, "1") + "x", strings.Replace(file, hold, "none", 1)} {
		if status, _ := take(wrong); status != http.StatusNotFound {
			t.Errorf("%s is answered %d", wrong, status)
		}
	}
	p.NoComplaints(t)
}

func (v town) fetch(t *testing.T, method, url, password string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(v.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Depth", "0")
	if password != "" {
		r.SetBasicAuth("me", password)
	}
	return v.read(t, r)
}

func (v town) read(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(octets)
}
