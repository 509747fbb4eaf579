package browser_test

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest/browser"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// site serves HTML by path on loopback, under the name localhost.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, html := range pages {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, html)
		})
	}
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := r.ParseMultipartForm(1 << 20); err != nil && r.PostForm == nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "<!doctype html><title>echo</title><p>%s", r.PostForm.Encode())
		if r.MultipartForm != nil {
			for name, files := range r.MultipartForm.File {
				fmt.Fprintf(w, "<p>%s is %s", name, files[0].Filename)
			}
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

const form = `<!doctype html><html lang="ja"><title>申込</title><h1>申込</h1>
<form method="post" action="/echo" enctype="multipart/form-data">
<p><label for="n">氏名 <span>必須</span></label> <input id="n" name="name" value="old">
<p><label>生年月日 <input type="date" name="born"></label>
<p><label>種別 <select name="kind"><option value="a">一般<option value="b">会員</select></label>
<p><label><input type="checkbox" name="agree"> 同意する</label>
<p><label>履歴書 <input type="file" name="cv"></label>
<div style="height:3000px"></div>
<p><button>送る</button></form>`

func TestAPersonFillsAFormByWhatItSays(t *testing.T) {
	home := site(t, map[string]string{"/": form})
	cv := filepath.Join(t.TempDir(), "cv.txt")
	if err := os.WriteFile(cv, []byte("a demo"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, script := range []bool{true, false} {
		p := browser.New(t, browser.Options{NoScript: !script}).NewContext()
		p.Open(home)
		p.Fill("氏名", "山田 花子")
		p.Fill("生年月日", "2001-02-03")
		p.Fill("種別", "会員")
		p.Tick("同意する", true)
		p.Tick("同意する", true)
		p.Upload("履歴書", cv)
		if p.Value("氏名") != "山田 花子" || p.Value("種別") != "会員" || !p.Ticked("同意する") {
			t.Errorf("script %v: the form shows %q, %q, %v", script, p.Value("氏名"), p.Value("種別"), p.Ticked("同意する"))
		}
		p.Submit("送る")
		p.WaitFor("agree=on&born=2001-02-03&kind=b&name=%E5%B1%B1%E7%94%B0+%E8%8A%B1%E5%AD%90")
		p.WaitFor("cv is cv.txt")
		if p.Title() != "echo" || p.Status() != http.StatusOK {
			t.Errorf("script %v: title %q, status %d", script, p.Title(), p.Status())
		}
		p.NoComplaints(t)
	}
}

func TestTheKeyboardAloneReachesEverything(t *testing.T) {
	home := site(t, map[string]string{
		"/":     `<!doctype html><title>a</title><a href="/next">進む</a> <input aria-label="検索" onkeydown="if (event.key === 'Escape') this.value = ''">`,
		"/next": `<!doctype html><title>b</title><p>着いた`,
	})
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(home)
	p.Press("Tab", "Tab", "a", "b", "Ctrl+a", "c")
	if got := p.Value("検索"); got != "c" {
		t.Errorf("the field holds %q, want c", got)
	}
	p.Press("Escape", "Shift+Tab")
	if got := p.Focused(); got != "a 進む" {
		t.Errorf("the focus is on %q", got)
	}
	p.Press("Enter")
	if !strings.Contains(p.Text(), "着いた") {
		t.Errorf("Enter on the link showed %q", p.Text())
	}
}

func TestTwoPeopleShareNoCookie(t *testing.T) {
	home := site(t, map[string]string{"/": `<!doctype html><title>a</title><p>x`})
	b := browser.New(t, browser.Options{})
	first, second := b.NewContext(), b.NewContext()
	first.Open(home)
	second.Open(home)
	browser.Eval[string](first, `document.cookie = "who=first"`)
	tab := first.NewTab(b)
	tab.Open(home)
	if got := browser.Eval[string](tab, "document.cookie"); got != "who=first" {
		t.Errorf("the same person's tab has the cookies %q", got)
	}
	if got := browser.Eval[string](second, "document.cookie"); got != "" {
		t.Errorf("another person has the cookies %q", got)
	}
}

func TestWhatABrowserComplainsAboutIsKept(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'sha256-9bdFJEmoBpQ3tvxbFjAUxyXb7rmgGNxtxUmqvtXVcQg='; img-src 'self'")
		_, _ = io.WriteString(w, `<!doctype html><title>a</title><p style="color:red">x<script>alert(1)</script><img src="/gone.png" alt="">`)
	})
	mux.HandleFunc("/loud", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>a</title><p id="p"><script>alert("boo"); console.error("broken", 7); fetch("http://outside.example/x").catch(() => { p.textContent = "cut off" }); null.x</script>`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(server.URL)
	said := func(kind, text string) bool {
		return slices.ContainsFunc(p.Complaints(), func(c browser.Complaint) bool {
			return c.Kind == kind && strings.Contains(c.Text, text)
		})
	}
	if len(p.Dialogs()) != 0 {
		t.Errorf("a forbidden script ran: %v", p.Dialogs())
	}
	if !said("csp", "script-src") || !said("csp", "style-src") || !said("log", "404") {
		t.Errorf("complaints: %v", p.Complaints())
	}
	p.Forget()
	p.Open(server.URL + "/loud")
	p.WaitFor("cut off")
	if !slices.Equal(p.Dialogs(), []string{"alert: boo"}) {
		t.Errorf("dialogs: %v", p.Dialogs())
	}
	if !said("console", "broken 7") || !said("exception", "TypeError") || !said("log", "ERR_NAME_NOT_RESOLVED") {
		t.Errorf("complaints: %v", p.Complaints())
	}
	if want := []string{strings.TrimPrefix(server.URL, "http://"), "outside.example"}; !slices.Equal(p.Hosts(), want) {
		t.Errorf("hosts: %v, want %v", p.Hosts(), want)
	}
	p.Forget()
	p.Open(server.URL + "/gone")
	p.NoComplaints(t)
	if p.Status() != http.StatusNotFound {
		t.Errorf("status %d of a page that is not there", p.Status())
	}
}

func TestTheLookFollows(t *testing.T) {
	home := site(t, map[string]string{"/": `<!doctype html><title>a</title><style>body { margin: 0; color-scheme: light dark }</style><div style="height:2000px">x`})
	p := browser.New(t, browser.Options{Lang: "en"}).NewContext()
	p.Open(home)
	p.Viewport(800, 600)
	p.Zoom(200)
	if got := browser.Eval[[]float64](p, "[innerWidth, innerHeight, devicePixelRatio]"); !slices.Equal(got, []float64{400, 300, 2}) {
		t.Errorf("at 200 %% the window is %v", got)
	}
	p.Zoom(100)
	p.Scheme(browser.Dark)
	if !browser.Eval[bool](p, `matchMedia("(prefers-color-scheme: dark)").matches`) {
		t.Error("the dark scheme was not taken")
	}
	if got := browser.Eval[string](p, "navigator.language"); got != "en" {
		t.Errorf("the language is %q", got)
	}
	path := filepath.Join(t.TempDir(), "a", "shot.png")
	p.Screenshot(path, browser.Narrow, browser.Light, true)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if size := picture.Bounds().Size(); size.X != browser.Narrow || size.Y != 2000 {
		t.Errorf("the picture is %v", size)
	}
	if r, _, _, _ := picture.At(300, 300).RGBA(); r>>8 != 255 {
		t.Errorf("the light picture has a ground of %d", r>>8)
	}
	if got := browser.Eval[int](p, "innerWidth"); got != 800 {
		t.Errorf("after the picture the window is %d wide", got)
	}
}

func TestAPageIsShotInEightLooks(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>a</title><style>:root { color-scheme: light dark }</style><p>%s", r.Header.Get("Accept-Language"))
	}))
	t.Cleanup(server.Close)
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(server.URL)
	dir := t.TempDir()
	browser.Shoot(dir, "home", p)
	files, err := filepath.Glob(filepath.Join(dir, "home-*.png"))
	if err != nil || len(files) != 8 {
		t.Fatalf("files %v, %v", files, err)
	}
	different := map[string]bool{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		different[string(data)] = true
	}
	if len(different) != 8 {
		t.Errorf("only %d of the pictures are different", len(different))
	}
	p.WaitFor("ja")
}

func TestAFileIsFetchedAndKept(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "me", HttpOnly: true, SameSite: http.SameSiteLaxMode, Path: "/"})
		_, _ = io.WriteString(w, `<!doctype html><title>a</title><a href="/file">表を取る</a>`)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="list.csv"`)
		_, _ = io.WriteString(w, "a,b")
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(server.URL)
	name, content := p.Download("表を取る")
	if name != "list.csv" || string(content) != "a,b" {
		t.Errorf("the file is %q with %q", name, content)
	}
	want := []browser.Cookie{{Name: "who", Value: "me", Domain: "127.0.0.1", Path: "/", HTTPOnly: true, Session: true, SameSite: "Lax"}}
	if got := p.Cookies(); !slices.Equal(got, want) {
		t.Errorf("cookies %v, want %v", got, want)
	}
	p.ForgetCookies()
	p.SetCookie(server.URL, "who", "you")
	if got := p.Cookies(); len(got) != 1 || got[0].Value != "you" {
		t.Errorf("cookies %v after a new one was set", got)
	}
}

// A page that listens for events for ever has loaded all the same.
func TestAnEndlessStreamKeepsNobodyWaiting(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>a</title><p id="p">-<p><a href="/#part">within</a> <a href="/next">next</a>
			<script>new EventSource("/events").onmessage = (e) => { document.getElementById("p").textContent = e.data }</script>`)
	})
	mux.HandleFunc("/next", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>b</title><p>arrived`)
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: heard\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(server.URL)
	p.WaitFor("heard")
	p.Click("within")
	p.Open(server.URL + "/#other")
	p.Submit("next")
	p.WaitFor("arrived")
	p.Back()
	p.WaitFor("within")
}

