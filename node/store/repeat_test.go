package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/spec"
)

// step is a write by the name of its method. A name in brackets only prepares.
type step struct {
	name string
	run  func(tx *Tx) error
}

// readers are the methods that write nothing.
func readers() []string {
	return []string{
		"Acks", "ActiveConsents", "Audits", "AuditsFrom", "ByIssuer", "BySubject", "CalendarVersions", "Calendars", "Confidential", "Consent",
		"ConsentsOf", "Cosigned", "CountPeople", "Counts", "CurrentOfSubject", "Currents", "CurrentsAfter", "CurrentsOf", "Cursor", "Cursors",
		"Decision", "Decisions", "DisclosuresOf", "DisclosuresOfIDs",
		"Engagement", "EngagementsOf", "Entries", "EntriesAfter", "Entry", "ErasedAfter", "ErasedFrom", "HoldPerson", "Holdings", "HeadAt", "IsErased",
		"KeyHistories", "KeyHistory", "KeyHistoryAt", "KeyHistoryBelow", "KnownPeople", "Leaves", "ListCurrent", "LiveByKind", "LapsedConsents", "Log", "LogStateOf",
		"Logs", "LogsOf", "Meta", "MetaNames", "NewestHead", "OpenedOf", "OverdueReceipts", "Page", "Pairwise",
		"PairwiseBySubject", "PairwiseOf", "PairwiseDue", "ParkedBy", "ParkedFor", "ParkedFrom", "ParkedList", "ParkedOverflow", "ParkedPeers", "ParkedStats", "People", "PeopleSettled", "Person",
		"PolicyEntries", "PolicyHead", "PolicyHeadAt", "PolicySize", "ProofStands", "Proofs", "ProofsAgainst", "ProofsFrom", "PublicHeads", "ReceiptsOf",
		"RefusedCounts", "RefusedFrom", "RefusedList", "RevocationLearned", "StatusBits", "SubjectIssuers", "TalentProfile",
		"Rows", "TalentProfiles", "Undisclosed", "Unentered",
	}
}

