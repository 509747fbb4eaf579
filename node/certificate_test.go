package node_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

// TestANodeCountersignsWhatIsAboutItself for a member and for its operator, and
// nothing that is about another node or has ended (REQ-CERT-001 to 004).
func TestANodeCountersignsWhatIsAboutItself(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	city, club := f.ID("city"), callerOf(t, f, "club")
	runner, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	operator, err := f.Node("city").Access("operator", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	now := f.Clock.Now().Unix()
	sealed := func(change func(*certificate.Certificate)) string {
		c := certificate.Certificate{Target: city, IssuedAt: now, Expires: now + 3600, Spec: spec.Version, Roles: []string{}, Level: "L2"}
		change(&c)
		text, err := certificate.Seal(runner, c)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	show := func(text string) []answer {
		byMember := club.sign(t, city, http.MethodPost, "/v1/conformance", []byte(text), f.Clock.Now(), nil).send(t)
		byOperator := send(t, http.MethodPost, string(city)+"/v1/conformance", []byte(text), http.Header{"Authorization": {"Bearer " + operator}})
		return []answer{byMember, byOperator}
	}
	about := sealed(func(*certificate.Certificate) {})
	for _, a := range show(about) {
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/jose" {
			t.Fatalf("a sound certificate: %d %+v", a.status, a.problem)
		}
		c, err := certificate.OpenCountersignature(string(a.body), about, city, f.Node("club").Trust().History(city))
		if err != nil || c.At != now {
			t.Errorf("the countersignature: %+v %v", c, err)
		}
	}
	for requirement, text := range map[string]string{
		"REQ-CERT-002": sealed(func(c *certificate.Certificate) { c.Target = club.id }),
		"REQ-CERT-003": sealed(func(c *certificate.Certificate) { c.Expires = now }),
		"REQ-OPEN-001": "not a token",
		"REQ-OPEN-007": string(show(about)[0].body),
	} {
		for _, a := range show(text) {
			if a.status != http.StatusUnprocessableEntity || a.problem.Requirement != requirement {
				t.Errorf("%s: %d %+v", requirement, a.status, a.problem)
			}
			wantProblem(t, requirement, a)
		}
	}
	if a := send(t, http.MethodPost, string(city)+"/v1/conformance", []byte(about), nil); a.status != http.StatusUnauthorized {
		t.Errorf("a stranger's certificate: %d", a.status)
	}
}
