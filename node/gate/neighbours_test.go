package gate_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
)

// The members of every federation in these tests.
const (
	city       = spec.NodeID("https://city.example")
	company    = spec.NodeID("https://company.example")
	university = spec.NodeID("https://university.example")
	club       = spec.NodeID("https://club.example")
)

const founded = int64(1_767_225_600) // 2026-01-01T00:00:00Z

// neighbours is what a gate under test believes of others: key histories and a
// policy log, both of which a test may move.
type neighbours struct {
	t       testing.TB
	book    *policy.Book
	keys    map[spec.NodeID]*spec.KeyHistory
	signers map[spec.NodeID]*spec.Signer
	ballots map[spec.NodeID]*spec.Signer
	now     time.Time

	unseen    map[spec.NodeID]*spec.KeyHistory // known to their nodes alone
	suspended spec.NodeID
	sample    string
	spares    []string
}

func (n *neighbours) Book() *policy.Book                        { return n.book }
func (n *neighbours) History(node spec.NodeID) *spec.KeyHistory { return n.keys[node] }
func (n *neighbours) PolicyPoint() spec.PolicyPoint {
	return spec.PolicyPoint{Size: n.book.Size(), Root: n.book.Root()}
}

// meet founds a federation of the members, each with fresh keys, whose data
// guideline lists the purpose matching for every kind about a person.
func meet(t testing.TB, now time.Time, members ...spec.NodeID) *neighbours {
	t.Helper()
	n := &neighbours{
		t: t, now: now, keys: make(map[spec.NodeID]*spec.KeyHistory),
		signers: make(map[spec.NodeID]*spec.Signer), ballots: make(map[spec.NodeID]*spec.Signer),
		unseen: make(map[spec.NodeID]*spec.KeyHistory),
	}
	register := policy.Register{Threshold: 1}
	for i, id := range members {
		root := n.introduce(id)
		row := policy.Member{
			Node: id, Name: spec.Text{JA: "架空の組織", EN: "Fictional"}, Kind: "company",
			Role: policy.RoleMember, Status: policy.StatusActive, Root: spec.EncodeKey(root.Public()),
		}
		if i == 0 {
			n.ballots[id] = n.key()
			row.Role, row.Ballot = policy.RoleCouncil, spec.EncodeKey(n.ballots[id].Public())
		}
		register.Members = append(register.Members, row)
	}
	octets, fed, err := policy.SealGenesis(policy.GenesisDraft{
		GenesisBody: policy.GenesisBody{Register: register, Charter: policy.Charter{Rules: []policy.CommonRule{}}},
	}, members[0], n.ballots, founded)
	n.must(err)
	n.book, err = policy.NewBook(octets, fed)
	n.must(err)
	n.list("matching")
	return n
}

func (n *neighbours) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *neighbours) key() *spec.Signer {
	s, err := spec.GenerateSigner()
	n.must(err)
	return s
}

// introduce gives a node a record key and a key history that everybody knows.
func (n *neighbours) introduce(id spec.NodeID) *spec.Signer {
	n.t.Helper()
	root, record := n.key(), n.key()
	n.signers[id] = record
	n.keys[id] = n.history(id, root, record)
	return root
}

func (n *neighbours) history(id spec.NodeID, root, record *spec.Signer) *spec.KeyHistory {
	n.t.Helper()
	token, err := spec.SealKeys(root, spec.KeyHistory{Issuer: id, IssuedAt: founded, Serial: 1, Keys: []spec.KeyEntry{
		{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: founded},
	}})
	n.must(err)
	h, err := spec.OpenKeys(token, id, root.Public())
	n.must(err)
	return h
}

// adopt takes a document into the policy log by the ballots it needs.
func (n *neighbours) adopt(series string, body any) {
	n.t.Helper()
	var drafter spec.NodeID
	for id := range n.ballots {
		drafter = id
	}
	text := spec.Text{JA: "架空の文書", EN: "A fictional document"}
	doc, err := policy.Draft(n.book, series, series, body, text, text, founded, drafter, founded+int64(n.book.Size()))
	n.must(err)
	token, err := spec.SealDocument(n.ballots[drafter], doc)
	n.must(err)
	sealed, err := spec.ReadDocument(token)
	n.must(err)
	ballot, err := spec.SealBallot(n.ballots[drafter], policy.BallotFor(n.book, sealed, drafter, founded, policy.Yes))
	n.must(err)
	n.book, err = n.book.Apply(spec.MakeEntry(token, []string{ballot}))
	n.must(err)
}

