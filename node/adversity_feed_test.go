package node_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// ledgerOf counts what a node holds of one issuer.
func ledgerOf(t *testing.T, f *nodetest.Federation, at string, issuer spec.NodeID) int {
	t.Helper()
	n := 0
	read(t, f, at, func(tx *store.Tx) error {
		for after := int64(0); ; {
			rows, err := tx.ByIssuer(issuer, after, 500)
			if err != nil || len(rows) == 0 {
				return err
			}
			n += len(rows)
			after = rows[len(rows)-1].Pos
		}
	})
	return n
}

// refusedBy counts the noted refusals of a neighbour by requirement.
func refusedBy(t *testing.T, f *nodetest.Federation, at string, peer spec.NodeID) map[string]int {
	t.Helper()
	by := make(map[string]int)
	read(t, f, at, func(tx *store.Tx) error {
		list, err := tx.RefusedList(peer, 1000)
		for _, r := range list {
			by[r.Requirement]++
		}
		return err
	})
	return by
}

// TestNobodySpeaksForAnother: a neighbour that serves another node's record
// under its own name, signs in another's name, or uses another's names for a
// person, is refused each time, and the owner's record stays in use.
func TestNobodySpeaksForAnother(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the club's record is in use", func() bool { return heldFrom(f, "city", f.ID("club")) == 1 })
	clubs := f.Current("city", spec.KindTalent)[0]

	inItsName := nodetest.SoundTalent(f.Clock.Now())
	sealed := r.SealAs(f.ID("club"), city, inItsName)
	itsSubject, itsUID := nodetest.SoundTalent(f.Clock.Now()), nodetest.SoundTalent(f.Clock.Now())
	itsSubject.Subject = clubs.Current.Subject
	itsUID.UID, itsUID.Sequence = clubs.Current.UID, clubs.Current.Sequence+10
	r.Say(city, clubs.Token, sealed, r.Seal(city, itsSubject), r.Seal(city, itsUID), r.Seal(f.ID("club"), nodetest.SoundTalent(f.Clock.Now())), r.Talent(city))
	f.Eventually("the rogue's own record is in use", func() bool { return heldFrom(f, "city", r.ID) == 1 })

	want := map[string]int{"REQ-ENV-003": 2, "REQ-ENV-012": 2, "REQ-ENV-004": 1}
	if got := refusedBy(t, f, "city", r.ID); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("refused by %v, want %v", got, want)
	}
	if now := f.Current("city", spec.KindTalent); now[0].Token != clubs.Token || len(now) != 2 {
		t.Errorf("%d records are in use, the club's first: %v", len(now), now[0].Token == clubs.Token)
	}
	// An order of the rogue's reaches nothing of the club's.
	order := r.Seal(city, &spec.Erasure{IDs: []spec.ID{clubs.Current.ID}, Basis: "subject-request"})
	taken := spec.Item{ID: clubs.Current.ID, Kind: spec.KindTalent, State: spec.Erased}
	r.Say(city, order)
	r.Enter(spec.LogFor(city), taken)
	r.Say(city, r.Talent(city))
	f.Eventually("the order was read", func() bool { return heldFrom(f, "city", r.ID) == 2 })
	if heldFrom(f, "city", f.ID("club")) != 1 {
		t.Error("the rogue's order took the club's record away")
	}
}

// TestAPoisonedFeedGoesOn: hostile records each alone between good ones, of
// every sort that a page can carry; every good one is in use.
func TestAPoisonedFeedGoesOn(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	source := rand.New(rand.NewPCG(5, 6))
	good := 0
	for i := range times(150, 490) {
		r.Say(city, r.Talent(city))
		good++
		token := r.Talent(city)
		switch i % 6 {
		case 0: // octets of any sort in the middle of it
			at := source.IntN(len(token) - 8)
			r.Say(city, token[:at]+string(rune(33+source.IntN(90)))+token[at+1:])
		case 1:
			r.Say(city, strings.Repeat("A", source.IntN(4000)))
		case 2:
			r.Enter(spec.LogFor(city), spec.Item{ID: spec.Digest([]byte(token)), Kind: "weather", State: spec.Live, Record: token})
		case 3:
			r.Enter(spec.LogFor(city), spec.Item{ID: spec.Digest([]byte(token)), Kind: "talent'; --", State: spec.Live, Record: token})
		case 4:
			r.Enter(spec.LogFor(city), spec.Item{ID: spec.Digest([]byte(token)), Kind: spec.KindTalent, State: spec.Live, Record: strings.Repeat("a.", 40000)})
		default:
			future := nodetest.SoundTalent(f.Clock.Now())
			future.Policy = 1 << 40
			r.Say(city, r.Seal(city, future))
		}
	}
	r.Say(city, r.Talent(city))
	good++
	f.Eventually("every good record is in use", func() bool { return heldFrom(f, "city", r.ID) == good })
	if c := placeIn(t, f, "city", r.ID, spec.LogFor(city)); c.Failures != 0 {
		t.Errorf("the feed stands with %d failures: %s", c.Failures, c.Error)
	}
}

