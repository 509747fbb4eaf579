package node_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// rogue is the seat of a hostile neighbour.
func rogue(name string) nodetest.Seat {
	return nodetest.Seat{Name: name, Kind: "company", Rogue: true}
}

// times is a count in CI, or the full one under make soak.
func times(few, full int) int {
	if os.Getenv("FUKUSEN_SOAK") != "" {
		return full
	}
	return few
}

func read(t *testing.T, f *nodetest.Federation, at string, ask func(*store.Tx) error) {
	t.Helper()
	if err := f.Node(at).Store().Read(f.Context(), ask); err != nil {
		t.Fatal(err)
	}
}

// placeIn is where a node stands in a neighbour's log for it.
func placeIn(t *testing.T, f *nodetest.Federation, at string, of spec.NodeID, log string) store.Cursor {
	t.Helper()
	var c store.Cursor
	read(t, f, at, func(tx *store.Tx) error {
		var err error
		if c, err = tx.Cursor(of, log); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return c
}

func proofsOf(t *testing.T, f *nodetest.Federation, at string, issuer spec.NodeID, kind string) []store.Proof {
	t.Helper()
	var found []store.Proof
	read(t, f, at, func(tx *store.Tx) error {
		list, err := tx.Proofs(1000)
		for _, p := range list {
			if p.Issuer == issuer && p.Kind == kind {
				found = append(found, p)
			}
		}
		return err
	})
	return found
}

// heldFrom counts the records in use of one issuer.
func heldFrom(f *nodetest.Federation, at string, issuer spec.NodeID) int {
	n := 0
	for _, l := range f.Current(at, spec.KindTalent) {
		if l.Current.Issuer == issuer {
			n++
		}
	}
	return n
}

// lies that a reader refuses and gets over once they end, with what it notes.
func passingLies() map[nodetest.Lie]string {
	return map[nodetest.Lie]string{
		nodetest.Rewinds: "REQ-HEAD-005", nodetest.SkipsANumber: "REQ-FEED-001", nodetest.BadRoot: "REQ-HEAD-008",
		nodetest.Unsorted: "REQ-FEED-001", nodetest.BodyOfTaken: "REQ-FEED-004", nodetest.UnknownState: "REQ-FEED-003",
		nodetest.TooMany: "REQ-FEED-002", nodetest.BeyondHead: "REQ-FEED-005", nodetest.NothingMore: "REQ-FEED-001",
		nodetest.OthersHead: "REQ-HEAD-002", nodetest.Tomorrow: "REQ-HEAD-009", nodetest.WrongContent: "REQ-FEED-014",
		nodetest.Twice: "REQ-FEED-014", nodetest.Gzipped: "REQ-FEED-014", nodetest.Redirects: "307",
		nodetest.Endless: "REQ-FEED-013", nodetest.HangsUp: "EOF", nodetest.Overloaded: "503",
	}
}

// TestARogueIsRefusedAndStopsNobody: each lie is noted with what it breaks,
// nothing said by it is used, an honest neighbour's record comes meanwhile,
// and when the lie ends reading goes on.
func TestARogueIsRefusedAndStopsNobody(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	inside := closedDoor(t)
	r.RedirectTo(inside.URL)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	said := 0
	say := func(n int) []string {
		tokens := make([]string, n)
		for i := range tokens {
			tokens[i] = r.Talent(city)
		}
		said += n
		return tokens
	}
	r.Say(city, say(2)...)
	f.Eventually("the rogue's honest records are in use", func() bool { return heldFrom(f, "city", r.ID) == said })
	for _, lie := range nodetest.Lies() {
		noted, ok := passingLies()[lie]
		if !ok {
			continue
		}
		before := said
		r.LieAbout(lie, city, say(3)...)
		f.Eventually("the city notes: "+string(lie), func() bool {
			c := placeIn(t, f, "city", r.ID, spec.LogFor(city))
			return c.Failures > 1 && strings.Contains(c.Error, noted)
		})
		if got := heldFrom(f, "city", r.ID); got != before {
			t.Errorf("%s: %d records are in use, want %d", lie, got, before)
		}
		given := f.Consent("club", rower, "city", spec.KindTalent)
		f.Eventually("the club's record came beside: "+string(lie), func() bool { return heldFrom(f, "city", f.ID("club")) == 1 })
		if _, err := f.Node("club").Gate().Withdraw(f.Context(), rower, given.RecordID); err != nil {
			t.Fatal(err)
		}
		f.Eventually("and was taken back", func() bool { return heldFrom(f, "city", f.ID("club")) == 0 })
		r.Tell(nodetest.Honest)
		f.Eventually("reading goes on after: "+string(lie), func() bool { return heldFrom(f, "city", r.ID) == said })
	}
	for kind, want := range map[string]int{"log-rewound": 1, "bad-root": 1} {
		if got := len(proofsOf(t, f, "city", r.ID, kind)); got != want {
			t.Errorf("%d proofs of %s, want %d", got, kind, want)
		}
	}
	if inside.came.Load() != 0 {
		t.Error("the redirect was followed")
	}
	// A neighbour that never answers holds up its own line alone.
	for _, lie := range []nodetest.Lie{nodetest.NeverAnswers, nodetest.OneOctet} {
		r.LieAbout(lie, city, say(1)...)
	}
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the club's record came beside a silent neighbour", func() bool { return heldFrom(f, "city", f.ID("club")) == 1 })
}

type inner struct {
	*httptest.Server
	came atomic.Int64
}

// closedDoor counts who comes to an address that no node may be led to.
func closedDoor(t *testing.T) *inner {
	t.Helper()
	d := &inner{}
	d.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { d.came.Add(1) }))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = d.Listener.Close()
	d.Listener = l
	d.Start()
	t.Cleanup(d.Close)
	return d
}

