package peer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Sandbox is the throwaway federation of a test: the suite holds its council
// and its readers, and the target is an ordinary member. Its records reach
// nobody else, because its genesis is marked `development` and no real node
// pins it. Council and reader have the same keys and epoch in every run, so
// they say no record of their own; peers that Fresh makes do.
type Sandbox struct {
	Dir        string
	Fed        spec.ID
	Target     spec.NodeID
	TargetRoot string // x of its root key
	Council    *Peer  // serves and signs the policy log
	Reader     *Peer  // the neighbour that the loaded person consents to

	site    Site
	ballot  *spec.Signer
	journal *evidence.Journal
	clock   func() time.Time

	turn     sync.Mutex // of whoever makes the next entry: it names the ones before
	writing  sync.Mutex // of the file that keeps the log
	mu       sync.Mutex
	entries  []string
	register spec.ID // the register document now
	series   map[string]series
	servers  []*http.Server
	used     map[spec.NodeID]bool                    // ids that the policy log has admitted
	next     int                                     // port to try next
	shown    func(next uint64, limit int) *spec.Page // in place of the council's policy log, or nil
}

// Site says where the suite's peers listen and under which names the target
// reaches them.
type Site struct {
	Listen string `json:"listen"` // host to listen on
	Origin string `json:"origin"` // scheme and host of the peers' ids
	Port   int    `json:"port"`   // of the council; the reader has the next one
	Cert   string `json:"cert,omitempty"`
	Key    string `json:"key,omitempty"`
	From   int    `json:"from,omitempty"` // ports of further peers, the 4,000 after Port where 0
	To     int    `json:"to,omitempty"`
}

// ErrNoPort means that no port was free for one more peer.
var ErrNoPort = errors.New("no free port for one more of the suite's peers; widen --peer-ports")

func (p Site) id(port int) spec.NodeID {
	return spec.NodeID(p.Origin + ":" + strconv.Itoa(port))
}

// Open serves the sandbox's council and reader, and lets the peers of earlier
// runs leave: nobody answers for them any more.
func (s *Sandbox) Open() error {
	if err := s.Retire(); err != nil {
		return err
	}
	for i, p := range []*Peer{s.Council, s.Reader} {
		l, err := net.Listen("tcp", net.JoinHostPort(s.site.Listen, strconv.Itoa(s.site.Port+i)))
		if err != nil {
			return fmt.Errorf("the suite's peer %s: %w (end the other run, or prepare again with another --listen)", p.ID, err)
		}
		if err := s.serve(l, p); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) serve(l net.Listener, p *Peer) error {
	if s.site.Cert != "" {
		pair, err := tls.LoadX509KeyPair(s.site.Cert, s.site.Key)
		if err != nil {
			return fmt.Errorf("certificate of the suite's peers: %w", err)
		}
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}})
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	s.servers = append(s.servers, server)
	s.mu.Unlock()
	s.belongs(p)
	go func() { _ = server.Serve(l) }() // it ends with Close
	return nil
}

// belongs lets a peer show the sandbox's policy log.
func (s *Sandbox) belongs(p *Peer) {
	p.fed = s.Fed
	p.mirror = func(next uint64, limit int) (spec.Page, bool) { return s.PolicyPage(next, limit), false }
	if p == s.Council {
		p.mirror = s.councilPage
	}
}

// Alone is the council without a server of its own, for whoever serves it.
func (s *Sandbox) Alone() *Peer {
	s.belongs(s.Council)
	return s.Council
}

// Halt notes that the target was shown two policy logs and rightly follows
// none: a later run has to know why it is not followed.
func (s *Sandbox) Halt() error {
	if err := os.WriteFile(filepath.Join(s.Dir, haltFile), []byte("The target was shown two policy logs (REQ-POL-009).\n"), 0o644); err != nil {
		return fmt.Errorf("note the halt: %w", err)
	}
	return nil
}

// Halted says whether a run ended with Halt and nobody has resumed since.
func (s *Sandbox) Halted() bool {
	_, err := os.Stat(filepath.Join(s.Dir, haltFile))
	return err == nil
}

// Resumed takes the note away: the target follows again.
func (s *Sandbox) Resumed() error { return os.Remove(filepath.Join(s.Dir, haltFile)) }

// Close ends all peers.
func (s *Sandbox) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, server := range s.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}

// Fresh starts peers that nobody knows yet. Admit makes members of them.
func (s *Sandbox) Fresh(n int) ([]*Peer, error) {
	var list []*Peer
	for range n {
		l, port, err := s.listen()
		if err != nil {
			return nil, err
		}
		p, err := New(s.site.id(port), s.journal, s.clock)
		if err != nil {
			return nil, errors.Join(err, l.Close())
		}
		if err := s.serve(l, p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (s *Sandbox) listen() (net.Listener, int, error) {
	from, to := s.site.From, s.site.To
	if from == 0 {
		from, to = s.site.Port+2, min(s.site.Port+4000, 65535)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for port := max(from, s.next); port <= to; port++ {
		// An id that an earlier run used is a member with keys that are gone.
		if s.used[s.site.id(port)] {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort(s.site.Listen, strconv.Itoa(port))); err == nil {
			s.next = port + 1
			return l, port, nil
		}
	}
	return nil, 0, ErrNoPort
}

// Members starts peers and makes them members of the sandbox at once.
func (s *Sandbox) Members(n int) ([]*Peer, error) {
	list, err := s.Fresh(n)
	if err != nil {
		return nil, err
	}
	return list, s.Admit(list...)
}

// Used reports whether an earlier run, or this one, has admitted peers.
func (s *Sandbox) Used() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.used) > 0
}

// Followed waits until the target has asked the council for the policy log, or
// the context ends.
func (s *Sandbox) Followed(ctx context.Context) {
	for {
		seen := s.Council.Visited()
		if len(s.Council.Visits(http.MethodGet, "/v1/feed/"+spec.PolicyLog)) > 0 {
			return
		}
		select {
		case <-seen:
		case <-ctx.Done():
			return
		}
	}
}

// Known waits until the target has asked each of the peers for something,
// which it does once it has read that they are members.
func (s *Sandbox) Known(ctx context.Context, list ...*Peer) error {
	for _, p := range list {
		for {
			seen := p.Visited()
			if len(p.Visits(http.MethodGet, "/v1/feed/"+spec.LogFor(s.Target))) > 0 {
				break
			}
			select {
			case <-seen:
			case <-ctx.Done():
				return fmt.Errorf("the target never asked %s for its log: %w", p.ID, ctx.Err())
			}
		}
	}
	return nil
}
