package node_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// killsEach is how often a node is killed at each failpoint: at its first
// passage and at a later one, and in the CI at five.
func killsEach() int {
	if !nodetest.Thorough() {
		return 2
	}
	return times(5, 100)
}

// A node that is killed at any failpoint loses nothing that it acknowledged,
// and its log goes on without a fault that its reader could see.
func TestKillingLosesNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("kills at every failpoint take half a minute; run without -short")
	}
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	f.Stop("city")
	config := f.Config("city")
	w := newWitness(t, f)
	for _, point := range fail.Points() {
		if strings.HasPrefix(point, "keys.") {
			continue // below: the running node writes no keys
		}
		for kill := range killsEach() {
			passage := 1 + 3*(kill%5)
			c := startChild(t, childJob{Serve: &config}, fmt.Sprintf("%s=kill:%d", point, passage))
			w.check(c)
			for i := 0; !c.dead(); i++ {
				if i == 200 {
					t.Fatalf("%s was passed fewer than %d times in %d steps", point, passage, i)
				}
				w.step(c)
				w.settle(c)
			}
			f.Check("city")
		}
	}
	last := startChild(t, childJob{Serve: &config}, "")
	w.check(last)
	w.converges()
	last.stop(t)
	f.Check("city")
	if n := len(f.Proofs("club")); n != 0 {
		t.Errorf("the club keeps %d proofs against a node that was only killed", n)
	}
}

// A rotation that is cut short at any point leaves a node that starts, and the
// next rotation completes.
func TestKilledRotationLeavesAWorkingKey(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	f.Stop("city")
	data := f.Config("city").Data
	const writes = 3 // of one rotation
	for _, point := range []string{"keys.write.before", "keys.write.after"} {
		for kill := range killsEach() {
			c := startChild(t, childJob{Rotate: data}, fmt.Sprintf("%s=kill:%d", point, 1+kill%writes))
			if err := <-c.gone; err == nil {
				t.Fatalf("%s: the rotation was not killed", point)
			}
			f.Start("city")
			person := f.Person("city", "Rower")
			f.Talent("city", person)
			f.Stop("city")
		}
	}
	if err := runChild(fmt.Sprintf(`{"Rotate":%q}`, data)); err != nil {
		t.Fatal(err)
	}
	f.Start("city")
}

// witness remembers what the city acknowledged and asks for it again.
type witness struct {
	t       *testing.T
	f       *nodetest.Federation
	config  node.Config
	client  *http.Client
	token   string
	here    []string // people that must be known
	gone    []string // people that must not be known
	sharing int      // people whose talent the club must hold
	entries uint64   // policy entries that must be there
	turn    int
	lost    bool // the last request got no answer
}

