package mail_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// settings are what testdata/server.py reads first.
type settings struct {
	Port     int      `json:"port,omitempty"`
	Rules    rules    `json:"rules"`
	TLS      string   `json:"tls,omitempty"` // none, starttls or tls
	Cert     string   `json:"cert,omitempty"`
	Key      string   `json:"key,omitempty"`
	Password string   `json:"password,omitempty"` // of the user "node"
	Without  []string `json:"without,omitempty"`  // ways to sign in that it does not know
}

// rules are replies by step (mail, rcpt, data) and address: a text, or a list of
// texts of which each is used once.
type rules map[string]map[string]any

// taken is a message as the server and Python's email module saw it.
type taken struct {
	From     string
	To       []string
	Options  []string
	Helo     string
	Secure   bool
	Raw      string
	Subject  string
	Body     string
	Defects  []string
	Headers  map[string]string
	Port     int
	Ruled    bool
	Original []byte `json:"-"`
}

// server is one running mail server.
type server struct {
	t     *testing.T
	Addr  string
	port  int
	input io.WriteCloser
	lines chan taken
	done  chan struct{}
}

// interpreter is a Python with aiosmtpd, or empty.
var interpreter = sync.OnceValue(func() string {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import aiosmtpd").Run() == nil {
			return name
		}
	}
	return ""
})

// python answers an interpreter with aiosmtpd, or skips.
func python(t *testing.T) string {
	t.Helper()
	if name := interpreter(); name != "" {
		return name
	}
	const need = "the mail tests need python3 with aiosmtpd (Debian: python3-aiosmtpd)"
	if os.Getenv("CI") == "true" {
		t.Fatal(need)
	}
	t.Skip(need)
	return ""
}

// serve starts a mail server on loopback, which ends with the test.
func serve(t *testing.T, with settings) *server {
	t.Helper()
	process := exec.Command(python(t), filepath.Join("testdata", "server.py"))
	complaints := &bytes.Buffer{}
	process.Stderr = complaints
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, input: input, lines: make(chan taken, 1000), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer close(s.lines)
		read := bufio.NewScanner(output)
		read.Buffer(nil, 1<<20)
		for read.Scan() {
			var line taken
			if err := json.Unmarshal(read.Bytes(), &line); err != nil {
				t.Errorf("the mail server said %q: %v", read.Text(), err)
			}
			line.Original, _ = base64.StdEncoding.DecodeString(line.Raw)
			s.lines <- line
		}
		_ = process.Wait()
	}()
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("the mail server's complaints:\n%s", complaints)
		}
	})
	s.tell(with)
	s.port = s.next().Port
	s.Addr = fmt.Sprintf("127.0.0.1:%d", s.port)
	return s
}

func (s *server) tell(what any) {
	s.t.Helper()
	if err := json.NewEncoder(s.input).Encode(what); err != nil {
		s.t.Fatal(err)
	}
}

// rule changes what the server answers. No message may be unread.
func (s *server) rule(r rules) {
	s.t.Helper()
	s.tell(r)
	if line := s.next(); !line.Ruled {
		s.t.Fatalf("an unread message: %+v", line)
	}
}

// next is the next thing the server says.
func (s *server) next() taken {
	s.t.Helper()
	select {
	case line, ok := <-s.lines:
		if !ok {
			s.t.Fatal("the mail server ended")
		}
		return line
	case <-time.After(30 * time.Second):
		s.t.Fatal("the mail server said nothing")
	}
	return taken{}
}

// all are the messages taken since the last look. It asks the server, so that
// none is on its way.
func (s *server) all() (list []taken) {
	s.t.Helper()
	s.tell(nil)
	for {
		line := s.next()
		if line.Ruled {
			return list
		}
		list = append(list, line)
	}
}

func (s *server) stop() {
	_ = s.input.Close()
	<-s.done
}

// certificate makes one for loopback that is its own authority, as files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	octets, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: octets}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
