package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// federation is a city with a club, and a neighbour that says what is refused
// and what waits.
func federation(t *testing.T) *nodetest.Federation {
	t.Helper()
	rogue := nodetest.Seat{Name: "rogue", Kind: "company", Rogue: true}
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue)
	r := f.Rogue("rogue")
	early := nodetest.SoundTalent(f.Clock.Now())
	early.Policy = 999 // a policy that has not come here yet
	r.Say(f.ID("city"), r.Talent(f.ID("club")), r.Seal(f.ID("city"), early))
	f.Node("city").Peers().Nudge(r.ID)
	f.Eventually("one record is refused and one waits", func() bool {
		return len(refusals(f)) > 0 && f.Parked("city", r.ID) > 0
	})
	return f
}

func refusals(f *nodetest.Federation) (list []store.Refused) {
	_ = f.Node("city").Store().Read(f.Context(), func(tx *store.Tx) error {
		var err error
		list, err = tx.RefusedList("", 500)
		return err
	})
	return list
}

// staff opens the browser session of somebody with a role at the city.
func staff(f *nodetest.Federation, p *browser.Page, role string) {
	name, secret := f.SignedIn("city", f.Staff("city", "Fictional "+role, role, access.Home))
	p.SetCookie(string(f.ID("city")), name, secret)
}

// visit asks for a page as somebody with a role; "" is nobody.
func visit(t *testing.T, f *nodetest.Federation, cookie *http.Cookie, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, string(f.ID("city"))+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "en")
	if cookie != nil {
		req.AddCookie(cookie)
	}
	answer, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func cookieOf(f *nodetest.Federation, role string) *http.Cookie {
	name, secret := f.SignedIn("city", f.Staff("city", "Fictional "+role, role, access.Home))
	return &http.Cookie{Name: name, Value: secret}
}

// The pages say which neighbour is how far, and why records did not enter, and
// nothing of what these say.
func TestAnOperatorSeesWhatWasRefusedAndWhatWaits(t *testing.T) {
	f := federation(t)
	cookie := cookieOf(f, access.Operator)
	rogue := f.Rogue("rogue").ID.Host()
	for path, words := range map[string][]string{
		"/console":                            {"Working normally", "Records refused", "Records parked", rogue},
		"/console/peers":                      {"Its log for this node", rogue, "Pull from all now"},
		"/console/refused":                    {"It is meant for another node", "REQ-ENV-", "Read REQ-ENV-"},
		"/console/policy":                     {"Charter", "Cosigned", "No drafts"},
		"/console/keys":                       {"Signs records", "fukusen keys rotate --dir"},
		"/console/policy/documents/charter/1": {"Outcomes first"},
		"/console/policy/documents/data-guideline/1": {"In force", "<strong>"},
		"/console/parked": {"It rests on a newer policy than this node has", "Waits until"},
	} {
		code, body := visit(t, f, cookie, path)
		if code != http.StatusOK {
			t.Errorf("%s answers %d", path, code)
		}
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
		if strings.Contains(body, "skills.example") || strings.Contains(body, "⟦") {
			t.Errorf("%s shows what a record says, or a text without words", path)
		}
	}
	if _, body := visit(t, f, cookie, "/console/refused?peer="+string(f.ID("club"))); strings.Contains(body, "It is meant for another node") {
		t.Error("refusals of one neighbour are shown under another")
	}
}

func TestAPageOfManyRefusalsStaysSmall(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	var many []store.Refused
	for n := range 200 {
		many = append(many, store.Refused{
			Peer: f.ID("club"), ID: spec.Digest([]byte{byte(n)}), N: uint64(n), Kind: spec.KindTalent, Requirement: "REQ-ENV-004",
			Problem: "wrong-audience", Detail: "the audience is the reader", At: f.Clock.Now().Unix(),
		})
	}
	if err := f.Node("city").Store().Write(f.Context(), func(tx *store.Tx) error { return tx.Refuse(many) }); err != nil {
		t.Fatal(err)
	}
	cookie := cookieOf(f, access.Operator)
	seen := 0
	for _, path := range []string{"/console/refused", "/console/refused?page=2", "/console/refused?page=4", "/console/refused?page=5"} {
		code, body := visit(t, f, cookie, path)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write([]byte(body))
		_ = z.Close()
		if code != http.StatusOK || packed.Len() > 60<<10 {
			t.Errorf("%s answers %d with %d octets", path, code, packed.Len())
		}
		seen += strings.Count(body, "It is meant for another node")
	}
	if seen != 150 {
		t.Errorf("three pages and one beyond the last show %d of 200", seen)
	}
}
