package enrol_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// both runs a story on both engines, in a city with a club beside it.
func both(t *testing.T, story func(t *testing.T, f *nodetest.Federation, d *enrol.Desk)) {
	for _, engine := range []string{store.SQLite, store.PostgreSQL} {
		t.Run(engine, func(t *testing.T) {
			city := nodetest.City
			if engine == store.PostgreSQL {
				city.Store = storetest.Postgres(t)
			}
			f := nodetest.New(t, city, nodetest.Club)
			story(t, f, f.Node("city").Desk())
		})
	}
}

func read[T any](t *testing.T, d *enrol.Desk, ask func(*store.Tx) (T, error)) T {
	t.Helper()
	var found T
	err := d.Store.Read(t.Context(), func(tx *store.Tx) error {
		var err error
		found, err = ask(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func of(t *testing.T, d *enrol.Desk, person string) enrol.Registered {
	t.Helper()
	return read(t, d, func(tx *store.Tx) (enrol.Registered, error) { return enrol.Of(tx, person) })
}

func everybody(t *testing.T, d *enrol.Desk, at ...string) []enrol.Registered {
	t.Helper()
	return read(t, d, func(tx *store.Tx) ([]enrol.Registered, error) { return enrol.Everybody(tx, at...) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Who is registered can be invited, nobody writes over what they have not seen,
// and other nodes read what the entry says now.
func TestSomebodyIsRegisteredAndChanged(t *testing.T) {
	both(t, func(t *testing.T, f *nodetest.Federation, d *enrol.Desk) {
		e := talent.Entry{Family: "架空", Given: "花子", FamilyKana: "かくう", Region: "141003", Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 3, Basis: "self"}}}
		id, err := d.Add(t.Context(), enrol.Newcomer{Entry: e, By: "clerk"})
		must(t, err)
		members := read(t, d, func(tx *store.Tx) ([]organisation.Membership, error) {
			who, err := account.In(tx).OfPerson(id)
			if err != nil {
				return nil, err
			}
			return organisation.In(tx).Of(who.ID)
		})
		if len(members) != 1 || members[0].State != organisation.Active {
			t.Errorf("memberships %+v", members)
		}
		f.Consent("city", id, "club", spec.KindTalent)
		f.Eventually("the club reads the skill", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
		before := f.Current("club", spec.KindTalent)[0].Current.ID
		e.Given, e.Skills[0].Level = "華子", 5
		must(t, d.Change(t.Context(), "clerk", id, 1, e))
		if err := d.Change(t.Context(), "other", id, 1, e); !errors.Is(err, enrol.ErrStale) {
			t.Errorf("a second change of the first version: %v", err)
		}
		e.Region = ""
		var invalid *enrol.Invalid
		if err := d.Change(t.Context(), "clerk", id, 2, e); !errors.As(err, &invalid) {
			t.Errorf("a region that others read is taken away: %v", err)
		}
		row := read(t, d, func(tx *store.Tx) (store.Person, error) { return tx.Person(id) })
		if row.GivenName != "華子" || of(t, d, id).Version != 2 {
			t.Errorf("the row says %s, version %d", row.GivenName, of(t, d, id).Version)
		}
		f.Eventually("the club reads the new level", func() bool {
			list := f.Current("club", spec.KindTalent)
			return len(list) == 1 && list[0].Current.ID != before
		})
	})
}

// Forty lines with three errors: the others come in, and all of them go again
// but who was changed or signed in since.
func TestFortyLinesComeInAndAreUndone(t *testing.T) {
	both(t, func(t *testing.T, f *nodetest.Federation, d *enrol.Desk) {
		octets, err := os.ReadFile("../talent/testdata/forty.sjis.csv")
		must(t, err)
		old := f.Person("city", "太郎") // from before the register
		id, err := d.Plan(t.Context(), "clerk", "home", "forty.csv", octets)
		must(t, err)
		if n := len(everybody(t, d)); n != 1 {
			t.Fatalf("%d people after a preview", n)
		}
		must(t, d.Apply(t.Context(), "clerk", id))
		if err := d.Apply(t.Context(), "clerk", id); !errors.Is(err, enrol.ErrSettled) {
			t.Errorf("applied twice: %v", err)
		}
		s := read(t, d, func(tx *store.Tx) (enrol.Sheet, error) { return enrol.SheetOf(tx, id) })
		all := everybody(t, d, "home")
		if s.Added != 37 || s.Refused != 3 || len(all) != 38 {
			t.Fatalf("%d added, %d refused, %d people", s.Added, s.Refused, len(all))
		}
		again, err := d.Plan(t.Context(), "clerk", "home", "forty.csv", octets)
		must(t, err)
		if s := read(t, d, func(tx *store.Tx) (enrol.Sheet, error) { return enrol.SheetOf(tx, again) }); s.Same != 37 || s.Added+s.Changed != 0 {
			t.Errorf("the same file again would add %d, change %d", s.Added, s.Changed)
		}
		minor := all[slices.IndexFunc(all, func(r enrol.Registered) bool { return r.Entry.Family == "模原" && r.Entry.Given == "次郎" })]
		_, err = f.Node("city").Gate().Grant(t.Context(), consent.Ask{
			Person: minor.Person, Recipient: f.ID("club"), Kinds: []spec.Kind{spec.KindTalent}, Purposes: []string{"matching"},
			Until: f.Clock.Now().AddDate(0, 1, 0), Language: "ja",
		})
		if err == nil {
			t.Error("a minor's consent is taken without a guardian")
		}
		changed, invited := all[slices.IndexFunc(all, func(r enrol.Registered) bool { return r.Entry.Email == "hito02@example.jp" })], minor
		changed.Entry.Phone = "090-0000-9999"
		must(t, d.Change(t.Context(), "clerk", changed.Person, changed.Version, changed.Entry))
		must(t, d.Store.Write(t.Context(), func(tx *store.Tx) error {
			who, err := account.In(tx).OfPerson(invited.Person)
			if err != nil {
				return err
			}
			_, _, err = d.Door.IssueCode(tx, who.ID, "clerk", "invite")
			return err
		}))
		stayed, err := d.Undo(t.Context(), "clerk", id)
		must(t, err)
		var reasons []string
		for _, s := range stayed {
			reasons = append(reasons, s.Reason)
		}
		if !slices.Equal(reasons, []string{enrol.CodeChangedSince, enrol.CodeInvited}) {
			t.Errorf("what stays: %v", reasons)
		}
		if left := everybody(t, d); len(left) != 3 || !slices.ContainsFunc(left, func(r enrol.Registered) bool { return r.Person == old }) {
			t.Errorf("%d people are left", len(left))
		}
		if _, err := d.Undo(t.Context(), "clerk", id); !errors.Is(err, enrol.ErrSettled) {
			t.Errorf("undone twice: %v", err)
		}
	})
}

// A change is undone to what stood before, and a line whose person was changed
// after the preview is left out.
func TestALineNeverWritesOverWhatNobodySaw(t *testing.T) {
	both(t, func(t *testing.T, _ *nodetest.Federation, d *enrol.Desk) {
		id, err := d.Add(t.Context(), enrol.Newcomer{Entry: talent.Entry{Family: "見本", Given: "一", Email: "mihon@example.jp"}, By: "clerk"})
		must(t, err)
		list := []byte("氏名,メール,電話\n見本 一,mihon@example.jp,090-0000-0001\n")
		first, err := d.Plan(t.Context(), "clerk", "home", "a.csv", list)
		must(t, err)
		second, err := d.Plan(t.Context(), "clerk", "home", "a.csv", list)
		must(t, err)
		must(t, d.Apply(t.Context(), "clerk", first))
		must(t, d.Apply(t.Context(), "clerk", second))
		if s := read(t, d, func(tx *store.Tx) (enrol.Sheet, error) { return enrol.SheetOf(tx, second) }); s.Refused != 1 || s.Lines[0].Problems[1].Code != enrol.CodeChangedSince {
			t.Errorf("the second preview: %+v", s)
		}
		stayed, err := d.Undo(t.Context(), "clerk", first)
		must(t, err)
		if r := of(t, d, id); len(stayed) != 0 || r.Entry.Phone != "" || r.Version != 3 {
			t.Errorf("undone to %+v, and %d lines stay", r, len(stayed))
		}
	})
}

// Two become one: the dropped one's consent ends at the other node, the note
// of it stays, and nothing can sign in there any more.
func TestTwoEntriesBecomeOne(t *testing.T) {
	both(t, func(t *testing.T, f *nodetest.Federation, d *enrol.Desk) {
		keep, err := d.Add(t.Context(), enrol.Newcomer{Entry: talent.Entry{Family: "例田", Given: "花", Phone: "090-0000-0001"}, By: "clerk"})
		must(t, err)
		drop, err := d.Add(t.Context(), enrol.Newcomer{Entry: talent.Entry{Family: "例田", Given: "華", Email: "rei@example.jp", Region: "141003"}, By: "clerk"})
		must(t, err)
		f.Consent("city", drop, "club", spec.KindTalent)
		f.Eventually("the club reads the record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
		if err := d.Merge(t.Context(), "clerk", keep, drop, 1, 7); !errors.Is(err, enrol.ErrStale) {
			t.Errorf("merged what nobody saw: %v", err)
		}
		must(t, d.Merge(t.Context(), "clerk", keep, drop, 1, 1))
		if e := of(t, d, keep).Entry; e.Given != "花" || e.Email != "rei@example.jp" || e.Phone == "" {
			t.Errorf("merged to %+v", e)
		}
		if to := read(t, d, func(tx *store.Tx) (string, error) { return roster.In(tx).MergedInto(drop) }); to != keep {
			t.Errorf("the dropped one became %q", to)
		}
		err = d.Store.Read(t.Context(), func(tx *store.Tx) error { _, err := account.In(tx).OfPerson(drop); return err })
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the dropped account: %v", err)
		}
		f.Eventually("the club holds it no more", func() bool { return len(f.Current("club", spec.KindTalent)) == 0 })
	})
}

// What a cell begins with runs in nobody's program, and reads back as it was.
func TestAnExportIsHarmlessAndReadsBack(t *testing.T) {
	people := []enrol.Registered{{Person: "1", Entry: talent.Entry{Family: `=HYPERLINK("http://x.example")`, Given: "@SUM(A1)"}}}
	for _, form := range []string{enrol.AsCSV, enrol.AsShiftJIS, enrol.AsXLSX} {
		octets, _, err := enrol.Export(people, form)
		must(t, err)
		for _, live := range []string{",=", ",\"=", ",@", ",\"@", "<f>"} {
			if bytes.Contains(octets, []byte(live)) {
				t.Errorf("%s holds %q", form, live)
			}
		}
		table, err := sheet.Read("people", octets)
		must(t, err)
		if got := table.Rows[0].Cells[1]; got != people[0].Entry.Family {
			t.Errorf("%s reads back as %q", form, got)
		}
	}
}
