package check_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// scene is where a fault is planted: a stopped node's copied directory.
type scene struct {
	t *testing.T
	*lived
	cfg node.Config
	tx  *store.Tx
}

// plant is one fault and the words that must name it.
type plant struct {
	name   string
	atCity bool // otherwise at the club, which wrote the records
	want   string
	plant  func(scene) error
}

func (p plant) at() string {
	if p.atCity {
		return "city"
	}
	return "club"
}

func (s scene) log() string { return spec.LogFor(s.ID("city")) }

// forged seals a record as the club by any key and gives its ledger row.
func (s scene) forged(signer *spec.Signer) store.Entry {
	s.t.Helper()
	now := s.Clock.Now().Unix()
	body := &spec.Receipt{
		Envelope: spec.Envelope{
			Issuer: s.ID("club"), Audience: s.ID("city"), IssuedAt: now, JTI: spec.NewUUID(), UID: spec.RandomUUID(), Sequence: 7, Policy: 1,
		},
		Action: spec.ActionWithdrawn, IDs: []spec.ID{s.live.ID}, At: now,
	}
	token, err := spec.Seal(signer, body)
	if err != nil {
		s.t.Fatal(err)
	}
	kind, id := spec.Peek(token)
	return store.Entry{
		ID: id, Kind: kind, Issuer: body.Issuer, Audience: body.Audience, UID: body.UID, Sequence: body.Sequence,
		IssuedAt: now, KID: signer.KID(), Policy: 1, Token: token, AdmittedAt: now,
	}
}

func (s scene) own() *spec.Signer {
	s.t.Helper()
	on, err := keys.Load(s.Config("club").Data) // a copy has other modes
	if err != nil {
		s.t.Fatal(err)
	}
	return on.Record
}

func (s scene) stranger() *spec.Signer {
	s.t.Helper()
	k, err := spec.GenerateSigner()
	if err != nil {
		s.t.Fatal(err)
	}
	return k
}

func (s scene) appendOnly(e store.Entry) error {
	_, err := s.tx.Append([]store.Entry{e})
	return err
}

func plants() []plant {
	var all []plant
	for _, list := range [][]plant{logPlants(), recordPlants(), currentPlants(), erasedPlants(), consentPlants(), placePlants(), policyPlants(), keyPlants()} {
		all = append(all, list...)
	}
	return all
}

func logPlants() []plant {
	leaf := []store.LogItem{{ID: spec.Digest([]byte("leaf")), Kind: spec.KindTalent, State: "live"}}
	return []plant{
		{name: "a leaf beyond the end", want: "entries, and", plant: func(s scene) error {
			l, err := s.tx.Log(s.log())
			if err != nil {
				return err
			}
			return s.tx.AppendLogEntries(l.Name, l.Epoch, l.Size, leaf)
		}},
		{name: "a place without a leaf", want: "does not fit its size", plant: func(s scene) error {
			_, err := s.tx.Reserve(s.log(), 1)
			return err
		}},
		{name: "a gap in the numbers", want: "is missing; the next one stored is", plant: func(s scene) error {
			l, err := s.tx.Reserve(s.log(), 2)
			if err != nil {
				return err
			}
			return s.tx.AppendLogEntries(l.Name, l.Epoch, l.Size+1, leaf)
		}},
		{name: "a changed root", want: "is not the root it signs", plant: func(s scene) error {
			l, err := s.tx.Log(s.log())
			if err != nil {
				return err
			}
			l.Frontier[0] ^= 1
			return s.tx.SetFrontier(l.Name, l.Frontier)
		}},
		{name: "a log under another's name", want: "does not have the name of its reader", plant: func(s scene) error {
			return s.tx.EnsureLog(spec.LogFor("https://nobody.example"), s.ID("city"), 1)
		}},
		{name: "a leaf of a record that is not here", want: "which the ledger does not have", plant: func(s scene) error {
			return s.grow(s.log(), leaf)
		}},
		{name: "a leaf of a record for somebody else", want: "which was not said to this reader", plant: func(s scene) error {
			name := spec.LogFor("https://other.example")
			if err := s.tx.EnsureLog(name, "https://other.example", 1); err != nil {
				return err
			}
			return s.grow(name, []store.LogItem{{ID: s.live.ID, Kind: spec.KindTalent, State: "live"}})
		}},
		{name: "a record taken back and still in use", want: "which the ledger still has as live", plant: func(s scene) error {
			return s.grow(s.log(), []store.LogItem{{ID: s.live.ID, Kind: spec.KindTalent, State: "withdrawn"}})
		}},
		{name: "a record erased in the log alone", want: "is erased, which the ledger still has", plant: func(s scene) error {
			return s.grow(s.log(), []store.LogItem{{ID: s.live.ID, Kind: spec.KindTalent, State: "erased"}})
		}},
		{name: "an own record that no log shows", want: "does not show it", plant: func(s scene) error {
			return s.appendOnly(s.forged(s.own()))
		}},
	}
}

