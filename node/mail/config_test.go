package mail_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/notice"
)

func file(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAWrongSettingSaysWhichAndWhatToDo, and never repeats a password.
func TestAWrongSettingSaysWhichAndWhatToDo(t *testing.T) {
	cert, _ := certificate(t)
	good := mail.Config{Server: "smtp.example.jp:587", From: "noreply@club.example"}
	for name, c := range map[string]struct {
		field  string
		change func(*mail.Config)
	}{
		"none": {"", func(c *mail.Config) { *c = mail.Config{} }}, "least": {"", func(*mail.Config) {}},
		"full": {"", func(c *mail.Config) {
			c.TLS, c.User, c.PasswordFile, c.CAFile = mail.TLS, "node", file(t, "SECRET\n", 0o600), cert
		}},
		"loopback": {"", func(c *mail.Config) { c.Server, c.TLS = "127.0.0.1:25", mail.None }}, "loopback 6": {"", func(c *mail.Config) { c.Server, c.TLS = "[::1]:25", mail.None }},
		"no server": {"server", func(c *mail.Config) { c.Server = "" }}, "no port": {"server", func(c *mail.Config) { c.Server = "smtp.example.jp" }},
		"port 0": {"server", func(c *mail.Config) { c.Server = "smtp.example.jp:0" }}, "no host": {"server", func(c *mail.Config) { c.Server = ":587" }},
		"no from": {"from", func(c *mail.Config) { c.From = "" }}, "a named from": {"from", func(c *mail.Config) { c.From = "Club <noreply@club.example>" }},
		"in the clear": {"tls", func(c *mail.Config) { c.TLS = mail.None }}, "a word": {"tls", func(c *mail.Config) { c.TLS = "ssl" }},
		"near loopback": {"tls", func(c *mail.Config) { c.Server, c.TLS = "localhost.example.jp:25", mail.None }},
		"two passwords": {"password", func(c *mail.Config) { c.User, c.Password, c.PasswordFile = "node", "SECRET", "x" }},
		"no user":       {"user", func(c *mail.Config) { c.Password = "SECRET" }}, "no password": {"password_file", func(c *mail.Config) { c.User = "node" }},
		"lines in user": {"user", func(c *mail.Config) { c.User, c.Password = "no\r\nde", "SECRET" }},
		"no file":       {"password_file", func(c *mail.Config) { c.User, c.PasswordFile = "node", filepath.Join(t.TempDir(), "none") }},
		"open file":     {"password_file", func(c *mail.Config) { c.User, c.PasswordFile = "node", file(t, "SECRET", 0o644) }},
		"two lines":     {"password_file", func(c *mail.Config) { c.User, c.PasswordFile = "node", file(t, "SECRET\nSECRET", 0o600) }},
		"no authority":  {"ca_file", func(c *mail.Config) { c.CAFile = file(t, "SECRET", 0o600) }},
	} {
		config := good
		c.change(&config)
		err := config.Check()
		if c.field == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !errors.Is(err, mail.ErrConfig) || !strings.Contains(err.Error(), ": "+c.field+": ") || !strings.Contains(err.Error(), ": write") && !strings.Contains(err.Error(), ": name") && !strings.Contains(err.Error(), ": take") {
			t.Errorf("%s: %v, want a refusal of %s with a way out", name, err, c.field)
		}
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: the error holds the password: %v", name, err)
		}
		if _, err := mail.NewSender(mail.Options{Config: config}); !errors.Is(err, mail.ErrConfig) {
			t.Errorf("%s: a sender took it: %v", name, err)
		}
	}
}

// TestMailGoesOutOnlyToAServerThatProvesItself over both ways of TLS.
func TestMailGoesOutOnlyToAServerThatProvesItself(t *testing.T) {
	cert, key := certificate(t)
	stranger, _ := certificate(t)
	for _, way := range []string{mail.StartTLS, mail.TLS} {
		server := serve(t, settings{TLS: way, Cert: cert, Key: key})
		config := mail.Config{Server: server.Addr, From: "noreply@club.example", TLS: way, CAFile: cert}
		g := newGround(t, config)
		g.word("1", "a", notice.ConsentAsked)
		g.send(1)
		if m := server.next(); !m.Secure {
			t.Errorf("%s: a mail in the clear to %s", way, m.To)
		}
		for name, authority := range map[string]string{"the system's authorities": "", "another's": stranger} {
			config.CAFile = authority
			g := newGround(t, config)
			g.word("1", "a", notice.ConsentAsked)
			if fault := g.fails("tls"); !strings.Contains(fault.Error(), "certificate") {
				t.Errorf("%s with %s: %v", way, name, fault)
			}
		}
		if list := server.all(); len(list) != 0 {
			t.Errorf("%s: a server that proved nothing got %d mails", way, len(list))
		}
	}
	bare := serve(t, settings{})
	g := newGround(t, mail.Config{Server: bare.Addr, From: "noreply@club.example", CAFile: cert})
	g.word("1", "a", notice.ConsentAsked)
	g.fails("tls")
	if list := bare.all(); len(list) != 0 {
		t.Errorf("a server without STARTTLS got %d mails", len(list))
	}
}

func TestANodeSignsInAtItsServer(t *testing.T) {
	cert, key := certificate(t)
	for _, without := range [][]string{nil, {"PLAIN"}, {"PLAIN", "LOGIN"}} {
		server := serve(t, settings{TLS: mail.StartTLS, Cert: cert, Key: key, Password: "RIGHT", Without: without})
		config := mail.Config{Server: server.Addr, From: "noreply@club.example", CAFile: cert, User: "node", PasswordFile: file(t, "RIGHT\n", 0o600)}
		g := newGround(t, config)
		g.word("1", "a", notice.ConsentAsked)
		if len(without) == 2 {
			g.fails("sign-in")
			continue
		}
		g.send(1)
		if m := server.next(); m.To[0] != "a@person.example" {
			t.Errorf("the server took %+v", m)
		}
		config.Password, config.PasswordFile = "WRONG", ""
		g = newGround(t, config)
		g.word("1", "a", notice.ConsentAsked)
		if fault := g.fails("sign-in"); fault.Code != 535 || strings.Contains(fault.Error(), "WRONG") {
			t.Errorf("a wrong password: %v", fault)
		}
		if m := g.only("a"); m.Tries != 0 || m.LastError != "sign-in 535 5.7.8" {
			t.Errorf("the mail: %+v", m)
		}
		config.User, config.Password = "", ""
		g = newGround(t, config)
		g.word("1", "a", notice.ConsentAsked)
		g.fails("server")
	}
}
