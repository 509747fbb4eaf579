package trust_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

const (
	city       = spec.NodeID("https://city.example")
	university = spec.NodeID("https://university.example")
	company    = spec.NodeID("https://company.example")
	club       = spec.NodeID("https://club.example")
)

// council is a federation of three council nodes and a club that follows it.
type council struct {
	t       *testing.T
	now     time.Time
	genesis string
	fed     spec.ID
	book    *policy.Book
	ballots map[spec.NodeID]*spec.Signer
	records map[spec.NodeID]*spec.Signer
	roots   map[spec.NodeID]*spec.Signer
}

func (c *council) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func convene(t *testing.T, pinned map[spec.NodeID]string) *council {
	t.Helper()
	c := &council{
		t: t, now: time.Unix(1_775_001_600, 0), ballots: make(map[spec.NodeID]*spec.Signer),
		records: make(map[spec.NodeID]*spec.Signer), roots: make(map[spec.NodeID]*spec.Signer),
	}
	register := policy.Register{Threshold: 2}
	for _, id := range []spec.NodeID{city, university, company, club} {
		for _, of := range []map[spec.NodeID]*spec.Signer{c.ballots, c.records, c.roots} {
			s, err := spec.GenerateSigner()
			c.must(err)
			of[id] = s
		}
		m := policy.Member{
			Node: id, Name: spec.Text{JA: "架空の組織", EN: "Fictional"}, Kind: "company", Role: policy.RoleCouncil,
			Status: policy.StatusActive, Root: spec.EncodeKey(c.roots[id].Public()), Ballot: spec.EncodeKey(c.ballots[id].Public()),
		}
		if id == club {
			m.Role, m.Ballot = policy.RoleMember, ""
		}
		if root, ok := pinned[id]; ok {
			m.Root = root
		}
		register.Members = append(register.Members, m)
	}
	var err error
	c.genesis, c.fed, err = policy.SealGenesis(policy.GenesisDraft{
		GenesisBody: policy.GenesisBody{Register: register, Charter: policy.Charter{Rules: []policy.CommonRule{}}},
	}, city, c.ballots, c.now.Unix()-86400)
	c.must(err)
	c.book, err = policy.NewBook(c.genesis, c.fed)
	c.must(err)
	return c
}

// follower is the club's trust over a store; it knows the council's keys.
func (c *council) follower(path string) *trust.Trust {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), path, store.Options{})
	c.must(err)
	c.t.Cleanup(func() { c.must(s.Close()) })
	return c.over(s)
}

func (c *council) over(s *store.Store) *trust.Trust {
	c.t.Helper()
	followed, err := trust.Open(c.t.Context(), s, club, c.genesis, c.fed)
	c.must(err)
	for _, id := range []spec.NodeID{city, university, company} {
		if followed.History(id) == nil && c.book.Register().Find(id).Root == spec.EncodeKey(c.roots[id].Public()) {
			_, err := followed.Learn(c.t.Context(), id, c.history(id, 1), c.now)
			c.must(err)
		}
	}
	return followed
}

func (c *council) history(id spec.NodeID, serial uint64) string {
	c.t.Helper()
	record := c.records[id]
	token, err := spec.SealKeys(c.roots[id], spec.KeyHistory{Issuer: id, IssuedAt: c.now.Unix(), Serial: serial, Keys: []spec.KeyEntry{
		{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: c.now.Unix() - 86400},
	}})
	c.must(err)
	return token
}

// entry is a sound next entry on a book; two of them differ.
func (c *council) entry(b *policy.Book) string {
	c.t.Helper()
	text := spec.Text{JA: "架空の文書", EN: "A fictional document"}
	doc, err := policy.Draft(b, policy.SeriesCharter, policy.SeriesCharter, policy.Charter{Rules: []policy.CommonRule{}}, text, text,
		c.now.Unix(), city, c.now.Unix())
	c.must(err)
	return c.voted(b, doc)
}

// voted is the entry of a document with the ballots that it needs.
func (c *council) voted(b *policy.Book, doc spec.Document) string {
	c.t.Helper()
	token, err := spec.SealDocument(c.ballots[city], doc)
	c.must(err)
	sealed, err := spec.ReadDocument(token)
	c.must(err)
	var ballots []string
	for _, id := range []spec.NodeID{city, university} {
		ballot, err := spec.SealBallot(c.ballots[id], policy.BallotFor(b, sealed, id, c.now.Unix(), policy.Yes))
		c.must(err)
		ballots = append(ballots, ballot)
	}
	return spec.MakeEntry(token, ballots)
}

