package replica

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Both ends of a raft connection show a self-signed certificate that carries
// the node id as its only URI. No authority vouches for it: what counts is that
// its Ed25519 key is one that the node's key history lists (use "tls").

// noExpiry is RFC 5280 section 4.1.2.5's date for "no well-defined end": the
// key history says when a key ends, not the certificate.
var noExpiry = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)

func certificate(node spec.NodeID, signer *spec.Signer) (tls.Certificate, error) {
	origin, err := url.Parse(string(node))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("node id: %w", err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "Fukusen council"},
		URIs:         []*url.URL{origin},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     noExpiry,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, signer.Public(), signer.Private())
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make TLS certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer.Private()}, nil
}

// shown is the certificate of the key that this node proves itself with. It is
// made anew when the key has changed.
type shown struct {
	node spec.NodeID
	key  func() *spec.Signer

	mu   sync.Mutex
	kid  string
	cert tls.Certificate
}

func (s *shown) certificate() (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	signer := s.key()
	if s.kid != signer.KID() {
		cert, err := certificate(s.node, signer)
		if err != nil {
			return nil, err
		}
		s.kid, s.cert = signer.KID(), cert
	}
	cert := s.cert
	return &cert, nil
}

func (s *shown) toClient(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.certificate() }

func (s *shown) toServer(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return s.certificate()
}

// pins decides which keys may stand at the other end.
type pins struct {
	keys   func(spec.NodeID) []ed25519.PublicKey
	admits func(spec.NodeID) bool
}

var errUnpinned = errors.New("the certificate's key is not pinned for a council node")

// check refuses everyone but a council node with a pinned key. Raft dials only
// its own servers, so a dialled node has to be the expected one; a caller, for
// whom expected is empty, has to be one that may call at all.
func (p pins) check(state tls.ConnectionState, expected spec.NodeID) error {
	if len(state.PeerCertificates) != 1 || len(state.PeerCertificates[0].URIs) != 1 {
		return errUnpinned
	}
	leaf := state.PeerCertificates[0]
	key, ok := leaf.PublicKey.(ed25519.PublicKey)
	node := spec.NodeID(leaf.URIs[0].String())
	if expected == "" && !p.admits(node) || expected != "" && node != expected || !ok {
		return errUnpinned
	}
	for _, pinned := range p.keys(node) {
		if key.Equal(pinned) {
			return nil
		}
	}
	return errUnpinned
}

// Two protocols share the port: raft's, and the short question how far a new
// council member has come.
const (
	protocolRaft     = "fukusen-raft/1"
	protocolProgress = "fukusen-raft-progress/1"
)

func (p pins) server(own *shown) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		GetCertificate:         own.toClient,
		ClientAuth:             tls.RequireAnyClientCert,
		NextProtos:             []string{protocolRaft, protocolProgress},
		SessionTicketsDisabled: true,
		VerifyConnection:       func(s tls.ConnectionState) error { return p.check(s, "") },
	}
}

func (p pins) client(own *shown, to spec.NodeID, protocol string) *tls.Config {
	return &tls.Config{
		MinVersion:           tls.VersionTLS13,
		GetClientCertificate: own.toServer,
		NextProtos:           []string{protocol},
		ServerName:           to.Host(),
		InsecureSkipVerify:   true, // no authority is asked: VerifyConnection compares the pinned key
		VerifyConnection:     func(s tls.ConnectionState) error { return p.check(s, to) },
	}
}
