package inbox_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/node/store/inbox"
)

func TestAnInboxIsReadNewestFirstAndInPages(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			for n := 1; n <= 5; n++ {
				w := word("a", n)
				w.At = int64(n / 2) // two in one second
				if err := errors.Join(in.Put(w), in.Put(word("b", n))); err != nil {
					return err
				}
			}
			return nil
		})
		var seen []string
		from := inbox.Place{}
		for {
			page := get(t, s, func(in inbox.Inbox) ([]inbox.Message, error) { return in.List("a", from, 2) })
			if len(page) == 0 {
				break
			}
			seen = append(seen, messageIDs(page))
			var err error
			if from, err = inbox.ParsePlace(page[len(page)-1].Place().String()); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(seen, " | "); got != "a-05 a-04 | a-03 a-02 | a-01" {
			t.Errorf("pages: %s", got)
		}
		m := get(t, s, func(in inbox.Inbox) (inbox.Message, error) { return in.Get("a", "a-03") })
		if m != (inbox.Message{ID: "a-03", Account: "a", Kind: notice.ConsentAsked, Object: "object-3", Link: "/consents", CreatedAt: 1}) {
			t.Errorf("one message: %+v", m)
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := inbox.In(tx).Get("b", "a-03"); return err })
		if !errors.Is(err, engine.ErrNotFound) {
			t.Errorf("the message of somebody else: %v", err)
		}
	})
}

func TestAReadMarkIsTheReadersOwn(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(in inbox.Inbox) error {
			for n := 1; n <= 4; n++ {
				if err := errors.Join(in.Put(word("a", n)), in.Put(word("b", n))); err != nil {
					return err
				}
			}
			return nil
		})
		unread := func(account string) int64 {
			return get(t, s, func(in inbox.Inbox) (int64, error) { return in.Unread(account) })
		}
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.MarkRead("a", "a-02", 20), in.MarkRead("a", "a-02", 30), in.MarkRead("b", "a-01", 20))
		})
		if unread("a") != 3 || unread("b") != 4 {
			t.Errorf("unread: %d and %d, want 3 and 4", unread("a"), unread("b"))
		}
		write(t, s, func(in inbox.Inbox) error { return in.MarkAllRead("a", inbox.Place{At: 3, ID: "a-03"}, 40) })
		list := get(t, s, func(in inbox.Inbox) ([]inbox.Message, error) { return in.List("a", inbox.Place{}, 9) })
		if len(list) != 4 || list[0].ReadAt != 0 || list[1].ReadAt != 40 || list[2].ReadAt != 20 || list[3].ReadAt != 40 {
			t.Errorf("marks: %+v", list)
		}
		write(t, s, func(in inbox.Inbox) error { return in.MarkAllRead("a", inbox.Place{}, 50) })
		if unread("a") != 0 || unread("b") != 4 {
			t.Errorf("unread: %d and %d, want 0 and 4", unread("a"), unread("b"))
		}
	})
}

// TestAnAddressThatIsNoneIsTheDesksToMend and stops no transaction.
func TestAnAddressThatIsNoneIsTheDesksToMend(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		for n, bad := range []string{
			"a@person.example\r\nBcc: b@person.example", "\x00\xff", "太郎＠例え.jp", strings.Repeat("あ", 200), "a@person.example, b@person.example",
		} {
			w := word("a", n+1)
			w.Address = bad
			write(t, s, func(in inbox.Inbox) error { return in.Put(w) })
		}
		if mails := claim(t, s, "one", 99, 100, 9); len(mails) != 0 {
			t.Errorf("due: %+v", mails)
		}
		if n := get(t, s, func(in inbox.Inbox) (int64, error) { return in.Unread("a") }); n != 5 {
			t.Errorf("%d messages, want 5", n)
		}
		bounces := get(t, s, func(in inbox.Inbox) ([]inbox.Bounce, error) { return in.Bounces("", inbox.Place{}, 9) })
		if len(bounces) != 5 || bounces[2].Address != "太郎＠例え.jp" || bounces[4].Address != "a@person.exampleBcc: b@person.example" || bounces[4].LastError != "address" {
			t.Errorf("the desk sees %+v", bounces)
		}
	})
}

