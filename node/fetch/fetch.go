// Package fetch reads what a person's calendar address answers, within bounds:
// octets as sent and as unpacked, time, hops, headers. Whoever named the address
// may mean harm, and so may whoever answers there.
//
// It refuses anything but https (and http where a development node may), an
// address inside, a name or password within an address, and a body that it did
// not read to its end. It puts no address into an error: a calendar's address is
// often the only secret that protects it.
package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/fukusen/fukusen/node/dial"
)

// Why nothing was read. A person can be told each of them.
var (
	// ErrAddress: not an address that is read at all.
	ErrAddress = errors.New("not an address of a calendar")
	// ErrInside: the address, or one that it leads to, is not dialled.
	ErrInside = errors.New("the address leads into a private network")
	// ErrHops: one address leads to another more than MaxHops times.
	ErrHops = errors.New("too many redirects")
	// ErrTooLarge: the body is larger than the limit, as sent or as unpacked.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrSlow: the answer did not come within the time.
	ErrSlow = errors.New("the answer did not come in time")
	// ErrUnreachable: nobody answers there.
	ErrUnreachable = errors.New("nobody answers at the address")
	// ErrNoHost: the name in the address belongs to nobody.
	ErrNoHost = errors.New("the name in the address is not known")
	// ErrCut: the answer ended before its end.
	ErrCut = errors.New("the answer ended early")
	// ErrCertificate: whoever answers cannot show that it is who it should be.
	ErrCertificate = errors.New("the certificate is not valid for the address")
	// ErrEncoding: the body is packed in a way that was not asked for, or broken.
	ErrEncoding = errors.New("the answer is packed in an unknown way")
)

// MaxHops is how many redirects are followed.
const MaxHops = 3

// Limits bound one reading, hops included.
type Limits struct {
	Bytes int64         // of the body, as sent and as unpacked
	Time  time.Duration // until the last octet
}

// Ask is one question.
type Ask struct {
	Method   string // "" is GET
	URL      string
	Header   http.Header // beside what every question carries
	User     string      // "" for none; sent to the origin of URL alone
	Password string
	Body     []byte
}

// Answer is what came.
type Answer struct {
	Status int
	Header http.Header
	URL    *url.URL // where it came from, after redirects
	Body   []byte   // whole
}

// Reader reads. It is safe for concurrent use.
type Reader struct {
	client *http.Client
	plain  bool
	lim    Limits
}

// New makes a reader. plain also reads http, for a development federation. The
// dialer is one of a dial.Guard.
func New(dialer *net.Dialer, tlsConfig *tls.Config, plain bool, lim Limits) *Reader {
	if tlsConfig == nil {
		tlsConfig = &tls.Config{}
	}
	tlsConfig.MinVersion = tls.VersionTLS12
	return over(&http.Transport{
		DialContext:            dialer.DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        15 * time.Second, // long enough for the questions of one calendar
		MaxIdleConnsPerHost:    2,
		DisableCompression:     true, // what is packed is unpacked below, where it is counted
		ForceAttemptHTTP2:      true,
	}, plain, lim)
}

// Close ends connections that wait for another question.
func (r *Reader) Close() { r.client.CloseIdleConnections() }

func over(transport http.RoundTripper, plain bool, lim Limits) *Reader {
	// Redirects are followed below: each hop is an address of its own to be judged,
	// and a password goes to the first origin alone.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Reader{client: &http.Client{Transport: transport, CheckRedirect: stay}, plain: plain, lim: lim}
}

// Do asks and follows where the answer leads. The status may be any; errors are
// this package's sentinels, or the context's.
func (r *Reader) Do(ctx context.Context, ask Ask) (Answer, error) {
	timed, cancel := context.WithTimeout(ctx, r.lim.Time)
	defer cancel()
	a, err := r.follow(timed, ask)
	switch {
	case err == nil:
		return a, nil
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case timed.Err() != nil:
		return Answer{}, ErrSlow
	}
	return Answer{}, err
}

func (r *Reader) follow(ctx context.Context, ask Ask) (Answer, error) {
	at, err := Check(ask.URL, r.plain)
	if err != nil {
		return Answer{}, err
	}
	first := at
	for range MaxHops + 1 {
		a, next, err := r.once(ctx, ask, at, sameOrigin(first, at))
		if err != nil || next == nil {
			return a, err
		}
		if at, err = r.hop(at, next); err != nil {
			return Answer{}, err
		}
	}
	return Answer{}, ErrHops
}

// hop judges where an answer leads: what was read under https stays there.
func (r *Reader) hop(from, next *url.URL) (*url.URL, error) {
	to, err := Check(next.String(), r.plain && from.Scheme == "http")
	if err != nil {
		return nil, err
	}
	return to, nil
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// once asks at one address; next is where it leads, if anywhere.
func (r *Reader) once(ctx context.Context, ask Ask, at *url.URL, known bool) (a Answer, next *url.URL, err error) {
	method := ask.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(ask.Body))
	if err != nil {
		return a, nil, ErrAddress
	}
	for name, values := range ask.Header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", "fukusen (+calendar)")
	req.Header.Set("Accept-Encoding", "gzip")
	if known && ask.User != "" {
		req.SetBasicAuth(ask.User, ask.Password)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return a, nil, plainly(err)
	}
	defer res.Body.Close()
	if leads(res.StatusCode) && res.Header.Get("Location") != "" {
		next, err := res.Location()
		if err != nil {
			return a, nil, ErrAddress
		}
		return a, next, nil
	}
	a = Answer{Status: res.StatusCode, Header: res.Header, URL: at}
	a.Body, err = r.body(res)
	return a, nil, err
}

func leads(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// body reads a body to its end or refuses it; what is said to be too large is
// not read at all.
func (r *Reader) body(res *http.Response) ([]byte, error) {
	if res.ContentLength > r.lim.Bytes {
		return nil, ErrTooLarge
	}
	sent := &counted{from: res.Body, left: r.lim.Bytes}
	var from io.Reader = sent
	switch res.Header.Get("Content-Encoding") {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(sent)
		if err == io.EOF { // nothing was sent, so nothing is packed
			return nil, nil
		}
		if err != nil {
			return nil, broken(err)
		}
		from = &counted{from: unpacked, left: r.lim.Bytes}
	default:
		return nil, ErrEncoding
	}
	octets, err := io.ReadAll(from)
	if err != nil {
		return nil, broken(err)
	}
	return octets, nil
}

// counted fails with ErrTooLarge behind its last octet, and never ends quietly
// in the middle.
type counted struct {
	from io.Reader
	left int64
}

func (c *counted) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.from.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

// broken is a fault in the middle of a body.
func broken(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, ErrTooLarge):
		return ErrTooLarge
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return ErrEncoding
	}
	return ErrCut
}

// plainly is one of this package's errors for a fault of dialling, TLS or HTTP;
// the error of net/http repeats the address and is not kept.
func plainly(err error) error {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var name *net.DNSError
	switch {
	case errors.Is(err, dial.ErrPrivate):
		return ErrInside
	case errors.As(err, &certificate), errors.As(err, &record):
		return ErrCertificate
	case errors.As(err, &name) && name.IsNotFound:
		return ErrNoHost
	}
	return ErrUnreachable
}
