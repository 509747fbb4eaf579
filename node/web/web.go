// Package web is the HTML edge. Without sign-in it shows only what is public:
// who this node is, the policy in force and the anchor to compare. It refuses
// outside hosts, inline script and anything about a person.
package web

import (
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

//go:embed status.html lost.html
var files embed.FS

// Trust is what the page shows of the policy.
type Trust interface {
	Book() *policy.Book
	PolicyAge(time.Time) (time.Duration, bool)
}

// Config is what the pages are made of.
type Config struct {
	Self   spec.NodeID
	Name   spec.Text
	Trust  Trust
	Clock  func() time.Time
	Leader func() spec.NodeID
	Ready  func() error
}

// SeriesName is what the pages call the series that a genesis founds; its
// documents share one title.
func SeriesName(series string) (spec.Text, bool) {
	name, ok := text.All()["series."+series]
	return name, ok
}

// Mount puts the pages on an echo router whose error handler is set: a browser
// that asks for what is not there gets a page, a program the handler's answer.
func Mount(e *echo.Echo, cfg Config) {
	lost, refuse := template.Must(template.ParseFS(files, "lost.html")), e.HTTPErrorHandler
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		// A person at a browser cannot read a problem document; REQ-ERR-001 binds
		// the paths of the contract, which answer nothing else.
		if !errors.Is(err, echo.ErrNotFound) || c.Response().Committed || !browses(c.Request()) {
			refuse(err, c)
			return
		}
		secure(c)
		c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
		c.Response().WriteHeader(http.StatusNotFound)
		if c.Request().Method != http.MethodHead {
			_ = lost.Execute(c.Response(), cfg.nowhere(language(c))) // a reader that has gone
		}
	}
	page := template.Must(template.ParseFS(files, "status.html"))
	e.GET("/", func(c echo.Context) error {
		secure(c)
		c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
		return page.Execute(c.Response(), cfg.status(language(c)))
	})
	e.GET("/style.css", func(c echo.Context) error {
		secure(c)
		octets, err := fs.ReadFile(parts.Static(), "style.css")
		if err != nil {
			return err
		}
		c.Response().Header().Set("Cache-Control", "max-age=3600")
		return c.Blob(http.StatusOK, "text/css; charset=utf-8", octets)
	})
}

// browses tells a reader's browser, which asks for a page by name, from a
// program, which asks for JSON or for anything.
func browses(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead ||
		strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.URL.Path, "/.well-known/") {
		return false
	}
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "text/html") {
			return true
		}
	}
	return false
}

func secure(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}

// language is the one of the link, or else the reader's.
func language(c echo.Context) string {
	switch c.QueryParam("lang") {
	case "ja":
		return "ja"
	case "en":
		return "en"
	}
	for _, part := range strings.Split(c.Request().Header.Get("Accept-Language"), ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		if strings.HasPrefix(tag, "ja") {
			return "ja"
		}
		if strings.HasPrefix(tag, "en") {
			return "en"
		}
	}
	return "ja"
}
