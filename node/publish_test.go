package node_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// regatta is a calendar of one trip from an hour of the town's day on.
func (w *town) regatta(hours ...int) work.Calendar {
	c := work.Calendar{Name: "Summer trips", Type: work.CalendarEvents, Entries: []work.CalendarEntry{}}
	for _, h := range hours {
		c.Entries = append(c.Entries, work.CalendarEntry{
			Name: "Regatta", Start: spec.FormatUTC(w.day.Add(time.Duration(h) * time.Hour)), Duration: "PT3H", Trip: true, Place: "Tokyo",
		})
	}
	return c
}

// reaches waits until a person's week at the city is busy at these hours of the
// day alone, and until the owner of a consent reads the same.
func (w *town) reaches(what string, hours ...int) {
	w.t.Helper()
	w.Eventually(what, func() bool {
		busy, err := w.Node("city").Gate().BusyOf(w.Context(), w.person, w.day, w.day.Add(24*time.Hour))
		if err != nil {
			w.t.Fatal(err)
		}
		return atHours(busy, w.day, hours)
	})
}

func atHours(busy []availability.Period, day time.Time, hours []int) bool {
	if len(busy) != len(hours) {
		return false
	}
	for i, h := range hours {
		if !busy[i].Start.Equal(day.Add(time.Duration(h)*time.Hour)) || busy[i].End.Sub(busy[i].Start) != 3*time.Hour {
			return false
		}
	}
	return true
}

func (w *town) flow() {
	w.t.Helper()
	if _, err := w.Node("city").Calendars().Flow(w.Context(), 100); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) known(node string, of timetable.Source) (k publish.Known, err error) {
	err = w.Node(node).Store().Read(w.Context(), func(tx *store.Tx) (err error) {
		k, err = w.Node(node).Calendars().Of(tx, of)
		return err
	})
	return k, err
}

// TestAClubsCalendarFlowsIntoAWeek: a club publishes its trips, a person of
// another node takes them into their week, changes follow, and what is taken
// back or left takes no time any more. Nobody learns who follows.
func TestAClubsCalendarFlowsIntoAWeek(t *testing.T) {
	w := newTown(t)
	club, city := w.Node("club").Calendars(), w.Node("city").Calendars()
	row, err := club.Put(w.Context(), "home", "", w.regatta(9))
	if err != nil {
		t.Fatal(err)
	}
	of := timetable.Source{Issuer: w.ID("club"), UID: row.ID}
	w.Eventually("the city knows the calendar", func() bool { _, err := w.known("city", of); return err == nil })
	before := w.logOf("city", "club")
	if err := city.Follow(w.Context(), w.person, of); err != nil {
		t.Fatal(err)
	}
	if err := city.Follow(w.Context(), w.person, of); err != nil {
		t.Fatal("following twice: ", err)
	}
	w.reaches("the trip is in the week", 9)
	if after := w.logOf("city", "club"); after <= before {
		t.Error("the club reads nothing of the new week, which it has a consent for")
	}

	if _, err := club.Put(w.Context(), "home", row.ID, w.regatta(13, 17)); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the city knows the change", func() bool { k, err := w.known("city", of); return err == nil && len(k.Calendar.Entries) == 2 })
	w.flow()
	w.reaches("the change is in the week", 13, 17)

	if err := city.Unfollow(w.Context(), w.person, of); err != nil {
		t.Fatal(err)
	}
	w.reaches("what was left takes no time")
	if err := city.Follow(w.Context(), w.person, of); err != nil {
		t.Fatal(err)
	}
	if err := club.Close(w.Context(), "home", row.ID); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the city knows that it was taken back", func() bool { _, err := w.known("city", of); return errors.Is(err, publish.ErrUnknown) })
	w.flow()
	w.reaches("what was taken back takes no time")
	if err := city.Follow(w.Context(), w.person, of); !errors.Is(err, publish.ErrUnknown) {
		t.Errorf("following what was taken back: %v", err)
	}
	if _, err := club.Put(w.Context(), "home", row.ID, w.regatta(9)); !errors.Is(err, publish.ErrUnknown) {
		t.Errorf("writing over what was taken back: %v", err)
	}
}

// logOf is how many entries one node has said to another.
func (w *town) logOf(from, to string) (n int64) {
	w.t.Helper()
	served, err := w.Node(from).Gate().Serve(w.Context(), spec.LogFor(w.ID(to)), w.ID(to), 0, 500)
	if err != nil {
		w.t.Fatal(err)
	}
	return int64(len(served.Items))
}

