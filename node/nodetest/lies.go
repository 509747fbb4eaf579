package nodetest

import (
	"compress/gzip"
	"net/http"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Lie is one thing that a rogue does wrong with its feed; it is right in
// everything else.
type Lie string

// The lies. What needs no lie is said honestly: another node's record, a
// poisoned one or an unknown kind are tokens and entries like any other.
const (
	Honest Lie = ""

	// In what the page says.
	Rewinds      Lie = "most of its log is gone"
	LeavesOut    Lie = "an entry is left out and the rest moved up"
	SkipsANumber Lie = "an entry is left out and its number with it"
	BadRoot      Lie = "the head has a root of its own"
	Unsorted     Lie = "the numbers are not in order"
	BodyOfTaken  Lie = "a withdrawn entry has a body"
	UnknownState Lie = "an entry has a state of its own"
	TooMany      Lie = "more items than were asked for"
	BeyondHead   Lie = "items beyond the head"
	NothingMore  Lie = "the head promises entries that never come"
	OthersHead   Lie = "the head of another log"
	Tomorrow     Lie = "a head of tomorrow"

	// In how it says it.
	WrongContent Lie = "a page of HTML"
	Twice        Lie = "a page with its members twice"
	Gzipped      Lie = "a compressed page"
	Redirects    Lie = "a redirect to a private address"
	Endless      Lie = "10 GB in chunks"
	OneOctet     Lie = "an octet a second"
	NeverAnswers Lie = "no answer at all"
	HangsUp      Lie = "half an answer"
	Overloaded   Lie = "503 without end"
)

// Lies lists all lies in a fixed order.
func Lies() []Lie {
	return []Lie{
		Rewinds, LeavesOut, SkipsANumber, BadRoot, Unsorted, BodyOfTaken, UnknownState, TooMany, BeyondHead, NothingMore,
		OthersHead, Tomorrow, WrongContent, Twice, Gzipped, Redirects, Endless, OneOctet, NeverAnswers, HangsUp, Overloaded,
	}
}

// Tell switches to a lie, or back to Honest.
func (r *Rogue) Tell(l Lie) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lie = l
}

// LieAbout appends tokens to a reader's log and switches to a lie at once, so
// that the reader hears of them by the lie alone.
func (r *Rogue) LieAbout(l Lie, reader spec.NodeID, tokens ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lie = l
	r.enter(spec.LogFor(reader), ItemsOf(tokens...))
}

// RedirectTo sets where Redirects leads.
func (r *Rogue) RedirectTo(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = target
}

// bend changes an honest page; all is the whole log.
type bend func(r *Rogue, log string, all []spec.Item, p *spec.Page)

// pages are the lies in what a page says. The rogue's lock is held.
var pages = map[Lie]bend{
	Rewinds: func(r *Rogue, log string, all []spec.Item, p *spec.Page) {
		shorter := all[:len(all)/4]
		p.Items, p.Head = []spec.Item{}, r.head(log, shorter, uint64(len(shorter)))
	},
	LeavesOut: func(r *Rogue, _ string, _ []spec.Item, p *spec.Page) {
		if len(p.Items) > 1 {
			p.Items = append(p.Items[:0], p.Items[1:]...)
			for i := range p.Items {
				p.Items[i].N--
			}
		}
	},
	SkipsANumber: func(_ *Rogue, _ string, _ []spec.Item, p *spec.Page) {
		if len(p.Items) > 0 {
			p.Items = p.Items[1:]
		}
	},
	BadRoot: func(r *Rogue, log string, all []spec.Item, p *spec.Page) {
		p.Head = r.sealHead(log, spec.Leaf("another", spec.Live), uint64(len(all)), r.f.Clock.Now())
	},
	Unsorted: func(_ *Rogue, _ string, _ []spec.Item, p *spec.Page) {
		for i, j := 0, len(p.Items)-1; i < j; i, j = i+1, j-1 {
			p.Items[i], p.Items[j] = p.Items[j], p.Items[i]
		}
		if len(p.Items) == 1 {
			p.Items[0].N += 7
		}
	},
	BodyOfTaken:  each(func(it *spec.Item) { it.State = spec.Withdrawn }),
	UnknownState: each(func(it *spec.Item) { it.State = "resurrected" }),
	TooMany: func(_ *Rogue, _ string, _ []spec.Item, p *spec.Page) {
		for len(p.Items) > 0 && len(p.Items) <= spec.MaxLimit {
			last := p.Items[len(p.Items)-1]
			last.N++
			p.Items = append(p.Items, last)
		}
	},
	BeyondHead: func(r *Rogue, log string, all []spec.Item, p *spec.Page) {
		shorter := all[:max(0, len(all)-1)]
		p.Head = r.head(log, shorter, uint64(len(shorter)))
	},
	NothingMore: func(r *Rogue, log string, all []spec.Item, p *spec.Page) {
		p.Items, p.Head = []spec.Item{}, r.head(log, all, uint64(len(all)+1000))
	},
	OthersHead: func(r *Rogue, _ string, all []spec.Item, p *spec.Page) {
		p.Head = r.head(spec.LogFor("https://elsewhere.example"), all, uint64(len(all)))
	},
	Tomorrow: func(r *Rogue, log string, all []spec.Item, p *spec.Page) {
		p.Head = r.sealHead(log, rootOf(all), uint64(len(all)), r.f.Clock.Now().Add(24*time.Hour))
	},
}

func each(change func(*spec.Item)) bend {
	return func(_ *Rogue, _ string, _ []spec.Item, p *spec.Page) {
		for i := range p.Items {
			change(&p.Items[i])
		}
	}
}

// wires are the lies in how an answer comes.
var wires = map[Lie]func(*Rogue, http.ResponseWriter, *http.Request){
	WrongContent: func(_ *Rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html><title>It works!</title></html>"))
	},
	Twice: func(r *Rogue, w http.ResponseWriter, req *http.Request) {
		p := r.page(strings.TrimPrefix(req.URL.Path, "/v1/feed/"), Honest, req)
		_, _ = w.Write([]byte(`{"items":[],"items":[],"head":"","head":` + quoted(p.Head) + `}`))
	},
	Gzipped: func(_ *Rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte(`{"items":[],"head":"` + strings.Repeat(" ", 1<<20) + `"}`))
		_ = z.Close()
	},
	Redirects: func(r *Rogue, w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		target := r.target
		r.mu.Unlock()
		http.Redirect(w, req, target, http.StatusTemporaryRedirect)
	},
	Endless: func(_ *Rogue, w http.ResponseWriter, req *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for sent := 0; sent < 10<<30 && req.Context().Err() == nil; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	},
	OneOctet: func(_ *Rogue, w http.ResponseWriter, req *http.Request) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			if _, err := w.Write([]byte(" ")); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-tick.C:
			case <-req.Context().Done():
				return
			}
		}
	},
	NeverAnswers: func(_ *Rogue, _ http.ResponseWriter, req *http.Request) { <-req.Context().Done() },
	HangsUp: func(_ *Rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "4096")
		_, _ = w.Write([]byte(`{"items":[`))
	},
	Overloaded: func(_ *Rogue, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	},
}

func quoted(text string) string {
	return `"` + strings.ReplaceAll(text, "\n", `\n`) + `"`
}
