package console_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// A record that is pulled shows on the page that is open; without script the
// page says the same when it is opened again.
func TestTheOverviewFollowsTheNode(t *testing.T) {
	b := browser.New(t, browser.Options{Lang: "en"})
	f := federation(t)
	live, plain := b.NewContext(), b.NewContext()
	plain.Script(false)
	for _, p := range []*browser.Page{live, plain} {
		staff(f, p, access.Operator)
		p.Open(string(f.ID("city")) + "/")
		p.WaitFor("Records refused")
	}
	refused := func(p *browser.Page) string {
		return browser.Eval[string](p, `document.querySelector('[data-live-key="refused"]').textContent`)
	}
	if was := refused(live); was != "1" {
		t.Fatalf("before anything comes the page shows %s refusals", was)
	}
	r := f.Rogue("rogue")
	r.Say(f.ID("city"), r.Talent(f.ID("club")), r.Talent(f.ID("club")))
	f.Node("city").Peers().Nudge(r.ID)
	f.Eventually("the open page shows it", func() bool { return refused(live) == "3" })
	plain.Reload()
	if now := refused(plain); now != "3" {
		t.Errorf("without script the page shows %s refusals", now)
	}
	plain.Click("Neighbours that need a look")
	plain.Submit("Pull from all now")
	plain.WaitFor("has begun")
	live.NoComplaints(t)
	plain.NoComplaints(t)
}

// Nobody is kept out of any page, in both languages; without make thorough in
// one and the other by turns.
func TestTheConsoleKeepsNobodyOut(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := federation(t)
	p := b.NewContext()
	staff(f, p, access.Operator)
	for turn, lang := range []string{"ja", "en"} {
		p.Lang(lang)
		for i, path := range paths() {
			if i%2 != turn && !browser.Thorough() {
				continue
			}
			p.Open(string(f.ID("city")) + path)
			if p.Status() != http.StatusOK || strings.Contains(p.Text(), "⟦") {
				t.Fatalf("%s answers %d\n%s", path, p.Status(), p.Text())
			}
			browser.CheckAll(t, p)
		}
	}
	p.NoComplaints(t)
}

func paths() []string {
	return []string{
		"/console", "/console/peers", "/console/refused", "/console/parked", "/console/keys", "/console/policy",
		"/console/policy/documents/charter/1", "/console/policy/proofs", "/console/storage", "/console/jobs", "/console/audit",
	}
}

// Operators read all, the council the policy, anybody else nothing.
func TestOnlyOperatorsAndTheCouncilReadTheConsole(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	for _, role := range []string{access.Clerk, access.Coordinator, access.Council, access.Operator} {
		cookie := cookieOf(f, role)
		for _, path := range append(paths(), "/console/events?of=peers") {
			if role == access.Operator && strings.Contains(path, "/events") {
				continue // it would not end
			}
			allowed := role == access.Operator || role == access.Council && strings.HasPrefix(path, "/console/policy")
			if code, _ := visit(t, f, cookie, path); (code == http.StatusOK) != allowed {
				t.Errorf("a %s is answered %d at %s", role, code, path)
			}
		}
	}
	person, _ := f.Account("city", f.Person("city", "花子"))
	name, secret := f.SignedIn("city", person)
	for _, path := range append(paths(), "/console/events?of=policy") {
		if code, _ := visit(t, f, &http.Cookie{Name: name, Value: secret}, path); code != http.StatusForbidden {
			t.Errorf("a person is answered %d at %s", code, path)
		}
	}
}

// follow opens a stream and answers its status and a reader of its lines.
func follow(ctx context.Context, t *testing.T, f *nodetest.Federation, cookie *http.Cookie) (int, *bufio.Scanner) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(f.ID("city"))+"/console/events?of=policy", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(cookie)
	answer, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer.StatusCode, bufio.NewScanner(answer.Body)
}

func TestAStreamEndsWithItsSessionAndAnAccountHasFour(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	id := f.Staff("city", "Fictional council", access.Council, access.Home)
	name, secret := f.SignedIn("city", id)
	cookie := &http.Cookie{Name: name, Value: secret}
	var open []*bufio.Scanner
	for range 4 {
		code, lines := follow(t.Context(), t, f, cookie)
		if code != http.StatusOK {
			t.Fatalf("a stream is answered %d", code)
		}
		open = append(open, lines)
	}
	if code, _ := follow(t.Context(), t, f, cookie); code != http.StatusTooManyRequests {
		t.Errorf("the fifth stream is answered %d", code)
	}
	var said []string
	for open[0].Scan() {
		if said = append(said, open[0].Text()); strings.HasPrefix(open[0].Text(), "data: ") {
			break
		}
	}
	if whole := strings.Join(said, "\n"); !strings.HasPrefix(whole, "retry: ") || !strings.Contains(whole, `"policy.size"`) || strings.Contains(whole, "refused") {
		t.Errorf("the stream begins\n%s", whole)
	}
	if err := f.Node("city").Door().SignOutEverywhere(f.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	for _, lines := range open {
		for lines.Scan() { // until the node ends it
		}
	}
	again, fresh := f.SignedIn("city", id)
	f.Eventually("its places are free again", func() bool {
		ctx, stop := context.WithCancel(f.Context())
		defer stop()
		code, _ := follow(ctx, t, f, &http.Cookie{Name: again, Value: fresh})
		return code == http.StatusOK
	})
}
