package subscribe

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/fetch"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/spec"
)

// found is what reading a calendar brought.
type found struct {
	same   bool // nothing changed since the last time
	whole  bool // all of it was read
	text   []byte
	events int
	count  int // problems
	every  time.Duration

	etag, modified, token, digest, problems string

	put   []subscription.Item
	drop  []string
	reset bool // of the items there were, none stays
}

// Problem is one kind of thing that a calendar holds and this node could not
// expand; it repeats nothing of the calendar.
type Problem struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// read asks the outside. What it answers is what the calendar says now, or why
// it cannot be known.
func (f *Feeds) read(ctx context.Context, s subscription.Subscription) (found, error) {
	whole := f.Clock().Unix()-s.WholeAt >= int64(wholeEvery/time.Second)
	if s.Kind == subscription.CalDAV {
		return f.collection(ctx, s, whole)
	}
	return f.file(ctx, s, whole)
}

// file reads a calendar that is one file.
func (f *Feeds) file(ctx context.Context, s subscription.Subscription, whole bool) (found, error) {
	h := http.Header{"Accept": {"text/calendar, */*;q=0.1"}}
	if !whole {
		if s.ETag != "" {
			h.Set("If-None-Match", s.ETag)
		}
		if s.Modified != "" {
			h.Set("If-Modified-Since", s.Modified)
		}
	}
	a, err := f.Reader.Do(ctx, fetch.Ask{URL: s.URL, Header: h, User: s.User, Password: s.Password})
	if err != nil {
		return found{}, err
	}
	if a.Status == http.StatusNotModified && !whole {
		return found{same: true, etag: s.ETag, modified: s.Modified, digest: s.Digest, problems: s.Problems}, nil
	}
	if a.Status != http.StatusOK {
		return found{}, &status{a.Status, peaceOf(a.Header, f.Clock())}
	}
	out := found{whole: true, etag: tag(a.Header.Get("ETag")), modified: tag(a.Header.Get("Last-Modified")), digest: string(spec.Digest(a.Body))}
	if out.digest == s.Digest {
		out.same, out.problems = true, s.Problems
		return out, nil
	}
	return out, out.understand(a.Body, f.Clock())
}

// maxTag is the most that is kept of a server's own word, in octets.
const maxTag = 512

// tag is a server's word as it can be kept and sent back.
func tag(text string) string {
	if len(text) > maxTag {
		return ""
	}
	return text
}

// understand reads the text of a calendar and keeps what bears on time.
func (o *found) understand(text []byte, now time.Time) error {
	lim := calendar.DefaultLimits()
	parsed, problems, err := calendar.Parse(bytes.NewReader(text), lim)
	if err != nil {
		return err
	}
	from, to := availability.Window(now)
	_, more := parsed.Busy(from, to, availability.Home, lim)
	reduced, err := calendar.Reduce(text, lim)
	if err != nil {
		return err
	}
	o.text, o.every, o.events = reduced.Text, reduced.Every, parsed.Len()
	o.count = len(problems) + len(more)
	o.problems, err = counted(append(problems, more...))
	return err
}

// counted writes problems by what they are, in the order in which they came.
func counted(list []calendar.Problem) (string, error) {
	var out []Problem
	at := map[string]int{}
	for _, p := range list {
		if n, ok := at[p.Reason]; ok {
			out[n].Count++
			continue
		}
		at[p.Reason] = len(out)
		out = append(out, Problem{Reason: p.Reason, Count: 1})
	}
	if out == nil {
		return "", nil
	}
	octets, err := json.Marshal(out)
	return string(octets), err
}
