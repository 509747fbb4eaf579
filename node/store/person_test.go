package store

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/node/store/vitals"
	"github.com/fukusen/fukusen/spec"
)

// hanako is fictional.
func hanako(id string) Person {
	return Person{
		ID: id, FamilyName: "架空", GivenName: "花子", FamilyKana: "かくう", GivenKana: "はなこ", CreatedAt: 5, Demo: true,
	}
}

// settle gives a person one of everything that is kept.
func settle(tx *Tx, person string) error {
	return errors.Join(
		tx.PutPerson(hanako(person)),
		tx.PutCalendar(Calendar{person, "work", []byte("BEGIN:VCALENDAR\r\n\x00"), "digest", 12, 1, 6}),
		tx.PutTalentProfile(TalentProfile{person, "131016", true, []string{"ja", "en"}, []spec.Skill{{URI: "urn:skill", Level: 3, Basis: "self"}}, 7}),
		tx.PutConsent(Consent{RecordID: "record-" + person, Person: person, Recipient: city, Kinds: []spec.Kind{"talent", "vc"}, Purposes: []string{"matching"}, Document: "{}", State: "given", CreatedAt: 1}),
		tx.PutPairwise(Pairwise{person, city, "talent", spec.Subject("subject-" + person), "uid", "urn:uuid:c", "record-" + person, 9, idFor(1)}),
		tx.PutEngagement(Engagement{spec.Subject("engagement-" + person), person, university, "urn:uuid:e", "evaluation", 90, 3}),
		tx.ExpectReceipts([]ReceiptDue{{ID: spec.ID("id-" + person), Reader: city, Action: "erased", Due: 50, Person: person}}),
		settleAccount(tx, person))
}

