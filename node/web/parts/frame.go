package parts

import (
	"context"
	"net/url"
	"strings"

	"github.com/fukusen/fukusen/node/web/text"
)

// Frame is everything that a page knows of its request. The shell makes it; a
// page may add its title and a notice before it renders.
type Frame struct {
	Lang     string // "ja" or "en"
	Path     string // the current path with its query, for the language links
	Title    string // h1 and document title, already in Lang
	NodeName string // already in Lang
	NodeID   string // the node's origin

	Development bool // a development federation
	Demo        bool // this node signs in fictional personas

	Nav     []Link // what this role may open
	Who     string // display name, "" when signed out
	Unread  int    // messages in the inbox not yet read
	CSRF    string // token of this session's forms
	Notice  *Notice
	Scripts []string // further files of Static that this page needs
	Live    string   // URL of a server-sent event stream, "" for none
}

// Link is one entry of the navigation. Count is shown when it is not 0.
type Link struct {
	Href, Key string
	Current   bool
	Count     int
}

// Notice is one sentence about what has just happened.
type Notice struct {
	Kind string // "good", "warn" or "bad"
	Text string // already in the reader's language
}

type frameKey struct{}

// With gives the components below the frame of this request.
func With(ctx context.Context, f Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, f)
}

// FrameOf is the frame of this request; without one, an empty Japanese frame.
func FrameOf(ctx context.Context) Frame {
	if f, ok := ctx.Value(frameKey{}).(Frame); ok {
		return f
	}
	return Frame{Lang: "ja"}
}

// T is a text of the catalogue in the reader's language.
func T(ctx context.Context, key string, args ...any) string {
	return text.Of(FrameOf(ctx).Lang, key, args...)
}

// inLanguage is the current page in another language.
func (f Frame) inLanguage(lang string) string {
	at, err := url.Parse(f.Path)
	if err != nil || !strings.HasPrefix(f.Path, "/") || strings.HasPrefix(f.Path, "//") {
		return "/?lang=" + lang
	}
	query := at.Query()
	query.Set("lang", lang)
	return (&url.URL{Path: at.Path, RawQuery: query.Encode()}).String()
}

// other is the language that the page is not in.
func (f Frame) other() string {
	if f.Lang == "ja" {
		return "en"
	}
	return "ja"
}

// documentTitle is what a tab and a bookmark say.
func (f Frame) documentTitle() string {
	var said []string
	for _, part := range []string{f.Title, f.NodeName, "Fukusen"} {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, " · ")
}
