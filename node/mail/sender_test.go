package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/storetest"
)

// TestAnAddressThatDoesNotExistIsToldToTheDesk, once, while the others get
// theirs on the same connection.
func TestAnAddressThatDoesNotExistIsToldToTheDesk(t *testing.T) {
	server := serve(t, settings{Rules: rules{"rcpt": {
		"gone@person.example": "550 5.1.1 <gone@person.example>: no such user", "clerk@desk.example": "550 5.1.1 no such clerk",
	}}})
	g := newGround(t, plain(server))
	g.word("1", "first", notice.ConsentAsked)
	g.word("2", "gone", notice.ConsentAsked)
	g.word("3", "last", notice.ConsentAsked)
	g.send(2)
	if list := server.all(); len(list) != 2 || list[0].To[0] != "first@person.example" || list[1].To[0] != "last@person.example" {
		t.Errorf("the server took %+v", list)
	}
	m := g.only("gone")
	if m.State != inbox.Undeliverable || m.LastError != "address 550 5.1.1" || m.Address != "gone@person.example" {
		t.Errorf("the mail: %+v", m)
	}
	for _, clerk := range []string{"clerk of gone", "clerk without mail"} {
		g.read(func(in inbox.Inbox) error {
			list, err := in.List(clerk, inbox.Place{}, 9)
			if len(list) != 1 || list[0].Kind != notice.MailUndeliverable || list[0].Object != "gone" || list[0].Link != "/desk/mail" {
				t.Errorf("%s was told %+v", clerk, list)
			}
			return err
		})
	}
	// A clerk who wants mail of that kind and cannot be reached is told about to nobody.
	g.do(func(in inbox.Inbox) error { return in.Choose("clerk of also", notice.MailUndeliverable, true) })
	server.rule(rules{"rcpt": {"also@person.example": "553 no", "clerk@desk.example": "550 5.1.1 no such clerk"}})
	g.word("4", "also", notice.RoleGiven)
	g.send(0)
	if m := g.only("clerk of also"); m.State != inbox.Undeliverable {
		t.Errorf("the clerk's mail: %+v", m)
	}
	g.read(func(in inbox.Inbox) error {
		list, err := in.List("clerk of clerk of also", inbox.Place{}, 9)
		if len(list) != 0 {
			t.Errorf("told on: %+v", list)
		}
		return err
	})
}

func TestAMailNotTakenNowIsTriedAgain(t *testing.T) {
	server := serve(t, settings{Rules: rules{
		"rcpt": {"slow@person.example": []string{"450 4.2.1 slow@person.example come later", "552 full", ""}},
		"data": {"policy@person.example": []string{"554 5.7.1 not like this", "451 4.3.0 later", ""}},
	}})
	g := newGround(t, plain(server))
	g.word("1", "slow", notice.ConsentAsked)
	g.word("2", "policy", notice.ConsentAsked)
	for try, want := range [][2]string{{"temporary 450 4.2.1", "refused 554 5.7.1"}, {"temporary 552", "temporary 451 4.3.0"}} {
		g.send(0)
		g.send(0) // before its time nothing is tried
		for n, account := range []string{"slow", "policy"} {
			m := g.only(account)
			if m.State != inbox.Queued || m.Tries != try+1 || m.LastError != want[n] || m.NextAt <= g.clock.Now().Unix() {
				t.Errorf("%s after try %d: %+v", account, try+1, m)
			}
		}
		g.read(func(in inbox.Inbox) error {
			list, err := in.Troubles(inbox.Place{}, 9)
			if len(list) != 2 || list[0].Tries != try+1 || list[0].Domain != "person.example" {
				t.Errorf("the operator sees %+v", list)
			}
			return err
		})
		g.clock.Move(13 * time.Minute)
	}
	g.send(2)
	g.read(func(in inbox.Inbox) error {
		list, err := in.Troubles(inbox.Place{}, 9)
		if len(list) != 0 {
			t.Errorf("when all went out the operator sees %+v", list)
		}
		return err
	})
	if list := server.all(); len(list) != 2 {
		t.Errorf("the server took %d mails", len(list))
	}
}

func TestAMailIsGivenUpAfterThreeDays(t *testing.T) {
	server := serve(t, settings{Rules: rules{"rcpt": {"never@person.example": "530 5.7.0 sign in first"}}})
	g := newGround(t, plain(server))
	g.word("1", "never", notice.ConsentAsked)
	for hours := 0; hours < 100 && g.only("never").State == inbox.Queued; hours++ {
		g.send(0)
		g.clock.Move(time.Hour)
	}
	m := g.only("never")
	if waited := g.clock.Now().Sub(noon); m.State != inbox.Failed || m.Tries < 9 || waited < 48*time.Hour || waited > 90*time.Hour {
		t.Errorf("after %s: %+v", waited, m)
	}
	g.read(func(in inbox.Inbox) error {
		if n, err := in.Unread("clerk of never"); err != nil || n != 0 {
			t.Errorf("a server that wants a sign-in says nothing about an address: %d, %v", n, err)
		}
		return nil
	})
	g.clock.Move(100 * 24 * time.Hour)
	g.send(0)
	g.read(func(in inbox.Inbox) error {
		list, err := in.MailsOf("never", 9)
		if len(list) != 0 {
			t.Errorf("months later: %+v", list)
		}
		return err
	})
}