// writers run every writing method, in an order in which each has something to
// do. Reserve counts each time, on purpose, so its step looks first.
func writers() []step {
	ids := []spec.ID{idFor(1)}
	consent := Consent{RecordID: "r", Person: "p", Recipient: city, Kinds: []spec.Kind{"talent"}, CreatedAt: 1}
	return []step{
		{"SetMeta", func(tx *Tx) error { return tx.SetMeta("name", "value") }},
		{"DropMeta", func(tx *Tx) error { return tx.DropMeta("name") }},
		{"Append", func(tx *Tx) error { _, err := tx.Append(entriesFor(0, 4)); return err }},
		{"PutCurrents", func(tx *Tx) error {
			return tx.PutCurrents([]Current{currentFor(entryFor(0)), currentFor(entryFor(1)), currentFor(entryFor(2))})
		}},
		{"SetState", func(tx *Tx) error { return tx.SetState([]spec.ID{idFor(3)}, StateWithdrawn) }},
		{"DropCurrent", func(tx *Tx) error { return tx.DropCurrent([]spec.ID{idFor(2)}) }},
		{"EnsureLog", func(tx *Tx) error { return tx.EnsureLog("to-a", city, 5) }},
		{"AppendLogEntries", func(tx *Tx) error {
			return tx.AppendLogEntries("to-a", 5, 0, []LogItem{{ids[0], "availability", "live", 9}})
		}},
		{"Reserve", func(tx *Tx) error {
			l, err := tx.Log("to-a")
			if err != nil || l.Size > 0 {
				return err
			}
			_, err = tx.Reserve("to-a", 1)
			return err
		}},
		{"SetFrontier", func(tx *Tx) error { return tx.SetFrontier("to-a", []byte{0, 1, 255}) }},
		{"ResetLog", func(tx *Tx) error { return tx.ResetLog("to-a", 6) }},
		{"PutHead", func(tx *Tx) error {
			return errors.Join(tx.PutHead(Head{club, "public", 1, 4, "note", 7}), tx.PutHead(Head{club, "public", 1, 5, "next", 9}))
		}},
		{"ForgetHeads", func(tx *Tx) error { _, err := tx.ForgetHeads(8); return err }},
		{"PutCursor", func(tx *Tx) error { return tx.PutCursor(Cursor{Peer: club, Log: "public", Next: 3, Halted: true}) }},
		{"Park", func(tx *Tx) error {
			return tx.Park([]Parked{{Peer: club, ID: ids[0], Token: "t", Expires: 5}, {Peer: club, ID: idFor(2), Token: "t", Expires: 50}})
		}},
		{"DropParkedExpired", func(tx *Tx) error { _, err := tx.DropParkedExpired(20); return err }},
		{"Unpark", func(tx *Tx) error { return tx.Unpark(club, []spec.ID{idFor(2)}) }},
		{"(a peer beyond its bounds)", func(tx *Tx) error { return tx.run(upsertOverflow, city, overflowID, 3, 1) }},
		{"MoveOverflow", func(tx *Tx) error { return tx.MoveOverflow(city, 7) }},
		{"DropOverflow", func(tx *Tx) error { return tx.DropOverflow(city) }},
		{"Refuse", func(tx *Tx) error { return tx.Refuse([]Refused{{Peer: club, ID: ids[0], Requirement: "REQ"}}) }},
		{"PutProof", func(tx *Tx) error { return tx.PutProof(Proof{"proof", "fork", club, tokenFor("a"), "b", 3}) }},
		{"ForgetProofBodies", func(tx *Tx) error {
			_, id := spec.Peek(tokenFor("a"))
			return tx.ForgetProofBodies([]spec.ID{id})
		}},
		{"Once", func(tx *Tx) error { _, err := tx.Once(club, "jti", 5); return err }},
		{"ForgetReplays", func(tx *Tx) error { _, err := tx.ForgetReplays(5); return err }},
		{"PutKeyHistory", func(tx *Tx) error { return tx.PutKeyHistory(KeyHistory{club, 2, "keys", 4}) }},
		{"PutRevocationLearned", func(tx *Tx) error { return tx.PutRevocationLearned(club, "kid", 8) }},
		{"AppendPolicyEntries", func(tx *Tx) error {
			return tx.AppendPolicyEntries(0, []PolicyEntry{{ID: idFor(1), Octets: "a\n"}, {ID: idFor(2), Octets: "b\n"}})
		}},
		{"PutPolicyHead", func(tx *Tx) error { return tx.PutPolicyHead(PolicyHead{2, "note", 6}) }},
		{"PutCosigned", func(tx *Tx) error { return tx.PutCosigned(city, Cosigned{2, []byte("root")}) }},
		{"PutConfidential", func(tx *Tx) error { return tx.PutConfidential(idFor(7), []byte{0, 9}) }},
		{"(a draft)", func(tx *Tx) error { return draft.In(tx).Put(draft.Draft{ID: idFor(8), Token: "draft", At: 1}) }},
		{"(a ballot)", func(tx *Tx) error {
			return draft.In(tx).PutBallot(draft.Ballot{Draft: idFor(8), Issuer: city, Token: "yes"})
		}},
		{"(no draft)", func(tx *Tx) error { return draft.In(tx).Drop(idFor(8)) }},
		{"PutPerson", func(tx *Tx) error { return tx.PutPerson(hanako("p")) }},
		{"PutCalendar", func(tx *Tx) error { return tx.PutCalendar(Calendar{Person: "p", Name: "work", ICS: []byte("BEGIN")}) }},
		{"PutTalentProfile", func(tx *Tx) error { return tx.PutTalentProfile(TalentProfile{Person: "p", Region: "131016"}) }},
		{"PutConsent", func(tx *Tx) error { return tx.PutConsent(consent) }},
		{"PutPairwise", func(tx *Tx) error {
			return tx.PutPairwise(Pairwise{Person: "p", Audience: city, Kind: "talent", Subject: "s"})
		}},
		{"PutEngagement", func(tx *Tx) error { return tx.PutEngagement(Engagement{Subject: "e", Person: "p"}) }},
		{"Disclose", func(tx *Tx) error { return tx.Disclose(Disclosure{Log: "to-a", Reader: city, Epoch: 5, ToN: 4, At: 2}) }},
		{"PutOpened", func(tx *Tx) error { return tx.PutOpened(Opened{ids[0], 3, "clerk", "matching"}) }},
		{"ExpectReceipts", func(tx *Tx) error {
			return tx.ExpectReceipts([]ReceiptDue{{ID: ids[0], Reader: city, Action: "erased", Due: 9}})
		}},
		{"SettleReceipt", func(tx *Tx) error { return tx.SettleReceipt(city, ids, "erased", idFor(9), 8) }},
		{"PutErased", func(tx *Tx) error { return tx.PutErased(ids, 4) }},
		{"PutAudit", func(tx *Tx) error { return tx.PutAudit(Audit{1, "clerk", "opened", "r"}) }},
		{"PutDecision", func(tx *Tx) error { return tx.PutDecision(Decision{"d", 1, "r", 2, "allow", "[]"}) }},
		{"StatusIndex", func(tx *Tx) error { _, err := tx.StatusIndex("1", "credential", 131072); return err }},
		{"SetStatus", func(tx *Tx) error {
			n, err := tx.StatusIndex("1", "credential", 131072)
			return errors.Join(err, tx.SetStatus("1", n, true))
		}},
		{"Claim", func(tx *Tx) error { _, err := tx.Claim("sweep", "me", 1, 9); return err }},
		{"Release", func(tx *Tx) error { return tx.Release("sweep", "me") }},
		{"PutAck", func(tx *Tx) error { return tx.PutAck(Ack{city, "to-a", 3, 4}) }},
		{"(a superseded body)", func(tx *Tx) error { return tx.SetState(ids, StateSuperseded) }},
		{"StripSuperseded", func(tx *Tx) error { _, err := tx.StripSuperseded("https://home.example", 1<<40); return err }},
		{"ForgetDisclosures", func(tx *Tx) error { _, err := tx.ForgetDisclosures(1 << 40); return err }},
		{"(a withdrawn body)", func(tx *Tx) error {
			_, err := tx.Append([]Entry{{ID: idFor(97), Token: "t", State: StateWithdrawn}})
			return err
		}},
		{"StripRetained", func(tx *Tx) error { _, err := tx.StripRetained(1 << 40); return err }},
		{"Strip", func(tx *Tx) error { return tx.Strip(ids) }},
		{"Blank", func(tx *Tx) error { return tx.Blank(ids) }},
		{"DeletePerson", func(tx *Tx) error { return tx.DeletePerson("p") }},
	}
}

