package inbox_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// TestADueMailIsClaimedOnce by one of two processes, and by the other one only
// when the first let its time pass.
func TestADueMailIsClaimedOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.Put(word("a", 1)), in.Put(word("a", 2)), in.Put(word("a", 50)))
		})
		due := func(now int64) int64 {
			return get(t, s, func(in inbox.Inbox) (int64, error) { return in.Due(now) })
		}
		if due(0) != 0 || due(10) != 2 || due(50) != 3 {
			t.Errorf("due: %d, %d and %d", due(0), due(10), due(50))
		}
		first := claim(t, s, "one", 10, 20, 5)
		if mailIDs(first) != "a-01 a-02" || first[0].Link != "https://club.example/inbox" || first[0].Lang != "ja" || first[0].Claim != "one" {
			t.Fatalf("claimed %+v", first)
		}
		if again := claim(t, s, "one", 10, 20, 5); mailIDs(again) != "a-01 a-02" {
			t.Errorf("asked again: %s", mailIDs(again))
		}
		if other := claim(t, s, "two", 19, 30, 5); len(other) != 0 {
			t.Errorf("the other process got %s", mailIDs(other))
		}
		late := claim(t, s, "three", 20, 30, 5)
		if mailIDs(late) != "a-01 a-02" {
			t.Errorf("when the time had passed: %s", mailIDs(late))
		}
		settle := func(m inbox.Mail) (held bool) {
			write(t, s, func(in inbox.Inbox) (err error) { held, err = in.Settle(m); return err })
			return held
		}
		sent := func(m inbox.Mail) inbox.Mail { m.State, m.SentAt = inbox.Sent, 25; return m }
		if settle(sent(first[0])) {
			t.Error("who let the time pass settled over the other")
		}
		if !settle(sent(late[0])) || settle(sent(late[0])) {
			t.Error("who holds the mail could not settle it once")
		}
		next := late[1]
		next.Tries, next.NextAt, next.LastError = 1, 40, "450 4.2.1"
		if !settle(next) {
			t.Error("a mail could not be put off")
		}
		if early := claim(t, s, "four", 39, 60, 5); len(early) != 0 {
			t.Errorf("before its time: %s", mailIDs(early))
		}
		if due := claim(t, s, "five", 50, 60, 1); mailIDs(due) != "a-02" || due[0].Tries != 1 || due[0].LastError != "450 4.2.1" {
			t.Errorf("due: %+v", due)
		}
	})
}

// TestWhoWaitedForAnotherClaimGetsNoneOfIt: PostgreSQL lets the second process
// choose its mails before the first has committed, and then wait for them.
func TestWhoWaitedForAnotherClaimGetsNoneOfIt(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error { return errors.Join(in.Put(word("a", 1)), in.Put(word("a", 2))) })
		var second sync.WaitGroup
		var late []inbox.Mail
		var begin sync.Once
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			mails, err := inbox.In(tx).Claim("first", 10, 20, 5)
			if err != nil || mailIDs(mails) != "a-01 a-02" {
				return fmt.Errorf("the first got %s: %w", mailIDs(mails), err)
			}
			begin.Do(func() { second.Go(func() { late = claim(t, s, "second", 10, 20, 5) }) })
			for s.Engine() == store.PostgreSQL {
				waiting, err := engine.One(tx.Rows(), engine.Only[int64], `SELECT COUNT(*) FROM pg_locks WHERE NOT granted`)
				if err != nil || waiting > 0 {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		second.Wait()
		if len(late) != 0 {
			t.Errorf("the second got %s", mailIDs(late))
		}
	})
}

func TestManyProcessesShareTheDueMails(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		const count = 60
		write(t, s, func(in inbox.Inbox) error {
			for n := range count {
				if err := in.Put(word("a", n)); err != nil {
					return err
				}
			}
			return nil
		})
		var mu sync.Mutex
		taken := map[string]int{}
		var all sync.WaitGroup
		for process := range 6 {
			all.Go(func() {
				for turn := 0; ; turn++ {
					var mails []inbox.Mail
					err := s.Write(t.Context(), func(tx *store.Tx) (err error) {
						mails, err = inbox.In(tx).Claim(fmt.Sprint(process, ".", turn), 100, 200, 7)
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, m := range mails {
						taken[m.ID]++
					}
					done := len(taken) == count
					mu.Unlock()
					// An empty hand may only mean that another took the same seven first.
					if done || turn > 10*count {
						return
					}
				}
			})
		}
		all.Wait()
		for id, n := range taken {
			if n != 1 {
				t.Errorf("%s was given out %d times", id, n)
			}
		}
		if len(taken) != count {
			t.Errorf("%d mails were given out", len(taken))
		}
	})
}

