package node_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// answer is what came back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	problem problem
}

type problem struct {
	Type        string `json:"type"`
	Status      int    `json:"status"`
	Requirement string `json:"requirement"`
	Detail      string `json:"detail"`
	Field       string `json:"field"`
	Now         int64  `json:"now"`
}

func (p problem) name() string { return strings.TrimPrefix(p.Type, spec.ProblemPrefix) }

func send(t *testing.T, method, url string, body []byte, header http.Header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body == nil {
		req.Body = nil
	}
	if header != nil {
		req.Header = header
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		t.Fatalf("%s %s: %v", method, url, err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: octets}
	if res.Header.Get("Content-Type") == "application/problem+json" && method != http.MethodHead {
		if err := json.Unmarshal(octets, &a.problem); err != nil {
			t.Errorf("%s %s: %v", method, url, err)
		}
	}
	return a
}

// caller signs requests in a member's name, well or badly.
type caller struct {
	id     spec.NodeID
	record *spec.Signer
	tls    *spec.Signer
	root   *spec.Signer
}

func callerOf(t *testing.T, f *nodetest.Federation, name string) caller {
	t.Helper()
	on, err := keys.Load(f.Config(name).Data)
	if err != nil {
		t.Fatal(err)
	}
	return caller{f.ID(name), on.Record, on.TLS, f.Founded.Roots[f.ID(name)]}
}

// signed is a request with its proof: what travels, and what a thief copies.
type signed struct {
	method, url, proof string
	body               []byte
}

func (s signed) send(t *testing.T) answer {
	t.Helper()
	return send(t, s.method, s.url, s.body, http.Header{"Authorization": {spec.RequestScheme + " " + s.proof}})
}

func (c caller) sign(t *testing.T, to spec.NodeID, method, path string, body []byte, at time.Time, change func(*spec.RequestClaims)) signed {
	t.Helper()
	claims := spec.RequestClaims{Issuer: c.id, Audience: to, Method: method, URI: string(to) + path, IssuedAt: at.Unix()}
	if change != nil {
		change(&claims)
	}
	proof, err := spec.SealRequest(c.record, claims, body)
	if err != nil {
		t.Fatal(err)
	}
	return signed{method, string(to) + path, proof, body}
}

func ackOf(t *testing.T, f *nodetest.Federation, at string, reader spec.NodeID) uint64 {
	t.Helper()
	n := uint64(0)
	read(t, f, at, func(tx *store.Tx) error {
		acks, err := tx.Acks()
		for _, a := range acks {
			if a.Reader == reader {
				n = a.N
			}
		}
		return err
	})
	return n
}

// bent is a way to change a signed request that its server must notice.
type bent struct {
	problem, requirement string
	make                 func(c caller, now time.Time, path string, body []byte) signed
}

func bends(t *testing.T, city, club spec.NodeID) map[string]bent {
	claims := func(change func(*spec.RequestClaims)) func(caller, time.Time, string, []byte) signed {
		return func(c caller, now time.Time, path string, body []byte) signed {
			return c.sign(t, city, http.MethodPut, path, body, now, change)
		}
	}
	after := func(change func(*signed)) func(caller, time.Time, string, []byte) signed {
		return func(c caller, now time.Time, path string, body []byte) signed {
			s := c.sign(t, city, http.MethodPut, path, body, now, nil)
			change(&s)
			return s
		}
	}
	with := func(key func(caller) *spec.Signer) func(caller, time.Time, string, []byte) signed {
		return func(c caller, now time.Time, path string, body []byte) signed {
			c.record = key(c)
			return c.sign(t, city, http.MethodPut, path, body, now, nil)
		}
	}
	shift := func(d time.Duration) func(caller, time.Time, string, []byte) signed {
		return func(c caller, now time.Time, path string, body []byte) signed {
			return c.sign(t, city, http.MethodPut, path, body, now.Add(d), nil)
		}
	}
	return map[string]bent{
		"for another node":      {"wrong-target", "REQ-REQ-002", claims(func(c *spec.RequestClaims) { c.Audience = club })},
		"for another method":    {"wrong-target", "REQ-REQ-003", claims(func(c *spec.RequestClaims) { c.Method = http.MethodGet })},
		"for another path":      {"wrong-target", "REQ-REQ-003", claims(func(c *spec.RequestClaims) { c.URI += "x" })},
		"for another host":      {"wrong-target", "REQ-REQ-003", claims(func(c *spec.RequestClaims) { c.URI = strings.Replace(c.URI, "localhost", "127.0.0.1", 1) })},
		"with a query unsigned": {"wrong-target", "REQ-REQ-003", after(func(s *signed) { s.url += "?x=1" })},
		"expired":               {"clock-skew", "REQ-REQ-004", shift(-5 * time.Minute)},
		"of the future":         {"clock-skew", "REQ-REQ-004", shift(5 * time.Minute)},
		"an hour late":          {"clock-skew", "REQ-REQ-004", shift(-time.Hour)},
		"valid too long":        {"bad-claims", "REQ-REQ-005", claims(func(c *spec.RequestClaims) { c.Expires = c.IssuedAt + 61 })},
		"ended as it began":     {"bad-claims", "REQ-REQ-005", claims(func(c *spec.RequestClaims) { c.Expires = c.IssuedAt })},
		"body swapped":          {"bad-digest", "REQ-REQ-006", after(func(s *signed) { s.body = []byte(`{"next":666}`) })},
		"body taken away":       {"bad-digest", "REQ-REQ-006", after(func(s *signed) { s.body = nil })},
		"of a stranger":         {"unknown-issuer", "REQ-REQ-008", claims(func(c *spec.RequestClaims) { c.Issuer = "https://stranger.example" })},
		"in another's name":     {"bad-signature", "REQ-REQ-009", claims(func(c *spec.RequestClaims) { c.Issuer = city })},
		"by the TLS key":        {"bad-signature", "REQ-REQ-009", with(func(c caller) *spec.Signer { return c.tls })},
		"by the root key":       {"bad-signature", "REQ-REQ-009", with(func(c caller) *spec.Signer { return c.root })},
		"with a bit flipped": {"bad-signature", "REQ-REQ-009", after(func(s *signed) {
			at := strings.LastIndex(s.proof, ".") + 8
			swap := byte('A')
			if s.proof[at] == 'A' {
				swap = 'B'
			}
			s.proof = s.proof[:at] + string(swap) + s.proof[at+1:]
		})},
		"with a line end": {"bad-token", "REQ-OPEN-001", after(func(s *signed) { s.proof = s.proof[:10] + "%0a" + s.proof[10:] })},
		"a record as proof": {"bad-header", "REQ-OPEN-007", func(c caller, now time.Time, path string, body []byte) signed {
			b := nodetest.SoundTalent(now)
			b.Issuer, b.Audience, b.IssuedAt, b.JTI, b.UID, b.Sequence, b.Policy = c.id, city, now.Unix(), spec.NewUUID(), spec.RandomUUID(), 1, 1
			token, err := spec.Seal(c.record, b)
			if err != nil {
				t.Fatal(err)
			}
			return signed{http.MethodPut, string(city) + path, token, body}
		}},
	}
}

// TestASignedRequestIsTakenOnlyAsItWasSigned: expired, misaddressed, with
// another body or method, by another key: 401, its problem, and no effect.
func TestASignedRequestIsTakenOnlyAsItWasSigned(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	city, c := f.ID("city"), callerOf(t, f, "rogue")
	if _, err := f.Node("city").Peers().FetchKeys(f.Context(), c.id); err != nil {
		t.Fatal(err)
	}
	path, body := "/v1/feed/"+spec.LogFor(c.id)+"/ack", []byte(`{"next":7}`)
	t.Logf("%d bends", len(bends(t, city, f.ID("club"))))
	for name, b := range bends(t, city, f.ID("club")) {
		now := f.Clock.Now()
		a := b.make(c, now, path, body).send(t)
		if a.status != http.StatusUnauthorized || a.problem.name() != b.problem || a.problem.Requirement != b.requirement {
			t.Errorf("%s: %d %s by %s, want 401 %s by %s", name, a.status, a.problem.name(), a.problem.Requirement, b.problem, b.requirement)
		}
		if b.problem == "clock-skew" && (a.problem.Now < now.Unix()-5 || a.problem.Now > now.Unix()+5) {
			t.Errorf("%s: the answer says it is %d, it is %d", name, a.problem.Now, now.Unix())
		}
		if n := ackOf(t, f, "city", c.id); n != 0 {
			t.Fatalf("%s: it had an effect: %d", name, n)
		}
	}
	good := c.sign(t, city, http.MethodPut, path, body, f.Clock.Now(), nil)
	for name, h := range map[string]http.Header{
		"given twice":    {"Authorization": {spec.RequestScheme + " " + good.proof, spec.RequestScheme + " " + good.proof}},
		"another scheme": {"Authorization": {"Bearer " + good.proof}},
		"no scheme":      {"Authorization": {good.proof}},
	} {
		a := send(t, good.method, good.url, good.body, h)
		if a.status != http.StatusUnauthorized || a.problem.Requirement != "REQ-REQ-012" {
			t.Errorf("%s: %d by %s", name, a.status, a.problem.Requirement)
		}
	}
	if a := good.send(t); a.status != http.StatusNoContent || ackOf(t, f, "city", c.id) != 7 {
		t.Errorf("the request as it was signed: %d", a.status)
	}
}

// TestACapturedWriteHasNoSecondEffect: in order, shuffled, at another node,
// and after a restart of the same node.
func TestACapturedWriteHasNoSecondEffect(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Seat{Name: "university", Kind: "university"}, rogue("rogue"))
	city, c := f.ID("city"), callerOf(t, f, "rogue")
	for _, name := range []string{"city", "university"} {
		if _, err := f.Node(name).Peers().FetchKeys(f.Context(), c.id); err != nil {
			t.Fatal(err)
		}
	}
	path := "/v1/feed/" + spec.LogFor(c.id) + "/ack"
	captured := make([]signed, times(400, 20000))
	for i := range captured {
		captured[i] = c.sign(t, city, http.MethodPut, path, fmt.Appendf(nil, `{"next":%d}`, i+1), f.Clock.Now(), nil)
		if a := captured[i].send(t); a.status != http.StatusNoContent {
			t.Fatalf("write %d: %d %s", i, a.status, a.body)
		}
	}
	last := uint64(len(captured))
	replay := func(when string, list []signed) {
		t.Helper()
		for i, s := range list {
			if a := s.send(t); a.status != http.StatusUnauthorized || a.problem.name() != "replayed" || a.problem.Requirement != "REQ-REQ-007" {
				t.Fatalf("%s, write %d: %d %s", when, i, a.status, a.problem.name())
			}
		}
		if n := ackOf(t, f, "city", c.id); n != last {
			t.Fatalf("%s: the place is %d, want %d", when, n, last)
		}
	}
	replay("in order", captured)
	shuffled := append([]signed(nil), captured...)
	rand.New(rand.NewPCG(7, 8)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	replay("shuffled", shuffled)
	for i, s := range shuffled[:times(100, 5000)] {
		s.url = strings.Replace(s.url, string(city), string(f.ID("university")), 1)
		if a := s.send(t); a.status != http.StatusUnauthorized || a.problem.name() != "wrong-target" {
			t.Fatalf("at another node, write %d: %d %s", i, a.status, a.problem.name())
		}
	}
	f.Stop("city")
	f.Start("city")
	replay("after a restart", shuffled)
	f.Clock.Move(10 * time.Minute) // when the memory of them may end, they are too old
	for _, s := range shuffled[:50] {
		if a := s.send(t); a.status != http.StatusUnauthorized {
			t.Fatalf("ten minutes later: %d", a.status)
		}
	}
}
