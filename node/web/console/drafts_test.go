package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// draftOf puts the next data guideline before the city's council, with what its
// title and text say and one ballot, and answers its page.
func draftOf(t *testing.T, f *nodetest.Federation, title, text, choice string) string {
	t.Helper()
	d, err := documents.Find("data-guideline")
	if err != nil {
		t.Fatal(err)
	}
	book, now, drafter := f.Node("city").Trust().Book(), f.Clock.Now().Unix(), f.ID("city")
	doc, err := policy.Draft(book, d.Series, d.Series, json.RawMessage(d.Body), spec.Text{JA: title, EN: title}, spec.Text{JA: text, EN: text}, now, drafter, now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := spec.SealDocument(f.Founded.Ballots[drafter], doc)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		t.Fatal(err)
	}
	ballot, err := spec.SealBallot(f.Founded.Ballots[drafter], policy.BallotFor(book, sealed, drafter, now, choice))
	if err != nil {
		t.Fatal(err)
	}
	put(t, f, func(tx *store.Tx) error {
		if err := draft.In(tx).Put(draft.Draft{ID: sealed.ID(), Token: token, At: now}); err != nil {
			return err
		}
		return draft.In(tx).PutBallot(draft.Ballot{Draft: sealed.ID(), Issuer: drafter, Token: ballot})
	})
	return "/console/policy/drafts/" + string(sealed.ID())
}