// settleAccount gives a person an account with one of every way in, and one of
// everything in the register.
func settleAccount(tx *Tx, person string) error {
	id := "account-" + person
	accounts, register, words, time, came := account.In(tx), roster.In(tx), inbox.In(tx), diary.In(tx), progress.In(tx)
	shelves := caldav.In(tx)
	_, turn := shelves.Turn(person, "own")
	_, err := register.Put(roster.Entry{Person: person, Reading: "かくう", Search: "架空", Entry: "{}", Version: 1})
	return errors.Join(err, turn, settleRhythm(tx, person), time.Lock(person),
		timetable.In(tx).Follow(person, timetable.Source{Issuer: city, UID: "u"}, 1),
		shelves.AddFeed(caldav.Feed{Hash: "f-" + person, Person: person, Kind: caldav.Full}),
		shelves.PutItem(caldav.Item{Person: person, Shelf: "own", Name: "x.ics", Body: "BEGIN:VCALENDAR", Turn: 1}),
		time.AddProposal(diary.Proposal{ID: spec.ID("proposal-" + person), Person: person, State: diary.Open}),
		time.PutHold(diary.Hold{ID: "hold-" + person, Person: person, Proposal: spec.ID("proposal-" + person)}),
		time.Keep([]diary.Held{{Person: person, StartsAt: 1, EndsAt: 2, Hold: "hold-" + person}}),
		came.PutTerm(progress.Term{Work: "hold-" + person, Person: person, Gig: "{}", Units: "[]"}),
		came.PutRed(progress.Red{UID: "red-" + person, Work: "hold-" + person, Person: person}),
		came.PutDelivery(progress.Delivery{Work: "hold-" + person, Turn: 1, Person: person, Units: "[0]"}),
		pattern.In(tx).Put(pattern.Pattern{Person: person, UID: "pattern-" + person, Sequence: 1, Document: "{}"}),
		pattern.In(tx).PutTravel(pattern.Travel{Person: person, Before: 30, After: 30}),
		subscription.In(tx).Connect(subscription.Subscription{Person: person, Name: "work", Kind: subscription.ICS, State: subscription.New, URL: "https://calendar.example/secret"}),
		subscription.In(tx).PutItem(subscription.Item{Person: person, Name: "work", Href: "/a.ics", ICS: []byte("BEGIN")}),
		accounts.Put(account.Account{ID: id, Person: person, Handle: "handle-" + person, Language: "ja"}),
		accounts.PutPasskey(account.Passkey{ID: "key-" + person, Account: id, Credential: "{}"}),
		accounts.PutIdentity(account.Identity{Issuer: "https://idp.example", Subject: person, Account: id}),
		accounts.PutSession(account.Session{Hash: "s-" + person, Account: id, Expires: 9}),
		accounts.PutCode(account.Code{Hash: "c-" + person, Account: id, Expires: 9}),
		accounts.PutCeremony(account.Ceremony{Hash: "y-" + person, Account: id, Expires: 9}),
		accounts.PutToken(account.Token{Hash: "t-" + person, Account: id}),
		organisation.In(tx).PutMembership(organisation.Membership{Organisation: organisation.Home, Account: id, Role: "person", State: organisation.Active}),
		words.Put(inbox.Word{ID: "w-" + person, Account: id, Kind: notice.ConsentAsked, Address: person + "@person.example", At: 1}),
		words.Choose(id, notice.ConsentAsked, true),
		words.SetQuiet(id, notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"}),
		register.PutLine(roster.Line{Intake: "i-" + person, Line: 2, Person: person}),
		register.PutAsked(roster.Asked{ID: "a-" + person, Person: person, State: roster.Open}),
		register.PutCorrection(roster.Correction{ID: "x-" + person, Person: person, State: roster.Open}),
		register.Merge("before-"+person, person, "clerk", 1))
}

// settleRhythm gives a person nights, a heart, a slot and a team.
func settleRhythm(tx *Tx, person string) error {
	own := vitals.In(tx)
	return errors.Join(own.Choose(vitals.Choice{Person: person, Guard: "adult"}),
		own.PutSleep([]vitals.Sleep{{Person: person, StartsAt: 1, EndsAt: 2}}),
		own.PutHearts([]vitals.Heart{{Person: person, Method: "rmssd", TakenAt: 1, Micros: 50_000}}),
		own.PutSlot(vitals.Slot{ID: "slot-" + person, Person: person, StartsAt: 1, EndsAt: 2, State: vitals.Accepted}),
		team.In(tx).PutMember(team.Member{Team: "t", Person: person, State: team.Joined}))
}

func TestWhatIsKeptComesBackAsItWasPut(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error { return settle(tx, "p") })
		same(t, "person", get(t, s, func(tx *Tx) (Person, error) { return tx.Person("p") }),
			hanako("p"))
		same(t, "calendars", get(t, s, func(tx *Tx) ([]Calendar, error) { return tx.Calendars("p") }),
			[]Calendar{{"p", "work", []byte("BEGIN:VCALENDAR\r\n\x00"), "digest", 12, 1, 6}})
		profile := TalentProfile{"p", "131016", true, []string{"ja", "en"}, []spec.Skill{{URI: "urn:skill", Level: 3, Basis: "self"}}, 7}
		same(t, "profile", get(t, s, func(tx *Tx) (TalentProfile, error) { return tx.TalentProfile("p") }), profile)
		same(t, "profiles", get(t, s, func(tx *Tx) ([]TalentProfile, error) { return tx.TalentProfiles("", 5) }), []TalentProfile{profile})
		same(t, "consent", get(t, s, func(tx *Tx) (Consent, error) { return tx.Consent("record-p") }),
			Consent{RecordID: "record-p", Person: "p", Recipient: city, Kinds: []spec.Kind{"talent", "vc"}, Purposes: []string{"matching"}, Document: "{}", State: "given", CreatedAt: 1})
		pairwise := Pairwise{"p", city, "talent", "subject-p", "uid", "urn:uuid:c", "record-p", 9, idFor(1)}
		same(t, "pairwise", get(t, s, func(tx *Tx) (Pairwise, error) { return tx.Pairwise("p", city, "talent") }), pairwise)
		same(t, "by subject", get(t, s, func(tx *Tx) ([]Pairwise, error) { return tx.PairwiseBySubject("subject-p") }), []Pairwise{pairwise})
		engagement := Engagement{"engagement-p", "p", university, "urn:uuid:e", "evaluation", 90, 3}
		same(t, "engagement", get(t, s, func(tx *Tx) (Engagement, error) { return tx.Engagement("engagement-p") }), engagement)
		same(t, "engagements", get(t, s, func(tx *Tx) ([]Engagement, error) { return tx.EngagementsOf("p") }), []Engagement{engagement})
	})
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func TestADeletedPersonLeavesNothingOfTheirOwn(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error { return errors.Join(settle(tx, "p"), settle(tx, "q")) })
		write(t, s, func(tx *Tx) error { return tx.DeletePerson("p") })
		account := map[string]bool{
			"passkey": true, "identity": true, "session": true, "code": true, "ceremony": true, "token": true, "membership": true,
			"message": true, "mail": true, "preference": true, "quiet": true,
		}
		for table, columns := range tables(t) {
			for _, column := range columns {
				if column == "account" && account[table] {
					same(t, table, get(t, s, func(tx *Tx) ([]string, error) {
						return list(tx, only[string], fmt.Sprintf("SELECT account FROM %s", table))
					}), []string{"account-q"})
				}
				if column != "person" && table != "person" {
					continue
				}
				if table == "person" && column != "id" || table == "receipt_due" {
					continue // what readers still owe stays under an id that names nobody
				}
				people := get(t, s, func(tx *Tx) ([]string, error) {
					return list(tx, only[string], fmt.Sprintf("SELECT %s FROM %s WHERE %s <> '' ORDER BY %s", column, table, column, column))
				})
				same(t, table, people, []string{"q"})
			}
		}
		overdue := get(t, s, func(tx *Tx) ([]ReceiptDue, error) { return tx.OverdueReceipts(51) })
		if len(overdue) != 2 {
			t.Errorf("what readers owe went with the person: %+v", overdue)
		}
		if n := get(t, s, (*Tx).CountPeople); n != 1 {
			t.Errorf("%d people, want 1", n)
		}
	})
}