func newWitness(t *testing.T, f *nodetest.Federation) *witness {
	t.Helper()
	config := f.Config("city")
	on, err := keys.Load(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	token, err := node.IssueAccess(on.Record, f.ID("city"), "clerk", "", f.Clock.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return &witness{t: t, f: f, config: config, client: &http.Client{Timeout: 10 * time.Second}, token: token}
}

// ask makes a request; ok is false when the city died over it, and then
// nothing is known of its effect.
func (w *witness) ask(method, path string, in, out any, want int) (ok bool) {
	w.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(w.f.Context(), method, w.config.ID+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if !strings.HasPrefix(path, "/v1/feed/") && !strings.HasSuffix(path, "/ballots") { // neither knows people
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	res, err := w.client.Do(req)
	if err != nil {
		w.lost = true
		return false
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil {
		w.lost = true
		return false
	}
	if res.StatusCode == http.StatusConflict && strings.HasSuffix(path, "/ballots") {
		return false // an entry that was never acknowledged came first
	}
	if res.StatusCode != want {
		w.t.Fatalf("%s %s: %d %s, want %d", method, path, res.StatusCode, octets, want)
	}
	return out == nil || json.Unmarshal(octets, out) == nil
}

// step makes one acknowledged change after another: somebody comes, is shared,
// ends the sharing, is erased, and a document gets its next version.
func (w *witness) step(c *child) {
	w.t.Helper()
	w.turn++
	if w.turn%4 == 0 {
		w.decide()
		return
	}
	name := map[string]string{"family": "架空", "given": "人"}
	var made struct{ ID string }
	if !w.ask("POST", "/v1/people", map[string]any{"name": name, "kana": name, "demo": true}, &made, 201) {
		return
	}
	w.here = append(w.here, made.ID)
	at := len(w.here) - 1
	talent := map[string]any{
		"skills": []any{map[string]any{"uri": "https://skills.example/rowing", "level": 3, "basis": "self"}},
		"region": "141003", "remote": false, "languages": []string{"ja"},
	}
	if !w.ask("PUT", "/v1/people/"+made.ID+"/talent", talent, nil, 200) {
		return
	}
	consent := map[string]any{
		"recipient": w.f.ID("club"), "kinds": []string{"talent"}, "purposes": []string{"matching"},
		"until": time.Now().Add(24 * time.Hour).Unix(), "language": "en",
	}
	var given struct {
		RecordID string `json:"record_id"`
	}
	// What is under way may take effect or not; only the last answer counts.
	w.unsure(at)
	if !w.ask("POST", "/v1/people/"+made.ID+"/consents", consent, &given, 201) {
		return
	}
	switch w.turn % 4 {
	case 1:
		w.sure(at, made.ID)
		w.sharing++
	case 2:
		if w.ask("DELETE", "/v1/people/"+made.ID+"/consents/"+given.RecordID, nil, nil, 200) {
			w.sure(at, made.ID)
		}
	case 3:
		if w.ask("DELETE", "/v1/people/"+made.ID, nil, nil, 202) {
			w.gone = append(w.gone, made.ID)
		}
	}
}

// unsure takes a person out of what must hold; sure puts them back.
func (w *witness) unsure(at int) { w.here = append(w.here[:at], w.here[at+1:]...) }

func (w *witness) sure(at int, id string) {
	w.here = append(w.here[:at], append([]string{id}, w.here[at:]...)...)
}

// decide brings the next version of the safety document through the council.
func (w *witness) decide() {
	w.t.Helper()
	book := w.book()
	if book == nil {
		return
	}
	d, err := documents.Find(policy.TypeSafety)
	if err != nil {
		w.t.Fatal(err)
	}
	entry, err := w.f.Founded.Entry(book, d, d.Body, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(entry), "\n")
	w.token = w.access("council")
	defer func() { w.token = w.access("clerk") }()
	var draft struct{ ID string }
	if !w.ask("POST", "/v1/policy/drafts", map[string]string{"document": lines[0]}, &draft, 201) {
		return
	}
	var counted struct {
		Accepted bool
		N        uint64
	}
	if w.ask("POST", "/v1/policy/drafts/"+draft.ID+"/ballots", map[string]string{"ballot": lines[1]}, &counted, 200) && counted.Accepted {
		w.entries = max(w.entries, counted.N+1)
	}
}

func (w *witness) access(role string) string {
	w.t.Helper()
	on, err := keys.Load(w.config.Data)
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := node.IssueAccess(on.Record, w.f.ID("city"), role, "", w.f.Clock.Now(), time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// book rebuilds the city's policy book from its feed.
func (w *witness) book() *policy.Book {
	w.t.Helper()
	var page spec.Page
	if !w.ask("GET", "/v1/feed/policy?limit=500", nil, &page, 200) {
		return nil
	}
	book, err := policy.NewBook(page.Items[0].Record, w.f.Founded.Fed)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, it := range page.Items[1:] {
		if book, err = book.Apply(it.Record); err != nil {
			w.t.Fatal(err)
		}
	}
	return book
}

// check asks for everything acknowledged so far.
func (w *witness) check(c *child) {
	w.t.Helper()
	for _, id := range w.here {
		w.ask("GET", "/v1/people/"+id, nil, nil, 200)
		w.settle(c)
	}
	for _, id := range w.gone {
		w.ask("GET", "/v1/people/"+id, nil, nil, 404)
		w.settle(c)
	}
	if w.entries == 0 || c.dead() {
		return
	}
	w.f.Eventually("every acknowledged entry is in the policy log", func() bool {
		b := w.book()
		w.settle(c)
		return c.dead() || b != nil && b.Size() >= w.entries
	})
}

// settle takes no answer for what it must be here: the city is dying, and its
// end is told in a moment. A city that lives on without answering is a failure.
func (w *witness) settle(c *child) {
	w.t.Helper()
	if !w.lost {
		return
	}
	w.lost = false
	select {
	case <-c.gone:
	case <-w.f.Context().Done():
		w.t.Fatal("the city lives and does not answer")
	}
}

// converges waits until the club holds at least what was acknowledged.
func (w *witness) converges() {
	w.t.Helper()
	w.f.Eventually("the club holds every shared record", func() bool {
		return len(w.f.Current("club", spec.KindTalent)) >= w.sharing
	})
}
