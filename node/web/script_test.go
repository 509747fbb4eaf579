package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// infected counts what a stored text has become in a page that is not text.
const infected = `[...document.querySelectorAll("*")].filter((e) =>
	e.matches("iframe, object, embed, base, style, math, marquee, template, meta[http-equiv], script:not([src^='/static/']), link:not([href^='/'])") ||
	[...e.attributes].some((a) => a.name.startsWith("on") || a.name === "style" || a.name === "srcdoc" ||
		["href", "src", "action", "formaction", "data", "xlink:href"].includes(a.name) && /^[\s\x00-\x20]*((java|vb)script|data):/i.test(a.value) ||
		["href", "src", "action", "formaction"].includes(a.name) && /evil/.test(new URL(a.value, location).host))
).map((e) => e.outerHTML.slice(0, 200))`

// TestTheHunterForScriptsFindsThem: where nothing is escaped and no policy
// stands, the payloads do run, and what looks for them sees it.
func TestTheHunterForScriptsFindsThem(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>x</title>", `<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>`)
	}))
	defer server.Close()
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(server.URL)
	if n := len(browser.Eval[[]string](p, infected)); n != 2 || len(p.Dialogs()) != 1 {
		t.Errorf("%d elements, dialogs %q", n, p.Dialogs())
	}
}