func TestAWordIsToldOnceAndOnlyByMailWithAnAddress(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		later := word("a", 1)
		later.At, later.Address = 9, "other@person.example"
		silent := word("a", 2)
		silent.Address = ""
		write(t, s, func(in inbox.Inbox) error { return errors.Join(in.Put(word("a", 1)), in.Put(later), in.Put(silent)) })
		list := get(t, s, func(in inbox.Inbox) ([]inbox.Message, error) { return in.List("a", inbox.Place{}, 9) })
		if messageIDs(list) != "a-02 a-01" || list[1].CreatedAt != 1 {
			t.Errorf("messages: %+v", list)
		}
		mails := get(t, s, func(in inbox.Inbox) ([]inbox.Mail, error) { return in.MailsOf("a", 9) })
		if mailIDs(mails) != "a-01" || mails[0].Address != "a@person.example" {
			t.Errorf("mails: %+v", mails)
		}
		before := dump(t, s)
		for _, bad := range []inbox.Word{{Account: "a", Kind: notice.RoleGiven}, {ID: "x", Kind: notice.RoleGiven}, {ID: "x", Account: "a"}} {
			err := s.Write(t.Context(), func(tx *store.Tx) error { return inbox.In(tx).Put(bad) })
			if !errors.Is(err, inbox.ErrWord) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if after := dump(t, s); after != before {
			t.Errorf("a refused word left something:\n%s", after)
		}
	})
}

func TestWhatWasChosenComesBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		night := notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"}
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.Choose("a", notice.ConsentAsked, true), in.Choose("a", notice.ConsentAsked, false),
				in.Choose("a", notice.ImportDone, true), in.Choose("b", notice.RoleGiven, false), in.SetQuiet("a", night))
		})
		chosen := get(t, s, func(in inbox.Inbox) (map[notice.Kind]bool, error) { return in.Choices("a") })
		if len(chosen) != 2 || chosen[notice.ConsentAsked] || !chosen[notice.ImportDone] {
			t.Errorf("choices: %v", chosen)
		}
		quiet := func(account string) notice.Quiet {
			return get(t, s, func(in inbox.Inbox) (notice.Quiet, error) { return in.Quiet(account) })
		}
		if quiet("a") != night || quiet("b").Some() {
			t.Errorf("quiet hours: %+v and %+v", quiet("a"), quiet("b"))
		}
		for _, refused := range []func(inbox.Inbox) error{
			func(in inbox.Inbox) error { return in.Choose("a", notice.PasskeyLost, false) },
			func(in inbox.Inbox) error { return in.Choose("a", "rumour", false) },
			func(in inbox.Inbox) error { return in.SetQuiet("a", notice.Quiet{From: "25:00", To: "07:00"}) },
		} {
			if err := s.Write(t.Context(), func(tx *store.Tx) error { return refused(inbox.In(tx)) }); err == nil {
				t.Error("a choice that must not be was kept")
			}
		}
		write(t, s, func(in inbox.Inbox) error { return in.SetQuiet("a", notice.Quiet{}) })
		if quiet("a").Some() {
			t.Errorf("quiet hours that were taken away: %+v", quiet("a"))
		}
	})
}

func TestAForgottenAccountLeavesNoWord(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *store.Store) {
		about := word("clerk", 1)
		about.Object, about.Kind = "a", notice.MailUndeliverable
		write(t, s, func(in inbox.Inbox) error {
			return errors.Join(in.Put(word("clerk", 2)), in.Choose("clerk", notice.ImportDone, true))
		})
		want := dump(t, s)
		write(t, s, func(in inbox.Inbox) error {
			about.Address = ""
			return errors.Join(in.Put(word("a", 1)), in.Put(about), in.Choose("a", notice.RoleGiven, true),
				in.SetQuiet("a", notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"}))
		})
		write(t, s, func(in inbox.Inbox) error { return in.Forget("a") })
		if got := dump(t, s); got != want {
			t.Errorf("left:\n%s\nwant:\n%s", got, want)
		}
	})
}

func TestPlacesAreWrittenForLinks(t *testing.T) {
	for _, p := range []inbox.Place{{}, {At: 7, ID: "urn:uuid:x"}, {At: math.MaxInt64, ID: "a.b"}} {
		if back, err := inbox.ParsePlace(p.String()); err != nil || back != p {
			t.Errorf("%+v came back as %+v, %v", p, back, err)
		}
	}
	for _, bad := range []string{"7", "7.", ".x", "x.7", "-1.x", "99999999999999999999.x"} {
		if _, err := inbox.ParsePlace(bad); !errors.Is(err, inbox.ErrPlace) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