// TestAPublishedCalendarIsReadByPrograms: what is published as iCalendar says
// what was published; a slot of a facility takes nobody's time.
func TestAPublishedCalendarIsReadByPrograms(t *testing.T) {
	w := newTown(t)
	for _, kind := range []string{work.CalendarEvents, work.CalendarSlots} {
		said := w.regatta(9, 15)
		said.Type = kind
		row, err := w.Node("city").Calendars().Put(w.Context(), "home", "", said)
		if err != nil {
			t.Fatal(err)
		}
		k, err := w.known("city", timetable.Source{Issuer: w.ID("city"), UID: row.ID})
		if err != nil {
			t.Fatal(err)
		}
		file := k.ICS("ja")
		if !bytes.Contains(file, []byte("Regatta")) || bytes.Contains(file, []byte(w.person)) {
			t.Errorf("the file of a calendar: %s", file)
		}
		read, problems, err := calendar.Parse(bytes.NewReader(file), calendar.DefaultLimits())
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		busy, _ := read.Busy(w.day, w.day.Add(24*time.Hour), availability.Home, calendar.DefaultLimits())
		if want := map[string]int{work.CalendarEvents: 2, work.CalendarSlots: 0}[kind]; read.Len() != 2 || len(busy) != want {
			t.Errorf("%s: %d events, busy %v", kind, read.Len(), busy)
		}
	}
}

// TestABadCalendarIsNotPublished: each fault is named by its field.
func TestABadCalendarIsNotPublished(t *testing.T) {
	w := newTown(t)
	for name, c := range map[string]struct {
		change func(*work.Calendar)
		field  string
	}{
		"no name":   {func(c *work.Calendar) { c.Name = "" }, "name"},
		"no kind":   {func(c *work.Calendar) { c.Type = "Party" }, "type"},
		"no length": {func(c *work.Calendar) { c.Entries[0].Duration = "PT0S" }, "entries.duration"},
		"no time":   {func(c *work.Calendar) { c.Entries[0].Start = "tomorrow" }, "entries.startDate"},
		"one id twice": {func(c *work.Calendar) {
			c.Entries = append(c.Entries, c.Entries[0])
			c.Entries[0].ID, c.Entries[1].ID = "x", "x"
		}, "entries.id"},
		"too far": {func(c *work.Calendar) { c.Entries[0].Start = spec.FormatUTC(w.Clock.Now().Add(366 * 24 * time.Hour)) }, "entries.startDate"},
	} {
		said := w.regatta(9)
		c.change(&said)
		_, err := w.Node("club").Calendars().Put(w.Context(), "home", "", said)
		if err == nil || !strings.Contains(err.Error(), c.field) {
			t.Errorf("%s: %v, want %s named", name, err, c.field)
		}
	}
	if n := len(w.Current("club", spec.KindCalendar)); n != 0 {
		t.Errorf("%d calendars were published", n)
	}
}

// TestACalendarIsRenewedBeforeItEnds: what is still to come is said again before
// its record runs out, and what is over runs out.
func TestACalendarIsRenewedBeforeItEnds(t *testing.T) {
	w := newTown(t)
	club := w.Node("club").Calendars()
	far := w.regatta()
	far.Entries = append(far.Entries, work.CalendarEntry{Name: "Camp", Start: spec.FormatUTC(w.Clock.Now().Add(360 * 24 * time.Hour)), Duration: "P50D"})
	long, err := club.Put(w.Context(), "home", "", far)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := club.Put(w.Context(), "home", "", w.regatta(9)); err != nil {
		t.Fatal(err)
	}
	if n, err := club.Renew(w.Context(), 10); err != nil || n != 0 {
		t.Errorf("at once: %d renewed, %v", n, err)
	}
	w.Clock.Move(390 * 24 * time.Hour)
	if n, err := club.Renew(w.Context(), 10); err != nil || n != 1 {
		t.Errorf("before the end: %d renewed, %v", n, err)
	}
	if _, err := w.known("club", timetable.Source{Issuer: w.ID("club"), UID: long.ID}); err != nil {
		t.Errorf("the camp that is to come: %v", err)
	}
}

// TestWhatFollowedIsTakenBackWithItsEnd: somebody whose only calendar was a
// published one is not known to be free once they leave it.
func TestWhatFollowedIsTakenBackWithItsEnd(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	w := &town{Federation: f, t: t, person: f.Person("city", "Rower"), day: f.Clock.Now().UTC().Truncate(24 * time.Hour).Add(72 * time.Hour)}
	row, err := w.Node("city").Calendars().Put(w.Context(), "home", "", w.regatta(9))
	if err != nil {
		t.Fatal(err)
	}
	of := timetable.Source{Issuer: w.ID("city"), UID: row.ID}
	w.Consent("city", w.person, "club", spec.KindAvailability)
	if err := w.Node("city").Calendars().Follow(w.Context(), w.person, of); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club knows the week", func() bool { return len(w.Current("club", spec.KindAvailability)) == 1 })
	if err := w.Node("city").Calendars().Unfollow(w.Context(), w.person, of); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club knows nothing of it any more", func() bool { return len(w.Current("club", spec.KindAvailability)) == 0 })
}
