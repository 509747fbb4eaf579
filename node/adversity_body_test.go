package node_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// endless offers octets without end and counts what was taken.
type endless struct{ taken atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	n := min(len(p), 32<<10)
	for i := range p[:n] {
		p[i] = ' '
	}
	e.taken.Add(int64(n))
	return n, nil
}

// passes are bearer tokens of every role.
func passes(t *testing.T, f *nodetest.Federation, person string) map[string]string {
	t.Helper()
	list := make(map[string]string)
	for _, role := range []string{"clerk", "evaluator", "operator", "council", "person"} {
		token, err := f.Node("city").Access(role, person, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		list[role] = "Bearer " + token
	}
	return list
}

// withBody lists the operations that take a body, with a header of somebody
// who may use them by a bearer token; others are left out.
func withBody(t *testing.T, tokens map[string]string) map[string]operation {
	t.Helper()
	list := make(map[string]operation)
	for _, o := range operations(t) {
		if o.limit == 0 {
			continue
		}
		switch {
		case len(o.roles) > 0:
			list[tokens[o.roles[len(o.roles)-1]]+" "+o.id] = o
		case o.who[0] == "public":
			list[" "+o.id] = o
		}
	}
	if len(list) < 9 {
		t.Fatalf("%d operations take a body", len(list))
	}
	return list
}

func headerOf(key string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}}
	if token := key[:strings.LastIndex(key, " ")]; token != "" {
		h.Set("Authorization", token)
	}
	return h
}

const rower = "00000000-0000-4000-8000-000000000001"

// TestABodyOverItsLimitIsNotReadToItsEnd: 413 for every operation, whether the
// length is said or not, and 10 GB that are offered stay where they are.
func TestABodyOverItsLimitIsNotReadToItsEnd(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	for _, o := range operations(t) {
		url := string(f.ID("city")) + o.at(rower, spec.LogFor(f.ID("city")))
		said := send(t, o.method, url, bytes.Repeat([]byte(" "), int(o.limit)+1), http.Header{})
		if said.status != http.StatusRequestEntityTooLarge || said.problem.Requirement != "REQ-REQ-010" {
			t.Errorf("%s, %d octets: %d by %s", o.id, o.limit+1, said.status, said.problem.Requirement)
		}
		wantProblem(t, o.id, said)
		offer := &endless{}
		if status := offerBody(t, o.method, url, io.LimitReader(offer, 10<<30)); status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s, in chunks: %d", o.id, status)
		}
		// What the system's buffers hold is not read by anybody.
		if taken := offer.taken.Load(); taken > o.limit+32<<20 {
			t.Errorf("%s: %d octets were taken", o.id, taken)
		}
	}
}

// offerBody sends a body of unknown length by a connection of its own, and
// stops when the answer is there.
func offerBody(t *testing.T, method, url string, body io.Reader) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Errorf("%s %s: no answer: %v", method, url, err)
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

