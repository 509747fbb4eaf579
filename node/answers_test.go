package node_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/status"
)

// What no vector can show: answers that a running node gives.

// campus is a university without a seat in the council.
var campus = nodetest.Seat{Name: "university", Kind: "university"}

// TestOneNudgeASecondIsHeard: the second within a second is 429 with
// Retry-After, and another node is still heard (REQ-FEED-016).
func TestOneNudgeASecondIsHeard(t *testing.T) {
	f := nodetest.New(t, nodetest.City, campus, nodetest.Club)
	city := f.ID("city")
	nudge := func(from string) answer {
		c := callerOf(t, f, from)
		return c.sign(t, city, http.MethodPost, "/v1/nudge", nil, f.Clock.Now(), nil).send(t)
	}
	if a := nudge("club"); a.status != http.StatusAccepted {
		t.Fatalf("the first nudge: %d %+v", a.status, a.problem)
	}
	a := nudge("club")
	if a.status != http.StatusTooManyRequests || a.problem.Requirement != "REQ-FEED-016" || a.header.Get("Retry-After") == "" {
		t.Errorf("the second nudge: %d %+v, Retry-After %q", a.status, a.problem, a.header.Get("Retry-After"))
	}
	wantProblem(t, "the second nudge", a)
	if a := nudge("university"); a.status != http.StatusAccepted {
		t.Errorf("another node's nudge: %d %+v", a.status, a.problem)
	}
}

// TestARoleThatIsNotClaimedIsAnswered501: a node without a seat proposes and
// cosigns nothing (REQ-ERR-006), and says so in the caller's language (REQ-ERR-004).
func TestARoleThatIsNotClaimedIsAnswered501(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	c := callerOf(t, f, "city")
	for _, path := range []string{"/v1/policy/entries", "/v1/policy/cosignatures"} {
		for accept, want := range map[string]string{"": "en", "ja": "ja", "de, ja;q=0.5, en;q=0.4": "ja", "ja;q=0, en": "en"} {
			s := c.sign(t, f.ID("club"), http.MethodPost, path, []byte("x\n"), f.Clock.Now(), nil)
			a := send(t, s.method, s.url, s.body, http.Header{
				"Authorization": {spec.RequestScheme + " " + s.proof}, "Accept-Language": {accept}, "Content-Type": {"text/plain; charset=utf-8"},
			})
			if a.status != http.StatusNotImplemented || a.problem.Requirement != "REQ-ERR-006" || a.problem.name() != "not-claimed" {
				t.Errorf("%s: %d %+v", path, a.status, a.problem)
			}
			if japanese := strings.Contains(a.problem.Detail, "このノード"); japanese != (want == "ja") || a.header.Get("Content-Language") != want {
				t.Errorf("%q is answered %q as %s", accept, a.problem.Detail, a.header.Get("Content-Language"))
			}
		}
	}
}

// TestTheTileGivesTheRootOfThePolicyLog: the hashes of REQ-POL-022 are those
// that the head stands over; what is not there yet is 404.
func TestTheTileGivesTheRootOfThePolicyLog(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	book := f.Node("club").Trust().Book()
	size := int(book.Size())
	tile := func(n int) answer {
		return send(t, http.MethodGet, string(f.ID("club"))+"/v1/policy/tile/0/000.p/"+strconv.Itoa(n), nil, nil)
	}
	a := tile(size)
	if a.status != http.StatusOK || len(a.body) != 32*size {
		t.Fatalf("a tile of %d: %d with %d octets", size, a.status, len(a.body))
	}
	tree := &spec.Tree{}
	for hash := a.body; len(hash) > 0; hash = hash[32:] {
		tree.Append(spec.Root(hash[:32]))
	}
	if tree.Root() != book.Root() {
		t.Error("the tile's hashes do not give the root")
	}
	if a := tile(size + 1); a.status != http.StatusNotFound || a.problem.Requirement != "REQ-POL-022" {
		t.Errorf("a tile beyond the log: %d %+v", a.status, a.problem)
	}
}

// TestAPlaceThatIsNoNumberNamesTheRequirement: as one out of range does, so that
// a reader's author finds the line of the standard (REQ-FEED-008, REQ-ERR-002).
func TestAPlaceThatIsNoNumberNamesTheRequirement(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	for query, field := range map[string]string{"after=x": "after", "after=-1": "after", "limit=1.5": "limit", "limit=0": "limit"} {
		a := send(t, http.MethodGet, string(f.ID("city"))+"/v1/feed/public?"+query, nil, nil)
		if a.status != http.StatusBadRequest || a.problem.Requirement != "REQ-FEED-008" || a.problem.Field != field {
			t.Errorf("%s: %d %+v", query, a.status, a.problem)
		}
	}
}