// list adopts a data guideline with these purposes.
func (n *neighbours) list(purposes ...string) {
	n.t.Helper()
	text := spec.Text{JA: "架空", EN: "Fictional"}
	g := policy.DataGuideline{
		Classes: []policy.DataClass{{ID: "p2", Text: text}}, RetentionDays: 400, DisclosureLogDays: 1095,
		WithdrawalDeadline: 3600, ErasureDeadline: 3600, K: 10,
	}
	for _, p := range purposes {
		g.Purposes = append(g.Purposes, policy.Purpose{
			ID: p, Text: text, Kinds: []spec.Kind{
				spec.KindTalent, spec.KindAvailability, spec.KindEvaluation, spec.KindProposal, spec.KindHold, spec.KindRisk,
				spec.KindDelivery, spec.KindAcceptance,
			},
		})
	}
	n.adopt(policy.TypeDataGuideline, g)
}

// gateAt opens a gate of one of the nodes over an empty store.
func (n *neighbours) gateAt(self spec.NodeID) *gate.Gate {
	n.t.Helper()
	return n.gateOver(self, n.emptyStore())
}

func (n *neighbours) emptyStore() *store.Store {
	n.t.Helper()
	s, err := store.Open(context.Background(), filepath.Join(n.t.TempDir(), "store.db"), store.Options{})
	n.must(err)
	n.t.Cleanup(func() { n.must(s.Close()) })
	return s
}

func (n *neighbours) gateOver(self spec.NodeID, s *store.Store) *gate.Gate {
	n.t.Helper()
	g := n.reopened(self, s)
	n.t.Cleanup(g.Close)
	return g
}

