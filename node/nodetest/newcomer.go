package nodetest

import (
	"encoding/json"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// Newcomer makes a node with the federation's genesis that the register does
// not know yet, and returns the row to admit or to vote for. Start starts it.
func (f *Federation) Newcomer(s Seat) policy.Member {
	f.t.Helper()
	m := f.settle(s)
	_, off, err := keys.Create(m.Dir, m.ID, f.Clock.Now())
	if err != nil {
		f.t.Fatalf("newcomer %s: %v", s.Name, err)
	}
	if err := node.WriteGenesis(m.Dir, f.Founded.Genesis); err != nil {
		f.t.Fatalf("newcomer %s: %v", s.Name, err)
	}
	f.Founded.Roots[m.ID] = off.Root
	row := policy.Member{
		Node: m.ID, Name: m.Name, Kind: m.Kind, Role: policy.RoleMember, Status: policy.StatusActive,
		Root: spec.EncodeKey(off.Root.Public()),
	}
	if s.Council {
		row.Role, row.Raft, row.Ballot = policy.RoleCouncil, m.Raft, spec.EncodeKey(off.Ballot.Public())
		f.Founded.Ballots[m.ID] = off.Ballot
	}
	return row
}

// Vote brings the next register through the council at one node, with ballots
// of the register in force.
func (f *Federation) Vote(at string, threshold int, members []policy.Member) {
	f.t.Helper()
	d, err := documents.Find(policy.SeriesRegister)
	if err != nil {
		f.t.Fatal(err)
	}
	f.adopt(at, d, policy.Register{Threshold: threshold, Members: members})
}

// Amend brings the next version of a starting document through the council.
func (f *Federation) Amend(at, series string) {
	f.t.Helper()
	d, err := documents.Find(series)
	if err != nil {
		f.t.Fatal(err)
	}
	f.adopt(at, d, json.RawMessage(d.Body))
}

// Adopt brings the next version of a document through the council as it is
// written, whatever its title and text say.
func (f *Federation) Adopt(at string, d documents.Document) {
	f.t.Helper()
	f.adopt(at, d, json.RawMessage(d.Body))
}

func (f *Federation) adopt(at string, d documents.Document, body any) {
	f.t.Helper()
	entry, err := f.Founded.Entry(f.Node(at).Trust().Book(), d, body, f.Clock.Now())
	if err != nil {
		f.t.Fatalf("draft %s: %v", d.Series, err)
	}
	if err := founding.Submit(f.Context(), f.Node(at), entry); err != nil {
		f.t.Fatalf("%s at %s: %v", d.Series, at, err)
	}
}