// grow appends leaves as the gate would.
func (s scene) grow(name string, items []store.LogItem) error {
	l, err := s.tx.Reserve(name, len(items))
	if err != nil {
		return err
	}
	tree, err := spec.TreeOf(l.Size, l.Frontier)
	if err != nil {
		return err
	}
	for _, it := range items {
		tree.Append(spec.Leaf(it.ID, spec.State(it.State)))
	}
	if err := s.tx.AppendLogEntries(name, l.Epoch, l.Size, items); err != nil {
		return err
	}
	return s.tx.SetFrontier(name, tree.Frontier())
}

func recordPlants() []plant {
	return []plant{
		{name: "a record under a key that was never this node's", want: "it does not open: REQ-KEY-007", plant: func(s scene) error {
			return s.appendOnly(s.forged(s.stranger()))
		}},
		{name: "a received record under a strange key", atCity: true, want: "it does not open: REQ-KEY-007", plant: func(s scene) error {
			return s.appendOnly(s.forged(s.stranger()))
		}},
		{name: "a record under another's id", want: "is not the digest of its octets", plant: func(s scene) error {
			e := s.forged(s.own())
			e.ID = spec.Digest([]byte("another"))
			return s.appendOnly(e)
		}},
		{name: "a column that says something else", want: "columns are not what the record says", plant: func(s scene) error {
			e := s.forged(s.own())
			e.Sequence++
			return s.appendOnly(e)
		}},
		{name: "a lost body", want: "nothing says that it was erased", plant: func(s scene) error {
			e := s.forged(s.own())
			e.Token = ""
			return s.appendOnly(e)
		}},
		{name: "a state that is none", want: "has no known state", plant: func(s scene) error {
			return s.tx.SetState([]spec.ID{s.live.ID}, "somewhere")
		}},
	}
}

func currentPlants() []plant {
	row := func(s scene) store.Current {
		return store.Current{
			VersionKey: store.VersionKey{Issuer: s.live.Issuer, Audience: s.live.Audience, UID: s.live.UID},
			ID:         s.live.ID, Sequence: s.live.Sequence, Kind: s.live.Kind, Subject: s.live.Subject,
			Expires: s.live.Expires, Until: s.live.Until,
		}
	}
	return []plant{
		{name: "a live record that is not current", want: "missing from the table of current versions", plant: func(s scene) error {
			return s.tx.DropCurrent([]spec.ID{s.live.ID})
		}},
		{name: "a current version that nothing stands behind", want: "no record stands behind it", plant: func(s scene) error {
			c := row(s)
			c.UID = spec.RandomUUID()
			return s.tx.PutCurrents([]store.Current{c})
		}},
		{name: "a current version with another sequence", want: "or says something else", plant: func(s scene) error {
			c := row(s)
			c.Sequence++
			return s.tx.PutCurrents([]store.Current{c})
		}},
		{name: "a current version of a record that is not here", want: "its record is not here", plant: func(s scene) error {
			if err := s.tx.SetState([]spec.ID{s.live.ID}, store.StateWithdrawn); err != nil {
				return err
			}
			c := row(s)
			c.ID = spec.Digest([]byte("another"))
			return s.tx.PutCurrents([]store.Current{c})
		}},
		{name: "two live versions", want: "another version of the same", plant: func(s scene) error {
			e := s.live
			e.ID, e.Sequence = spec.Digest([]byte("second")), e.Sequence+1
			return s.appendOnly(e)
		}},
		{name: "a version signed twice that is still current", want: "is not marked as unknown", plant: func(s scene) error {
			return s.tx.SetState([]spec.ID{s.live.ID}, store.StateUnknown)
		}},
	}
}