func TestEveryMethodIsKnownAsReaderOrWriter(t *testing.T) {
	known := readers()
	for _, w := range writers() {
		if !strings.HasPrefix(w.name, "(") {
			known = append(known, w.name)
		}
	}
	slices.Sort(known)
	var methods []string
	for m := range reflect.TypeFor[*Tx]().Methods() {
		methods = append(methods, m.Name)
	}
	slices.Sort(methods)
	if !slices.Equal(known, methods) {
		t.Errorf("the lists of this test are not the methods of Tx:\n%v\n%v", known, methods)
	}
}

// TestEveryWriteMayFailAndMayBeRepeated breaks each write at its two faults: a
// failed one leaves nothing, and one that failed though it persisted is
// repeated without harm.
func TestEveryWriteMayFailAndMayBeRepeated(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, w := range writers() {
			before := dump(t, s)
			disarm := fail.Arm("store.commit.before", 1)
			if err := s.Write(t.Context(), w.run); !errors.Is(err, fail.ErrInjected) {
				t.Fatalf("%s: failed write: %v", w.name, err)
			}
			disarm()
			if after := dump(t, s); after != before {
				t.Fatalf("%s failed and left something:\n%s", w.name, difference(before, after))
			}
			disarm = fail.Arm("store.commit.after", 1)
			if err := s.Write(t.Context(), w.run); !errors.Is(err, fail.ErrInjected) {
				t.Fatalf("%s: failed but persisted write: %v", w.name, err)
			}
			disarm()
			once := dump(t, s)
			if once == before {
				t.Errorf("%s changed nothing, so this test shows nothing", w.name)
			}
			if err := s.Write(t.Context(), w.run); err != nil {
				t.Fatalf("%s repeated: %v", w.name, err)
			}
			if twice := dump(t, s); twice != once {
				t.Errorf("%s repeated changed something:\n%s", w.name, difference(once, twice))
			}
		}
	})
}

// dump is all that the store holds but the counter, which may leave gaps.
func dump(t *testing.T, s *Store) string {
	t.Helper()
	var text strings.Builder
	read(t, s, func(tx *Tx) error {
		for table, columns := range tables(t) {
			if table == "counter" {
				continue
			}
			rows, err := list(tx, func(row *[32]any) []any {
				into := make([]any, len(columns))
				for i := range into {
					into[i] = &row[i]
				}
				return into
			}, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
			if err != nil {
				return err
			}
			var lines []string
			for _, row := range rows {
				lines = append(lines, fmt.Sprintf("%s %q\n", table, row[:len(columns)]))
			}
			slices.Sort(lines)
			text.WriteString(strings.Join(lines, ""))
		}
		return nil
	})
	return sorted(text.String())
}

func sorted(text string) string {
	lines := strings.SplitAfter(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}

func difference(a, b string) string {
	var text strings.Builder
	mine, yours := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	for _, line := range mine {
		if !slices.Contains(yours, line) {
			text.WriteString("- " + line)
		}
	}
	for _, line := range yours {
		if !slices.Contains(mine, line) {
			text.WriteString("+ " + line)
		}
	}
	return text.String()
}
