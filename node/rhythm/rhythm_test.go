package rhythm_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// city is a node in the morning, at half past six.
type city struct {
	*nodetest.Federation
	*rhythm.Rhythm
	t   *testing.T
	day time.Time // its midnight
}

func newCity(t *testing.T, source string) city {
	t.Helper()
	s := nodetest.City
	s.Store = source
	f := nodetest.New(t, s)
	now := f.Clock.Now()
	y, m, d := now.In(availability.Home).Date()
	day := time.Date(y, m, d+1, 0, 0, 0, 0, availability.Home)
	f.Clock.Move(day.Add(390 * time.Minute).Sub(now))
	return city{f, f.Node("city").Rhythm(), t, day}
}

// each runs a test on both engines.
func each(t *testing.T, test func(*testing.T, city)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newCity(t, "")) })
	t.Run("postgres", func(t *testing.T) { test(t, newCity(t, storetest.Postgres(t))) })
}

// nights is a spreadsheet of the last nights, each of so many hours until six.
func (c city) nights(n, hours int) []byte {
	var b strings.Builder
	b.WriteString("sleep_start,sleep_end,rmssd_ms\n")
	for i := range n {
		end := c.day.AddDate(0, 0, -i).Add(6 * time.Hour)
		fmt.Fprintf(&b, "%s,%s,%d\n", end.Add(-time.Duration(hours)*time.Hour).Format("2006-01-02 15:04"), end.Format("2006-01-02 15:04"), 50+i%3)
	}
	return []byte(b.String())
}

// sleeper is somebody who let this node keep so many nights.
func (c city) sleeper(given string, n, hours int) string {
	c.t.Helper()
	p := c.Person("city", given)
	c.must(c.Choose(c.Context(), p, rhythm.Choice{Guard: focus.Adult, Counted: true}))
	_, err := c.Import(c.Context(), p, "watch.csv", c.nights(n, hours))
	c.must(err)
	return p
}

func (c city) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c city) read(ask func(*store.Tx) error) {
	c.t.Helper()
	c.must(c.Node("city").Store().Read(c.t.Context(), ask))
}

func (c city) write(do func(*store.Tx) error) {
	c.t.Helper()
	c.must(c.Node("city").Store().Write(c.t.Context(), do))
}

func (c city) at(hour, minute int) time.Time {
	return c.day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// TestNothingIsKeptOfWhoDidNotChoose, by any way, and nothing stays of who
// changes their mind.
func TestNothingIsKeptOfWhoDidNotChoose(t *testing.T) { each(t, nothingIsKeptOfWhoDidNotChoose) }

func nothingIsKeptOfWhoDidNotChoose(t *testing.T, c city) {
	p := c.Person("city", "Nobody")
	_, err := c.Import(t.Context(), p, "watch.csv", c.nights(3, 8))
	if !errors.Is(err, rhythm.ErrNotChosen) {
		t.Errorf("a file without a choice: %v", err)
	}
	err = c.Answer(t.Context(), rhythm.Answer{Person: p, Start: c.at(9, 0), Yes: true})
	if !errors.Is(err, rhythm.ErrNotChosen) {
		t.Errorf("a slot without a choice: %v", err)
	}
	err = c.Node("city").Store().Write(t.Context(), func(tx *store.Tx) error {
		return vitals.In(tx).PutSleep([]vitals.Sleep{{Person: p, StartsAt: 1, EndsAt: 2}})
	})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the store takes a night of somebody who did not choose so: %v", err)
	}
	if _, err := c.Today(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody unknown: %v", err)
	}
	s := c.sleeper("Somebody", 5, 8)
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: s, Start: c.at(9, 0), Yes: true, Shown: true}))
	c.must(c.Leave(t.Context(), s))
	c.must(c.Leave(t.Context(), s))
	c.read(func(tx *store.Tx) error {
		nights, err1 := vitals.In(tx).Sleep(s, 0)
		hearts, err2 := vitals.In(tx).Hearts(s, 0)
		slots, err3 := vitals.In(tx).Slots(s, 0, 1<<40)
		held, err4 := diary.In(tx).Held(s, 0, 1<<40)
		if len(nights)+len(hearts)+len(slots)+len(held) > 0 {
			t.Errorf("of who left stays %v %v %v %v", nights, hearts, slots, held)
		}
		return errors.Join(err1, err2, err3, err4)
	})
}