func (c *council) apply(b *policy.Book, entry string) *policy.Book {
	c.t.Helper()
	next, err := b.Apply(entry)
	c.must(err)
	return next
}

// note is a policy head that the named nodes cosigned.
func (c *council) note(b *policy.Book, by ...spec.NodeID) string {
	text := spec.CheckpointText(b.Fed(), b.Size(), b.Root())
	var lines []string
	for _, id := range by {
		lines = append(lines, spec.Cosign(c.records[id], id, text, c.now))
	}
	return spec.JoinNote(text, lines)
}

// TestAPolicyHeadCountsOnlyUnderAMajorityOfTheCouncil, and only with the
// entries that lead to it; whatever else is offered, the last good state stays.
func TestAPolicyHeadCountsOnlyUnderAMajorityOfTheCouncil(t *testing.T) {
	c := convene(t, nil)
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	c.must(err)
	followed := c.over(s)
	first := c.entry(c.book)
	grown := c.apply(c.book, first)
	second := c.entry(grown)
	bent := []byte(first)
	bent[len(bent)/2] ^= 1
	offers := map[string]struct {
		entries []string
		note    string
	}{
		"one cosignature":           {[]string{first}, c.note(grown, city)},
		"one cosignature twice":     {[]string{first}, c.note(grown, city, city)},
		"a member's cosignature":    {[]string{first}, c.note(grown, city, club)},
		"no cosignature":            {[]string{first}, spec.CheckpointText(grown.Fed(), grown.Size(), grown.Root())},
		"a head without its entry":  {nil, c.note(grown, city, university)},
		"an entry without its head": {[]string{first}, c.note(c.book, city, university)},
		"entries beyond the head":   {[]string{first, second}, c.note(grown, city, university)},
		"entries out of order":      {[]string{second, first}, c.note(c.apply(grown, second), city, university)},
		"another entry":             {[]string{c.entry(c.book)}, c.note(grown, city, university)},
		"a changed octet":           {[]string{string(bent)}, c.note(grown, city, university)},
		"an entry twice":            {[]string{first, first}, c.note(grown, city, university)},
	}
	for name, o := range offers {
		if err := followed.Follow(t.Context(), o.entries, o.note, c.now); err == nil {
			t.Errorf("%s: it was followed", name)
		}
		if followed.Book().Size() != 1 || followed.PolicyHead() != "" {
			t.Fatalf("%s: it left a trace", name)
		}
	}
	for range 2 { // accept twice, harm nothing
		if followed.Book().Size() == 1 {
			c.must(followed.Follow(t.Context(), []string{first}, c.note(grown, university, company), c.now))
		} else {
			c.must(followed.Follow(t.Context(), nil, c.note(grown, university, company), c.now))
		}
	}
	c.must(s.Close())
	if again := c.follower(path); again.Book().Size() != 2 || again.Book().Root() != grown.Root() {
		t.Errorf("after a restart the log has %d entries", again.Book().Size())
	}
}

// TestTwoCosignedHeadsOfOneSizeStopTheFollower at the common prefix, with both
// kept as proof, also when one of them is offered again.
func TestTwoCosignedHeadsOfOneSizeStopTheFollower(t *testing.T) {
	c := convene(t, nil)
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	followed := c.over(s)
	one, other := c.entry(c.book), c.entry(c.book)
	a, b := c.apply(c.book, one), c.apply(c.book, other)
	c.must(followed.Follow(t.Context(), []string{one}, c.note(a, city, university), c.now))
	err = followed.Follow(t.Context(), nil, c.note(b, university, company), c.now)
	if !errors.Is(err, trust.ErrStopped) {
		t.Fatalf("two orders: %v", err)
	}
	var proofs []store.Proof
	c.must(s.Read(t.Context(), func(tx *store.Tx) (err error) { proofs, err = tx.Proofs(10); return err }))
	if len(proofs) != 1 || proofs[0].Kind != "policy-forked" || proofs[0].A != c.note(a, city, university) || proofs[0].B != c.note(b, university, company) {
		t.Fatalf("proofs: %+v", proofs)
	}
	for _, side := range []string{proofs[0].A, proofs[0].B} {
		if _, err := spec.OpenCheckpoint(side, c.fed, []spec.NodeID{city, university, company}, followed.History, 2); err != nil {
			t.Errorf("the evidence does not prove itself: %v", err)
		}
	}
	next := c.entry(a)
	if err := followed.Follow(t.Context(), []string{next}, c.note(c.apply(a, next), city, university, company), c.now); !errors.Is(err, trust.ErrStopped) {
		t.Errorf("it went on: %v", err)
	}
	if followed.Book().Size() != 2 || followed.Book().Root() != a.Root() {
		t.Error("it left what it had accepted")
	}
}