func TestPeopleAreReadInPages(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			for _, id := range []string{"b", "A", "a", "_"} {
				if err := tx.PutPerson(Person{ID: id, CreatedAt: 1}); err != nil {
					return err
				}
			}
			return tx.PutPerson(Person{ID: "a", GivenName: "renamed", CreatedAt: 9})
		})
		var ids string
		after := ""
		for {
			people := get(t, s, func(tx *Tx) ([]Person, error) { return tx.People(after, 3) })
			if len(people) == 0 {
				break
			}
			for _, p := range people {
				ids, after = ids+p.ID, p.ID
				if p.CreatedAt != 1 {
					t.Errorf("%s was made at %d", p.ID, p.CreatedAt)
				}
			}
		}
		if ids != "A_ab" {
			t.Errorf("read %q; the order of octets is A_ab", ids)
		}
	})
}

func TestOnlyConsentInForceIsActive(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			for _, c := range []Consent{
				{RecordID: "a", Recipient: city, Kinds: []spec.Kind{"talent"}},
				{RecordID: "b", Recipient: city, Kinds: []spec.Kind{"availability", "talent"}, Until: 100},
				{RecordID: "c", Recipient: university, Kinds: []spec.Kind{"talent"}},
				{RecordID: "d", Recipient: city, Kinds: []spec.Kind{"talent"}, WithdrawnAt: 5},
				{RecordID: "e", Recipient: city, Kinds: []spec.Kind{"vc"}},
			} {
				if err := tx.PutConsent(c); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			recipient spec.NodeID
			kind      spec.Kind
			at        int64
			want      string
		}{{city, "talent", 99, "ab"}, {city, "talent", 100, "a"}, {"", "talent", 99, "abc"}, {city, "", 99, "abe"}, {city, "tal", 99, ""}} {
			var got string
			for _, found := range get(t, s, func(tx *Tx) ([]Consent, error) { return tx.ActiveConsents(c.recipient, c.kind, c.at) }) {
				got += found.RecordID
			}
			if len(got) != len(c.want) || sortedRunes(got) != c.want {
				t.Errorf("%s %s at %d: got %q, want %q", c.recipient, c.kind, c.at, got, c.want)
			}
		}
	})
}