// reopened is a gate that its test closes.
func (n *neighbours) reopened(self spec.NodeID, s *store.Store) *gate.Gate {
	n.t.Helper()
	g, err := gate.Open(context.Background(), gate.Config{
		Self: self, Name: "Fictional", Store: s, Trust: n, Signer: func() *spec.Signer { return n.signers[self] },
		Clock: func() time.Time { return n.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	n.must(err)
	return g
}

// credential is a sound evaluation of an evaluator for a home.
func (n *neighbours) credential(evaluator, home spec.NodeID, subject spec.Subject) string {
	n.t.Helper()
	v := nodetest.Evaluation(engage.Engagement{Subject: subject, Consent: spec.RandomUUID(), Until: n.now.Add(time.Hour)})
	v.Issuer, v.Audience, v.IssuedAt, v.JTI = evaluator, home, n.now.Unix()-60, spec.NewUUID()
	v.UID, v.Sequence, v.Policy, v.Purpose = spec.RandomUUID(), 1, 1, "matching"
	v.ID, v.Context, v.Type = v.JTI, badge.Contexts(), []string{"VerifiableCredential", "OpenBadgeCredential"}
	v.IssuedBy.ID, v.IssuedBy.Type, v.IssuedBy.Name = evaluator, []string{"Profile"}, "Fictional"
	v.Credential.ID = v.Subject
	v.ValidFrom, v.AwardedDate = spec.FormatUTC(n.now), spec.FormatUTC(n.now)
	v.Status = &badge.Status{
		Type: "BitstringStatusListEntry", Purpose: "revocation", Index: "7", List: string(evaluator) + "/v1/status/1",
	}
	v.Own.Policy, v.Own.ConflictCheck = 1, &badge.ConflictCheck{Effect: "allow", Decision: spec.RandomUUID()}
	return n.seal(n.signers[evaluator], v)
}

// engage keeps that a home gave an evaluator a subject.
func (n *neighbours) engage(g *gate.Gate, evaluator spec.NodeID, subject spec.Subject) {
	n.t.Helper()
	n.write(g, func(tx *store.Tx) error {
		p := store.Person{ID: "rower", FamilyName: "Fiction", GivenName: "Rower", CreatedAt: founded, Demo: true}
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		return tx.PutEngagement(store.Engagement{
			Subject: subject, Person: p.ID, Evaluator: evaluator, Consent: spec.RandomUUID(), Purpose: "matching",
			Until: n.now.Unix() + 3600, CreatedAt: founded,
		})
	})
}

// talent is a sound record of an issuer for an audience, which change may bend
// before it is signed.
func (n *neighbours) talent(issuer, audience spec.NodeID, change func(*spec.Talent)) string {
	n.t.Helper()
	remote := true
	b := &spec.Talent{
		Envelope: spec.Envelope{
			Issuer: issuer, Audience: audience, Subject: spec.Subject(spec.RandomUUID()), IssuedAt: n.now.Unix() - 60,
			Expires: n.now.Unix() + 3600, JTI: spec.NewUUID(), UID: spec.RandomUUID(), Sequence: 1, Policy: 1,
			Consent: spec.RandomUUID(), Purpose: "matching", Until: n.now.Unix() + 7200,
		},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 3, Basis: "self"}},
		Region: "141003", Remote: &remote, Languages: []string{"ja"},
	}
	if change != nil {
		change(b)
	}
	return n.seal(n.signers[issuer], b)
}

func (n *neighbours) seal(s *spec.Signer, b spec.Body) string {
	n.t.Helper()
	token, err := spec.Seal(s, b)
	n.must(err)
	return token
}

// itemOf is how a feed announces a token, at a place in the log.
func itemOf(at int, token string) spec.Item {
	kind, id := spec.Peek(token)
	if kind == "" {
		kind = spec.KindAvailability
	}
	if id == "" {
		id = spec.Digest([]byte(token))
	}
	return spec.Item{N: uint64(at), ID: id, Kind: kind, State: spec.Live, Record: token}
}

// deliver hands tokens to the gate as one page of an issuer's log.
func (n *neighbours) deliver(g *gate.Gate, from spec.NodeID, tokens ...string) []gate.Outcome {
	n.t.Helper()
	items := make([]spec.Item, len(tokens))
	for i, token := range tokens {
		items[i] = itemOf(i, token)
	}
	return n.deliverItems(g, from, items)
}

func (n *neighbours) deliverItems(g *gate.Gate, from spec.NodeID, items []spec.Item) []gate.Outcome {
	n.t.Helper()
	out, err := g.Admit(context.Background(), gate.Delivery{From: from, Log: spec.LogFor(g.Self), Items: items, Vouched: true})
	n.must(err)
	return out
}

func (n *neighbours) read(g *gate.Gate, ask func(*store.Tx) error) {
	n.t.Helper()
	n.must(g.Store.Read(context.Background(), ask))
}

func (n *neighbours) write(g *gate.Gate, do func(*store.Tx) error) {
	n.t.Helper()
	n.must(g.Store.Write(context.Background(), do))
}

// current lists the ids that may be used of a kind.
func (n *neighbours) current(g *gate.Gate, kind spec.Kind) []spec.ID {
	n.t.Helper()
	var ids []spec.ID
	n.read(g, func(tx *store.Tx) error {
		list, err := tx.ListCurrent(kind, "", n.now.Unix(), 0, 10000)
		for _, l := range list {
			ids = append(ids, l.Current.ID)
		}
		return err
	})
	return ids
}

func (n *neighbours) proofs(g *gate.Gate, kind string) []store.Proof {
	n.t.Helper()
	var found []store.Proof
	n.read(g, func(tx *store.Tx) error {
		list, err := tx.Proofs(1000)
		found = slices.DeleteFunc(list, func(p store.Proof) bool { return p.Kind != kind })
		return err
	})
	return found
}

func (n *neighbours) state(g *gate.Gate, id spec.ID) string {
	n.t.Helper()
	var state string
	n.read(g, func(tx *store.Tx) error {
		e, err := tx.Entry(id)
		state = e.State
		return err
	})
	return state
}

// issuerOf reads whose record a token claims to be.
func issuerOf(token string) spec.NodeID {
	var e spec.Envelope
	_ = json.Unmarshal(spec.Payload(token), &e) // an unreadable one has no issuer
	return e.Issuer
}

func count(list []gate.Outcome, v gate.Verdict) int {
	n := 0
	for _, o := range list {
		if o.Verdict == v {
			n++
		}
	}
	return n
}