// TestACouncilNodeCosignsOneOrderAlone, also when its memory was the disk.
func TestACouncilNodeCosignsOneOrderAlone(t *testing.T) {
	c := convene(t, nil)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	one, other := c.entry(c.book), c.entry(c.book)
	for i, entry := range []string{one, other} {
		own, err := trust.Open(t.Context(), s, city, c.genesis, c.fed)
		c.must(err)
		_, err = own.Learn(t.Context(), city, c.history(city, 1), c.now)
		c.must(err)
		own.Applied(1, entry, c.apply(c.book, entry))
		_, err = own.Cosign(t.Context(), c.records[city], c.now)
		if i == 0 && err != nil || i == 1 && !errors.Is(err, trust.ErrNotExtending) {
			t.Errorf("order %d: %v", i+1, err)
		}
	}
}

// TestKeysAreLearnedAsEveryVectorSays, those about what was learned before
// among them; a refused history leaves the last good one in its place.
func TestKeysAreLearnedAsEveryVectorSays(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, v := range all {
		if v.About != "keys" {
			continue
		}
		judged++
		t.Run(v.Name, func(t *testing.T) {
			c := convene(t, map[spec.NodeID]string{v.Issuer: v.Keys.Root})
			s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), store.Options{})
			c.must(err)
			t.Cleanup(func() { c.must(s.Close()) })
			reader := c.over(s)
			before := ""
			if v.Context != nil {
				for _, token := range v.Context.Before {
					_, err := reader.Learn(t.Context(), v.Issuer, token, v.Clock())
					c.must(err)
					before = token
				}
			}
			_, err = reader.Learn(t.Context(), v.Issuer, v.Input.Token, v.Clock())
			if v.Requirement == "" {
				c.must(err)
				return
			}
			r := spec.AsRefusal(err)
			if r == nil || r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement) {
				t.Fatalf("%s: %v, want %s", v.What, err, v.Requirement)
			}
			if h := reader.History(v.Issuer); (h == nil) != (before == "") || h != nil && h.Token() != before {
				t.Errorf("%s: the last good history is gone", v.What)
			}
			var proofs []store.Proof
			c.must(s.Read(t.Context(), func(tx *store.Tx) (err error) { proofs, err = tx.Proofs(10); return err }))
			if want := v.Requirement == "REQ-KEY-011"; want != (len(proofs) == 1) {
				t.Errorf("%s: %d proofs are kept", v.What, len(proofs))
			}
		})
	}
	t.Logf("%d vectors", judged)
	if judged < 20 {
		t.Errorf("only %d vectors were judged", judged)
	}
}

// TestKeysOfAStrangerAreNotLearned, nor those of one who is signed by a root
// that the register does not pin.
func TestKeysOfAStrangerAreNotLearned(t *testing.T) {
	c := convene(t, nil)
	followed := c.follower(filepath.Join(t.TempDir(), "store.db"))
	if _, err := followed.Learn(t.Context(), "https://stranger.example", c.history(city, 2), c.now); !errors.Is(err, trust.ErrNoRoot) {
		t.Errorf("a stranger: %v", err)
	}
	c.roots[city] = c.roots[club]
	for serial := uint64(1); serial < 4; serial++ {
		if _, err := followed.Learn(t.Context(), city, c.history(city, serial), c.now); spec.AsRefusal(err) == nil {
			t.Errorf("%s", fmt.Sprint("serial ", serial, " under another root: ", err))
		}
	}
}