func TestQuietHoursAndSwitchesHoldMailBackButNotWhatProtectsAnAccount(t *testing.T) {
	server := serve(t, settings{})
	g := newGround(t, plain(server))
	asleep := notice.Quiet{From: "11:30", To: "13:00", Zone: "Asia/Tokyo"}
	g.do(func(in inbox.Inbox) error {
		return errors.Join(in.SetQuiet("a", asleep), in.Choose("b", notice.ConsentAsked, false), in.Choose("b", notice.ImportDone, true))
	})
	g.word("quiet", "a", notice.ConsentAsked)
	g.word("alarm", "a", notice.PasskeyLost)
	g.word("off", "b", notice.ConsentAsked)
	g.word("on", "b", notice.ImportDone)
	g.word("default", "c", notice.ImportDone)
	g.send(2)
	subjects := func() (list []string) {
		for _, m := range server.all() {
			list = append(list, m.To[0]+" "+m.Subject)
		}
		slices.Sort(list)
		return list
	}
	if got := fmt.Sprint(subjects()); got != "[a@person.example A passkey has been removed or suspended b@person.example An import is complete]" {
		t.Errorf("at noon: %s", got)
	}
	g.clock.Move(59*time.Minute + 59*time.Second)
	g.send(0)
	g.clock.Move(time.Second)
	g.send(1)
	if got := fmt.Sprint(subjects()); got != "[a@person.example You have been asked for a consent]" {
		t.Errorf("at one: %s", got)
	}
	g.read(func(in inbox.Inbox) error {
		for account, want := range map[string]int64{"a": 2, "b": 2, "c": 1} {
			if n, err := in.Unread(account); err != nil || n != want {
				t.Errorf("%s has %d messages, %v, want %d", account, n, err, want)
			}
		}
		return nil
	})
}

