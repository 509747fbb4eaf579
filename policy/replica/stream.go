package replica

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

const (
	handshakeLimit = 5 * time.Second
	// pendingLimit bounds strangers that have connected but not proven who they are.
	pendingLimit = 64
)

// stream is raft's way to the other council nodes: TLS 1.3 both ways with
// pinned keys. Raft knows servers by node id; where one listens is looked up at
// each dial, so a council node can move without a change of raft's server list.
type stream struct {
	node     spec.NodeID
	listener net.Listener
	own      *shown
	pins     pins
	address  func(spec.NodeID) string
	progress func() uint64
	log      *slog.Logger

	ready    chan net.Conn
	pending  chan struct{}
	closed   chan struct{}
	once     sync.Once
	handlers sync.WaitGroup

	mu   sync.Mutex
	open map[net.Conn]bool
}

func listen(cfg *Config, address func(spec.NodeID) string, admits func(spec.NodeID) bool, progress func() uint64) (*stream, error) {
	own := &shown{node: cfg.Node, key: cfg.TLS}
	if _, err := own.certificate(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for the council: %w", err)
	}
	return &stream{
		node: cfg.Node, listener: l, own: own, log: cfg.Logger, address: address, progress: progress,
		pins:    pins{keys: cfg.Pinned, admits: admits},
		ready:   make(chan net.Conn),
		pending: make(chan struct{}, pendingLimit),
		closed:  make(chan struct{}),
		open:    make(map[net.Conn]bool),
	}, nil
}

// serve begins to take connections; raft is there to answer by then.
func (s *stream) serve() { s.handlers.Go(s.takeAll) }

func (s *stream) takeAll() {
	server := s.pins.server(s.own)
	for {
		select {
		case s.pending <- struct{}{}:
		case <-s.closed:
			return
		}
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			<-s.pending
			s.log.Warn("council connection not accepted", "error", err)
			s.pause()
			continue
		}
		s.handlers.Go(func() {
			defer func() { <-s.pending }()
			s.greet(s.track(tls.Server(conn, server)))
		})
	}
}

// pause keeps a lack of file descriptors from becoming a busy loop.
func (s *stream) pause() {
	select {
	case <-time.After(50 * time.Millisecond):
	case <-s.closed:
	}
}

// greet shakes hands and gives the connection to raft, or answers it here.
func (s *stream) greet(conn *tracked) {
	_ = conn.SetDeadline(time.Now().Add(handshakeLimit))
	if err := conn.tls.HandshakeContext(context.Background()); err != nil {
		s.log.Warn("council connection refused", "remote", conn.RemoteAddr().String(), "error", err)
		_ = conn.Close()
		return
	}
	switch conn.tls.ConnectionState().NegotiatedProtocol {
	case protocolRaft:
		_ = conn.SetDeadline(time.Time{})
		select {
		case s.ready <- conn:
		case <-s.closed:
			_ = conn.Close()
		}
	case protocolProgress:
		_, _ = conn.Write(binary.BigEndian.AppendUint64(nil, s.progress()))
		_ = conn.Close()
	default:
		_ = conn.Close()
	}
}

// Accept gives raft the next connection whose key is pinned.
func (s *stream) Accept() (net.Conn, error) {
	select {
	case conn := <-s.ready:
		return conn, nil
	case <-s.closed:
		return nil, net.ErrClosed
	}
}

// Dial connects to a council node; raft's address of a server is its node id.
func (s *stream) Dial(to raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), min(timeout, handshakeLimit))
	defer cancel()
	return s.dial(ctx, spec.NodeID(to), protocolRaft)
}

func (s *stream) dial(ctx context.Context, to spec.NodeID, protocol string) (net.Conn, error) {
	address := s.address(to)
	if address == "" {
		return nil, fmt.Errorf("dial %s: the register gives no raft address", to)
	}
	d := tls.Dialer{Config: s.pins.client(s.own, to, protocol)}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", to, err)
	}
	return s.track(conn.(*tls.Conn)), nil
}

// ask returns how far another node's raft log is committed.
func (s *stream) ask(ctx context.Context, to spec.NodeID) (uint64, error) {
	conn, err := s.dial(ctx, to, protocolProgress)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	var answer [8]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return 0, fmt.Errorf("ask %s for its progress: %w", to, err)
	}
	return binary.BigEndian.Uint64(answer[:]), nil
}

// Addr is this node's id, which is what raft puts into its messages.
func (s *stream) Addr() net.Addr { return nodeAddr(s.node) }

// Close ends the listener and every connection, both ways.
func (s *stream) Close() error {
	s.once.Do(func() {
		close(s.closed)
		_ = s.listener.Close()
		s.hangUp()
		s.handlers.Wait()
	})
	return nil
}

// hangUp closes every connection; the next one shakes hands anew.
func (s *stream) hangUp() {
	s.mu.Lock()
	conns := make([]net.Conn, 0, len(s.open))
	for c := range s.open {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

// track remembers a connection until it is closed: raft's transport leaves
// those it accepted open when it shuts down.
func (s *stream) track(conn *tls.Conn) *tracked {
	t := &tracked{Conn: conn, tls: conn, s: s}
	s.mu.Lock()
	s.open[t] = true
	s.mu.Unlock()
	select {
	case <-s.closed: // Close may have looked before this one was remembered
		_ = t.Close()
	default:
	}
	return t
}

type tracked struct {
	net.Conn
	tls *tls.Conn
	s   *stream
}

// Read ends quietly where this side hung up: raft's transport would report its
// own shutdown as an error.
func (t *tracked) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if errors.Is(err, net.ErrClosed) {
		err = io.EOF
	}
	return n, err
}

// Close closes the connection and forgets it.
func (t *tracked) Close() error {
	t.s.mu.Lock()
	delete(t.s.open, t)
	t.s.mu.Unlock()
	return t.Conn.Close()
}

type nodeAddr spec.NodeID

// Network and String make a node id a net.Addr.
func (nodeAddr) Network() string  { return "fukusen" }
func (a nodeAddr) String() string { return string(a) }