// TestAFileIsTakenWholeOrNotAtAll, and twice without harm.
func TestAFileIsTakenWholeOrNotAtAll(t *testing.T) { each(t, aFileIsTakenWholeOrNotAtAll) }

func aFileIsTakenWholeOrNotAtAll(t *testing.T, c city) {
	p := c.sleeper("Somebody", 5, 8)
	broken := append(c.nights(9, 8), "2020-01-01 23:00,2020-01-02 06:00,50\n"...)
	var refused *rhythm.Refused
	_, err := c.Import(t.Context(), p, "watch.csv", broken)
	if !errors.As(err, &refused) || len(refused.Faults) != 2 || refused.Faults[0].Line != 11 || refused.Faults[0].Code != focus.FaultOld {
		t.Errorf("a broken line: %v", err)
	}
	for range 2 {
		_, err := c.Import(t.Context(), p, "watch.csv", c.nights(6, 8))
		c.must(err)
	}
	held, err := c.Everything(t.Context(), p)
	c.must(err)
	if len(held.Nights) != 6 || len(held.Hearts) != 6 {
		t.Errorf("%d nights and %d values are kept, want 6 of each", len(held.Nights), len(held.Hearts))
	}
}

// TestASlotIsTakenOnceAndARefusedOneStaysAway until it is taken back.
func TestASlotIsTakenOnceAndARefusedOneStaysAway(t *testing.T) {
	each(t, aSlotIsTakenOnceAndARefusedOneStaysAway)
}

func aSlotIsTakenOnceAndARefusedOneStaysAway(t *testing.T, c city) {
	p := c.sleeper("Somebody", 10, 8)
	d, err := c.Today(t.Context(), p)
	c.must(err)
	if len(d.Slots) != focus.MostSlots || d.Light {
		t.Fatalf("%d slots, light %v", len(d.Slots), d.Light)
	}
	first, second := d.Slots[0], d.Slots[1]
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: p, Start: first.Start}))
	d, err = c.Today(t.Context(), p)
	c.must(err)
	for _, s := range d.Slots {
		if s.Meets(first.Span) {
			t.Errorf("%v was refused and is proposed again as %v", first, s)
		}
	}
	for range 2 {
		c.must(c.Answer(t.Context(), rhythm.Answer{Person: p, Start: second.Start, Yes: true}))
	}
	over := second.Start.Add(focus.Step)
	if err := c.Answer(t.Context(), rhythm.Answer{Person: p, Start: over, Yes: true}); !errors.Is(err, rhythm.ErrTaken) {
		t.Errorf("two slots at one time: %v", err)
	}
	busy := func() int {
		list, err := c.Node("city").Gate().BusyOf(t.Context(), p, c.day, c.day.AddDate(0, 0, 2))
		c.must(err)
		return len(list)
	}
	if busy() != 0 {
		t.Error("a private slot makes busy")
	}
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: p, Start: second.Start, Yes: true, Shown: true}))
	if busy() != 1 {
		t.Error("a slot that is shown makes nobody busy")
	}
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: p, Start: second.Start, Yes: true}))
	if busy() != 0 {
		t.Error("a slot that is private again still makes busy")
	}
	c.must(c.GiveBack(t.Context(), p, second.Start))
	c.must(c.GiveBack(t.Context(), p, first.Start))
	d, err = c.Today(t.Context(), p)
	c.must(err)
	if len(d.Accepted) != 0 || d.Slots[0] != first {
		t.Errorf("given back, %v is first, want %v", d.Slots[0], first)
	}
	for start, want := range map[time.Time]error{
		c.at(5, 0): rhythm.ErrPast, c.at(10, 7): rhythm.ErrNoSlot, c.at(22, 0): rhythm.ErrNoSlot, c.at(24*20, 0): rhythm.ErrPast,
	} {
		if err := c.Answer(t.Context(), rhythm.Answer{Person: p, Start: start, Yes: true}); !errors.Is(err, want) {
			t.Errorf("a slot at %v: %v, want %v", start, err, want)
		}
	}
}

