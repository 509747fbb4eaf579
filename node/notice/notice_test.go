package notice_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/notice"
)

// TestWhatProtectsAnAccountCannotBeSwitchedOff, and everything else can.
func TestWhatProtectsAnAccountCannotBeSwitchedOff(t *testing.T) {
	always := "invitation sign-in.new-device passkey.added passkey.lost ways.paused address.changed erasure.receipt"
	seen := map[notice.Kind]bool{}
	for _, w := range notice.Ways() {
		if seen[w.Kind] {
			t.Errorf("%s stands there twice", w.Kind)
		}
		seen[w.Kind] = true
		off := map[notice.Kind]bool{w.Kind: false}
		if want := strings.Contains(always, string(w.Kind)); w.Always != want || notice.Mails(w.Kind, off) != want {
			t.Errorf("%s: always %v; switched off it goes out: %v; want %v", w.Kind, w.Always, notice.Mails(w.Kind, off), want)
		}
		if err := notice.Switchable(w.Kind); errors.Is(err, notice.ErrAlways) != w.Always {
			t.Errorf("%s: %v", w.Kind, err)
		}
		if !notice.Mails(w.Kind, map[notice.Kind]bool{w.Kind: true}) {
			t.Errorf("%s stays silent though it was switched on", w.Kind)
		}
		if notice.Mails(w.Kind, nil) != w.Mail {
			t.Errorf("%s without a choice: %v", w.Kind, !w.Mail)
		}
	}
	if len(seen) < 14 {
		t.Errorf("%d kinds only", len(seen))
	}
	if err := notice.Switchable("rumour"); !errors.Is(err, notice.ErrKind) || notice.Mails("rumour", nil) {
		t.Errorf("an unknown kind: %v", err)
	}
}

func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	where, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, where)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestWordWaitsForTheEndOfQuietHours(t *testing.T) {
	night := notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"}
	noon := notice.Quiet{From: "12:00", To: "13:00", Zone: "Asia/Tokyo"}
	for _, c := range []struct {
		quiet    notice.Quiet
		at, want string
	}{
		{night, "2026-04-01 21:59:59", "2026-04-01 21:59:59"},
		{night, "2026-04-01 22:00:00", "2026-04-02 07:00:00"},
		{night, "2026-04-30 23:30:12", "2026-05-01 07:00:00"},
		{night, "2026-04-02 00:00:00", "2026-04-02 07:00:00"},
		{night, "2026-04-02 06:59:59", "2026-04-02 07:00:00"},
		{night, "2026-04-02 07:00:00", "2026-04-02 07:00:00"},
		{noon, "2026-04-02 12:30:00", "2026-04-02 13:00:00"},
		{noon, "2026-04-02 11:30:00", "2026-04-02 11:30:00"},
		{noon, "2026-04-02 13:00:00", "2026-04-02 13:00:00"},
		{notice.Quiet{}, "2026-04-02 03:00:00", "2026-04-02 03:00:00"},
		{notice.Quiet{From: "03:00", To: "03:00", Zone: "Asia/Tokyo"}, "2026-04-02 03:00:00", "2026-04-02 03:00:00"},
		{notice.Quiet{From: "22:00", To: "07:00", Zone: "Nowhere/Land"}, "2026-04-02 03:00:00", "2026-04-02 03:00:00"},
	} {
		got := notice.NextAllowed(at(t, "Asia/Tokyo", c.at), c.quiet)
		if want := at(t, "Asia/Tokyo", c.want); !got.Equal(want) {
			t.Errorf("%+v at %s: %s, want %s", c.quiet, c.at, got, want)
		}
	}
}

// TestQuietHoursEndOnceWhereClocksAreChanged looks at each quarter of an hour
// around both changes: what is allowed is never earlier, and stays allowed.
func TestQuietHoursEndOnceWhereClocksAreChanged(t *testing.T) {
	for _, day := range []string{"2026-03-28 18:00:00", "2026-10-24 18:00:00"} {
		for _, quiet := range []notice.Quiet{
			{From: "22:00", To: "02:30", Zone: "Europe/Berlin"},
			{From: "02:15", To: "02:45", Zone: "Europe/Berlin"},
			{From: "23:00", To: "03:00", Zone: "Europe/Berlin"},
			{From: "01:00", To: "02:00", Zone: "Europe/Berlin"},
		} {
			moment := at(t, "Europe/Berlin", day)
			for range 4 * 24 {
				next := notice.NextAllowed(moment, quiet)
				if next.Before(moment) || next.Sub(moment) > 7*time.Hour || !notice.NextAllowed(next, quiet).Equal(next) {
					t.Errorf("%+v at %s: %s", quiet, moment, next)
				}
				moment = moment.Add(15 * time.Minute)
			}
		}
	}
}

func TestQuietHoursSayWhichFieldIsWrong(t *testing.T) {
	for _, c := range []struct {
		quiet notice.Quiet
		field string
	}{
		{notice.Quiet{From: "24:00", To: "07:00", Zone: "Asia/Tokyo"}, "from"},
		{notice.Quiet{From: "9:00", To: "07:00", Zone: "Asia/Tokyo"}, "from"},
		{notice.Quiet{From: "22:00", To: "", Zone: "Asia/Tokyo"}, "to"},
		{notice.Quiet{From: "22:00", To: "07:00"}, "zone"},
		{notice.Quiet{From: "22:00", To: "07:00", Zone: "Local"}, "zone"},
		{notice.Quiet{From: "22:00", To: "07:00", Zone: "../zone"}, "zone"},
	} {
		if err := c.quiet.Check(); !errors.Is(err, notice.ErrQuiet) || !strings.Contains(err.Error(), ": "+c.field+": ") {
			t.Errorf("%+v: %v, want a refusal of %s", c.quiet, err, c.field)
		}
	}
	good := notice.Quiet{From: "22:05", To: "07:00", Zone: "Asia/Tokyo"}
	from, to, err := good.Minutes()
	if err != nil || notice.QuietOf(from, to, good.Zone) != good {
		t.Errorf("%d to %d, %v", from, to, err)
	}
}

func TestTriesGrowApartAndEndAfterThreeDays(t *testing.T) {
	begin := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
	for n := range 50 {
		id := fmt.Sprint("mail ", n)
		now, tries, last := begin, 1, time.Duration(0)
		for ; ; tries++ {
			next, giveUp := notice.Retry(id, tries, now)
			if giveUp {
				break
			}
			if again, _ := notice.Retry(id, tries, now); !again.Equal(next) {
				t.Fatalf("%s waits differently the second time", id)
			}
			pause := next.Sub(now)
			if pause < 5*time.Minute || pause < last*8/10 || pause > 15*time.Hour {
				t.Errorf("%s waits %s after %s", id, pause, last)
			}
			now, last = next, pause
		}
		if waited := now.Sub(begin); waited < 60*time.Hour || waited > 87*time.Hour || tries < 10 {
			t.Errorf("%s was given up after %s and %d tries", id, waited, tries)
		}
	}
	one, _ := notice.Retry("one", 3, begin)
	two, _ := notice.Retry("two", 3, begin)
	if one.Equal(two) {
		t.Error("two mails come back at one moment")
	}
	if _, giveUp := notice.Retry("one", 1<<30, begin); !giveUp {
		t.Error("tried for ever")
	}
	for failures, want := range map[int]time.Duration{0: 30 * time.Second, 1: 30 * time.Second, 3: 2 * time.Minute, 1 << 30: 30 * time.Minute} {
		if got := notice.Pause(failures); got != want {
			t.Errorf("after %d failures the pause is %s, want %s", failures, got, want)
		}
	}
}
