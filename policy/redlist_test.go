package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// listed is a federation with a sealed red list on which sails and masts stand.
func listed(t *testing.T) (*federation, spec.ID, []byte) {
	t.Helper()
	f := governed(t)
	list := policy.RedList{Rows: []policy.RedRow{{PartyA: "sails", PartyB: "masts", ValidFrom: founded, ReasonCode: "rivals"}}}
	octets, sealed, err := policy.SealConfidential([32]byte{7, 7, 7}, list, []spec.NodeID{node("club")})
	if err != nil {
		t.Fatal(err)
	}
	f.adopt("red-list", "red-list", sealed)
	return f, sealed.Digest, octets
}

func TestARedListDeniesAndIsToldToNoOne(t *testing.T) {
	f, digest, octets := listed(t)
	book, err := f.book.WithConfidential(digest, octets)
	if err != nil {
		t.Fatal(err)
	}
	q := engagement("masts", "sails")
	q.Home = true
	d := book.Decide(q, day(1))
	if clauses(d) != "redlist.pair=deny" || !d.Findings[0].Confidential || len(d.Findings[0].Inputs) != 0 {
		t.Fatalf("got %+v", d)
	}
	told, err := json.Marshal(d.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"sails", "masts", "rivals", "redlist", "red-list", string(digest)} {
		if strings.Contains(string(told), secret) {
			t.Errorf("the public decision tells %q", secret)
		}
	}
	if !d.Public().Denied() || clauses(d.Public()) != "not-available=deny" {
		t.Errorf("public: %s", clauses(d.Public()))
	}
	r := policy.Refusal(d)
	if r.Requirement != "REQ-ERR-008" || r.Problem != "not-available" || *r != *policy.Unavailable() {
		t.Errorf("refusal %+v", r)
	}
	if got := book.Decide(engagement("masts", "oars"), day(1)); len(got.Findings) != 0 {
		t.Errorf("not listed: %s", clauses(got))
	}
	q.Act = policy.ActEvaluate
	if got := book.Decide(q, day(1)); clauses(got) != "redlist.pair=deny" {
		t.Errorf("an evaluation: %s", clauses(got))
	}
}

func TestAPublicReasonHidesThatThereIsAConfidentialOne(t *testing.T) {
	f, digest, octets := listed(t)
	book, err := f.book.WithConfidential(digest, octets)
	if err != nil {
		t.Fatal(err)
	}
	told := func(own string) (policy.Decision, *spec.Refusal) {
		q := engagement(own, "sails")
		q.Issuer = node("stranger")
		d := book.Decide(q, day(1))
		return d.Public(), policy.Refusal(d)
	}
	onList, refusedOn := told("masts")
	offList, refusedOff := told("oars")
	if clauses(onList) != clauses(offList) || clauses(onList) != "membership.active=deny" || *refusedOn != *refusedOff {
		t.Errorf("listed %s %v, not listed %s %v", clauses(onList), refusedOn, clauses(offList), refusedOff)
	}
}

func TestAHomeWithoutTheListDeniesAndOthersAskTheHome(t *testing.T) {
	f, _, _ := listed(t)
	q := engagement("masts", "oars")
	if got := f.book.Decide(q, day(1)); clauses(got) != "redlist.ask-home=flag" || got.Effect != policy.Flag {
		t.Errorf("elsewhere: %s", clauses(got))
	}
	q.Home = true
	got := f.book.Decide(q, day(1))
	if clauses(got) != "redlist.unread=deny" || policy.Refusal(got).Requirement != "REQ-ERR-008" {
		t.Errorf("at home: %s", clauses(got))
	}
}

func TestAConfidentialBodyHasItsDigest(t *testing.T) {
	f, digest, octets := listed(t)
	give := func(digest spec.ID, octets []byte) error {
		_, err := f.book.WithConfidential(digest, octets)
		return err
	}
	changed := append([]byte(nil), octets...)
	changed[len(changed)-3] ^= 1
	salted := append([]byte(nil), octets...)
	salted[0] ^= 1
	for name, octets := range map[string][]byte{"a changed body": changed, "another salt": salted, "no body": octets[:31], "nothing": nil} {
		if got := requirementOf(give(digest, octets)); got != "REQ-POL-019" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if err := give(spec.Digest(changed), changed); !errors.Is(err, policy.ErrUnknownDigest) {
		t.Errorf("a body that nobody named: %v", err)
	}
	for _, body := range []string{`[]`, `{"rows":[{"partyA":"a","partyB":"b","reasonCode":"c","person":"d"}]}`, `{"rows":[{"partyA":"a","partyB":"a","reasonCode":"c"}]}`, `{"rows":[]} {}`} {
		octets, sealed, err := policy.SealConfidential([32]byte{9}, json.RawMessage(`{}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		octets = append(octets[:32], body...)
		sealed.Digest = spec.Digest(octets)
		g := governed(t)
		g.adopt("red-list", "red-list", sealed)
		if _, err := g.book.WithConfidential(sealed.Digest, octets); !errors.Is(err, policy.ErrConfidentialForm) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOnlyCouncilAndReadersMayOpenAList(t *testing.T) {
	f, _, _ := listed(t)
	f.apply(f.admission("city", "school", "school", nil))
	d := f.book.Head("red-list")
	for name, want := range map[string]bool{"city": true, "company": true, "club": true, "school": false, "stranger": false} {
		if got := f.book.MayRead(d, node(name)); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if f.book.MayRead(f.book.Head("safety"), node("city")) {
		t.Error("a public document has no readers")
	}
}

func TestAListGivenOnceStaysAsTheLogGrows(t *testing.T) {
	f, digest, octets := listed(t)
	book, err := f.book.WithConfidential(digest, octets)
	if err != nil {
		t.Fatal(err)
	}
	f.book = book
	f.adopt("rubric", "rubric", raw(`{}`))
	if d := f.book.Decide(engagement("masts", "sails"), day(1)); !d.Denied() {
		t.Errorf("got %s", clauses(d))
	}
	if f.book.RedList(f.book.Head("red-list")) == nil || f.book.RedList(f.book.Head("rubric")) != nil {
		t.Error("the clear body is not where it belongs")
	}
}
