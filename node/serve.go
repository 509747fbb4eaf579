package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api"
	"github.com/fukusen/fukusen/node/dav"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/web"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

func (n *Node) listen() error {
	l, err := listenAt("listen", n.cfg.Listen)
	if err != nil {
		return err
	}
	n.listener = l
	if n.cfg.RaftListen == "" {
		return nil
	}
	// The council listens itself, later, when the store is open: a look now tells
	// of a taken port before anything was touched.
	look, err := listenAt("raft_listen", n.cfg.RaftListen)
	if err != nil {
		return err
	}
	return look.Close()
}

func listenAt(setting, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w: %s: the address %s is taken by another program; choose another port or stop that program", ErrConfig, setting, address)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfig, setting, err)
	}
	return l, nil
}

func (n *Node) serve() error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard)
	e.StdLogger = log.New(io.Discard, "", 0)
	e.IPExtractor = echo.ExtractIPDirect()
	if n.cfg.Proxy {
		e.IPExtractor = echo.ExtractIPFromXFFHeader() // as the proxy on a private address says
	}
	// A defect in one handler must not end the node; its text may hold values,
	// so only the place is logged.
	e.Use(middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisablePrintStack: true, DisableStackAll: true,
		LogErrorFunc: func(c echo.Context, _ error, _ []byte) error {
			n.log.Error("a handler failed; please report it", "path", c.Path())
			return echo.ErrInternalServerError
		},
	}))
	_, err := api.Mount(e, api.Config{
		Self: n.self, Version: Version, Store: n.store, Gate: n.gate, Engagements: n.engagements, Rhythm: n.rhythm, Calendars: n.calendars, Desk: n.desk, Trust: n.trust, Neighbours: n.peers,
		Feeds: n.feeds, Council: n.seat, Heads: n.heads, Statement: n.statement, Countersign: n.countersign, Program: n.program, Clock: n.opt.Clock, Log: n.log, Ready: n.ready,
	})
	if err != nil {
		return err
	}
	if err := n.mountPages(e); err != nil {
		return err
	}
	n.server = &http.Server{
		Handler: e, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 96 << 10,
		// Long polls end when the node stops.
		BaseContext: func(net.Listener) context.Context { return n.ctx },
		ErrorLog:    slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
	}
	listener := n.listener
	if n.cfg.TLS.CertFile != "" {
		pair, err := newKeyPair(n.cfg.TLS)
		if err != nil {
			return err
		}
		listener = tls.NewListener(n.listener, &tls.Config{
			MinVersion: tls.VersionTLS13, GetCertificate: pair.get, NextProtos: []string{"h2", "http/1.1"},
		})
	}
	n.jobs.Go(func() {
		if err := n.server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			n.log.Error("serving ended", "error", err)
		}
	})
	return nil
}

// mountPages puts the pages beside the contract's operations, and refuses to
// start where a route is neither.
func (n *Node) mountPages(e *echo.Echo) error {
	operations := make(map[string]bool)
	for _, r := range e.Routes() {
		operations[r.Method+" "+r.Path] = true
	}
	programs := dav.Mount(e, dav.Config{Self: n.self, Planner: n.planner, Door: n.door, Epoch: n.gate.Epoch, Clock: n.opt.Clock, Log: n.log})
	var err error
	n.pages, err = web.Mount(e, web.Config{
		Self: n.self, Name: spec.Text{JA: n.cfg.NameJA, EN: n.cfg.NameEN}, Trust: n.trust, Clock: n.opt.Clock,
		Leader: n.leader, Ready: n.ready, Store: n.store, Gate: n.gate, Engagements: n.engagements, Rhythm: n.rhythm, Calendars: n.calendars, Door: n.door, Desk: n.desk, Planner: n.planner, Log: n.log,
		Neighbours: n.peers, Jobs: n.work.States, Data: n.cfg.Data, ErasedList: n.cfg.ErasedList,
		Mail: n.mail, Outside: n.feeds,
	})
	if err != nil {
		return err
	}
	for _, r := range e.Routes() {
		if !operations[r.Method+" "+r.Path] && !n.pages.Knows(r.Method, r.Path) && !programs.Knows(r.Method, r.Path) && r.Path != web.Static && r.Method != echo.RouteNotFound {
			return fmt.Errorf("route %s %s declares no access rule", r.Method, r.Path)
		}
	}
	return nil
}

