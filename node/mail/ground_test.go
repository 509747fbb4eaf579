package mail_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
)

const origin = "https://club.example"

// noon is a Wednesday's in Japan.
var noon = time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC)

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// notes is a log that many may write.
type notes struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// ground is a store with a sender.
type ground struct {
	*mail.Sender
	t     *testing.T
	store *store.Store
	clock *clock
	log   *notes
}

func newGround(t *testing.T, config mail.Config) *ground {
	t.Helper()
	return groundOn(t, filepath.Join(t.TempDir(), "node.db"), config)
}

func groundOn(t *testing.T, source string, config mail.Config) *ground {
	t.Helper()
	s, err := store.Open(t.Context(), source, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	g := &ground{t: t, store: s, clock: &clock{now: noon}, log: &notes{}}
	g.Sender, err = mail.NewSender(mail.Options{
		Store: s, Config: config, Origin: origin, Inbox: origin + "/inbox", Switches: origin + "/inbox/settings",
		Bounces: "/desk/mail", Clock: g.clock.Now, Log: slog.New(slog.NewTextHandler(g.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Desk: func(_ *store.Tx, account string) ([]mail.Clerk, error) {
			return []mail.Clerk{{Account: "clerk of " + account, Address: "clerk@desk.example", Lang: "en"}, {Account: "clerk without mail"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// plain are the settings for a server on loopback.
func plain(s *server) mail.Config {
	return mail.Config{Server: s.Addr, From: "noreply@club.example", TLS: mail.None}
}

// do writes to the inbox.
func (g *ground) do(steps ...func(inbox.Inbox) error) {
	g.t.Helper()
	if err := g.store.Write(g.t.Context(), func(tx *store.Tx) error {
		for _, step := range steps {
			if err := step(inbox.In(tx)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		g.t.Fatal(err)
	}
}

// word tells an account NAME something, by mail to NAME@person.example.
func (g *ground) word(id, account string, kind notice.Kind) {
	g.t.Helper()
	g.do(func(in inbox.Inbox) error {
		return in.Put(inbox.Word{
			ID: id, Account: account, Kind: kind, Link: "/x", At: g.clock.Now().Unix(), Address: account + "@person.example", Lang: "en",
		})
	})
}

// send sends what is due and wants a number of mails to go out, without a fault
// of the server.
func (g *ground) send(want int) {
	g.t.Helper()
	sent, err := g.SendDue(g.t.Context())
	if err != nil || sent != want {
		g.t.Fatalf("%d mails went out, want %d; %v\n%s", sent, want, err, g.log)
	}
}

// fails sends what is due and wants the server to fail, without a mail.
func (g *ground) fails(class string) *mail.Fault {
	g.t.Helper()
	var fault *mail.Fault
	sent, err := g.SendDue(g.t.Context())
	if !errors.As(err, &fault) || fault.Class != class || sent != 0 {
		g.t.Fatalf("%d mails went out; %v, want a fault of class %s", sent, err, class)
	}
	return fault
}

// only answers the one mail of an account.
func (g *ground) only(account string) (m inbox.Mail) {
	g.t.Helper()
	g.read(func(in inbox.Inbox) error {
		list, err := in.MailsOf(account, 9)
		if err == nil && len(list) != 1 {
			g.t.Fatalf("%s has %d mails", account, len(list))
		}
		if len(list) == 1 {
			m = list[0]
		}
		return err
	})
	return m
}

func (g *ground) read(fn func(inbox.Inbox) error) {
	g.t.Helper()
	if err := g.store.Read(g.t.Context(), func(tx *store.Tx) error { return fn(inbox.In(tx)) }); err != nil {
		g.t.Fatal(err)
	}
}
