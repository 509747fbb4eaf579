package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// nobody is a node without neighbours to tell.
type nobody struct{}

func (nobody) Nudge(spec.NodeID) {}

func (nobody) Confirm(spec.NodeID) {}

func (nobody) States(spec.NodeID) (bool, bool) { return false, false }

// edge is the JSON edge of a node with real trust, gate and store, at a time.
func edge(t *testing.T, self spec.NodeID, now time.Time, callers ...*vectors.Keys) (*echo.Echo, api.Config) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	signers := make([]*spec.Signer, 3)
	for i := range signers {
		var err error
		signers[i], err = spec.GenerateSigner()
		must(err)
	}
	root, record, ballot := signers[0], signers[1], signers[2]
	name := spec.Text{JA: "架空の組織", EN: "Fictional"}
	register := policy.Register{Threshold: 1, Members: []policy.Member{{
		Node: self, Name: name, Kind: "municipality", Role: policy.RoleCouncil, Status: policy.StatusActive,
		Root: spec.EncodeKey(root.Public()), Ballot: spec.EncodeKey(ballot.Public()),
	}}}
	for _, k := range callers {
		register.Members = append(register.Members, policy.Member{
			Node: k.Node, Name: name, Kind: "company", Role: policy.RoleMember, Status: policy.StatusActive, Root: k.Root,
		})
	}
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Register: register, Charter: policy.Charter{Rules: []policy.CommonRule{}}}}
	genesis, fed, err := policy.SealGenesis(draft, self, map[spec.NodeID]*spec.Signer{self: ballot}, now.Unix()-86400)
	must(err)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), store.Options{})
	must(err)
	t.Cleanup(func() { must(s.Close()) })
	believed, err := trust.Open(t.Context(), s, self, genesis, fed)
	must(err)
	own, err := spec.SealKeys(root, spec.KeyHistory{Issuer: self, IssuedAt: now.Unix(), Serial: 1, Keys: []spec.KeyEntry{
		{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: now.Unix() - 86400},
	}})
	must(err)
	_, err = believed.Learn(t.Context(), self, own, now)
	must(err)
	for _, k := range callers {
		_, err := believed.Learn(t.Context(), k.Node, k.JWT, now)
		must(err)
	}
	clock := func() time.Time { return now }
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	g, err := gate.Open(t.Context(), gate.Config{
		Self: self, Store: s, Trust: believed, Signer: func() *spec.Signer { return record }, Clock: clock, Log: quiet,
	})
	must(err)
	t.Cleanup(g.Close)
	return echo.New(), api.Config{
		Self: self, Store: s, Gate: g, Trust: believed, Neighbours: nobody{}, Council: func() api.Council { return nil },
		Statement: func() (string, error) { return "", nil }, Clock: clock, Log: quiet, Ready: func() error { return nil },
	}
}

// TestTheServerGivesEveryRequestVectorItsVerdict, octet for octet, at the time
// of the vector: 401 with the problem and the requirement, or the answer.
// What the contract gives no body is shown by requests without one; those with
// a body are sealed anew in the story tests.
func TestTheServerGivesEveryRequestVectorItsVerdict(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, v := range all {
		if v.About != "request" || len(v.Input.Body) > 0 || v.Keys == nil {
			continue
		}
		judged++
		t.Run(v.Name, func(t *testing.T) {
			e, cfg := edge(t, v.Audience, v.Clock(), v.Keys)
			if _, err := api.Mount(e, cfg); err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(e)
			defer server.Close()
			status, doc := ask(t, server.URL, &v)
			if v.Requirement == "" {
				if status >= 400 {
					t.Errorf("%s: %d %s", v.What, status, doc.Type)
				}
				return
			}
			if status != http.StatusUnauthorized {
				t.Errorf("%s: %d, want 401", v.What, status)
			}
			if doc.Requirement != v.Requirement && !slices.Contains(v.Also, doc.Requirement) {
				t.Errorf("%s: by %s, want %s", v.What, doc.Requirement, v.Requirement)
			}
			if doc.Requirement == v.Requirement && doc.Type != spec.ProblemPrefix+v.Problem {
				t.Errorf("%s: type %s, want %s", v.What, doc.Type, v.Problem)
			}
			if v.Requirement == "REQ-REQ-004" && doc.Now != v.Now {
				t.Errorf("%s: now is %d, want %d", v.What, doc.Now, v.Now)
			}
		})
	}
	t.Logf("%d vectors", judged)
	if judged < 40 {
		t.Errorf("only %d vectors were judged", judged)
	}
}

type problem struct {
	Type        string `json:"type"`
	Requirement string `json:"requirement"`
	Now         int64  `json:"now"`
}

func ask(t *testing.T, base string, v *vectors.Vector) (int, problem) {
	t.Helper()
	url := base + strings.TrimPrefix(v.Input.URI, string(v.Audience))
	req, err := http.NewRequestWithContext(t.Context(), v.Input.Method, url, bytes.NewReader(nil))
	if err != nil {
		t.Fatal(err)
	}
	req.Header["Authorization"] = []string{spec.RequestScheme + " " + strings.TrimSuffix(v.Input.Token, "\n")}
	if strings.HasSuffix(v.Input.Token, "\n") {
		req.Header["Authorization"][0] += "=" // a header ends its line itself; another octet too many
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc problem
	if res.StatusCode >= 400 {
		if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%d as %s", res.StatusCode, got)
		}
		if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
			t.Error(err)
		}
	}
	return res.StatusCode, doc
}

// TestAnEdgeWithARouteThatTheContractDoesNotNameDoesNotStart: an endpoint is
// never open by omission.
func TestAnEdgeWithARouteThatTheContractDoesNotNameDoesNotStart(t *testing.T) {
	e, cfg := edge(t, "https://city.example", time.Now())
	e.GET("/v1/people/:person/secrets", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	if _, err := api.Mount(e, cfg); err == nil || !strings.Contains(err.Error(), "/v1/people/:person/secrets") {
		t.Errorf("it started: %v", err)
	}
	e, cfg = edge(t, "https://city.example", time.Now())
	e.POST("/v1/health", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	if _, err := api.Mount(e, cfg); err == nil || !strings.Contains(err.Error(), "POST /v1/health") {
		t.Errorf("it started with another method: %v", err)
	}
	e, cfg = edge(t, "https://city.example", time.Now())
	if _, err := api.Mount(e, cfg); err != nil {
		t.Errorf("the contract alone does not start: %v", err)
	}
}
