package node_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// desk asks a node as one of its clerks.
func desk(t *testing.T, f *nodetest.Federation, at, method, path, body string, more http.Header) answer {
	t.Helper()
	token, err := f.Node(at).Access("clerk", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
	for k, v := range more {
		header[k] = v
	}
	var octets []byte
	if body != "" {
		octets = []byte(body)
	}
	return send(t, method, string(f.ID(at))+path, octets, header)
}

// From "who was shown this" a person gets to "no longer": a disclosure names
// the consent that is withdrawn, and withdrawing it takes the record back.
func TestADisclosureNamesTheConsentToWithdraw(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })

	var shown struct {
		Items []struct{ ID, Consent string }
	}
	a := desk(t, f, "club", http.MethodGet, "/v1/people/"+rower+"/disclosures", "", nil)
	if err := json.Unmarshal(a.body, &shown); err != nil || len(shown.Items) == 0 {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	a = desk(t, f, "club", http.MethodDelete, "/v1/people/"+rower+"/consents/"+shown.Items[0].Consent, "", nil)
	if a.status != http.StatusOK {
		t.Fatalf("withdrawing the consent of a disclosure: %d %+v", a.status, a.problem)
	}
	again := desk(t, f, "club", http.MethodDelete, "/v1/people/"+rower+"/consents/"+shown.Items[0].Consent, "", nil)
	if again.status != http.StatusOK || string(again.body) != string(a.body) || !strings.Contains(string(a.body), `"withdrawn":1`) {
		t.Errorf("withdrawn twice: %s, then %d %s", a.body, again.status, again.body)
	}
	f.Eventually("the city no longer uses it", func() bool { return len(f.Current("city", spec.KindTalent)) == 0 })
}

// What is asked about nobody is 404; what an erasure is still owed stays to be
// seen when the person is gone.
func TestNothingIsKeptOfAnUnknownPerson(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	lists := []string{"receipts", "disclosures", "consents", "calendars", "evaluations", "busy?from=1790000000&to=1790003600"}
	stranger := spec.RandomUUID()
	for _, list := range lists {
		a := desk(t, f, "club", http.MethodGet, "/v1/people/"+stranger+"/"+list, "", nil)
		if a.status != http.StatusNotFound {
			t.Errorf("%s of nobody: %d %s", list, a.status, a.body)
		}
		wantProblem(t, list, a)
	}
	rower := f.Person("club", "Rower")
	for _, list := range lists {
		if a := desk(t, f, "club", http.MethodGet, "/v1/people/"+rower+"/"+list, "", nil); a.status != http.StatusOK {
			t.Errorf("%s of somebody of whom nothing is there yet: %d %+v", list, a.status, a.problem)
		}
	}
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	if _, err := f.Node("club").Gate().Erase(f.Context(), rower); err != nil {
		t.Fatal(err)
	}
	if a := desk(t, f, "club", http.MethodGet, "/v1/people/"+rower+"/receipts", "", nil); a.status != http.StatusOK {
		t.Errorf("receipts of an erased person: %d %+v", a.status, a.problem)
	}
	if a := desk(t, f, "club", http.MethodGet, "/v1/people/"+rower+"/disclosures", "", nil); a.status != http.StatusNotFound {
		t.Errorf("disclosures of an erased person: %d", a.status)
	}
}

// A refusal tells a Japanese reader the cause, and never repeats a value.
func TestARefusalNamesTheCauseInJapanese(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	rower := f.Person("city", "Rower")
	for what, c := range map[string]struct{ method, path, body, want, field string }{
		"a calendar without a body": {http.MethodPut, "/v1/people/" + rower + "/calendars/work", "", "text/calendar", ""},
		"a web page as a calendar":  {http.MethodPut, "/v1/people/" + rower + "/calendars/work", "<html>", "BEGIN:VCALENDAR", ""},
		"a misspelt member":         {http.MethodPost, "/v1/people", `{"nmae": "Secret"}`, "契約にない項目", "nmae"},
		"a consent to nobody": {
			http.MethodPost, "/v1/people/" + rower + "/consents",
			`{"recipient": "https://nobody.example", "kinds": ["talent"], "purposes": ["matching"], "until": 1, "language": "ja"}`, "活動中ではありません", "recipient",
		},
	} {
		more := http.Header{"Accept-Language": {"ja"}}
		if strings.Contains(c.path, "calendars") {
			more["Content-Type"] = []string{"text/calendar"}
		}
		a := desk(t, f, "city", c.method, c.path, c.body, more)
		if a.status < 400 || !strings.Contains(a.problem.Detail, c.want) || a.problem.Field != c.field || strings.Contains(string(a.body), "Secret") {
			t.Errorf("%s: %d %s, want %q and the field %q", what, a.status, a.body, c.want, c.field)
		}
	}
}

// A node that the register no longer calls active says so in its health, and
// is well again when it is listed again.
func TestASuspendedNodeSaysSo(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	amber := func() bool {
		a := send(t, http.MethodGet, string(f.ID("club"))+"/v1/health", nil, nil)
		var h struct {
			Checks []struct{ Name, Status string }
		}
		if err := json.Unmarshal(a.body, &h); err != nil || a.status != http.StatusOK {
			t.Fatalf("health: %d %s", a.status, a.body)
		}
		for _, c := range h.Checks {
			if c.Name == "member" {
				return c.Status == "amber"
			}
		}
		return false
	}
	if amber() {
		t.Fatal("an active member calls itself suspended")
	}
	for _, status := range []string{policy.StatusSuspended, policy.StatusActive} {
		register := f.Node("city").Trust().Book().Register()
		members := slices.Clone(register.Members)
		for i := range members {
			if members[i].Node == f.ID("club") {
				members[i].Status = status
			}
		}
		f.Vote("city", register.Threshold, members)
		f.Eventually("the club knows that it is "+status, func() bool { return amber() == (status != policy.StatusActive) })
	}
}