// squad is a team of a club with so many people who joined.
func (c city) squad(people ...string) (id string) {
	c.t.Helper()
	c.write(func(tx *store.Tx) error {
		return organisation.In(tx).Put(organisation.Organisation{ID: "club", NameJA: "架空部", NameEN: "Fictional", Kind: "club", CreatedAt: 1})
	})
	t, err := c.Found(c.Context(), "club", "Eight")
	c.must(err)
	for _, p := range people {
		c.write(func(tx *store.Tx) error {
			return team.In(tx).PutMember(team.Member{Team: t.ID, Person: p, State: team.Asked, AskedAt: 1})
		})
		c.must(c.Join(c.Context(), p, t.ID, true))
	}
	return t.ID
}

// TestATeamSeesWhatAllHaveFreeAndNothingOfFew: fewer than three show nothing,
// and private slots are never in it.
func TestATeamSeesWhatAllHaveFreeAndNothingOfFew(t *testing.T) {
	each(t, aTeamSeesWhatAllHaveFreeAndNothingOfFew)
}

func aTeamSeesWhatAllHaveFreeAndNothingOfFew(t *testing.T, c city) {
	a, b, d := c.sleeper("A", 5, 8), c.sleeper("B", 5, 8), c.Person("city", "D")
	id := c.squad(a, b)
	v, err := c.Team(t.Context(), "club", id)
	c.must(err)
	if v.Enough || v.Free != nil {
		t.Errorf("two people show %v", v.Free)
	}
	c.write(func(tx *store.Tx) error {
		return team.In(tx).PutMember(team.Member{Team: id, Person: d, State: team.Asked, AskedAt: 1})
	})
	c.must(c.Join(t.Context(), d, id, false))
	before, err := c.Team(t.Context(), "club", id)
	c.must(err)
	if !before.Enough || len(before.Free) != rhythm.Ahead {
		t.Errorf("three people who are free show %v", before.Free)
	}
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: a, Start: c.at(16, 0), Yes: true}))
	private, err := c.Team(t.Context(), "club", id)
	c.must(err)
	if fmt.Sprint(private) != fmt.Sprint(before) {
		t.Errorf("a private slot shows: %v, before %v", private, before)
	}
	c.must(c.Answer(t.Context(), rhythm.Answer{Person: a, Start: c.at(16, 0), Yes: true, Shown: true}))
	shown, err := c.Team(t.Context(), "club", id)
	c.must(err)
	if len(shown.Free) != len(before.Free)+1 {
		t.Errorf("a slot that is shown as busy does not: %v", shown.Free)
	}
	if _, err := c.Team(t.Context(), "home", id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another organisation's team: %v", err)
	}
	mine, m, err := c.TeamFor(t.Context(), d, id)
	if err != nil || mine.Members != nil || m.State != team.Joined {
		t.Errorf("a member sees who else is in it: %v, %v", mine.Members, err)
	}
}

// TestABetterTimeIsProposedOfManyAndNeverOfFew, once a practice, and moves it
// only by its owner's yes.
func TestABetterTimeIsProposedOfManyAndNeverOfFew(t *testing.T) {
	each(t, aBetterTimeIsProposedOfManyAndNeverOfFew)
}