// poison writes payloads into every text that a member or a neighbour can
// bring, past the rules that would have refused most of them.
func (v town) poison(t *testing.T) {
	t.Helper()
	all, now := strings.Join(payloads(), " "), v.Clock.Now().Unix()
	entry := talent.Entry{Family: all, Given: all, FamilyKana: all, GivenKana: all, Email: all, Phone: all, Region: all, Languages: []string{all}}
	entry.Guardian = &talent.Guardian{Name: all, Kana: all, Relation: all, Email: all}
	var skills []spec.Skill
	for i, p := range payloads() {
		skills = append(skills, spec.Skill{URI: p, Level: 1 + i%5, Basis: "self"})
		if i%10 == 0 {
			entry.Items = append(entry.Items, talent.Item{ID: spec.NewUUID(), Kind: "sport", Field: p, Title: all[:4000], Organisation: p, Role: p, Level: p, From: p, Until: p, Note: p})
		}
	}
	entry.Skills = skills
	written, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	peer := v.ID("club")
	v.write(t, func(tx *store.Tx) error {
		in, list, clerk := account.In(tx), roster.In(tx), v.accounts[access.Clerk]
		steps := []func() error{
			func() error {
				_, err := list.Put(roster.Entry{Person: v.rower, Reading: "x", Search: all, Entry: string(written), Version: 1_000_000, UpdatedAt: now})
				return err
			},
			func() error {
				return tx.PutTalentProfile(store.TalentProfile{Person: v.rower, Region: "141003", Languages: []string{all}, Skills: skills[:60]})
			},
			func() error {
				return list.PutAsked(roster.Asked{ID: spec.NewUUID(), Person: v.rower, Organisation: "club-1", Recipient: string(peer), Kinds: all, Purposes: all, Account: clerk, CreatedAt: now, State: roster.Open, Until: now + 9999})
			},
			func() error {
				return list.PutCorrection(roster.Correction{ID: spec.NewUUID(), Person: v.rower, Field: all, Wanted: all, CreatedAt: now, State: roster.Open})
			},
			func() error {
				return list.PutIntake(roster.Intake{ID: poisonedIntake, Organisation: "home", Account: clerk, Name: all, State: roster.Preview, CreatedAt: now, Expires: now + 9999})
			},
		}
		steps = append(steps, v.poisonedWork(tx, all)...)
		for i, line := range poisonedLines(all, entry) {
			steps = append(steps, func() error { return list.PutLine(line.of(int64(i))) })
		}
		for _, id := range v.accounts {
			steps = append(steps, func() error {
				return in.PutPasskey(account.Passkey{ID: spec.NewUUID(), Account: id, Name: all, Credential: "{}", CreatedAt: now})
			}, func() error {
				return in.PutToken(account.Token{Hash: spec.NewUUID(), Account: id, Name: all, Role: "clerk", Organisation: "home", Scopes: []string{"getPerson"}, CreatedAt: now, Expires: now + 9999})
			}, func() error {
				return inbox.In(tx).Put(inbox.Word{ID: spec.NewUUID(), Account: id, Kind: notice.Kind(all), Object: all, Link: "javascript:alert(1)", At: now})
			})
		}
		for i, p := range payloads() {
			steps = append(steps, func() error {
				return tx.PutAudit(store.Audit{At: now + int64(i), Actor: p, Act: p, Object: p})
			}, func() error {
				return tx.Refuse([]store.Refused{{Peer: peer, ID: spec.ID(fmt.Sprint(i, p)), Kind: spec.Kind(p), Requirement: p, Problem: p, Detail: p, At: now}})
			})
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		for table, columns := range map[string][]string{
			"person": {"family_name", "given_name", "family_kana", "given_kana"}, "account": {"name", "email"}, "session": {"agent"},
			"organisation": {"name_ja", "name_en"}, "intake": {"name"}, "mail": {"last_error"},
		} {
			if err := storetest.Overwrite(tx, table, all, columns...); err != nil {
				return err
			}
		}
		return nil
	})
}

const poisonedIntake = "0b5e6b7e-0000-4000-8000-000000000001"

type poisonedLine struct{ state, after string }

func (l poisonedLine) of(n int64) roster.Line {
	return roster.Line{Intake: poisonedIntake, Line: n, State: l.state, After: l.after}
}

// poisonedLines are a preview whose headers, cells, changes and errors are
// payloads, the header first.
func poisonedLines(all string, entry talent.Entry) []poisonedLine {
	wrong := []talent.LineProblem{{Column: all, Code: all, Value: all}}
	written := func(v any) string {
		octets, _ := json.Marshal(v) // texts alone
		return string(octets)
	}
	list := []poisonedLine{{"header", written(map[string]any{"unknown": payloads(), "problems": wrong})}}
	for _, state := range []string{"new", "change", "same", "error"} {
		list = append(list, poisonedLine{state, written(talent.Line{
			Number: len(list) + 1, State: talent.State(state), Entry: entry, Changes: []talent.Changed{{Field: all, Old: all, New: all}}, Problems: wrong,
		})})
	}
	return list
}

// TestNothingThatIsStoredBecomesAProgram: over three hundred payloads in every
// text of members and of a neighbour; every page is opened by whoever sees most
// there. No script runs, the content policy has nothing to stop, no other host
// is asked, and nothing that was stored is anything but text.
func TestNothingThatIsStoredBecomesAProgram(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	if n := len(payloads()); n < 300 {
		t.Fatalf("only %d payloads", n)
	}
	tab := v.tabs(b)
	for role := range v.accounts {
		tab(role)
	}
	v.poison(t)
	v.neighbourCalled(t, `<script>alert(1)</script>"><img src=x onerror=alert(1)>`)
	shown := 0
	poisoned := []string{"gig", "gig-close", "offer", "hold-cancel", "evaluations"} // beside them stand harmless ones
	for _, visit := range append(v.visits(t), visit{"intake", "/people/import/" + poisonedIntake, access.Clerk},
		visit{"gig", "/gigs/" + poisonedGig, access.Coordinator}, visit{"gig-close", "/gigs/" + poisonedGig + "/close", access.Coordinator},
		visit{"offer", "/my/offers/" + string(poisonedOffer), access.Person}, visit{"evaluations", "/my/export?part=evaluations", access.Person}, visit{"hold-cancel", "/my/holds/" + poisonedGig + "/cancel", access.Person}) {
		p := tab(visit.role).In(t)
		p.Forget()
		p.Open(string(v.ID("city")) + visit.path)
		if p.Status() >= 500 {
			t.Errorf("%s is answered %d", visit.path, p.Status())
		}
		for _, d := range p.Dialogs() {
			t.Errorf("%s: a script ran: %s", visit.path, d)
		}
		for _, e := range browser.Eval[[]string](p, infected) {
			t.Errorf("%s: stored text became %s", visit.path, e)
		}
		p.NoComplaints(t)
		home, _ := url.Parse(string(v.ID("city")))
		for _, host := range p.Hosts() {
			if host != home.Host {
				t.Errorf("%s asked %s", visit.path, host)
			}
		}
		if strings.Contains(browser.Eval[string](p, "document.documentElement.textContent"), "alert(1)") {
			shown++
		}
		if slices.Contains(poisoned, visit.name) {
			if main := browser.Eval[string](p, "document.querySelector('main').textContent"); !strings.Contains(main, "alert(1)") {
				t.Errorf("%s does not show what was stored: %.200s", visit.path, main)
			}
		}
	}
	if shown < 5 {
		t.Errorf("only %d pages show what was stored", shown)
	}
	t.Logf("%d pages show it", shown)
}

// neighbourCalled gives a member of the register another name.
func (v town) neighbourCalled(t *testing.T, name string) {
	t.Helper()
	register := v.Node("city").Trust().Book().Register()
	members := append(register.Members[:0:0], register.Members...)
	for i := range members {
		if members[i].Node == v.ID("club") {
			members[i].Name = spec.Text{JA: name, EN: name}
		}
	}
	v.Vote("city", register.Threshold, members)
}
