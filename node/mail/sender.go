package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
)

const (
	// batch is how many mails follow one another on one connection.
	batch = 10
	// lease is how long a process holds a batch: longer than the talk about all of
	// it may take.
	lease = (batch + 3) * talkMost
	// every is how often due mails are looked for that nobody announced: those of
	// other processes, of ended quiet hours and of tries that come again.
	every = 15 * time.Second
	// stale is how long a mail waits for a server that does not come back. Its
	// message stands in the inbox all the same.
	stale = 7 * 24 * time.Hour
	// kept is how long mails with an end are remembered.
	kept       = 90 * 24 * time.Hour
	cleanEvery = time.Hour
)

// ErrOptions means a sender that was given no store, or pages of another node.
var ErrOptions = errors.New("sender of mails")

// Clerk is somebody at a desk who hears of an undeliverable address.
type Clerk struct {
	Account string
	Address string // empty is the inbox alone
	Lang    string
}

// Options are what a sender works with. Origin, Inbox and Switches are absolute:
// the node's origin, the page of the inbox (where somebody signs in first) and
// that of its settings.
type Options struct {
	Store    *store.Store
	Config   Config
	Origin   string
	Inbox    string
	Switches string
	// Bounces is the path of the desk's page of undeliverable addresses.
	Bounces string
	// Desk answers who looks after an account; nil is nobody. It runs in the
	// transaction that notes the undeliverable mail and must only read.
	Desk func(tx *store.Tx, account string) ([]Clerk, error)
	Log  *slog.Logger
	// Clock is time.Now, and Ticks a tick every 15 seconds, unless a test says
	// otherwise.
	Clock func() time.Time
	Ticks <-chan time.Time
}

// Sender sends the mails that are due. It is safe for concurrent use, and
// several processes may send from one store.
//
// A mail goes out once. Only where a process dies, or the store fails, between
// the server's yes and the note of it, the mail goes out again after the lease,
// with the same Message-ID.
type Sender struct {
	Options
	host string
	wake chan struct{}
	one  sync.Mutex // at a time sends

	mu      sync.Mutex
	state   State
	cleaned time.Time
}

// State is how a sender fares, for the operator's page.
type State struct {
	On       bool      // a server is set
	Failures int       // of the server, in a row
	Paused   time.Time // nothing is sent before, zero for no pause
	Last     string    // the last fault of the server: class and codes
	Sent     int       // mails since the process began
}

// NewSender checks what it is given. Errors: ErrConfig, ErrOptions.
func NewSender(o Options) (*Sender, error) {
	if err := o.Config.Check(); err != nil {
		return nil, err
	}
	home, err := url.Parse(o.Origin)
	if err != nil || o.Store == nil || !within(o.Origin, o.Inbox) || !within(o.Origin, o.Switches) {
		return nil, fmt.Errorf("%w: a store, and pages within the node's origin are needed", ErrOptions)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Sender{Options: o, host: home.Hostname(), wake: make(chan struct{}, 1), state: State{On: o.Config.On()}}, nil
}

// Wake makes a running sender look now. It never waits.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Again makes every waiting mail due now, ends the pause after faults of the
// server and wakes a running sender: an operator has mended something.
func (s *Sender) Again(ctx context.Context) error {
	if err := s.Store.Write(ctx, func(tx *store.Tx) error { return inbox.In(tx).Hasten(s.Clock().Unix()) }); err != nil {
		return err
	}
	s.mu.Lock()
	s.state.Paused = time.Time{}
	s.mu.Unlock()
	s.Wake()
	return nil
}

// State is how the sender fares.
func (s *Sender) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run sends what is due until ctx ends. A mail that is being handed over then
// has a few seconds more.
func (s *Sender) Run(ctx context.Context) {
	ticks := s.Ticks
	if ticks == nil {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		ticks = ticker.C
	}
	for {
		if _, err := s.SendDue(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("mails wait", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-ticks:
		}
	}
}

// SendDue sends what is due and says how many mails the server took. It ends
// early, with a *Fault, when the server fails; it then sends nothing during a
// pause that grows. What became of a single mail is no error.
func (s *Sender) SendDue(ctx context.Context) (sent int, err error) {
	s.one.Lock()
	defer s.one.Unlock()
	if err := s.clean(ctx); err != nil {
		return 0, err
	}
	for ctx.Err() == nil && !s.pausing() {
		claimed, mails, err := s.claim(ctx)
		if err != nil || claimed == 0 {
			return sent, err
		}
		n, err := s.deliver(ctx, mails)
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

func (s *Sender) pausing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Clock().Before(s.state.Paused)
}

// claim takes due mails and, in the same transaction, puts aside those that
// their readers do not want, or not now. It says how many it looked at.
func (s *Sender) claim(ctx context.Context) (claimed int, mails []inbox.Mail, err error) {
	now := s.Clock()
	var due int64
	if err := s.Store.Read(ctx, func(tx *store.Tx) (err error) {
		due, err = inbox.In(tx).Due(now.Unix())
		return err
	}); err != nil || due == 0 {
		return 0, nil, err
	}
	name := rand.Text()
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		in := inbox.In(tx)
		found, err := in.Claim(name, now.Unix(), now.Add(lease).Unix(), batch)
		if err != nil {
			return err
		}
		claimed, mails = len(found), nil
		for _, m := range found {
			wanted, err := s.sift(in, m, now)
			if err != nil {
				return err
			}
			if wanted {
				mails = append(mails, m)
			}
		}
		return nil
	})
	return claimed, mails, err
}

// sift says whether a mail goes out now, and else settles what becomes of it.
func (s *Sender) sift(in inbox.Inbox, m inbox.Mail, now time.Time) (bool, error) {
	way, known := notice.Of(m.Kind)
	chosen, err := in.Choices(m.Account)
	if err != nil {
		return false, err
	}
	if !s.Config.On() || known && !notice.Mails(m.Kind, chosen) {
		return false, in.Drop(m)
	}
	if now.Unix()-m.CreatedAt > int64(stale/time.Second) {
		m.State, m.LastError = inbox.Failed, classStale
		_, err := in.Settle(m)
		return false, err
	}
	if way.Always {
		return true, nil
	}
	quiet, err := in.Quiet(m.Account)
	if err != nil {
		return false, err
	}
	if next := notice.NextAllowed(now, quiet); next.After(now) {
		// Rounded up: a second before the end is still quiet.
		m.NextAt = next.Add(time.Second - time.Nanosecond).Unix()
		_, err := in.Settle(m)
		return false, err
	}
	return true, nil
}

// clean forgets old mails from time to time.
func (s *Sender) clean(ctx context.Context) error {
	now := s.Clock()
	s.mu.Lock()
	due := now.Sub(s.cleaned) >= cleanEvery
	if due {
		s.cleaned = now
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := inbox.In(tx).ForgetMails(now.Add(-kept).Unix())
		return err
	})
}