// TestTheDIDDocumentNamesTheCurrentRecordKeys: and no other key (REQ-STM-008).
func TestTheDIDDocumentNamesTheCurrentRecordKeys(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	a := send(t, http.MethodGet, string(f.ID("city"))+"/.well-known/did.json", nil, nil)
	var doc struct {
		ID     string `json:"id"`
		Method []struct {
			Type string            `json:"type"`
			JWK  map[string]string `json:"publicKeyJwk"`
		} `json:"verificationMethod"`
	}
	if err := json.Unmarshal(a.body, &doc); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d: %v", a.status, err)
	}
	if kind := a.header.Get("Content-Type"); kind != "application/did+json" {
		t.Errorf("the DID document is of type %s, not as the contract says", kind)
	}
	kid := callerOf(t, f, "city").record.KID()
	if !strings.HasPrefix(doc.ID, "did:web:localhost%3A") || len(doc.Method) != 1 ||
		doc.Method[0].Type != "JsonWebKey" || doc.Method[0].JWK["kid"] != kid {
		t.Errorf("%s with the methods %+v, want one of %s", doc.ID, doc.Method, kid)
	}
}

// TestAStatusListSaysWhatWasRevoked: signed, long enough to hide whose bit is
// asked for, and with the bit of the revoked credential alone (REQ-EVL-013).
func TestAStatusListSaysWhatWasRevoked(t *testing.T) {
	f := nodetest.New(t, nodetest.City, campus)
	person := f.Person("city", "Aoi")
	f.Consent("city", person, "university", spec.KindEvaluation)
	university := f.Node("university")
	revoked := -1
	for i := range 2 {
		e, err := f.Node("city").Engagements().Engage(f.Context(), person, f.ID("university"), f.Clock.Now().AddDate(0, 0, 30))
		if err != nil {
			t.Fatal(err)
		}
		v := nodetest.Evaluation(e)
		id, err := university.Engagements().Evaluate(f.Context(), f.ID("city"), v, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if err := university.Engagements().Revoke(f.Context(), id); err != nil {
				t.Fatal(err)
			}
			if revoked, err = strconv.Atoi(v.Status.Index); err != nil {
				t.Fatal(err)
			}
		}
	}
	a := send(t, http.MethodGet, string(f.ID("university"))+"/v1/status/1", nil, nil)
	list, err := status.Open(string(a.body), f.ID("university"), university.Trust().History(f.ID("university")), f.Clock.Now())
	if err != nil {
		t.Fatalf("%d: %v", a.status, err)
	}
	for i := range status.MinEntries {
		if list.Revoked(i) != (i == revoked) {
			t.Fatalf("bit %d is %v, revoked is %d", i, list.Revoked(i), revoked)
		}
	}
}

// TestAConfidentialBodyIsGivenToItsReadersAndEachGivingIsNoted: anybody else is
// answered 403 (REQ-POL-018).
func TestAConfidentialBodyIsGivenToItsReadersAndEachGivingIsNoted(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, campus)
	city := f.Node("city")
	octets, sealed, err := policy.SealConfidential([32]byte{9}, &policy.RedList{Rows: []policy.RedRow{{
		PartyA: "https://fictional-sails.example", PartyB: "https://fictional-masts.example",
		ValidFrom: f.Clock.Now().Unix(), ReasonCode: "fictional",
	}}}, []spec.NodeID{f.ID("club")})
	if err != nil {
		t.Fatal(err)
	}
	d, err := documents.Find(policy.TypeRedList)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := f.Founded.Entry(city.Trust().Book(), d, sealed, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := city.KeepConfidential(f.Context(), sealed.Digest, octets); err != nil {
		t.Fatal(err)
	}
	if err := founding.Submit(f.Context(), city, entry); err != nil {
		t.Fatal(err)
	}
	ask := func(from string) answer {
		c := callerOf(t, f, from)
		return c.sign(t, f.ID("city"), http.MethodGet, "/v1/policy/confidential/"+string(sealed.Digest), nil, f.Clock.Now(), nil).send(t)
	}
	if a := ask("club"); a.status != http.StatusOK || string(a.body) != string(octets) {
		t.Errorf("a reader: %d", a.status)
	}
	if a := ask("university"); a.status != http.StatusForbidden || a.problem.Requirement != "REQ-POL-018" {
		t.Errorf("somebody else: %d %+v", a.status, a.problem)
	}
	noted := 0
	read(t, f, "city", func(tx *store.Tx) error {
		acts, err := tx.Audits(100)
		for _, act := range acts {
			if act.Act == "confidential.read" && act.Object == string(sealed.Digest) {
				noted++
				if act.Actor != string(f.ID("club")) {
					t.Errorf("%s is noted as a reader", act.Actor)
				}
			}
		}
		return err
	})
	if noted == 0 {
		t.Error("the giving is not noted")
	}
}
