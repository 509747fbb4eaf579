// Package desk is the suite in a browser: start a run, watch it, read its
// report. It works without script, in Japanese and English. It refuses whoever
// does not hold the key that it printed at its start, and every address but
// loopback, since a run reads files of the person who started it.
package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

// Ask is what somebody fills in. Files are paths on this machine.
type Ask struct {
	Target, Base, Sandbox, Clerk, Evaluator, Operator, CAFile, Level string
	ReadOnly                                                         bool
	Out                                                              string // directory of the report
}

// Judge carries a run out. It tells progress of each check, and returns when
// the report stands in the directory, or why there is none.
type Judge func(ctx context.Context, ask Ask, progress func(done, all int, r judge.Result)) (*report.Report, error)

// Desk keeps the runs of one start of the program.
type Desk struct {
	ctx   context.Context
	judge Judge
	dir   string
	key   string
	kept  int // reports of earlier starts, which stay

	mu   sync.Mutex
	runs []*run
}

// New makes a desk whose reports go into a directory; its runs end with ctx.
func New(ctx context.Context, dir string, carryOut Judge) (*Desk, error) {
	octets := make([]byte, 24)
	if _, err := rand.Read(octets); err != nil {
		return nil, err
	}
	kept, err := highest(dir)
	if err != nil {
		return nil, err
	}
	return &Desk{ctx: ctx, judge: carryOut, dir: dir, key: base64.RawURLEncoding.EncodeToString(octets), kept: kept}, nil
}

// highest is the highest number by which something in a directory goes.
func highest(dir string) (int, error) {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	most := 0
	for _, e := range list {
		if n, err := strconv.Atoi(e.Name()); err == nil {
			most = max(most, n)
		}
	}
	return most, nil
}

// Key is what a browser has to show once, as ?key=.
func (d *Desk) Key() string { return d.key }

const (
	cookie   = "fukusen-desk"
	mostForm = 64 << 10
	policy   = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

//go:embed desk.css
var style []byte

//go:embed desk.js
var script []byte

// Handler answers the desk's pages.
func (d *Desk) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.start)
	mux.HandleFunc("POST /runs", d.begin)
	mux.HandleFunc("GET /runs/{n}", d.with(d.show))
	mux.HandleFunc("GET /runs/{n}/events", d.with(d.events))
	mux.HandleFunc("POST /runs/{n}/stop", d.with(d.stop))
	mux.HandleFunc("GET /runs/{n}/{file}", d.with(d.file))
	mux.HandleFunc("GET /desk.css", static("text/css; charset=utf-8", style))
	mux.HandleFunc("GET /desk.js", static("text/javascript; charset=utf-8", script))
	return d.door(http.NewCrossOriginProtection().Handler(mux))
}

// door lets in who is on this machine and holds the key.
func (d *Desk) door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		// A foreign name that points at this machine is how a page reaches in.
		if host, _, err := net.SplitHostPort(req.Host); err != nil || host != "localhost" && host != "127.0.0.1" {
			http.Error(w, "ask for http://localhost", http.StatusForbidden)
			return
		}
		if d.holds(req.URL.Query().Get("key")) && req.Method == http.MethodGet {
			http.SetCookie(w, &http.Cookie{Name: cookie, Value: d.key, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			http.Redirect(w, req, "/", http.StatusSeeOther)
			return
		}
		if c, err := req.Cookie(cookie); err != nil || !d.holds(c.Value) {
			http.Error(w, "open the address that the program printed / プログラムが表示したアドレスを開いてください", http.StatusForbidden)
			return
		}
		req.Body = http.MaxBytesReader(w, req.Body, mostForm)
		next.ServeHTTP(w, req)
	})
}

func (d *Desk) holds(key string) bool {
	return subtle.ConstantTimeCompare([]byte(key), []byte(d.key)) == 1
}

func static(kind string, octets []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(octets)
	}
}

// with finds the run that a path names.
func (d *Desk) with(next func(http.ResponseWriter, *http.Request, *run)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		n, err := strconv.Atoi(req.PathValue("n"))
		d.mu.Lock()
		var r *run
		if err == nil && n >= 1 && n <= len(d.runs) {
			r = d.runs[n-1]
		}
		d.mu.Unlock()
		if r == nil {
			http.NotFound(w, req)
			return
		}
		next(w, req, r)
	}
}

// begin starts a run, unless one is under way: two would be in each other's way.
func (d *Desk) begin(w http.ResponseWriter, req *http.Request) {
	if err := req.ParseForm(); err != nil {
		http.Error(w, "the form is too long", http.StatusRequestEntityTooLarge)
		return
	}
	f := req.PostForm
	ask := Ask{
		Target: f.Get("target"), Base: f.Get("base"), Sandbox: f.Get("sandbox"), Clerk: f.Get("clerk"), Evaluator: f.Get("evaluator"),
		Operator: f.Get("operator"), CAFile: f.Get("ca"), Level: f.Get("level"), ReadOnly: f.Get("read-only") != "",
	}
	d.mu.Lock()
	if len(d.runs) > 0 && !d.runs[len(d.runs)-1].over() {
		n := len(d.runs)
		d.mu.Unlock()
		back(w, req, n)
		return
	}
	ctx, cancel := context.WithCancel(d.ctx)
	r := &run{n: len(d.runs) + 1, cancel: cancel, grown: make(chan struct{})}
	ask.Out = filepath.Join(d.dir, strconv.Itoa(d.kept+r.n))
	r.ask = ask
	d.runs = append(d.runs, r)
	d.mu.Unlock()
	go func() {
		defer cancel()
		found, err := d.judge(ctx, ask, r.note)
		r.end(found, err)
	}()
	back(w, req, r.n)
}

// back leads to a run's page, in the language that was chosen.
func back(w http.ResponseWriter, req *http.Request, n int) {
	place := "/runs/" + strconv.Itoa(n)
	if lang := req.URL.Query().Get("lang"); lang == "ja" || lang == "en" {
		place += "?lang=" + lang
	}
	http.Redirect(w, req, place, http.StatusSeeOther)
}

func (d *Desk) stop(w http.ResponseWriter, req *http.Request, r *run) {
	r.cancel()
	back(w, req, r.n)
}

// file answers a file of a report, the page under the policy that it carries.
func (d *Desk) file(w http.ResponseWriter, req *http.Request, r *run) {
	name := req.PathValue("file")
	if !slices.Contains(report.Files(), name) || !r.over() {
		http.NotFound(w, req)
		return
	}
	octets, err := os.ReadFile(filepath.Join(r.ask.Out, name))
	if err != nil {
		http.NotFound(w, req)
		return
	}
	kind := map[string]string{
		report.PageFile: "text/html; charset=utf-8", report.ReportFile: "application/json", report.JUnitFile: "application/xml",
		report.BadgeFile: "image/svg+xml", report.ArchiveFile: "application/gzip", report.CertificateFile: "text/plain; charset=utf-8",
	}[name]
	w.Header().Set("Content-Type", kind)
	if name == report.PageFile {
		w.Header().Set("Content-Security-Policy", report.Policy())
	}
	_, _ = w.Write(octets)
}
