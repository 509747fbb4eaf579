package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/fukusen/fukusen/node/keys"
)

// authority is a throwaway certificate authority for trying things out: its
// key lies in a file beside its certificate, which no real one would do.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

const (
	authorityLife   = 365 * 24 * time.Hour
	certificateLife = 30 * 24 * time.Hour
	// backdated lets machines whose clocks differ a little accept a fresh certificate.
	backdated = 5 * time.Minute
)

// openAuthority reads the authority in a directory, or makes it there.
func openAuthority(dir string, now time.Time) (*authority, error) {
	certFile, keyFile := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key")
	_, err := os.Stat(keyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return makeAuthority(certFile, keyFile, now)
	}
	if err != nil {
		return nil, fmt.Errorf("--dev-ca: %w", err)
	}
	damaged := func(err error) (*authority, error) {
		return nil, fmt.Errorf("--dev-ca: %s holds no usable authority; name an empty directory (%w)", dir, err)
	}
	certDER, err := readPEM(certFile)
	if err != nil {
		return damaged(err)
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return damaged(err)
	}
	keyDER, err := readPEM(keyFile)
	if err != nil {
		return damaged(err)
	}
	key, err := x509.ParseECPrivateKey(keyDER)
	if err != nil {
		return damaged(err)
	}
	if now.After(cert.NotAfter) {
		return nil, fmt.Errorf("--dev-ca: the authority in %s has expired; name an empty directory", dir)
	}
	return &authority{cert, key}, nil
}

func makeAuthority(certFile, keyFile string, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Fukusen throwaway authority (development)"},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if err := writeCertificate(certFile, der); err != nil {
		return nil, err
	}
	return &authority{cert, key}, writeKey(keyFile, key)
}

// certify makes a server certificate for a host, with the authority's own
// certificate beside it.
func (a *authority) certify(dir, host string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	form := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if host == "localhost" {
		form.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	der, err := x509.CreateCertificate(rand.Reader, form, a.cert, key.Public(), a.key)
	if err != nil {
		return err
	}
	if err := writeKey(filepath.Join(dir, "server.key"), key); err != nil {
		return err
	}
	if err := writeCertificate(filepath.Join(dir, "ca.pem"), a.cert.Raw); err != nil {
		return err
	}
	return writeCertificate(filepath.Join(dir, "server.pem"), der)
}

func serial() *big.Int {
	octets := make([]byte, 16)
	_, _ = rand.Read(octets) // never fails
	return new(big.Int).SetBytes(octets)
}

func readPEM(path string) ([]byte, error) {
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(octets)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", path)
	}
	return block.Bytes, nil
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return keys.Write(path, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// writeCertificate writes what everybody may read: another user's program has
// to be able to trust the authority.
func writeCertificate(path string, der []byte) error {
	if err := keys.Write(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return err
	}
	return os.Chmod(path, 0o644)
}