func TestAMailWithAnEndForgetsWhatNobodyNeeds(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			for n := range 5 {
				if err := in.Put(word("a", n)); err != nil {
					return err
				}
			}
			return nil
		})
		mails := claim(t, s, "one", 9, 20, 9)
		states := []string{inbox.Sent, inbox.Failed, inbox.Undeliverable, inbox.Queued}
		write(t, s, func(in inbox.Inbox) error {
			for n, state := range states {
				mails[n].State, mails[n].LastError = state, "word"
				if _, err := in.Settle(mails[n]); err != nil {
					return err
				}
			}
			return in.Drop(mails[4])
		})
		kept := get(t, s, func(in inbox.Inbox) ([]inbox.Mail, error) { return in.MailsOf("a", 9) })
		if len(kept) != 4 {
			t.Fatalf("%d mails", len(kept))
		}
		for n, m := range kept {
			want := states[3-n]
			if m.State != want || (m.Address == "") != (want == inbox.Sent) || (m.Link == "") != (want != inbox.Queued) || m.Claim != "" {
				t.Errorf("%s: %+v", want, m)
			}
		}
		write(t, s, func(in inbox.Inbox) error { _, err := in.ForgetMails(2); return err })
		left := get(t, s, func(in inbox.Inbox) ([]inbox.Mail, error) { return in.MailsOf("a", 9) })
		if mailIDs(left) != "a-03 a-02" {
			t.Errorf("after forgetting what is old: %s", mailIDs(left))
		}
		if n := get(t, s, func(in inbox.Inbox) (int64, error) { return in.Unread("a") }); n != 5 {
			t.Errorf("%d messages, want 5", n)
		}
	})
}

// TestTheOperatorSeesNoAddressAndTheDeskItsOwnOnly.
func TestTheOperatorSeesNoAddressAndTheDeskItsOwnOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.Put(word("a", 1)), in.Put(word("b", 2)), in.Put(word("c", 3)), in.Put(word("d", 4)))
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			orgs := organisation.In(tx)
			return errors.Join(
				orgs.PutMembership(organisation.Membership{Organisation: "club", Account: "a", Role: "person", State: organisation.Active}),
				orgs.PutMembership(organisation.Membership{Organisation: "school", Account: "b", Role: "person", State: organisation.Active}),
				orgs.PutMembership(organisation.Membership{Organisation: "club", Account: "b", Role: "person", State: organisation.Ended, EndedAt: 5}))
		}); err != nil {
			t.Fatal(err)
		}
		mails := claim(t, s, "one", 9, 20, 9)
		write(t, s, func(in inbox.Inbox) error {
			for n, state := range []string{inbox.Undeliverable, inbox.Undeliverable, inbox.Queued, inbox.Sent} {
				mails[n].State, mails[n].LastError = state, "550 5.1.1"
				if state == inbox.Sent {
					mails[n].LastError = ""
				}
				if _, err := in.Settle(mails[n]); err != nil {
					return err
				}
			}
			return nil
		})
		seen := get(t, s, func(in inbox.Inbox) ([]inbox.Trouble, error) { return in.Troubles(inbox.Place{}, 9) })
		if got := ids(seen, func(m inbox.Trouble) string { return m.ID + " " + m.State + " " + m.Domain }); got !=
			"c-03 queued person.example b-02 undeliverable person.example a-01 undeliverable person.example" {
			t.Errorf("the operator sees %s", got)
		}
		if strings.Contains(fmt.Sprintf("%+v", seen), "@") {
			t.Errorf("an address: %+v", seen)
		}
		counts := get(t, s, inbox.Inbox.Counts)
		if fmt.Sprint(counts) != "[{queued 1} {sent 1} {undeliverable 2}]" {
			t.Errorf("counts: %v", counts)
		}
		bounces := func(organisation string, from inbox.Place) []inbox.Bounce {
			return get(t, s, func(in inbox.Inbox) ([]inbox.Bounce, error) { return in.Bounces(organisation, from, 9) })
		}
		accounts := func(list []inbox.Bounce) string {
			return ids(list, func(b inbox.Bounce) string { return b.Account + " " + b.Address })
		}
		all := bounces("", inbox.Place{})
		if got := accounts(all); got != "b b@person.example a a@person.example" {
			t.Errorf("all: %s", got)
		}
		if got := accounts(bounces("", all[0].Place())); got != "a a@person.example" {
			t.Errorf("after the first: %s", got)
		}
		if got := accounts(bounces("club", inbox.Place{})); got != "a a@person.example" {
			t.Errorf("the club's desk sees %s", got)
		}
		write(t, s, func(in inbox.Inbox) error { return in.Mended("a") })
		if got := accounts(bounces("", inbox.Place{})); got != "b b@person.example" {
			t.Errorf("after the address was put right: %s", got)
		}
	})
}

