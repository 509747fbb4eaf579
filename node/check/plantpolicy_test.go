package check_test

import (
	"os"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

func policyPlants() []plant {
	return []plant{
		{name: "an entry that no ballot carries", want: "check: policy entry", plant: func(s scene) error {
			size, err := s.tx.PolicySize()
			if err != nil {
				return err
			}
			return s.tx.AppendPolicyEntries(size, []store.PolicyEntry{{ID: spec.Digest([]byte("x")), Octets: "x"}})
		}},
		{name: "an entry under another's id", want: "its id is not the digest of its octets", plant: func(s scene) error {
			size, err := s.tx.PolicySize()
			if err != nil {
				return err
			}
			return s.tx.AppendPolicyEntries(size, []store.PolicyEntry{{ID: spec.Digest([]byte("y")), Octets: "x"}})
		}},
		{name: "an entry that the head does not cover", want: "entries, and the stored log replays to", plant: func(s scene) error {
			return s.extend(nil)
		}},
		{name: "a confidential body that was exchanged", want: "does not have the digest that the log shows", plant: func(s scene) error {
			return s.extend([]byte("what the council never agreed on"))
		}},
		{name: "a head that nobody cosigned", want: "check: policy head: REQ-POL-008", plant: func(s scene) error {
			h, err := s.tx.PolicyHead()
			if err != nil {
				return err
			}
			text, _, err := spec.SplitCosignatures(h.Note)
			if err != nil {
				return err
			}
			stranger := s.stranger()
			h.Note = spec.JoinNote(text, []string{spec.Cosign(stranger, s.ID("city"), text, s.Clock.Now())})
			return s.tx.PutPolicyHead(h)
		}},
		{name: "another genesis in the directory", want: "check: policy entry 0: it is not the genesis in the directory", plant: func(s scene) error {
			octets, err := os.ReadFile(node.GenesisPath(s.cfg.Data))
			if err != nil {
				return err
			}
			// The same document, the founder's ballot signed again.
			entry, err := spec.ReadEntry(string(octets))
			if err != nil {
				return err
			}
			ballot := policy.BallotFor(nil, entry.Document, s.ID("city"), 1, policy.Yes)
			token, err := spec.SealBallot(s.Founded.Ballots[s.ID("city")], ballot)
			if err != nil {
				return err
			}
			return node.WriteGenesis(s.cfg.Data, spec.MakeEntry(entry.Document.Token(), []string{token}))
		}},
	}
}

// extend appends a second red list that the council agreed on and whose head
// was never cosigned, with a body beside it.
func (s scene) extend(body []byte) error {
	book, err := s.book()
	if err != nil {
		return err
	}
	d, err := documents.Find("red-list")
	if err != nil {
		return err
	}
	_, sealed, err := policy.SealConfidential([32]byte{1}, policy.RedList{}, nil)
	if err != nil {
		return err
	}
	entry, err := s.Founded.Entry(book, d, sealed, s.Clock.Now())
	if err != nil {
		return err
	}
	if body != nil {
		if err := s.tx.PutConfidential(sealed.Digest, body); err != nil {
			return err
		}
	}
	return s.tx.AppendPolicyEntries(book.Size(), []store.PolicyEntry{{ID: spec.Digest([]byte(entry)), Octets: entry}})
}

func (s scene) book() (*policy.Book, error) {
	rows, err := s.tx.PolicyEntries(0, 100)
	if err != nil {
		return nil, err
	}
	book, err := policy.NewBook(rows[0].Octets, "")
	for _, row := range rows[1:] {
		if err == nil {
			book, err = book.Apply(row.Octets)
		}
	}
	return book, err
}

func keyPlants() []plant {
	history := func(s scene, serial uint64) string {
		token, err := spec.SealKeys(s.Founded.Roots[s.ID("city")], spec.KeyHistory{
			Issuer: s.ID("city"), IssuedAt: 1, Serial: serial, Keys: []spec.KeyEntry{},
		})
		if err != nil {
			s.t.Fatal(err)
		}
		return token
	}
	return []plant{
		{name: "a key history that is none", want: "check: keys", plant: func(s scene) error {
			return s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("city"), Serial: 9, Token: "x"})
		}},
		{name: "a key history under another serial", want: "it says serial 8", plant: func(s scene) error {
			return s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("city"), Serial: 9, Token: history(s, 8)})
		}},
		{name: "an older key history that is none", want: "serial 7", plant: func(s scene) error {
			if err := s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("city"), Serial: 9, Token: history(s, 9)}); err != nil {
				return err
			}
			return s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("city"), Serial: 7, Token: "x"})
		}},
		{name: "a key file older than what was published", atCity: true, want: "serial 9 was published", plant: func(s scene) error {
			return s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("city"), Serial: 9, Token: history(s, 9)})
		}},
		{name: "a key file of another node", want: "check: keys file of", plant: func(s scene) error {
			return os.WriteFile(keys.HistoryPath(s.cfg.Data), []byte(history(s, 1)), 0o600)
		}},
		{name: "an issuer whose keys are missing", atCity: true, want: "the key history of its issuer", plant: func(s scene) error {
			return s.tx.PutKeyHistory(store.KeyHistory{Node: s.ID("club"), Serial: 9, Token: "x"})
		}},
	}
}