func aBetterTimeIsProposedOfManyAndNeverOfFew(t *testing.T, c city) {
	var people []string
	for i := range focus.LeastConsidered + 1 {
		people = append(people, c.sleeper(fmt.Sprint("P", i), 10, 8))
	}
	tomorrow := func(hour int) focus.Span {
		return focus.Span{Start: c.at(24+hour, 0).UTC(), End: c.at(24+hour, 90).UTC()}
	}
	few := c.squad(people[:focus.LeastConsidered-1]...)
	c.must(c.Practise(t.Context(), "club", few, "Ergometer", tomorrow(20)))
	many := c.squad(people...)
	c.must(c.Practise(t.Context(), "club", many, "Outing", tomorrow(20)))
	for round, want := range []int{1, 0} {
		if found, err := c.Consider(t.Context()); err != nil || found != want {
			t.Errorf("round %d finds %d, %v; want %d", round, found, err, want)
		}
	}
	v, err := c.Team(t.Context(), "club", few)
	if err != nil || v.Sessions[0].Move != nil {
		t.Errorf("of four people: %v, %v", v.Sessions, err)
	}
	v, err = c.Team(t.Context(), "club", many)
	c.must(err)
	s := v.Sessions[0]
	if s.Move == nil || s.Move.People != focus.LeastConsidered || s.Move.StartsAt == s.StartsAt {
		t.Fatalf("of six people: %+v", s.Move)
	}
	c.must(c.Settle(t.Context(), "club", many, s.ID, true))
	c.must(c.Settle(t.Context(), "club", many, s.ID, false))
	v, err = c.Team(t.Context(), "club", many)
	c.must(err)
	if got := v.Sessions[0]; got.StartsAt != s.Move.StartsAt || got.EndsAt != s.Move.StartsAt+5400 || got.Move != nil {
		t.Errorf("after a yes: %+v", got)
	}
}

// TestAMonthIsCountedOnceAndOnlyOverTen: nine people make no count, ten make
// their band and no other, and who comes later changes nothing.
func TestAMonthIsCountedOnceAndOnlyOverTen(t *testing.T) {
	for _, n := range []int{9, 10} {
		c := newCity(t, "")
		for i := range n {
			c.sleeper(fmt.Sprint("P", i), 5, 8)
		}
		next := time.Date(c.day.Year(), c.day.Month()+1, 1, 8, 0, 0, 0, availability.Home)
		c.Clock.Move(next.Sub(c.Clock.Now()))
		late := c
		late.day = time.Date(next.Year(), next.Month(), 1, 0, 0, 0, 0, availability.Home)
		c.write(func(tx *store.Tx) error {
			all, err := vitals.In(tx).Chosen("", 100)
			for _, who := range all {
				for i := range 5 {
					end := late.day.AddDate(0, 0, -i-1).Add(6 * time.Hour)
					err = errors.Join(err, vitals.In(tx).PutSleep([]vitals.Sleep{{Person: who.Person, StartsAt: end.Add(-8 * time.Hour).Unix(), EndsAt: end.Unix()}}))
				}
			}
			return err
		})
		count := func() string {
			c.write(func(tx *store.Tx) error { return rhythm.Count(tx, c.Clock.Now()) })
			b, err := c.Counted(t.Context())
			c.must(err)
			return fmt.Sprint(b.Rows)
		}
		month := next.Format("2006-01")
		want := map[int]string{9: "[]", 10: fmt.Sprintf("[{%[1]s sleep  10} {%[1]s sleep 6-7 -1} {%[1]s sleep 7-8 -1} {%[1]s sleep over-8 -1} {%[1]s sleep under-6 -1}]", month)}[n]
		if got := count(); got != want {
			t.Errorf("%d people: %s, want %s", n, got, want)
		}
		for i := range 5 {
			late.sleeper(fmt.Sprint("Late", i), 5, 8)
		}
		if got := count(); got != want {
			t.Errorf("%d people and five who came later: %s", n, got)
		}
	}
}

// TestVitalsOfWhoHasNoWayInGo: nobody could see or stop them any more.
func TestVitalsOfWhoHasNoWayInGo(t *testing.T) { each(t, vitalsOfWhoHasNoWayInGo) }

func vitalsOfWhoHasNoWayInGo(t *testing.T, c city) {
	p, q := c.sleeper("Without", 3, 8), c.sleeper("With", 3, 8)
	c.Account("city", q)
	c.write(func(tx *store.Tx) error { return rhythm.ForgetOld(tx, c.Clock.Now()) })
	if _, err := c.Everything(t.Context(), p); !errors.Is(err, rhythm.ErrNotChosen) {
		t.Errorf("of somebody without an account: %v", err)
	}
	if held, err := c.Everything(t.Context(), q); err != nil || len(held.Nights) != 3 {
		t.Errorf("of somebody with one: %v, %v", held, err)
	}
}