const passkeys = `<!doctype html><title>a</title><p id="out">-</p><button onclick="make()">make</button><button onclick="use()">use</button><script>
const out = document.getElementById("out");
const say = (promise) => promise.then((text) => { out.textContent = text }, (error) => { out.textContent = error.name });
const random = () => crypto.getRandomValues(new Uint8Array(16));
function make() { out.textContent = "..."; say(navigator.credentials.create({ publicKey: { challenge: random(), rp: { name: "demo" },
  user: { id: random(), name: "demo", displayName: "demo" }, pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  authenticatorSelection: { residentKey: "required", userVerification: "required" } } }).then(() => "made")) }
function use() { out.textContent = "..."; say(navigator.credentials.get({ publicKey: { challenge: random(), userVerification: "required" } })
  .then((c) => "counted " + new DataView(c.response.authenticatorData).getUint32(33))) }
</script>`

func TestAPasskeyIsMadeUsedAndCloned(t *testing.T) {
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(site(t, map[string]string{"/": passkeys}))
	device := p.Passkey(browser.PasskeyOptions{})
	p.Click("make")
	p.WaitFor("made")
	made := device.Credentials()
	if len(made) != 1 || made[0].Site != "localhost" || !made[0].Resident {
		t.Fatalf("the device holds %v", made)
	}
	p.Click("use")
	p.WaitFor("counted 2")
	device.RemoveCredentials()
	clone := made[0]
	clone.SignCount = 0
	device.AddCredential(clone)
	p.Click("use")
	p.WaitFor("counted 1")
	device.SetVerified(false)
	p.Click("use")
	p.WaitFor("NotAllowedError")
}