// TestALogThatLeftAnEntryOutIsNotBelievedAgain: the root of what was read and
// the root that was signed are evidence, and the place stays.
func TestALogThatLeftAnEntryOutIsNotBelievedAgain(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	r.LieAbout(nodetest.LeavesOut, city, r.Talent(city), r.Talent(city), r.Talent(city))
	f.Eventually("the proof is kept", func() bool { return len(proofsOf(t, f, "city", r.ID, "bad-root")) == 1 })
	stood := placeIn(t, f, "city", r.ID, spec.LogFor(city)).Next
	if stood > 2 {
		t.Errorf("the place moved to %d, over the entry that was left out", stood)
	}
	asked := r.Asked("/v1/feed/" + spec.LogFor(city))
	r.Tell(nodetest.Honest)
	f.Eventually("it was asked again", func() bool { return r.Asked("/v1/feed/"+spec.LogFor(city)) > asked+3 })
	if c := placeIn(t, f, "city", r.ID, spec.LogFor(city)); c.Next != stood || !strings.Contains(c.Error, "REQ-HEAD-008") {
		t.Errorf("the place is %d (%s), want %d", c.Next, c.Error, stood)
	}
}

// TestAForkedLogIsReadNoFurther until an operator has looked: two heads of one
// size with two roots are proof.
func TestAForkedLogIsReadNoFurther(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	r.Say(city, r.Talent(city), r.Talent(city))
	f.Eventually("the first log is read", func() bool { return heldFrom(f, "city", r.ID) == 2 })
	r.Replace(spec.LogFor(city), nodetest.ItemsOf(r.Talent(city), r.Talent(city))...)
	f.Eventually("reading halted", func() bool { return placeIn(t, f, "city", r.ID, spec.LogFor(city)).Halted })
	proofs := proofsOf(t, f, "city", r.ID, "log-forked")
	if len(proofs) != 1 {
		t.Fatalf("%d proofs", len(proofs))
	}
	a, b := signedHead(t, f, r, proofs[0].A), signedHead(t, f, r, proofs[0].B)
	if a.Size != b.Size || a.Epoch != b.Epoch || a.Root == b.Root {
		t.Errorf("the evidence proves nothing: %+v and %+v", a, b)
	}
	asked := r.Asked("/v1/feed/" + spec.LogFor(city))
	r.Say(city, r.Talent(city))
	rower := f.Person("city", "Rower") // something else goes on meanwhile
	f.Talent("city", rower)
	if now := r.Asked("/v1/feed/" + spec.LogFor(city)); now > asked+1 {
		t.Errorf("the log was asked for %d more times", now-asked)
	}
	if got := heldFrom(f, "city", r.ID); got != 2 {
		t.Errorf("%d records are in use, want the 2 of before", got)
	}
}

func signedHead(t *testing.T, f *nodetest.Federation, r *nodetest.Rogue, note string) *spec.Head {
	t.Helper()
	origin, _, _ := strings.Cut(note, "\n")
	log := origin[strings.LastIndex(origin, "/")+1:]
	h, err := spec.OpenHead(note, r.ID, log, f.Node("city").Trust().History(r.ID), f.Clock.Now())
	if err != nil {
		t.Fatalf("the evidence does not prove itself: %v", err)
	}
	return h
}

// TestTwoReadersWhoWereShownTwoLogsHoldTheProof after one exchange: heads of
// public logs travel with their requests.
func TestTwoReadersWhoWereShownTwoLogsHoldTheProof(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Seat{Name: "university", Kind: "university"}, rogue("rogue"))
	r := f.Rogue("rogue")
	f.Public = time.Hour // each reads a public log only when told to, and sees one of the two
	for _, reader := range []string{"city", "university"} {
		f.Stop(reader)
		f.Start(reader)
	}
	unknown := func() spec.Item {
		return spec.Item{ID: spec.Digest([]byte(spec.RandomUUID())), Kind: "notice", State: spec.Live}
	}
	r.Replace(spec.PublicLog, unknown(), unknown())
	if err := f.Node("city").Peers().ReadPublic(f.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	r.Replace(spec.PublicLog, unknown(), unknown())
	if err := f.Node("university").Peers().ReadPublic(f.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	for _, reader := range []string{"city", "university"} {
		f.Eventually(reader+" holds the proof", func() bool { return len(proofsOf(t, f, reader, r.ID, "log-forked")) == 1 })
		p := proofsOf(t, f, reader, r.ID, "log-forked")[0]
		if a, b := signedHead(t, f, r, p.A), signedHead(t, f, r, p.B); a.Size != b.Size || a.Root == b.Root {
			t.Errorf("%s holds no proof: %+v and %+v", reader, a, b)
		}
		if !placeIn(t, f, reader, r.ID, spec.PublicLog).Halted {
			t.Errorf("%s reads on", reader)
		}
		if err := f.Node(reader).Peers().ReadPublic(f.Context(), r.ID); err == nil {
			t.Errorf("%s read on", reader)
		}
	}
	if !r.Carried(r.ID) {
		t.Error("the rogue's own head never came back to it")
	}
}
