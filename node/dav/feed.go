package dav

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/web/text"
)

// feed answers what stands at a secret address, as often as a program asks.
func (s *Server) feed(c echo.Context) error {
	guard(c)
	ctx := c.Request().Context()
	f, err := s.Planner.Open(ctx, strings.TrimSuffix(c.Param("secret"), ".ics"))
	if errors.Is(err, planner.ErrNothing) {
		return s.say(c, http.StatusNotFound, "dav.no-feed")
	}
	if err != nil {
		return s.failed(c, err)
	}
	octets, err := s.Planner.Text(ctx, f)
	if err != nil {
		return s.failed(c, err)
	}
	return serve(c, octets)
}

// serve answers a calendar's octets, or that the caller has them.
func serve(c echo.Context, octets []byte) error {
	h, etag := c.Response().Header(), strong(octets)
	h.Set("ETag", etag)
	h.Set("Cache-Control", "private, no-cache") // kept by the program alone, and asked for each time
	if matches(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	h.Set(echo.HeaderContentType, ical.Type)
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(octets)))
	h.Set("Content-Disposition", `inline; filename="fukusen.ics"`)
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	return c.Blob(http.StatusOK, ical.Type, octets)
}

// guard sets what every answer of this edge has: no cache between, no guess at the type, no word to other hosts.
func guard(c echo.Context) {
	h := c.Response().Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
}

// say answers a sentence for whoever looks at what their program was told, in both languages.
func (s *Server) say(c echo.Context, status int, key string) error {
	body := said(key) + "\n"
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	if c.Request().Method == http.MethodHead {
		c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextPlainCharsetUTF8)
		return c.NoContent(status)
	}
	return c.String(status, body)
}

// said is a sentence in both languages.
func said(key string) string { return text.Of("ja", key) + "\n" + text.Of("en", key) }

// failed notes what could not be done, without a word of whose it was.
func (s *Server) failed(c echo.Context, err error) error {
	if c.Request().Context().Err() != nil {
		return nil // the caller has gone
	}
	s.Log.Error("a calendar program was not answered", "path", c.Path(), "error", err)
	return s.say(c, http.StatusInternalServerError, "dav.failed")
}

// strong is an entity tag of octets (RFC 9110 section 8.8.3).
func strong(octets []byte) string {
	sum := sha256.Sum256(octets)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// matches compares a list of entity tags weakly, as a GET does (RFC 9110 section 13.1.2).
func matches(header, etag string) bool {
	for _, tag := range strings.Split(header, ",") {
		if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == "*" || tag != "" && tag == etag {
			return true
		}
	}
	return false
}

// network names whom an address belongs to for counting: one of IPv6 has as many as it likes within its /64.
func network(address string) string {
	at, err := netip.ParseAddr(address)
	if err != nil || at.Unmap().Is4() {
		return address
	}
	return netip.PrefixFrom(at.WithZone(""), 64).Masked().String()
}