// TestTwoProcessesDoNotSendTwice lets four senders on two stores race for sixty mails.
func TestTwoProcessesDoNotSendTwice(t *testing.T) {
	server := serve(t, settings{})
	for name, source := range map[string]string{store.SQLite: filepath.Join(t.TempDir(), "node.db"), store.PostgreSQL: ""} {
		t.Run(name, func(t *testing.T) {
			if source == "" {
				source = storetest.Postgres(t)
			}
			grounds := []*ground{groundOn(t, source, plain(server)), groundOn(t, source, plain(server))}
			const count = 60
			for n := range count {
				grounds[0].word(fmt.Sprint(n), fmt.Sprint("a", n), notice.ConsentAsked)
			}
			var all sync.WaitGroup
			for turn := range 4 {
				all.Go(func() {
					if _, err := grounds[turn%2].SendDue(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			seen := map[string]int{}
			for _, m := range server.all() {
				seen[m.To[0]]++
			}
			for address, n := range seen {
				if n != 1 {
					t.Errorf("%s got %d mails", address, n)
				}
			}
			if len(seen) != count {
				t.Errorf("%d got a mail, want %d", len(seen), count)
			}
		})
	}
}

// TestADeadServerIsNotHammered and gets everything when it comes back.
func TestADeadServerIsNotHammered(t *testing.T) {
	first := serve(t, settings{})
	first.stop()
	g := newGround(t, plain(first))
	for n := range 25 {
		g.word(fmt.Sprint(n), fmt.Sprint("a", n), notice.ConsentAsked)
	}
	tries := 0
	for range 240 { // an hour of ticks
		if _, err := g.SendDue(t.Context()); err != nil {
			tries++
		}
		g.clock.Move(15 * time.Second)
	}
	if state := g.State(); tries < 3 || tries > 8 || state.Failures != tries || state.Last != "connection" || !state.Paused.After(noon) {
		t.Errorf("%d tries in an hour, %+v", tries, state)
	}
	if m := g.only("a7"); m.State != inbox.Queued || m.Tries != 0 {
		t.Errorf("a dead server counts as a try: %+v", m)
	}
	second := serve(t, settings{Port: first.port})
	g.clock.Move(30 * time.Minute)
	g.send(25)
	if list := second.all(); len(list) != 25 {
		t.Errorf("the server took %d mails", len(list))
	}
	if state := g.State(); state.Failures != 0 || state.Last != "" || state.Sent != 25 {
		t.Errorf("afterwards: %+v", state)
	}
	g.word("late", "late", notice.ConsentAsked)
	second.stop()
	g.fails("connection")
	g.clock.Move(8 * 24 * time.Hour)
	g.send(0)
	if m := g.only("late"); m.State != inbox.Failed || m.LastError != "stale" {
		t.Errorf("after a week without a server: %+v", m)
	}
}

// TestAServerThatGoesAwayOverOneMailStillGetsTheOthers: each such mail counts
// its tries and moves behind, so that it cannot stand in the way for ever.
func TestAServerThatGoesAwayOverOneMailStillGetsTheOthers(t *testing.T) {
	server := serve(t, settings{Rules: rules{"data": {"poison@person.example": "hang up"}, "mail": {"noreply@club.example": []string{"421 4.3.2 later", ""}}}})
	g := newGround(t, plain(server))
	g.word("1", "poison", notice.ConsentAsked)
	g.word("2", "after", notice.ConsentAsked)
	if fault := g.fails("connection"); fault.Code != 421 {
		t.Errorf("a server that is closing: %v", fault)
	}
	g.clock.Move(time.Minute)
	g.fails("connection")
	if m := g.only("poison"); m.Tries != 1 || m.State != inbox.Queued {
		t.Errorf("the mail over which it went: %+v", m)
	}
	g.clock.Move(2 * time.Minute)
	g.send(1)
	if m := g.only("after"); m.State != inbox.Sent || m.Tries != 1 {
		t.Errorf("the other mail: %+v", m)
	}
}

// TestAMailWhoseNoteFailedGoesOutAgainUnderItsName breaks the note of what was
// sent at its two faults.
func TestAMailWhoseNoteFailedGoesOutAgainUnderItsName(t *testing.T) {
	server := serve(t, settings{})
	for point, want := range map[string]int{"store.commit.before": 2, "store.commit.after": 1} {
		g := newGround(t, plain(server))
		g.send(0) // the first look cleans, which is a write of its own
		g.word("1", "a", notice.ConsentAsked)
		disarm := fail.Arm(point, 2) // claim, then note
		if _, err := g.SendDue(t.Context()); !errors.Is(err, fail.ErrInjected) {
			t.Fatalf("%s: %v", point, err)
		}
		disarm()
		g.send(0)
		g.clock.Move(time.Hour)
		g.send(want - 1)
		list := server.all()
		if len(list) != want || list[0].Headers["message-id"] != list[want-1].Headers["message-id"] {
			t.Errorf("%s: the server took %+v", point, list)
		}
		if m := g.only("a"); m.State != inbox.Sent {
			t.Errorf("%s: %+v", point, m)
		}
	}
}

func TestARunningSenderIsWokenAndStops(t *testing.T) {
	server := serve(t, settings{})
	g := newGround(t, plain(server))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		g.Run(ctx)
	}()
	for n := range 3 {
		g.word(fmt.Sprint(n), "a", notice.ConsentAsked)
		g.Wake()
		if m := server.next(); m.To[0] != "a@person.example" {
			t.Errorf("the server took %+v", m)
		}
	}
	stop()
	<-ended
	if strings.Contains(g.log.String(), "WARN") {
		t.Errorf("a stopped sender complains:\n%s", g.log)
	}
}

// TestAStoppedNodeDoesNotWaitForASilentServer takes one that never answers.
func TestAStoppedNodeDoesNotWaitForASilentServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	g := newGround(t, mail.Config{Server: silent.Addr().String(), From: "noreply@club.example", TLS: mail.None})
	g.word("1", "a", notice.ConsentAsked)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := g.SendDue(ctx)
		ended <- err
	}()
	conn, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("a stopped node complains about the server: %v", err)
		}
	case <-time.After(40 * time.Second): // far more than a few last words, less than a talk
		t.Fatal("a stopped node waits for the server")
	}
	if m := g.only("a"); m.State != inbox.Queued || m.Claim != "" || m.NextAt != noon.Unix() {
		t.Errorf("the mail: %+v", m)
	}
}

func TestWithoutAServerWordStaysInTheInbox(t *testing.T) {
	g := newGround(t, mail.Config{})
	g.word("1", "a", notice.ConsentAsked)
	g.word("2", "a", notice.PasskeyLost)
	g.send(0)
	g.read(func(in inbox.Inbox) error {
		mails, err := in.MailsOf("a", 9)
		n, err2 := in.Unread("a")
		if len(mails) != 0 || n != 2 {
			t.Errorf("%d mails wait, %d messages", len(mails), n)
		}
		return errors.Join(err, err2)
	})
	if g.State().On {
		t.Error("a sender without a server says that it is on")
	}
}