// TestEveryWriteMayFailAndMayBeRepeated breaks each write at its two faults.
func TestEveryWriteMayFailAndMayBeRepeated(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.Put(word("z", 1)), in.Put(word("z", 2)), in.Put(word("z", 3)), in.Put(word("y", 4)))
		})
		held := func(in inbox.Inbox, n int) (inbox.Mail, error) {
			mails, err := in.Claim("me", 10, 20, 4)
			if err != nil || len(mails) <= n {
				return inbox.Mail{}, err
			}
			return mails[n], nil
		}
		for _, step := range []struct {
			name string
			run  func(inbox.Inbox) error
		}{
			{"Put", func(in inbox.Inbox) error { return in.Put(word("a", 60)) }},
			{"MarkRead", func(in inbox.Inbox) error { return in.MarkRead("z", "z-01", 11) }},
			{"MarkAllRead", func(in inbox.Inbox) error { return in.MarkAllRead("z", inbox.Place{}, 12) }},
			{"Choose", func(in inbox.Inbox) error { return in.Choose("a", notice.RoleGiven, false) }},
			{"SetQuiet", func(in inbox.Inbox) error {
				return in.SetQuiet("a", notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"})
			}},
			{"Claim", func(in inbox.Inbox) error { _, err := in.Claim("me", 10, 20, 4); return err }},
			{"Settle", func(in inbox.Inbox) error {
				m, err := held(in, 3)
				if err != nil || m.ID != "y-04" {
					return err
				}
				m.State, m.LastError = inbox.Undeliverable, "550"
				_, err = in.Settle(m)
				return err
			}},
			{"Drop", func(in inbox.Inbox) error {
				m, err := held(in, 2)
				return errors.Join(err, in.Drop(m))
			}},
			{"Mended", func(in inbox.Inbox) error { return in.Mended("y") }},
			{"Forget", func(in inbox.Inbox) error { return in.Forget("a") }},
		} {
			tx := func(tx *store.Tx) error { return step.run(inbox.In(tx)) }
			before := dump(t, s)
			disarm := fail.Arm("store.commit.before", 1)
			if err := s.Write(t.Context(), tx); !errors.Is(err, fail.ErrInjected) || dump(t, s) != before {
				t.Fatalf("%s failed (%v) and left:\n%s", step.name, err, dump(t, s))
			}
			disarm()
			disarm = fail.Arm("store.commit.after", 1)
			if err := s.Write(t.Context(), tx); !errors.Is(err, fail.ErrInjected) {
				t.Fatalf("%s: %v", step.name, err)
			}
			disarm()
			once := dump(t, s)
			if once == before {
				t.Errorf("%s changed nothing, so this shows nothing", step.name)
			}
			if err := s.Write(t.Context(), tx); err != nil || dump(t, s) != once {
				t.Errorf("%s repeated (%v):\n%s\nafter:\n%s", step.name, err, dump(t, s), once)
			}
		}
	})
}
