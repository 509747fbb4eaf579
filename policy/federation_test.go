package policy_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// founded is the second at which the test federations begin; later seconds are
// counted from it.
const founded = int64(1_767_225_600) // 2026-01-01T00:00:00Z

func day(n int) time.Time { return time.Unix(founded, 0).AddDate(0, 0, n).UTC() }

// signer is the same key for the same name in every run.
func signer(name string) *spec.Signer {
	seed := sha256.Sum256([]byte("fukusen policy test " + name))
	return spec.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

func node(name string) spec.NodeID { return spec.NodeID("https://" + name + ".example") }

func both(s string) spec.Text { return spec.Text{JA: s + "（日本語）", EN: s} }

func member(name, kind, role string) policy.Member {
	m := policy.Member{
		Node: node(name), Name: both(name), Kind: kind, Role: role, Status: policy.StatusActive,
		Root: spec.EncodeKey(signer(name + " root").Public()),
	}
	if role == policy.RoleCouncil {
		m.Ballot = spec.EncodeKey(signer(name + " ballot").Public())
	}
	return m
}

// federation is a city, a university and a company on the council, and a club.
type federation struct {
	t       testing.TB
	genesis string
	book    *policy.Book
	entries []string
}

func founders() policy.Register {
	return policy.Register{Threshold: 2, Members: []policy.Member{
		member("city", "municipality", policy.RoleCouncil),
		member("university", "university", policy.RoleCouncil),
		member("company", "company", policy.RoleCouncil),
		member("club", "club", policy.RoleMember),
	}}
}

func charter() policy.Charter {
	return policy.Charter{
		Rules:    []policy.CommonRule{{ID: "outcomes-first", Title: both("Outcomes first"), Text: both("Say what should change.")}},
		AutoRule: policy.AutoRule{Enabled: true, Kinds: []string{"club", "school"}},
	}
}

func ballotKeys(r policy.Register) map[spec.NodeID]*spec.Signer {
	keys := make(map[spec.NodeID]*spec.Signer)
	for _, m := range r.Members {
		keys[m.Node] = signer(nameOf(m.Node) + " ballot")
	}
	return keys
}

func nameOf(n spec.NodeID) string {
	host := n.Host()
	return host[:len(host)-len(".example")]
}

func found(t testing.TB) *federation { return foundWith(t, founders(), charter()) }

func foundWith(t testing.TB, r policy.Register, c policy.Charter) *federation {
	t.Helper()
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Register: r, Charter: c}}
	octets, fed, err := policy.SealGenesis(draft, r.Members[0].Node, ballotKeys(r), founded)
	if err != nil {
		t.Fatal(err)
	}
	book, err := policy.NewBook(octets, fed)
	if err != nil {
		t.Fatal(err)
	}
	return &federation{t: t, genesis: octets, book: book, entries: []string{octets}}
}

// draft makes a document that takes effect at once, signed by the city.
func (f *federation) draft(series, typ string, body any) spec.Document {
	f.t.Helper()
	d, err := policy.Draft(f.book, series, typ, body, both(series), both("Text of "+series), founded, node("city"), founded+int64(f.book.Size()))
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

func (f *federation) seal(d spec.Document) (string, *spec.SealedDocument) {
	f.t.Helper()
	token, err := spec.SealDocument(signer(nameOf(d.Issuer)+" ballot"), d)
	if err != nil {
		f.t.Fatal(err)
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		f.t.Fatal(err)
	}
	return token, sealed
}

func (f *federation) vote(sealed *spec.SealedDocument, name, choice string) string {
	return f.ballot(name, policy.BallotFor(f.book, sealed, node(name), founded+int64(f.book.Size()), choice))
}

func (f *federation) ballot(name string, b spec.Ballot) string {
	f.t.Helper()
	token, err := spec.SealBallot(signer(name+" ballot"), b)
	if err != nil {
		f.t.Fatal(err)
	}
	return token
}

// entry is a document with yes ballots of the named members.
func (f *federation) entry(d spec.Document, voters ...string) string {
	f.t.Helper()
	token, sealed := f.seal(d)
	var ballots []string
	for _, name := range voters {
		ballots = append(ballots, f.vote(sealed, name, policy.Yes))
	}
	return spec.MakeEntry(token, ballots)
}

// apply takes an entry into the federation's book.
func (f *federation) apply(octets string) {
	f.t.Helper()
	book, err := f.book.Apply(octets)
	if err != nil {
		f.t.Fatal(err)
	}
	f.book, f.entries = book, append(f.entries, octets)
}

// adopt drafts, votes and applies in one step.
func (f *federation) adopt(series, typ string, body any) *policy.Document {
	f.t.Helper()
	return f.adoptAs(f.draft(series, typ, body))
}

func (f *federation) adoptAs(d spec.Document) *policy.Document {
	f.t.Helper()
	f.apply(f.entry(d, "city", "university"))
	return f.book.Head(d.Series)
}

// admission lets a node in, signed by a record key of a council node.
func (f *federation) admission(admitter, name, kind string, change func(*spec.Admission)) string {
	f.t.Helper()
	record := signer(admitter + " record")
	history, err := spec.SealKeys(signer(admitter+" root"), spec.KeyHistory{
		Issuer: node(admitter), IssuedAt: founded, Serial: 1,
		Keys: []spec.KeyEntry{{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: founded}},
	})
	if err != nil {
		f.t.Fatal(err)
	}
	keys, err := spec.OpenKeys(history, node(admitter), signer(admitter+" root").Public())
	if err != nil {
		f.t.Fatal(err)
	}
	a := spec.Admission{
		Fed: f.book.Fed(), Issuer: node(admitter), IssuedAt: founded + 60, JTI: spec.RandomUUID(),
		Node: node(name), Root: spec.EncodeKey(signer(name + " root").Public()),
		Name: both(name), Kind: kind, Register: f.book.RegisterID(),
	}
	if change != nil {
		change(&a)
	}
	octets, err := spec.SealAdmission(record, a, keys)
	if err != nil {
		f.t.Fatal(err)
	}
	return octets
}

// refused checks that an entry breaks exactly the requirement and changes nothing.
func (f *federation) refused(octets, requirement string) {
	f.t.Helper()
	root, size := f.book.Root(), f.book.Size()
	next, err := f.book.Apply(octets)
	if next != nil || requirementOf(err) != requirement {
		f.t.Errorf("got %v, want %s", err, requirement)
	}
	if f.book.Root() != root || f.book.Size() != size {
		f.t.Error("a refused entry changed the book")
	}
	if check := f.book.Check(octets); requirementOf(check) != requirement {
		f.t.Errorf("Check says %v, Apply says %v", check, err)
	}
}

func requirementOf(err error) string {
	var r *spec.Refusal
	switch {
	case err == nil:
		return "nothing refused"
	case errors.As(err, &r):
		return r.Requirement
	}
	return fmt.Sprintf("no refusal: %v", err)
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }

func secondsAfter(at int64) time.Duration { return time.Duration(at-founded) * time.Second }
