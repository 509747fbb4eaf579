// Package mail sends the mails that wait in the store, by SMTP (RFC 5321), to
// the one server that the operator named. A mail says that something waits, of
// which kind in general words, and carries one link to this node.
//
// It refuses anything personal in a mail, a link out of this node, a server
// whose certificate does not hold, and an address or a link in a log or error.
package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/notice"
)

// ErrConfig begins every complaint about the settings of mail.
var ErrConfig = errors.New("mail settings")

// How the way to the server is kept from others.
const (
	StartTLS = "starttls" // on a connection that begins in the clear; the default
	TLS      = "tls"      // from the first octet on
	None     = "none"     // for a server on this machine
)

// Config is what an operator sets about mail. Without a server nothing goes
// out, and people find their word in the inbox alone.
type Config struct {
	// Server is host:port of the server that takes mail from this node.
	Server string `yaml:"server" env:"SERVER"`
	// From is the address that mails come from, such as noreply@club.example.
	From string `yaml:"from" env:"FROM"`
	// User signs in at the server, where it asks for that, with Password or with
	// the only line of PasswordFile, which nobody but the node's user may read.
	User         string `yaml:"user" env:"USER"`
	Password     string `yaml:"password" env:"PASSWORD"`
	PasswordFile string `yaml:"password_file" env:"PASSWORD_FILE"`
	// TLS is starttls (also when empty), tls or none.
	TLS string `yaml:"tls" env:"TLS"`
	// CAFile has authorities beyond the system's, in PEM.
	CAFile string `yaml:"ca_file" env:"CA_FILE"`
}

// On says whether mails go out at all.
func (c Config) On() bool { return c.Server != "" }

// Check says which setting is wrong, what it has to be and what to do.
func (c Config) Check() error {
	if !c.On() {
		if c != (Config{}) {
			return wrong("server", "the other settings need it: write host:port, such as smtp.example.jp:587, or take them all out")
		}
		return nil
	}
	host, port, err := net.SplitHostPort(c.Server)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || n == 0 || host == "" || strings.ContainsFunc(host, unprintable) {
		return wrong("server", "host and port are needed: write host:port, such as smtp.example.jp:587")
	}
	if err := notice.Address(c.From); err != nil {
		return wrong("from", "one mail address alone is needed: write one that takes mail, such as noreply@club.example")
	}
	switch c.TLS {
	case "", StartTLS, TLS:
	case None:
		if !loopback(host) {
			return wrong("tls", "none is for a server on this machine alone: write starttls (port 587) or tls (port 465)")
		}
	default:
		return wrong("tls", "starttls, tls or none is needed: write starttls for port 587, tls for port 465")
	}
	switch {
	case c.Password != "" && c.PasswordFile != "":
		return wrong("password", "it stands in two places: take out password, or password_file")
	case c.User == "" && (c.Password != "" || c.PasswordFile != ""):
		return wrong("user", "a password without a user: write the user, or take the password out")
	case c.User != "" && c.Password == "" && c.PasswordFile == "":
		return wrong("password_file", "a user without a password: name the file that holds it, or take the user out")
	case strings.ContainsFunc(c.User, unprintable):
		return wrong("user", "only printable characters: write it again")
	}
	if _, err := c.secret(); err != nil {
		return err
	}
	_, err = c.authorities()
	return err
}

func wrong(field, need string) error { return fmt.Errorf("%w: %s: %s", ErrConfig, field, need) }

func unprintable(r rune) bool { return r <= ' ' || r == 0x7f }

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// secret is the password, read anew each time, so that it can be changed under
// a running node.
func (c Config) secret() (string, error) {
	if c.PasswordFile == "" {
		return c.Password, nil
	}
	info, err := os.Stat(c.PasswordFile)
	if err != nil {
		return "", wrong("password_file", "it cannot be read: name a file that the node's user can read")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", wrong("password_file", "others can read it: take their right away (chmod 600)")
	}
	octets, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", wrong("password_file", "it cannot be read: name a file that the node's user can read")
	}
	line := strings.TrimRight(string(octets), "\r\n")
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", wrong("password_file", "one line with the password is needed: write that alone")
	}
	return line, nil
}

// authorities are whom the server's certificate may come from; nil is the
// system's.
func (c Config) authorities() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	octets, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, wrong("ca_file", "it cannot be read: name a file of certificates in PEM")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(octets) {
		return nil, wrong("ca_file", "it has no certificate: name a file of certificates in PEM")
	}
	return pool, nil
}
