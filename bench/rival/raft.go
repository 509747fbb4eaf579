package rival

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"

	"github.com/fukusen/fukusen/spec"
)

// Raft is hashicorp/raft with the log store, transport and settings of the
// council and a state machine that does nothing: what agreement itself costs.
type Raft struct {
	raft      *raft.Raft
	transport *raft.NetworkTransport
	wal       *wal.WAL
	meta      *metadb.BoltMetaDB
}

type idle struct{}

func (idle) Apply(*raft.Log) any                 { return nil }
func (idle) ApplyBatch(logs []*raft.Log) []any   { return make([]any, len(logs)) }
func (idle) Snapshot() (raft.FSMSnapshot, error) { return nil, os.ErrInvalid }
func (idle) Restore(io.ReadCloser) error         { return os.ErrInvalid }

// StartRaft starts three servers below a directory and answers the one that
// leads. elections is their timeout.
func StartRaft(ctx context.Context, dir string, elections time.Duration) (leader *Raft, stop func(), err error) {
	var all []*Raft
	stop = func() {
		for _, b := range all {
			b.close()
		}
	}
	var streams []*mutualTLS
	var servers []raft.Server
	for range Voters {
		s, err := newMutualTLS()
		if err != nil {
			return nil, stop, err
		}
		streams = append(streams, s)
		servers = append(servers, raft.Server{ID: raft.ServerID(s.Addr().String()), Address: raft.ServerAddress(s.Addr().String())})
	}
	for i, s := range streams {
		s.peers = streams
		b, err := startServer(filepath.Join(dir, fmt.Sprint(i)), s, elections)
		if err != nil {
			return nil, stop, err
		}
		all = append(all, b)
	}
	if err := all[0].raft.BootstrapCluster(raft.Configuration{Servers: servers}).Error(); err != nil {
		return nil, stop, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = Until(ctx, "a bare leader", func() (bool, error) {
		for _, b := range all {
			if b.raft.State() == raft.Leader {
				leader = b
			}
		}
		return leader != nil, nil
	})
	if err == nil {
		err = leader.Apply("warm up")
	}
	return leader, stop, err
}

func startServer(dir string, stream *mutualTLS, elections time.Duration) (*Raft, error) {
	if err := os.MkdirAll(filepath.Join(dir, "log"), 0o700); err != nil {
		return nil, err
	}
	b := &Raft{meta: &metadb.BoltMetaDB{}}
	var err error
	b.wal, err = wal.Open(filepath.Join(dir, "log"), wal.WithSegmentSize(8<<20), wal.WithMetaStore(b.meta))
	if err != nil {
		return nil, err
	}
	cache, err := raft.NewLogCache(256, b.wal)
	if err != nil {
		return nil, err
	}
	snapshots, err := raft.NewFileSnapshotStore(dir, 2, io.Discard)
	if err != nil {
		return nil, err
	}
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(stream.Addr().String())
	c.HeartbeatTimeout, c.ElectionTimeout = elections, elections
	c.LeaderLeaseTimeout = elections * 7 / 10
	c.BatchApplyCh = true
	c.SnapshotThreshold, c.TrailingLogs = 1<<30, 1024
	c.LogOutput = io.Discard
	b.transport = raft.NewNetworkTransport(stream, 3, 10*time.Second, io.Discard)
	b.raft, err = raft.NewRaft(c, idle{}, cache, b.wal, snapshots, b.transport)
	return b, err
}

// Apply has the servers agree on octets.
func (b *Raft) Apply(octets string) error { return b.raft.Apply([]byte(octets), 0).Error() }

func (b *Raft) close() {
	_ = b.raft.Shutdown().Error()
	_ = b.transport.Close()
	_ = b.wal.Close()
	_ = b.meta.Close()
}

// mutualTLS is a raft stream layer over TLS 1.3 with pinned Ed25519 keys at
// both ends, as the council has it.
type mutualTLS struct {
	net.Listener
	cert  tls.Certificate
	key   ed25519.PublicKey
	peers []*mutualTLS
}

func newMutualTLS() (*mutualTLS, error) {
	signer, err := spec.GenerateSigner()
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, signer.Public(), signer.Private())
	if err != nil {
		return nil, err
	}
	m := &mutualTLS{cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer.Private()}, key: signer.Public()}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m.Listener = tls.NewListener(l, m.config())
	return m, nil
}

func (m *mutualTLS) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{m.cert}, ClientAuth: tls.RequireAnyClientCert,
		SessionTicketsDisabled: true, InsecureSkipVerify: true, // the pinned key counts, no authority
		VerifyConnection: func(s tls.ConnectionState) error {
			for _, p := range m.peers {
				if p.key.Equal(s.PeerCertificates[0].PublicKey) {
					return nil
				}
			}
			return errors.New("the key is not pinned")
		},
	}
}

// Dial connects to another server.
func (m *mutualTLS) Dial(to raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	return tls.DialWithDialer(&net.Dialer{Timeout: timeout}, "tcp", string(to), m.config())
}
