package desk

import (
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

//go:embed desk.html
var pages string

// view is what a page is made of.
type view struct {
	JA     bool
	Path   string
	Levels []string
	Runs   []line
	Run    line
	Heard  []heard
}

// line is a run as a page shows it.
type line struct {
	N       int
	Target  string
	Done    int
	All     int
	Ended   bool
	Level   string
	Exit    int
	Reason  string
	Written bool // there is a report
}

// Say is a text in the reader's language.
func (v view) Say(ja, en string) string {
	if v.JA {
		return ja
	}
	return en
}

// Lang is the language's tag.
func (v view) Lang() string { return v.Say("ja", "en") }

// Why is what was heard, in the reader's language.
func (v view) Why(h heard) string { return v.Say(h.JA, h.EN) }

func (d *Desk) start(w http.ResponseWriter, req *http.Request) {
	v := seen(req)
	v.Levels = judge.Levels()
	d.mu.Lock()
	runs := append([]*run(nil), d.runs...)
	d.mu.Unlock()
	for i := len(runs) - 1; i >= 0; i-- {
		v.Runs = append(v.Runs, runs[i].line(v.JA))
	}
	write(w, "start", v)
}

func (d *Desk) show(w http.ResponseWriter, req *http.Request, r *run) {
	v := seen(req)
	v.Run = r.line(v.JA)
	list, _, _ := r.since(0)
	for i := len(list) - 1; i >= 0; i-- { // the newest first
		v.Heard = append(v.Heard, list[i])
	}
	write(w, "run", v)
}

func (r *run) line(ja bool) line {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := line{N: r.n, Target: r.ask.Target, Done: len(r.heard), All: r.all, Ended: r.ended, Exit: report.CannotJudge}
	if r.report != nil {
		l.Written, l.Level, l.Exit, l.Reason = true, r.report.Verdict.Level, r.report.Verdict.Exit, r.report.Verdict.Reason.EN
		if ja {
			l.Reason = r.report.Verdict.Reason.JA
		}
	} else if err := r.err; err != nil {
		l.Reason = err.Error()
		if inner := errors.Unwrap(err); inner != nil && strings.HasPrefix(l.Reason, "cannot judge: ") {
			l.Reason = strings.TrimPrefix(l.Reason, "cannot judge: ")
		}
	}
	return l
}

// seen is the view of a request: its language by what was chosen, or else by
// what the browser prefers.
func seen(req *http.Request) view {
	v := view{Path: req.URL.Path}
	switch req.URL.Query().Get("lang") {
	case "ja":
		v.JA = true
	case "en":
	default:
		first, _, _ := strings.Cut(req.Header.Get("Accept-Language"), ",")
		v.JA = strings.HasPrefix(strings.TrimSpace(first), "ja")
	}
	return v
}

func write(w http.ResponseWriter, name string, v view) {
	t, err := template.New("desk").Parse(pages)
	if err != nil {
		http.Error(w, "the page does not parse", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = t.ExecuteTemplate(w, name, v) // a reader that has gone
}