// program answers whom a program's token speaks for. One that opens nothing is
// looked at as a token of the command line, which answers alike.
func (n *Node) program(ctx context.Context, token string) (access.Caller, bool, error) {
	if !strings.HasPrefix(token, signin.TokenPrefix) {
		return access.Caller{}, false, nil
	}
	who, err := n.door.Token(ctx, token)
	if errors.Is(err, signin.ErrRefused) {
		return access.Caller{}, false, nil
	}
	return who, err == nil, err
}

// ready says why the node serves no feed yet, or nil.
func (n *Node) ready() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unlisted != nil {
		return n.unlisted
	}
	return n.restoring
}

// keyPair is the server's certificate, read again when its file changes.
type keyPair struct {
	files TLS
	mu    sync.Mutex
	at    time.Time
	cert  *tls.Certificate
}

func newKeyPair(files TLS) (*keyPair, error) {
	p := &keyPair{files: files}
	_, err := p.get(nil)
	return p, err
}

func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	info, err := os.Stat(p.files.CertFile)
	if err != nil {
		if p.cert != nil {
			return p.cert, nil // the last good one, while the file is being replaced
		}
		return nil, fmt.Errorf("%w: tls.cert_file: %w", ErrConfig, err)
	}
	if p.cert != nil && info.ModTime().Equal(p.at) {
		return p.cert, nil
	}
	cert, err := tls.LoadX509KeyPair(p.files.CertFile, p.files.KeyFile)
	if err != nil {
		if p.cert != nil {
			return p.cert, nil
		}
		return nil, fmt.Errorf("%w: tls: %w", ErrConfig, err)
	}
	p.cert, p.at = &cert, info.ModTime()
	return p.cert, nil
}

// authorities are the system's and those of a file, or nil for the system's.
func authorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: tls.ca_file: %w", ErrConfig, err)
	}
	if !pool.AppendCertsFromPEM(octets) {
		return nil, fmt.Errorf("%w: tls.ca_file: %s holds no certificate in PEM", ErrConfig, path)
	}
	return pool, nil
}

// countersign signs that a certificate about this node was shown to it.
func (n *Node) countersign(about string) (string, error) {
	_, id := spec.Peek(about)
	return certificate.Countersign(n.files.signer(), certificate.Countersignature{
		Issuer: n.self, At: n.opt.Clock().Unix(), Certificate: id,
	})
}

// statement is signed anew for each answer: it is small, and it never expires.
func (n *Node) statement() (string, error) {
	now := n.opt.Clock()
	history := n.trust.History(n.self)
	if history == nil {
		return "", ErrUnlisted
	}
	roles := []string{"availability-publisher", "availability-consumer", "evaluation-issuer", "evaluation-verifier", "gig-owner", "gig-home", "calendar-consumer", "policy-follower"}
	if n.seat() != nil {
		roles = append(roles, "policy-voter")
	}
	return spec.SealStatement(n.files.signer(), spec.Statement{
		Issuer: n.self, IssuedAt: now.Unix(), Expires: now.Add(24 * time.Hour).Unix(), Fed: n.trust.Book().Fed(),
		Name: spec.Text{JA: n.cfg.NameJA, EN: n.cfg.NameEN}, Kind: n.cfg.Kind, Identifiers: n.cfg.Identifiers,
		Keys: history.Serial, Spec: []string{spec.Version}, Roles: roles, Bundle: string(spec.Bundle()),
		Endpoints: map[string]string{"feed": string(n.self) + "/v1/feed", "policy": string(n.self) + "/v1/policy"},
	})
}