func put(t *testing.T, f *nodetest.Federation, do func(*store.Tx) error) {
	t.Helper()
	if err := f.Node("city").Store().Write(f.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// A draft shows its text, who drafted it and every member's voice, until it is
// overtaken; operators and the council read it, nobody else.
func TestADraftShowsItsTextAndWhoVotedHow(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	path := draftOf(t, f, "Fictional guideline", "# Why\n\nFor **all**.\n\n- first\n- second", "no")
	for role, may := range map[string]bool{access.Operator: true, access.Council: true, access.Clerk: false, access.Coordinator: false, access.Coach: false} {
		code, body := visit(t, f, cookieOf(f, role), path)
		if (code == http.StatusOK) != may || strings.Contains(body, "Fictional guideline") != may {
			t.Errorf("a %s is answered %d", role, code)
		}
		if !may {
			continue
		}
		for _, w := range []string{"Open", "Against", "Not cast", "1 cast (2 in favour needed)", "<strong>all</strong>", "first"} {
			if !strings.Contains(body, w) {
				t.Errorf("a %s reads no %q", role, w)
			}
		}
	}
	if code, body := visit(t, f, nil, path); code != http.StatusSeeOther || strings.Contains(body, "Fictional guideline") {
		t.Errorf("nobody is answered %d", code)
	}
	operator := cookieOf(f, access.Operator)
	for _, bad := range []string{"x", "..", "%00", strings.Repeat("a", 5000), "'", string(spec.Digest([]byte("none")))} {
		for _, at := range []string{"/console/policy/drafts/" + bad, "/console/policy/documents/charter/" + bad, "/console/policy/documents/" + bad + "/1"} {
			if code, _ := visit(t, f, operator, at); code != http.StatusNotFound {
				t.Errorf("%.60s is answered %d", at, code)
			}
		}
	}
	f.Amend("city", "data-guideline")
	if _, body := visit(t, f, operator, path); !strings.Contains(body, "Overtaken by another version") {
		t.Error("a draft that was overtaken does not say so")
	}
}

// A proof shows whom it speaks against and both signed sides, and nothing of
// what a record says.
func TestAProofShowsBothSidesWithoutWhatTheySay(t *testing.T) {
	f := federation(t)
	r := f.Rogue("rogue")
	record := r.Talent(f.ID("club"))
	_, id := spec.Peek(record)
	put(t, f, func(tx *store.Tx) error {
		return tx.PutProof(store.Proof{ID: "one", Kind: "equivocation", Issuer: r.ID, A: record, B: "a note <b>of</b> the log", At: f.Clock.Now().Unix()})
	})
	for role, may := range map[string]bool{access.Operator: true, access.Council: true, access.Clerk: false} {
		code, body := visit(t, f, cookieOf(f, role), "/console/policy/proofs")
		if (code == http.StatusOK) != may {
			t.Errorf("a %s is answered %d", role, code)
		}
		for _, w := range []string{string(id), "a note &lt;b&gt;of&lt;/b&gt; the log", "Show both statements"} {
			if strings.Contains(body, w) != may {
				t.Errorf("a %s at the proofs, %q: %v", role, w, !may)
			}
		}
		if strings.Contains(body, record) || strings.Contains(body, "skills.example") {
			t.Errorf("a %s reads what a record says", role)
		}
	}
}

// hostile are texts that a council member may sign, as title and as every kind
// of block of a text.
func hostile() []string {
	return []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `' autofocus onfocus=alert(1) x='`,
		`[x](javascript:alert(1))`, `![x](https://evil.example/p.png)`, `<https://evil.example/>`, `**<script>alert(1)</script>**`,
		`</textarea></title></script></style><script>alert(1)</script>`, `<iframe srcdoc="<script>alert(1)</script>">`,
		`<style>@import "https://evil.example/i.css";</style>`, `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
		`<base href=https://evil.example/>`, `{{constructor.constructor('alert(1)')()}}`, "`<b>alert(1)</b>`", `<details open ontoggle=alert(1)>`,
	}
}

// TestNoPolicyBecomesAProgram: a member of the council drafts and the council
// agrees on a document whose title and text are payloads, and a neighbour's
// proof holds more; no page of the console runs or loads anything.
func TestNoPolicyBecomesAProgram(t *testing.T) {
	var text strings.Builder
	for _, p := range hostile() {
		fmt.Fprintf(&text, "# %s\n\n%s\n\n- %s\n\n1. %s\n\n| %s | %s |\n|---|---|\n| %s | %s |\n\n", p, p, p, p, p, p, p, p)
	}
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	title := strings.Join(hostile()[:5], " ")
	draft := draftOf(t, f, title, text.String(), policy.Yes)
	row, err := documents.Find("safety")
	if err != nil {
		t.Fatal(err)
	}
	row.Title, row.Text = documents.Text{JA: title, EN: title}, documents.Text{JA: text.String(), EN: text.String()}
	f.Adopt("city", row)
	put(t, f, func(tx *store.Tx) error {
		return tx.PutProof(store.Proof{ID: "one", Kind: hostile()[0], Issuer: f.ID("club"), A: text.String(), B: title, At: 1})
	})
	p := browser.New(t, browser.Options{}).NewContext()
	staff(f, p, access.Operator)
	version := f.Node("city").Trust().Book().Head("safety").Version
	for _, path := range []string{draft, "/console/policy", "/console/policy/proofs", fmt.Sprint("/console/policy/documents/safety/", version), "/console", "/"} {
		p.Forget()
		p.Open(string(f.ID("city")) + path)
		if p.Status() != http.StatusOK || len(p.Dialogs()) > 0 {
			t.Errorf("%s: %d, dialogs %q", path, p.Status(), p.Dialogs())
		}
		p.NoComplaints(t)
		if slices.ContainsFunc(p.Hosts(), func(host string) bool {
			return host != f.ID("city").Host() && !strings.Contains(string(f.ID("city")), host)
		}) {
			t.Errorf("%s asked %q", path, p.Hosts())
		}
		made := browser.Eval[[]string](p, `[...document.querySelectorAll("iframe, base, style, svg[onload], img, meta[http-equiv], script:not([src^='/static/']), [onerror], [onload], [ontoggle], [onfocus], a[href*='evil'], a[href^='javascript']")].map((e) => e.outerHTML)`)
		if len(made) > 0 {
			t.Errorf("%s: a text became %q", path, made)
		}
	}
	p.Open(string(f.ID("city")) + draft)
	if !strings.Contains(browser.Eval[string](p, "document.body.textContent"), "alert(1)") {
		t.Error("the draft's text does not show: nothing was tried")
	}
}
