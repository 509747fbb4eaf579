package agenda_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// What is remembered is what would be read anew: after every change of a calendar, for every span, for whoever has the
// same octets, and after more than there is room for.
func TestWhatIsRememberedIsNeverOld(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	from := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	put := func(person, name string, hours ...int) {
		var b strings.Builder
		b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
		for _, hour := range hours {
			at := from.Add(time.Duration(hour) * time.Hour).Format("20060102T150405Z")
			fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%s-%d\r\nDTSTART:%s\r\nDURATION:PT1H\r\nEND:VEVENT\r\n", name, hour, at)
		}
		b.WriteString("END:VCALENDAR\r\n")
		octets := []byte(b.String())
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			return tx.PutCalendar(store.Calendar{Person: person, Name: name, ICS: octets, Digest: string(spec.Digest(octets))})
		}); err != nil {
			t.Fatal(err)
		}
	}
	var memo agenda.Memo
	same := func(person string, from, to time.Time) {
		t.Helper()
		if err := s.Read(t.Context(), func(tx *store.Tx) error {
			want, err := agenda.Read(tx, person, from, to)
			if err != nil {
				return err
			}
			for range 2 {
				got, err := memo.Read(tx, person, from, to)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s from %s: %+v, want %+v: %v", person, from, got, want, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	day := from.AddDate(0, 0, 1)
	same("p", from, day)
	put("p", "a", 1, 3)
	same("p", from, day)
	put("q", "a", 1, 3)
	put("p", "b", 5)
	same("q", from, day)
	for n := range 30 {
		put("p", "a", n, n+2)
		same("p", from, day)
		same("p", from.Add(time.Duration(n)*time.Hour), day)
		same("p", from.Add(time.Millisecond), day)
	}
	put("p", "a", 1, 3)
	same("p", from, day)
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		list, err := memo.Read(tx, "p", from, day)
		list.Events = append(list.Events, list.Events...) // one reader's list is not another's
		return err
	}); err != nil {
		t.Fatal(err)
	}
	same("p", from, day)
}
