package peer_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/peer"
	"github.com/fukusen/fukusen/spec"
)

// issue makes a certificate of an authority, for a host and a time.
func issue(t *testing.T, ca *x509.Certificate, caKey *ecdsa.PrivateKey, host string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host}, NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func authority(t *testing.T) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "throwaway"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-72 * time.Hour), NotAfter: time.Now().Add(72 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return ca, key
}

// Between nodes a wrong certificate is one clear sentence with the way out:
// the wrong host, one that has expired, one of an authority nobody trusts.
func TestAWrongCertificateOfANeighbourIsOneClearSentence(t *testing.T) {
	ca, caKey := authority(t)
	other, otherKey := authority(t)
	tomorrow, yesterday := time.Now().Add(24*time.Hour), time.Now().Add(-24*time.Hour)
	signer, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cert tls.Certificate
		want string
	}{
		"right":             {issue(t, ca, caKey, "localhost", tomorrow), ""},
		"wrong host":        {issue(t, ca, caKey, "elsewhere.example", tomorrow), "not for this host name"},
		"expired":           {issue(t, ca, caKey, "localhost", yesterday), "has expired"},
		"unknown authority": {issue(t, other, otherKey, "localhost", tomorrow), "does not trust"},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "well")
			}))
			s.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshakes are the test
			s.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c.cert}}
			s.StartTLS()
			defer s.Close()
			pool := x509.NewCertPool()
			pool.AddCert(ca)
			transport := peer.NewTransport(dial.Guard{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, CAs: pool})
			defer transport.CloseIdleConnections()
			client := peer.NewClient("https://us.example", func() *spec.Signer { return signer }, time.Now, transport, nil)
			_, port, _ := strings.Cut(s.Listener.Addr().String(), ":")
			_, err := client.Do(t.Context(), spec.NodeID("https://localhost:"+port), peer.Ask{Method: http.MethodGet, Path: "/", Limit: 64})
			if c.want == "" {
				if err != nil {
					t.Errorf("a right certificate: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want one line with %q", err, c.want)
			}
		})
	}
}