func erasedPlants() []plant {
	return []plant{
		{name: "an erased id whose body is here", want: "the ledger still has its body", plant: func(s scene) error {
			return s.tx.PutErased([]spec.ID{s.live.ID}, 1)
		}},
		{name: "an erased body that is parked", want: "its body is still parked", plant: func(s scene) error {
			return s.tx.Park([]store.Parked{{Peer: s.ID("city"), ID: s.erased, Kind: spec.KindTalent, Token: s.live.Token}})
		}},
		{name: "an erased body among the evidence", want: "its body is still kept as evidence", plant: func(s scene) error {
			if err := s.tx.PutErased([]spec.ID{s.live.ID}, 1); err != nil {
				return err
			}
			return s.tx.PutProof(store.Proof{ID: "p", Kind: "equivocation", Issuer: s.ID("club"), A: s.live.Token, B: "x"})
		}},
		{name: "a blanked record that nobody remembers", want: "nothing remembers that it may not come back", plant: func(s scene) error {
			return s.tx.Blank([]spec.ID{s.live.ID})
		}},
		{name: "a record called erased with its body", want: "still has its body or its names", plant: func(s scene) error {
			e := s.forged(s.own())
			e.State = store.StateErased
			return s.appendOnly(e)
		}},
		{name: "an erased id that the list outside does not name", want: "is missing from the list outside the backups", plant: func(s scene) error {
			return os.WriteFile(s.cfg.ErasedList, []byte(spec.Digest([]byte("another"))+"\n"), 0o600)
		}},
		{name: "no list outside the backups", want: "the list outside the backups does not exist", plant: func(s scene) error {
			return os.Remove(s.cfg.ErasedList)
		}},
	}
}

// pair reads what the rower is called toward the city.
func (s scene) pair() store.Pairwise {
	s.t.Helper()
	pairs, err := s.tx.PairwiseBySubject(s.live.Subject)
	if err != nil || len(pairs) != 1 {
		s.t.Fatalf("pairwise: %d rows, %v", len(pairs), err)
	}
	return pairs[0]
}

func consentPlants() []plant {
	return []plant{
		{name: "a last record that is not here", want: "is not in the ledger", plant: func(s scene) error {
			p := s.pair()
			p.LastID = spec.Digest([]byte("nothing"))
			return s.tx.PutPairwise(p)
		}},
		{name: "a sequence that was not used", want: "is not the one that the person's identifiers speak of", plant: func(s scene) error {
			p := s.pair()
			p.LastSequence--
			return s.tx.PutPairwise(p)
		}},
		{name: "one name for two readers", want: "for another person or another node", plant: func(s scene) error {
			p := s.pair()
			p.Audience = "https://other.example"
			return s.tx.PutPairwise(p)
		}},
		{name: "a missing consent", want: "the consent it was said under is missing", plant: func(s scene) error {
			p := s.pair()
			p.RecordID = spec.RandomUUID()
			return s.tx.PutPairwise(p)
		}},
		{name: "a withdrawn consent with a live record", want: "its consent was withdrawn, and it is still live", plant: func(s scene) error {
			row, err := s.tx.Consent(s.pair().RecordID)
			if err != nil {
				return err
			}
			row.State, row.WithdrawnAt = consent.Withdrawn, 1
			return s.tx.PutConsent(row)
		}},
		{name: "a consent for another kind", want: "is about something else", plant: func(s scene) error {
			row, err := s.tx.Consent(s.pair().RecordID)
			if err != nil {
				return err
			}
			row.Kinds = []spec.Kind{spec.KindAvailability}
			return s.tx.PutConsent(row)
		}},
	}
}

func placePlants() []plant {
	change := func(f func(*store.Cursor)) func(scene) error {
		return func(s scene) error {
			c, err := s.tx.Cursor(s.ID("club"), spec.LogFor(s.ID("city")))
			if err != nil {
				return err
			}
			f(&c)
			return s.tx.PutCursor(c)
		}
	}
	return []plant{
		{name: "a place without its tree", atCity: true, want: "does not fit the", plant: change(func(c *store.Cursor) { c.Frontier = nil })},
		{name: "a place with another tree", atCity: true, want: "does not give the root of its head", plant: change(func(c *store.Cursor) { c.Frontier[0] ^= 1 })},
		{name: "a place past the head", atCity: true, want: "entries were read of a log of", plant: change(func(c *store.Cursor) {
			c.Next, c.Frontier = 1<<20, bytes.Repeat([]byte{1}, 32)
		})},
		{name: "a place under another's head", atCity: true, want: "is not one of that log", plant: change(func(c *store.Cursor) { c.Note = "a note" })},
	}
}