func sortedRunes(s string) string {
	var sorted string
	for c := 'a'; c <= 'z'; c++ {
		for _, r := range s {
			if r == c {
				sorted += string(c)
			}
		}
	}
	return sorted
}

func TestAPersonSeesWhatWasServedToWhom(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		logged(t, s)
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: 0, ToN: 1, At: 20}),
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: 1, ToN: 2, At: 30}),
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 2, FromN: 0, ToN: 9, At: 40}),
				tx.PutOpened(Opened{idFor(1), 35, "clerk", "matching"}))
		})
		seen := get(t, s, func(tx *Tx) ([]Disclosed, error) { return tx.DisclosuresOfIDs([]spec.ID{idFor(1), idFor(99)}) })
		same(t, "served", seen, []Disclosed{{idFor(1), city, "to-a", 1, 20}, {idFor(1), city, "to-a", 1, 30}})
		if all := get(t, s, func(tx *Tx) ([]Disclosure, error) { return tx.DisclosuresOf(city) }); len(all) != 3 || all[1].ToN != 2 {
			t.Errorf("to the city: %+v", all)
		}
		same(t, "opened", get(t, s, func(tx *Tx) ([]Opened, error) { return tx.OpenedOf([]spec.ID{idFor(1)}) }),
			[]Opened{{idFor(1), 35, "clerk", "matching"}})
	})
}

func TestOwnRecordsThatExpireSoonAreDue(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		entries := entriesFor(0, 4)
		for n, expires := range []int64{30, 20, 40, 10} {
			entries[n].Expires = expires
		}
		mustAppend(t, s, entries...)
		write(t, s, func(tx *Tx) error {
			for n := range 5 {
				p := Pairwise{Person: fmt.Sprint(n), Audience: city, Kind: "talent", LastID: idFor(n)}
				if err := tx.PutPairwise(p); err != nil {
					return err
				}
			}
			return tx.SetState([]spec.ID{idFor(3)}, StateWithdrawn)
		})
		var people string
		for _, p := range get(t, s, func(tx *Tx) ([]Pairwise, error) { return tx.PairwiseDue(30, 9) }) {
			people += p.Person
		}
		if people != "10" {
			t.Errorf("due are %q, want 1, then 0", people)
		}
	})
}

func TestAReceiptSettlesWhatWasDue(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.ExpectReceipts([]ReceiptDue{
					{ID: idFor(1), Reader: city, Action: "erased", Order: idFor(50), Due: 10, Person: "p"},
					{ID: idFor(2), Reader: city, Action: "erased", Order: idFor(50), Due: 10, Person: "p"},
					{ID: idFor(1), Reader: university, Action: "erased", Due: 20, Person: "p"},
				}),
				tx.SettleReceipt(city, []spec.ID{idFor(1), idFor(77)}, "erased", idFor(60), 30),
				tx.SettleReceipt(city, []spec.ID{idFor(1)}, "erased", idFor(61), 31),
				tx.SettleReceipt(university, []spec.ID{idFor(1)}, "withdrawn", idFor(62), 32))
		})
		overdue := func(now int64) (list []spec.ID) {
			for _, r := range get(t, s, func(tx *Tx) ([]ReceiptDue, error) { return tx.OverdueReceipts(now) }) {
				list = append(list, r.ID)
			}
			return list
		}
		same(t, "when due", overdue(10), nil)
		same(t, "a second later", overdue(11), []spec.ID{idFor(2)})
		same(t, "later", overdue(21), []spec.ID{idFor(2), idFor(1)})
		all := get(t, s, func(tx *Tx) ([]ReceiptDue, error) { return tx.ReceiptsOf("p") })
		settled := 0
		for _, r := range all {
			if r.Receipt != "" {
				settled++
				same(t, "the receipt", r.Receipt, idFor(60))
				same(t, "its time", r.Settled, 30)
			}
		}
		if len(all) != 3 || settled != 1 {
			t.Errorf("of the person: %+v", all)
		}
	})
}

func TestAccountsAndActsAreKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.PutAudit(Audit{1, "clerk", "opened", "r"}), tx.PutAudit(Audit{2, "clerk", "closed", "r"}),
				tx.PutDecision(Decision{"d", 4, "r", 6, "deny", `[{"clause":"1"}]`}), tx.PutAck(Ack{city, "to-a", 8, 9}),
				tx.PutErased([]spec.ID{idFor(1), idFor(2)}, 3), tx.SetMeta("epoch", "1"), tx.SetMeta("epoch", "2"))
		})
		same(t, "audits", get(t, s, func(tx *Tx) ([]Audit, error) { return tx.Audits(1) }), []Audit{{2, "clerk", "closed", "r"}})
		want := Decision{"d", 4, "r", 6, "deny", `[{"clause":"1"}]`}
		same(t, "decision", get(t, s, func(tx *Tx) (Decision, error) { return tx.Decision("d") }), want)
		same(t, "decisions", get(t, s, func(tx *Tx) ([]Decision, error) { return tx.Decisions(4, 9) }), []Decision{want})
		same(t, "no decisions", get(t, s, func(tx *Tx) ([]Decision, error) { return tx.Decisions(5, 9) }), nil)
		same(t, "acks", get(t, s, (*Tx).Acks), []Ack{{city, "to-a", 8, 9}})
		same(t, "erased", get(t, s, func(tx *Tx) (map[spec.ID]bool, error) { return tx.IsErased([]spec.ID{idFor(1), idFor(3)}) }),
			map[spec.ID]bool{idFor(1): true})
		if ids := get(t, s, func(tx *Tx) ([]spec.ID, error) { return tx.ErasedAfter("", 9) }); len(ids) != 2 {
			t.Errorf("erased: %v", ids)
		}
		read(t, s, func(tx *Tx) error {
			value, ok, err := tx.Meta("epoch")
			if value != "2" || !ok {
				t.Errorf("epoch %q, %v", value, ok)
			}
			if _, ok, _ := tx.Meta("nothing"); ok {
				t.Error("remembers what it was never told")
			}
			return err
		})
	})
}

func TestWhatNoDisclosureCoversIsKnown(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			// The second range reaches over the third, and another epoch covers nothing here.
			return errors.Join(
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: 2, ToN: 3, At: 20}),
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: 5, ToN: 9, At: 30}),
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: 6, ToN: 7, At: 30}),
				tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 2, FromN: 0, ToN: 20, At: 40}))
		})
		missing := func(size uint64) []Disclosure {
			return get(t, s, func(tx *Tx) ([]Disclosure, error) {
				return tx.Undisclosed(Log{Name: "to-a", Reader: city, Epoch: 1, Size: size})
			})
		}
		of := func(from, to uint64) Disclosure {
			return Disclosure{Log: "to-a", Reader: city, Epoch: 1, FromN: from, ToN: to}
		}
		same(t, "below the end", missing(12), []Disclosure{of(0, 1), of(4, 4), of(10, 11)})
		same(t, "nothing behind the last", missing(10), []Disclosure{of(0, 1), of(4, 4)})
		if left := get(t, s, func(tx *Tx) ([]Disclosure, error) { return tx.Undisclosed(Log{Name: "to-b", Epoch: 1}) }); len(left) != 0 {
			t.Errorf("an empty log misses %+v", left)
		}
	})
}
