// Package caldav reads one calendar collection of a CalDAV server (RFC 4791):
// what changed since the last time by sync-collection (RFC 6578) where the server
// offers it, and else by comparing ETags.
//
// It refuses to believe a server about time: neither its expansion of a series
// nor its free-busy-query is asked for. Nor does it follow a name out of the
// collection, or read XML that declares or nests more than an answer needs.
package caldav

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/node/fetch"
)

var (
	// ErrNotCollection: the address is not that of a calendar collection.
	ErrNotCollection = errors.New("the address is not that of a calendar collection")
	// ErrXML: an answer is not the XML that was asked for.
	ErrXML = errors.New("the answer is not a multistatus document")
	// ErrTooMany: the collection holds more resources than are read.
	ErrTooMany = errors.New("the collection holds too many resources")
	// ErrSync: the server goes in circles.
	ErrSync = errors.New("the server does not come to an end of its changes")
)

const (
	// MaxResources is how many resources a collection may hold.
	MaxResources = 20_000
	// perAsk is how many resources one question names.
	perAsk = 50
	// maxPages bounds how often a server may say that there is more.
	maxPages = 100
)

// Status is an answer that is none of those asked for.
type Status struct {
	Code   int
	Header http.Header
}

func (s *Status) Error() string { return "the server answered with another status" }

// Doer asks within bounds; fetch.Reader does.
type Doer interface {
	Do(ctx context.Context, ask fetch.Ask) (fetch.Answer, error)
}

// Collection is a calendar collection at its server.
type Collection struct {
	Doer     Doer
	URL      string
	User     string
	Password string
	// Bytes is how much text all resources that are read may have together.
	Bytes int64
}

// State is what was read before: where to go on, and the ETag of each resource by
// its path at the server.
type State struct {
	Token string
	ETags map[string]string
}

// Resource is one calendar resource: an event or a series with its exceptions.
type Resource struct {
	Path string
	ETag string
	Text []byte
}

// Changes are what differs from a State.
type Changes struct {
	Token string
	Put   []Resource
	Gone  []string // paths
	Whole bool     // all was read: what is not in Put is gone
}

// Read asks what changed since a state; whole asks for everything, whatever the
// server says had stayed. Errors: this package's, *Status, and those of Doer.
func (c *Collection) Read(ctx context.Context, had State, whole bool) (Changes, error) {
	at, err := url.Parse(c.URL)
	if err != nil {
		return Changes{}, ErrNotCollection
	}
	r := &reading{Collection: c, at: at, left: c.Bytes}
	about, err := r.about(ctx)
	if err != nil {
		return Changes{}, err
	}
	if had.Token == "" || len(had.ETags) == 0 {
		whole = true
	}
	if !whole && about.Token != "" && about.Token == had.Token {
		return Changes{Token: had.Token}, nil
	}
	var out Changes
	if about.sync {
		out, err = r.bySync(ctx, had, whole)
	} else {
		out, err = r.byETag(ctx, had, whole)
		out.Token = about.Token
	}
	if err != nil {
		return Changes{}, err
	}
	return out, nil
}

// reading is one Read.
type reading struct {
	*Collection
	at   *url.URL
	left int64
}

// about is what a collection says of itself.
type about struct {
	Token string // of sync-collection, or the tag by which a collection says that it moved on
	sync  bool
}

func (r *reading) about(ctx context.Context) (about, error) {
	list, err := r.ask(ctx, "PROPFIND", "0", propfindSelf)
	if err != nil {
		return about{}, err
	}
	for _, x := range list.Responses {
		if !x.calendar {
			continue
		}
		a := about{Token: x.syncToken, sync: x.sync && x.syncToken != ""}
		if !a.sync {
			a.Token = x.ctag
		}
		return a, nil
	}
	return about{}, ErrNotCollection
}

// bySync follows RFC 6578 from a token on, page by page.
func (r *reading) bySync(ctx context.Context, had State, whole bool) (Changes, error) {
	token := had.Token
	if whole {
		token = ""
	}
	out := Changes{Whole: whole}
	changed, gone := map[string]string{}, map[string]bool{}
	for range maxPages {
		list, err := r.ask(ctx, "REPORT", "", syncCollection(token))
		var st *Status
		if errors.As(err, &st) && token != "" && st.Code >= 400 && st.Code < 500 && st.Code != http.StatusUnauthorized && st.Code != http.StatusTooManyRequests {
			// The token is too old or means nothing any more (section 3.8): begin anew.
			return r.bySync(ctx, had, true)
		}
		if err != nil {
			return out, err
		}
		for _, x := range list.Responses {
			name, ok := r.within(x.href)
			switch {
			case !ok:
			case x.status == http.StatusNotFound || x.status == http.StatusGone:
				gone[name] = true
				delete(changed, name)
			case x.status/100 == 2 || x.status == 0:
				changed[name] = x.etag
				delete(gone, name)
			}
		}
		if len(changed) > MaxResources {
			return out, ErrTooMany
		}
		if list.Token == "" || list.truncated && list.Token == token {
			return out, ErrSync
		}
		token = list.Token
		if !list.truncated {
			out.Token = token
			return r.collect(ctx, out, had, changed, slices.Sorted(maps.Keys(gone)))
		}
	}
	return out, ErrSync
}

