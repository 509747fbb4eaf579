package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

// run is one run and what has been heard of it.
type run struct {
	n      int
	ask    Ask
	cancel context.CancelFunc

	mu     sync.Mutex
	heard  []heard
	all    int
	ended  bool
	report *report.Report
	err    error
	grown  chan struct{} // closed and replaced with each change
}

// heard is one check that came to its end.
type heard struct {
	Done        int           `json:"done"`
	All         int           `json:"all"`
	Outcome     judge.Outcome `json:"outcome"`
	Requirement string        `json:"requirement"`
	JA          string        `json:"ja"`
	EN          string        `json:"en"`
}

func (r *run) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	close(r.grown)
	r.grown = make(chan struct{})
}

func (r *run) note(done, all int, c judge.Result) {
	r.change(func() {
		r.all = all
		r.heard = append(r.heard, heard{done, all, c.Outcome, c.Requirement, c.Reason.JA, c.Reason.EN})
	})
}

func (r *run) end(found *report.Report, err error) {
	r.change(func() { r.ended, r.report, r.err = true, found, err })
}

func (r *run) over() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

// since is what was heard from a place on, and what tells of more.
func (r *run) since(from int) (list []heard, ended bool, more <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]heard(nil), r.heard[min(from, len(r.heard)):]...), r.ended, r.grown
}

// events tells a script of each check as it comes to its end (server-sent events).
func (d *Desk) events(w http.ResponseWriter, req *http.Request, r *run) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for from := 0; ; {
		list, ended, more := r.since(from)
		for _, h := range list {
			octets, err := json.Marshal(h)
			if err != nil {
				return
			}
			fmt.Fprintf(w, "event: check\ndata: %s\n\n", octets)
		}
		from += len(list)
		if ended {
			fmt.Fprint(w, "event: end\ndata: {}\n\n")
		}
		if err := out.Flush(); err != nil || ended {
			return
		}
		select {
		case <-more:
		case <-req.Context().Done():
			return
		}
	}
}
