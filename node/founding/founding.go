// Package founding sets up a federation whose founders' keys are all on this
// machine: for the demo, for tests, and for a region that founds itself at one
// table before the offline keys part. It refuses to write over a directory
// that holds keys.
package founding

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrFounded means a directory that belongs to a federation already.
	ErrFounded = errors.New("this directory belongs to a federation already")
	// ErrStranger means keys that were made for another node.
	ErrStranger = errors.New("the keys in this directory were made for another node id")
)

// Member is one organisation of the federation to be.
type Member struct {
	ID      spec.NodeID
	Name    spec.Text
	Kind    string
	Council bool
	Raft    string // host:port of the raft listener, council only
	Dir     string // data directory
}

// Federation is what was founded.
type Federation struct {
	Members []Member
	Genesis string
	Fed     spec.ID
	Ballots map[spec.NodeID]*spec.Signer
	Roots   map[spec.NodeID]*spec.Signer
}

// Found makes every member's keys and the genesis, and puts both into the
// members' directories.
func Found(members []Member, development bool, now time.Time) (*Federation, error) {
	for _, m := range members {
		if _, _, err := keys.Create(m.Dir, m.ID, now); err != nil {
			return nil, err
		}
	}
	return FromKeys(members, development, now)
}

// FromKeys founds a federation of directories whose keys were made before,
// each with its offline keys still in it, and puts the genesis into each.
// It writes nothing until every founder is ready.
//
// Errors: ErrFounded, ErrStranger, those of node/keys.
func FromKeys(members []Member, development bool, now time.Time) (*Federation, error) {
	f := &Federation{
		Members: members, Ballots: make(map[spec.NodeID]*spec.Signer), Roots: make(map[spec.NodeID]*spec.Signer),
	}
	register := policy.Register{}
	var drafter spec.NodeID
	for _, m := range members {
		row, err := f.row(m, development)
		if err != nil {
			return nil, err
		}
		if m.Council && drafter == "" {
			drafter = m.ID
		}
		register.Members = append(register.Members, row)
	}
	register.Threshold = len(f.Ballots)/2 + 1
	charter, err := startingCharter()
	if err != nil {
		return nil, err
	}
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Development: development, Register: register, Charter: charter}}
	f.Genesis, f.Fed, err = policy.SealGenesis(draft, drafter, f.Ballots, now.Unix())
	if err != nil {
		return nil, fmt.Errorf("found federation: %w", err)
	}
	for _, m := range members {
		if err := node.WriteGenesis(m.Dir, f.Genesis); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// row reads one founder's keys and writes its line of the register.
func (f *Federation) row(m Member, development bool) (policy.Member, error) {
	row := policy.Member{Node: m.ID, Name: m.Name, Kind: m.Kind, Role: policy.RoleMember, Status: policy.StatusActive}
	if _, err := spec.ParseNodeID(string(m.ID), development); err != nil {
		return row, fmt.Errorf("%s: %w", m.ID, err)
	}
	if _, err := os.Stat(node.GenesisPath(m.Dir)); err == nil {
		return row, fmt.Errorf("%s: %w", m.Dir, ErrFounded)
	}
	root, err := keys.Read(keys.RootPath(m.Dir))
	if err != nil {
		return row, err
	}
	on, err := keys.Load(m.Dir)
	if err != nil {
		return row, err
	}
	if _, err := spec.OpenKeys(on.History, m.ID, root.Public()); err != nil {
		return row, fmt.Errorf("%s: %w (%w)", m.Dir, ErrStranger, err)
	}
	row.Root, f.Roots[m.ID] = spec.EncodeKey(root.Public()), root
	if !m.Council {
		return row, nil
	}
	ballot, err := keys.Read(keys.BallotPath(m.Dir))
	if err != nil {
		return row, err
	}
	row.Role, row.Raft, row.Ballot = policy.RoleCouncil, m.Raft, spec.EncodeKey(ballot.Public())
	f.Ballots[m.ID] = ballot
	return row, nil
}

// Entry drafts a document as the next version of its series, with yes ballots
// of as many council members as the register asks for.
func (f *Federation) Entry(b *policy.Book, d documents.Document, body any, now time.Time) (string, error) {
	var drafter spec.NodeID
	for _, m := range b.Register().Council() {
		if f.Ballots[m.Node] != nil {
			drafter = m.Node
			break
		}
	}
	doc, err := policy.Draft(b, d.Series, d.Series, body, spec.Text(d.Title), spec.Text(d.Text), now.Unix(), drafter, now.Unix())
	if err != nil {
		return "", err
	}
	return f.Seal(b, drafter, doc, now)
}

// Seal signs a drafted document and ballots up to the threshold.
func (f *Federation) Seal(b *policy.Book, drafter spec.NodeID, doc spec.Document, now time.Time) (string, error) {
	token, err := spec.SealDocument(f.Ballots[drafter], doc)
	if err != nil {
		return "", err
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return "", err
	}
	var ballots []string
	for _, m := range b.Register().Council() {
		signer := f.Ballots[m.Node]
		if signer == nil || len(ballots) == b.Register().Threshold {
			continue
		}
		ballot, err := spec.SealBallot(signer, policy.BallotFor(b, sealed, m.Node, now.Unix(), policy.Yes))
		if err != nil {
			return "", err
		}
		ballots = append(ballots, ballot)
	}
	return spec.MakeEntry(token, ballots), nil
}