// byETag compares what is there with what was.
func (r *reading) byETag(ctx context.Context, had State, whole bool) (Changes, error) {
	list, err := r.ask(ctx, "REPORT", "1", queryEvents)
	var st *Status
	if errors.As(err, &st) && (st.Code == http.StatusMethodNotAllowed || st.Code == http.StatusNotImplemented || st.Code == http.StatusBadRequest) {
		list, err = r.ask(ctx, "PROPFIND", "1", propfindETags)
	}
	if err != nil {
		return Changes{}, err
	}
	present := map[string]string{}
	for _, x := range list.Responses {
		if name, ok := r.within(x.href); ok && x.status/100 == 2 && !x.collection {
			present[name] = x.etag
		}
	}
	if len(present) > MaxResources {
		return Changes{}, ErrTooMany
	}
	var gone []string
	for name := range had.ETags {
		if _, ok := present[name]; !ok {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return r.collect(ctx, Changes{Whole: whole}, had, present, gone)
}

// within answers the path of a resource, where it lies in the collection.
func (r *reading) within(href string) (string, bool) {
	u, err := r.at.Parse(href)
	if err != nil || u.Host != r.at.Host || u.Scheme != r.at.Scheme || u.User != nil {
		return "", false
	}
	base := strings.TrimSuffix(r.at.EscapedPath(), "/") + "/"
	name := u.EscapedPath()
	rest, ok := strings.CutPrefix(name, base)
	if !ok || rest == "" || strings.HasSuffix(rest, "/") || path.Clean(u.Path) != u.Path {
		return "", false
	}
	return name, len(name) <= 1024
}

func decoded(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// collect reads the resources whose ETag is not the one that was read before.
func (r *reading) collect(ctx context.Context, out Changes, had State, present map[string]string, gone []string) (Changes, error) {
	var names []string
	for name, etag := range present {
		if was, ok := had.ETags[name]; out.Whole || !ok || was == "" || was != etag {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for len(names) > 0 {
		n := min(perAsk, len(names))
		list, err := r.several(ctx, names[:n])
		for errors.Is(err, fetch.ErrTooLarge) && n > 1 {
			n /= 2
			list, err = r.several(ctx, names[:n])
		}
		if err != nil {
			return out, err
		}
		// A server may write a path in another way than it did before.
		wanted, got := map[string]string{}, map[string]bool{}
		for _, name := range names[:n] {
			wanted[decoded(name)] = name
		}
		for _, x := range list {
			name, ok := wanted[decoded(x.Path)]
			if !ok || got[name] {
				continue
			}
			got[name] = true
			x.Path = name
			if r.left -= int64(len(x.Text)); r.left < 0 {
				return out, fetch.ErrTooLarge
			}
			out.Put = append(out.Put, x)
		}
		for _, name := range names[:n] {
			if !got[name] {
				gone = append(gone, name) // gone between the two questions
			}
		}
		names = names[n:]
	}
	if !out.Whole {
		out.Gone = gone
	}
	return out, nil
}

// several reads some resources by one calendar-multiget, or one by one where a
// server does not know it.
func (r *reading) several(ctx context.Context, names []string) ([]Resource, error) {
	list, err := r.ask(ctx, "REPORT", "", multiget(names))
	var st *Status
	if errors.As(err, &st) && (st.Code == http.StatusMethodNotAllowed || st.Code == http.StatusNotImplemented || st.Code == http.StatusBadRequest) {
		return r.each(ctx, names)
	}
	if err != nil {
		return nil, err
	}
	var out []Resource
	for _, x := range list.Responses {
		if name, ok := r.within(x.href); ok && x.status/100 == 2 && x.hasData {
			out = append(out, Resource{Path: name, ETag: x.etag, Text: []byte(x.data)})
		}
	}
	return out, nil
}

func (r *reading) each(ctx context.Context, names []string) ([]Resource, error) {
	var out []Resource
	for _, name := range names {
		u, err := r.at.Parse(name)
		if err != nil {
			continue
		}
		a, err := r.Doer.Do(ctx, fetch.Ask{URL: u.String(), User: r.User, Password: r.Password})
		if err != nil {
			return nil, err
		}
		switch a.Status {
		case http.StatusOK:
			out = append(out, Resource{Path: name, ETag: short(a.Header.Get("ETag")), Text: a.Body})
		case http.StatusNotFound, http.StatusGone:
		default:
			return nil, &Status{a.Status, a.Header}
		}
	}
	return out, nil
}

// ask sends one question about the collection and reads the multistatus.
func (r *reading) ask(ctx context.Context, method, depth, body string) (multistatus, error) {
	h := http.Header{"Content-Type": {"application/xml; charset=utf-8"}, "Accept": {"application/xml, text/xml"}}
	if depth != "" {
		h.Set("Depth", depth)
	}
	a, err := r.Doer.Do(ctx, fetch.Ask{
		Method: method, URL: r.at.String(), Header: h, User: r.User, Password: r.Password, Body: []byte(body),
	})
	if err != nil {
		return multistatus{}, err
	}
	if a.Status != http.StatusMultiStatus {
		return multistatus{}, &Status{a.Status, a.Header}
	}
	r.at = a.URL // a server may have moved; paths are relative to where it is
	return readMultistatus(a.Body)
}