// TestACompressedBodyIsNotUnpacked: 415 before anything is read, whatever is
// inside and however small it looks.
func TestACompressedBodyIsNotUnpacked(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	tokens := passes(t, f, rower)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(z, &endless{}, 64<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for key, o := range withBody(t, tokens) {
		for _, encoding := range []string{"gzip", "br", "deflate", "zstd", "gzip, gzip", "identity, gzip"} {
			h := headerOf(key)
			h.Set("Content-Encoding", encoding)
			a := send(t, o.method, string(f.ID("city"))+o.at(rower, ""), bomb.Bytes()[:min(bomb.Len(), int(o.limit))], h)
			if a.status != http.StatusUnsupportedMediaType || a.problem.Requirement != "REQ-REQ-011" {
				t.Errorf("%s as %s: %d by %s", o.id, encoding, a.status, a.problem.Requirement)
			}
			wantProblem(t, o.id, a)
		}
	}
}

const marker = "MARKER-7f3a"

// hostileBodies are JSON texts that programs read in different ways, or not at
// all, each holding a word that no answer may repeat.
func hostileBodies(limit int64) map[string]string {
	room := int(limit) - 64
	keys := make([]string, 0, 1000)
	for i, size := 0, 0; i < 1000000 && size < room-20; i++ {
		keys = append(keys, fmt.Sprintf(`"%x":1`, i))
		size += len(keys[i]) + 1
	}
	deep := min(20000, (room-20)/2)
	return map[string]string{
		"nested":             strings.Repeat("[", deep) + strings.Repeat("]", deep),
		"nested in members":  strings.Repeat(`{"`+marker+`":`, room/40) + "1" + strings.Repeat("}", room/40),
		"a million members":  "{" + strings.Join(keys, ",") + "}",
		"twice":              `{"` + marker + `":"` + marker + `","` + marker + `":"x"}`,
		"twice but for case": `{"recipient":"` + marker + `","Recipient":"` + marker + `"}`,
		"twice by escape":    `{"until":1,"\u0075ntil":"` + marker + `"}`,
		"unknown member":     `{"unknown":"` + marker + `"}`, // its name is told, its value never
		"wrong types": `{"name":"` + marker + `","kana":7,"recipient":["` + marker + `"],"kinds":{"` + marker + `":1},"until":"` + marker +
			`","skills":"` + marker + `","evaluator":"` + marker + `","document":"` + marker + `","ballot":"` + marker + `","node":"` + marker + `"}`,
		"wrong values":      `{"recipient":"` + marker + `","kinds":["` + marker + `"],"purposes":["` + marker + `"],"until":1,"language":"` + marker + `"}`,
		"a float":           `{"until":1.5,"x":"` + marker + `"}`,
		"beyond 2^53":       `{"until":9007199254740993,"x":"` + marker + `"}`,
		"minus zero":        `{"until":-0,"x":"` + marker + `"}`,
		"1e400":             `{"until":1e400,"x":"` + marker + `"}`,
		"NUL":               `{"name":"` + marker + `\u0000"}`,
		"a lone surrogate":  `{"name":"` + marker + `\ud800"}`,
		"bad UTF-8":         "{\"name\":\"" + marker + "\xff\"}",
		"a byte order mark": "\ufeff{\"name\":\"" + marker + "\"}",
		"two objects":       `{"name":"` + marker + `"}{"name":"` + marker + `"}`,
		"an array":          `["` + marker + `"]`,
		"a string":          `"` + marker + `"`,
		"null":              `null`,
		"cut":               `{"name":"` + marker,
		"no JSON":           marker,
		"a token":           marker + "." + marker + "." + marker,
		"empty":             "",
		"an inner token":    `{"document":"e30.e30.` + marker + `","ballot":"e30.e30.` + marker + `"}`,
	}
}

// TestAHostileBodyIsAnsweredByAProblemThatRepeatsNothing of it, in both
// languages, for every operation that takes one.
func TestAHostileBodyIsAnsweredByAProblemThatRepeatsNothing(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	person := f.Person("city", "Rower")
	tokens := passes(t, f, person)
	t.Logf("%d bodies", len(hostileBodies(1<<20)))
	for key, o := range withBody(t, tokens) {
		for name, body := range hostileBodies(o.limit) {
			if o.id == "pullNow" && name == "empty" {
				continue // it means everyone
			}
			h := headerOf(key)
			h.Set("Accept-Language", map[bool]string{true: "ja", false: "en"}[len(name)%2 == 0])
			begun := time.Now()
			a := send(t, o.method, string(f.ID("city"))+o.at(person, spec.PublicLog), []byte(body), h)
			what := o.id + ", " + name
			if a.status < 400 || a.status >= 500 && a.status != http.StatusNotImplemented {
				t.Errorf("%s: %d %s", what, a.status, a.body)
			}
			wantProblem(t, what, a)
			if strings.Contains(string(a.body), marker) {
				t.Errorf("%s: the answer repeats the body: %s", what, a.body)
			}
			if took := time.Since(begun); took > 2*time.Second {
				t.Errorf("%s: it took %s", what, took)
			}
		}
	}
}

// TestPathsAndQueriesAreNotRepeatedEither, nor do they reach anything.
func TestPathsAndQueriesAreNotRepeatedEither(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	tokens := passes(t, f, rower)
	h := func() http.Header { return http.Header{"Authorization": {tokens["operator"]}} }
	for _, path := range []string{
		"/v1/feed/" + marker, "/v1/feed/public?after=" + marker, "/v1/feed/public?limit=" + marker, "/v1/feed/public?after=-1",
		"/v1/feed/public?limit=0", "/v1/feed/public?limit=501", "/v1/feed/public?after=99999999999999999999",
		"/v1/records?after=" + marker, "/v1/records?limit=" + marker, "/v1/records?issuer=" + marker + "'--", "/v1/status/" + marker,
		"/v1/policy/documents/" + marker, "/v1/policy/tile/" + marker + "/0", "/v1/policy/tile/0/" + marker, "/v1/policy/tile/99/0",
		"/" + marker, "/v1/" + marker + "%00", "/v1/status/..%2f..%2f" + marker, "/v1/refused?limit=" + marker,
	} {
		header := h()
		if strings.HasPrefix(path, "/v1/feed") || strings.HasPrefix(path, "/v1/status") || strings.HasPrefix(path, "/v1/policy") {
			header = nil
		}
		a := send(t, http.MethodGet, string(f.ID("city"))+path, nil, header)
		if a.status >= 500 || a.status < 400 && !strings.Contains(path, "issuer=") {
			t.Errorf("%s: %d", path, a.status)
		}
		wantProblem(t, path, a)
		if strings.Contains(string(a.body), marker) {
			t.Errorf("%s: the answer repeats it: %s", path, a.body)
		}
	}
}

// TestSlowCallersDoNotKeepOthersWaiting: connections that never finish their
// head are held while an honest caller is answered at once.
func TestSlowCallersDoNotKeepOthersWaiting(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	host := f.ID("city").Host()
	for range times(500, 5000) {
		c, err := net.Dial("tcp", strings.Replace(host, "localhost", "127.0.0.1", 1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := c.Write([]byte("GET /v1/health HTTP/1.1\r\nHost: " + host + "\r\nX-Slow: ")); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		begun := time.Now()
		if a := send(t, http.MethodGet, string(f.ID("city"))+"/v1/health", nil, nil); a.status != http.StatusOK {
			t.Fatalf("%d", a.status)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("an honest caller waited %s", took)
		}
	}
}