// TestAMillionTinyItemsLeaveNothingBehind and hold nobody up: entries of no
// known kind are leaves to count, and the place is all that is kept.
func TestAMillionTinyItemsLeaveNothingBehind(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	many := times(20000, 1000000)
	items := make([]spec.Item, many)
	for i := range items {
		items[i] = spec.Item{ID: spec.Digest([]byte{byte(i), byte(i >> 8), byte(i >> 16)}), Kind: "dust", State: spec.Live}
	}
	r.Enter(spec.LogFor(city), items...)
	begun := time.Now()
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the club's record came through the flood", func() bool { return heldFrom(f, "city", f.ID("club")) == 1 })
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	f.Eventually("the flood is over", func() bool {
		return placeIn(t, f, "city", r.ID, spec.LogFor(city)).Next == uint64(many)
	})
	if n := ledgerOf(t, f, "city", r.ID); n != 0 || f.Parked("city", r.ID) != 0 || len(refusedBy(t, f, "city", r.ID)) != 0 {
		t.Errorf("the flood left %d records", n)
	}
}

// TestWhatThereWasNoRoomToParkIsReadAgain, once the fact has come that all of
// it waited for: a key that the neighbour had not shown.
func TestWhatThereWasNoRoomToParkIsReadAgain(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	r.Say(city, r.Talent(city))
	f.Eventually("the rogue is known", func() bool { return heldFrom(f, "city", r.ID) == 1 })
	show := r.Rotate()
	const beyond = 600
	tokens := make([]string, store.MostParked+beyond)
	for i := range tokens {
		tokens[i] = r.Talent(city)
	}
	r.Say(city, tokens...)
	f.Eventually("the log is read to its end", func() bool {
		return placeIn(t, f, "city", r.ID, spec.LogFor(city)).Next == uint64(len(tokens)+1)
	})
	read(t, f, "city", func(tx *store.Tx) error {
		n, _, err := tx.ParkedStats(r.ID)
		if n != store.MostParked {
			t.Errorf("%d records are parked, want %d", n, store.MostParked)
		}
		if at, err := tx.ParkedOverflow(r.ID); err != nil || at != store.MostParked+1 {
			t.Errorf("to be read again from %d, %v", at, err)
		}
		return err
	})
	show()
	r.Say(city, r.Talent(city))
	f.Eventually("nothing is left to read again", func() bool {
		over := false
		read(t, f, "city", func(tx *store.Tx) error {
			_, err := tx.ParkedOverflow(r.ID)
			over = errors.Is(err, store.ErrNotFound)
			return nil
		})
		return over && f.Parked("city", r.ID) == 0
	})
	f.Eventually("every record is in the ledger, the newest too", func() bool {
		return ledgerOf(t, f, "city", r.ID) == len(tokens)+2
	})
}

// TestANewEpochThatDoesNotBeginWithTheLastHeadIsNotEntered: the place stays in
// the epoch before, and an epoch that begins as it should is read from there.
func TestANewEpochThatDoesNotBeginWithTheLastHeadIsNotEntered(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	log := spec.LogFor(city)
	r.Say(city, r.Talent(city), r.Talent(city))
	f.Eventually("the first epoch is read", func() bool { return heldFrom(f, "city", r.ID) == 2 })
	before := placeIn(t, f, "city", r.ID, log)
	r.Turn(log, nodetest.ItemsOf(r.Talent(city))...)
	f.Eventually("it is refused", func() bool {
		return strings.Contains(placeIn(t, f, "city", r.ID, log).Error, "REQ-EPOCH-003")
	})
	if c := placeIn(t, f, "city", r.ID, log); c.Epoch != before.Epoch || c.Next != before.Next {
		t.Errorf("the place is %d in %d, want %d in %d", c.Next, c.Epoch, before.Next, before.Epoch)
	}
	r.Turn(log)
	f.Eventually("an empty one is refused too, since its first item would be unseen as such", func() bool {
		return strings.Contains(placeIn(t, f, "city", r.ID, log).Error, "a log with entries")
	})
	head := spec.Item{ID: spec.Digest([]byte(before.Note)), Kind: spec.KindHead, State: spec.Live, Record: before.Note}
	r.Turn(log, append([]spec.Item{head}, nodetest.ItemsOf(r.Talent(city))...)...)
	f.Eventually("the epoch that begins with the last head is read", func() bool {
		c := placeIn(t, f, "city", r.ID, log)
		return c.Epoch == before.Epoch+3 && c.Next == 2
	})
}
