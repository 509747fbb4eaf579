package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// remote is how a command names the node it asks.
type remote struct {
	URL string `help:"The node's address, such as https://city.example." required:"" placeholder:"URL"`
	CA  string `name:"ca" help:"Further certificate authority to trust (PEM)." type:"existingfile" placeholder:"FILE"`
	At  string `name:"at" help:"Connect to this address, wherever the host name leads; the certificate is still held against the name." placeholder:"HOST:PORT"`
}

const (
	askLimit  = 10 * time.Second
	mostReply = 16 << 20
)

// client asks one node over HTTP.
type client struct {
	origin string
	token  string
	http   *http.Client
}

func (r remote) client(token string) (*client, error) {
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("--url is an address such as https://city.example or http://localhost:8101")
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if r.CA != "" {
		octets, err := os.ReadFile(r.CA)
		if err != nil {
			return nil, fmt.Errorf("--ca: %w", err)
		}
		if !roots.AppendCertsFromPEM(octets) {
			return nil, fmt.Errorf("--ca: %s holds no certificate in PEM", r.CA)
		}
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots}, ForceAttemptHTTP2: true,
	}
	if r.At != "" {
		transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, r.At)
		}
	}
	return &client{
		origin: u.Scheme + "://" + u.Host, token: token,
		http: &http.Client{Transport: transport, Timeout: askLimit},
	}, nil
}

// anonymous asks without the token: what is open to everybody takes no
// credential, and refuses one (REQ-REQ-012).
func (c *client) anonymous() *client {
	open := *c
	open.token = ""
	return &open
}

// get reads JSON from a path.
func (c *client) get(ctx context.Context, path string, into any) error {
	return c.do(ctx, http.MethodGet, path, "", nil, into)
}

// post sends JSON to a path and reads the answer.
func (c *client) post(ctx context.Context, path string, body, into any) error {
	octets, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.do(ctx, http.MethodPost, path, "application/json", octets, into)
}

// postText sends plain text to a path, such as a policy entry, and reads the answer.
func (c *client) postText(ctx context.Context, path, text string, into any) error {
	return c.do(ctx, http.MethodPost, path, "text/plain; charset=utf-8", []byte(text), into)
}

func (c *client) do(ctx context.Context, method, path, typ string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.origin+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", typ)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s does not answer: %s", c.origin, sentence(err))
	}
	defer answer.Body.Close()
	octets, err := io.ReadAll(io.LimitReader(answer.Body, mostReply))
	if err != nil {
		return fmt.Errorf("%s stopped answering: %s", c.origin, sentence(err))
	}
	if answer.StatusCode/100 != 2 {
		return c.problem(answer.StatusCode, octets)
	}
	if err := json.Unmarshal(octets, into); err != nil {
		return fmt.Errorf("%s%s: the answer is not that of a node", c.origin, path)
	}
	return nil
}

// refused is a problem document of RFC 9457 as a node answered it.
type refused struct {
	origin      string
	status      int
	shown       bool   // a token went with the request
	Detail      string `json:"detail"`
	Title       string `json:"title"`
	Requirement string `json:"requirement"`
}

func (r *refused) Error() string {
	why := r.Detail
	if why == "" {
		why = r.Title
	}
	if why == "" {
		why = http.StatusText(r.status)
	}
	if r.Requirement != "" {
		why += " (" + r.Requirement + ")"
	}
	if r.status == http.StatusForbidden && r.shown {
		why += "; the token is to have the role council or operator: fukusen token --role council, at that node"
	}
	return fmt.Sprintf("%s refused with %d: %s", r.origin, r.status, why)
}

func (c *client) problem(status int, octets []byte) error {
	r := &refused{origin: c.origin, status: status, shown: c.token != ""}
	// An answer that is no problem document still has its status.
	_ = json.Unmarshal(octets, r)
	return r
}

// sentence says in plain words what went wrong on the way to a node.
func sentence(err error) string {
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var timeout net.Error
	switch {
	case errors.As(err, &host):
		return "its certificate is not for this host name; check the address and the certificate's names"
	case errors.As(err, &authority):
		return "its certificate is signed by an authority that is not trusted here; name it with --ca"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired or is not valid yet; renew it or set the clock"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there; is the node running?"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return strings.TrimSpace(err.Error())
}
