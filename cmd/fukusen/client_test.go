package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Each way a certificate can be wrong is one sentence that says what to do.
func TestAWrongCertificateIsOneClearSentence(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	good, err := openAuthority(filepath.Join(dir, "authority"), now.Add(-90*24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openAuthority(filepath.Join(dir, "stranger"), now); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		host, trusts string
		at           time.Time
		want         string
	}{
		"good":              {"localhost", "authority", now, ""},
		"wrong host":        {"other.example", "authority", now, "not for this host name"},
		"expired":           {"localhost", "authority", now.Add(-60 * 24 * time.Hour), "has expired or is not valid yet"},
		"not valid yet":     {"localhost", "authority", now.Add(24 * time.Hour), "has expired or is not valid yet"},
		"unknown authority": {"localhost", "stranger", now, "an authority that is not trusted here"},
	} {
		t.Run(name, func(t *testing.T) {
			files := filepath.Join(dir, name)
			if err := good.certify(files, c.host, c.at); err != nil {
				t.Fatal(err)
			}
			ask, err := remote{URL: presenting(t, files), CA: filepath.Join(dir, c.trusts, "ca.pem")}.client("")
			if err != nil {
				t.Fatal(err)
			}
			var got struct{}
			err = ask.get(t.Context(), "/", &got)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("a good certificate was refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("got %v, want one sentence with %q", err, c.want)
			}
		})
	}
}

// presenting serves with the certificate in a directory and returns the address.
func presenting(t *testing.T, files string) string {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(filepath.Join(files, "server.pem"), filepath.Join(files, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "https://localhost:" + port
}
