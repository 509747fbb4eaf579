package policy_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// governed is a federation that has adopted the starting data guideline and
// safety document.
func governed(t testing.TB) *federation {
	t.Helper()
	f := found(t)
	for _, series := range []string{"data-guideline", "safety"} {
		d, err := documents.Find(series)
		if err != nil {
			t.Fatal(err)
		}
		f.adopt(series, series, d.Body)
	}
	return f
}

func TestEveryStartingDocumentCanBeAdopted(t *testing.T) {
	f := governed(t)
	list, err := documents.Starting()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		switch {
		case d.Series == "register": // its table is empty: the founders enter themselves
			f.refused(f.entry(f.draft(d.Series, d.Series, d.Body), "city", "university"), "REQ-POL-014")
		case d.Confidential:
			octets, sealed, err := policy.SealConfidential([32]byte{1}, d.Body, []spec.NodeID{node("club")})
			if err != nil {
				t.Fatal(err)
			}
			f.adopt(d.Series, d.Series, sealed)
			if _, err := f.book.WithConfidential(sealed.Digest, octets); err != nil {
				t.Error(err)
			}
		default:
			draft := f.draft(d.Series, d.Series, d.Body)
			draft.Title, draft.Text = spec.Text(d.Title), spec.Text(d.Text)
			f.adoptAs(draft)
		}
	}
	c, g := f.book.Charter(), f.book.InForce("data-guideline", day(0)).DataGuideline()
	if len(c.Rules) != 5 || g.K != 10 || g.Purpose("statistics") == nil || g.Purpose("sale") != nil || !g.Allows("coordination", spec.KindReceipt) {
		t.Errorf("charter %+v, guideline %+v", c, g)
	}
	if f.book.InForce("conflict-matrix", day(0)).ConflictMatrix() == nil || f.book.InForce("safety", day(0)).Safety() == nil {
		t.Error("a typed body is missing")
	}
}

// clauses lists what was objected to, as clause=effect.
func clauses(d policy.Decision) string {
	var list []string
	for _, f := range d.Findings {
		list = append(list, f.Clause+"="+string(f.Effect))
	}
	return strings.Join(list, " ")
}

func disclosure() policy.Facts {
	return policy.Facts{
		Act: policy.ActDisclose, Issuer: node("city"), Audience: node("club"),
		Kind: spec.KindAvailability, Purpose: "matching",
		Consent: &policy.ConsentFacts{
			State: policy.StateGiven, Recipient: node("club"), Purposes: []string{"matching"},
			Kinds: []spec.Kind{spec.KindAvailability}, ValidFrom: founded, ValidUntil: founded + 86_400*30,
		},
	}
}

func TestWhoAndWhyAreAskedBeforeAnythingMoves(t *testing.T) {
	f := governed(t)
	suspended := founders()
	suspended.Members = append(suspended.Members, member("town", "municipality", policy.RoleMember))
	suspended.Members[4].Status = policy.StatusSuspended
	f.adopt("register", "register", suspended)
	cases := map[string]struct {
		bend func(*policy.Facts)
		want string
	}{
		"all in order":             {func(*policy.Facts) {}, ""},
		"renewed consent":          {func(q *policy.Facts) { q.Consent.State = policy.StateRenewed }, ""},
		"no consent":               {func(q *policy.Facts) { q.Consent = nil }, "consent.given=deny"},
		"consent withdrawn":        {func(q *policy.Facts) { q.Consent.State = "ConsentWithdrawn" }, "consent.given=deny"},
		"consent run out":          {func(q *policy.Facts) { q.Consent.ValidUntil = founded + 86_400 }, "consent.time=deny"},
		"consent not begun":        {func(q *policy.Facts) { q.Consent.ValidFrom = founded + 86_401 }, "consent.time=deny"},
		"consent for another":      {func(q *policy.Facts) { q.Consent.Recipient = node("company") }, "consent.recipient=deny"},
		"consent to other kinds":   {func(q *policy.Facts) { q.Consent.Kinds = nil }, "consent.kind=deny"},
		"consent to other ends":    {func(q *policy.Facts) { q.Consent.Purposes = []string{"statistics"} }, "consent.purpose=deny"},
		"a purpose nobody listed":  {func(q *policy.Facts) { q.Purpose = "sale"; q.Consent.Purposes = []string{"sale"} }, "purpose.listed=deny"},
		"a purpose of other kinds": {func(q *policy.Facts) { q.Kind, q.Consent.Kinds = spec.KindEvaluation, []spec.Kind{spec.KindEvaluation} }, "purpose.listed=deny"},
		"to a stranger":            {func(q *policy.Facts) { q.Audience, q.Consent.Recipient = node("x"), node("x") }, "membership.audience=deny"},
		"to nobody":                {func(q *policy.Facts) { q.Audience, q.Consent.Recipient = "", "" }, "membership.audience=deny"},
		"to a suspended member":    {func(q *policy.Facts) { q.Audience, q.Consent.Recipient = node("town"), node("town") }, "membership.audience=deny"},
		"from a stranger":          {func(q *policy.Facts) { q.Issuer = node("x") }, "membership.active=deny"},
		"everything at once": {func(q *policy.Facts) {
			none := &policy.ConsentFacts{Recipient: node("y"), ValidFrom: founded + 86_401}
			*q = policy.Facts{Act: policy.ActDisclose, Kind: spec.KindTalent, Consent: none}
		}, "membership.active=deny membership.audience=deny purpose.listed=deny consent.given=deny consent.time=deny consent.recipient=deny consent.purpose=deny consent.kind=deny"},
		"a receipt needs no consent":   {func(q *policy.Facts) { q.Kind, q.Consent, q.Purpose = spec.KindReceipt, nil, "" }, ""},
		"admitting asks who and why":   {func(q *policy.Facts) { q.Act, q.Consent, q.Audience = policy.ActAdmit, nil, "" }, ""},
		"admitting from a stranger":    {func(q *policy.Facts) { q.Act, q.Issuer = policy.ActAdmit, node("x") }, "membership.active=deny"},
		"admitting for an odd purpose": {func(q *policy.Facts) { q.Act, q.Purpose = policy.ActAdmit, "" }, "purpose.listed=deny"},
		"an act nobody knows":          {func(q *policy.Facts) { q.Act = "sell" }, "act.known=deny"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			q := disclosure()
			c.bend(&q)
			d := f.book.Decide(q, day(1))
			if got := clauses(d); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if d.Denied() != (c.want != "") || d.Policy != f.book.Size() || d.At != day(1).Unix() {
				t.Errorf("decision %+v", d)
			}
			for _, finding := range d.Findings {
				if finding.Why.JA == "" || finding.Why.EN == "" {
					t.Errorf("%s says nothing", finding.Clause)
				}
			}
		})
	}
}

func TestWithoutADocumentInForceNothingIsDisclosed(t *testing.T) {
	f := found(t)
	if got := clauses(f.book.Decide(disclosure(), day(1))); got != "purpose.listed=deny" {
		t.Errorf("without a guideline: %q", got)
	}
	if got := clauses(f.book.Decide(disclosure(), day(-1))); got != "membership.active=deny membership.audience=deny purpose.listed=deny consent.time=deny" {
		t.Errorf("before the genesis: %q", got)
	}
	f = governed(t)
	end := f.draft("data-guideline", "data-guideline", raw(`{}`))
	end.ValidFrom = day(10).Unix()
	end.ValidUntil = end.ValidFrom
	f.adoptAs(end)
	if got := f.book.Decide(disclosure(), day(9)); got.Denied() {
		t.Errorf("the day before: %q", clauses(got))
	}
	if got := clauses(f.book.Decide(disclosure(), day(10))); got != "purpose.listed=deny" {
		t.Errorf("once it is withdrawn: %q", got)
	}
}

func TestADocumentWalksItsPath(t *testing.T) {
	f := found(t)
	version := func(from, until int) *policy.Document {
		d := f.draft("rubric", "rubric", raw(`{}`))
		d.ValidFrom = day(from).Unix()
		if until > 0 {
			d.ValidUntil = day(until).Unix()
		}
		return f.adoptAs(d)
	}
	first, second, ended := version(1, 0), version(3, 5), version(7, 7)
	for n, want := range []string{
		"accepted accepted accepted -", "effective accepted accepted 1", "effective accepted accepted 1",
		"superseded effective accepted 2", "superseded effective accepted 2", "superseded withdrawn accepted -",
		"superseded withdrawn accepted -", "superseded withdrawn withdrawn -",
	} {
		at, inForce := day(n), "-"
		if d := f.book.InForce("rubric", at); d != nil {
			inForce = fmt.Sprint(d.Version)
		}
		got := fmt.Sprintf("%s %s %s %s", f.book.Status(first, at), f.book.Status(second, at), f.book.Status(ended, at), inForce)
		if got != want {
			t.Errorf("day %d: %s, want %s", n, got, want)
		}
	}
	if len(f.book.Series("rubric")) != 3 || f.book.Series("rubric")[0] != first {
		t.Error("a series lists its versions from the first")
	}
}

func row(a, b, relation string, e policy.Effect) policy.ConflictRow {
	return policy.ConflictRow{PartyA: a, PartyB: b, Relation: relation, Effect: e, ValidFrom: founded, ReasonCode: "test"}
}

func engagement(own, other string) policy.Facts {
	return policy.Facts{
		Act: policy.ActEngage, Issuer: node("company"), Audience: node("city"),
		Parties: []policy.Party{{ID: own, Role: "employer"}, {ID: other, Role: "client", Counterpart: true}},
	}
}

func TestTheMostRestrictiveRowWins(t *testing.T) {
	f := governed(t)
	lapsed := row("a", "h", "sponsor", policy.Deny)
	lapsed.ValidUntil = day(1).Unix()
	f.adopt("conflict-matrix", "conflict-matrix", policy.ConflictMatrix{Rows: []policy.ConflictRow{
		row("a", "b", "sponsor", policy.Disclose), row("b", "a", "competitor", policy.Deny),
		row("a", "c", "supplier", policy.Approve), row("a", "d", "family", policy.Allow), lapsed,
	}})
	f.adopt("matrix-of-the-north", "conflict-matrix", policy.ConflictMatrix{Rows: []policy.ConflictRow{
		row("c", "a", "supplier", policy.Disclose),
	}})
	cases := map[[2]string]string{
		{"a", "b"}: "conflict.competitor=deny conflict.sponsor=disclose",
		{"b", "a"}: "conflict.competitor=deny conflict.sponsor=disclose",
		{"a", "c"}: "conflict.supplier=approve conflict.supplier=disclose",
		{"a", "d"}: "", {"a", "e"}: "", {"a", "h"}: "", {"b", "c"}: "",
	}
	for pair, want := range cases {
		d := f.book.Decide(engagement(pair[0], pair[1]), day(2))
		if got := clauses(d); got != want {
			t.Errorf("%v: %q, want %q", pair, got, want)
		}
	}
	if got := f.book.Decide(engagement("a", "c"), day(2)); got.Effect != policy.Approve {
		t.Errorf("effect %s", got.Effect)
	}
	if got := f.book.Decide(engagement("a", "h"), day(0)); got.Effect != policy.Deny {
		t.Errorf("while the row held: %s", got.Effect)
	}
	same := engagement("a", "b")
	same.Parties[1].Counterpart = false
	if got := f.book.Decide(same, day(2)); len(got.Findings) != 0 {
		t.Errorf("both on the person's side: %s", clauses(got))
	}
}

func TestAnEvaluationIsJudgedByTheDayItWasAwarded(t *testing.T) {
	f := governed(t)
	first := f.draft("conflict-matrix", "conflict-matrix", policy.ConflictMatrix{Rows: []policy.ConflictRow{row("a", "b", "competitor", policy.Deny)}})
	f.adoptAs(first)
	second := f.draft("conflict-matrix", "conflict-matrix", policy.ConflictMatrix{})
	second.ValidFrom = day(5).Unix()
	f.adoptAs(second)
	q := engagement("a", "b")
	q.Act, q.Kind, q.Purpose = policy.ActAdmit, spec.KindEvaluation, "evaluation"
	for awarded, denied := range map[int]bool{4: true, 5: false} {
		q.AwardedAt = day(awarded)
		d := f.book.Decide(q, day(8))
		if d.Denied() != denied {
			t.Errorf("awarded on day %d: %s", awarded, clauses(d))
		}
		if r := policy.Refusal(d); denied && (r == nil || r.Requirement != "REQ-EVL-012" || r.Park) {
			t.Errorf("refusal %+v", r)
		}
	}
}

func TestARefusalNamesTheRequirement(t *testing.T) {
	f := governed(t)
	q := disclosure()
	if r := policy.Refusal(f.book.Decide(q, day(1))); r != nil {
		t.Errorf("an allowed act is refused: %v", r)
	}
	q.Purpose = "sale"
	if r := policy.Refusal(f.book.Decide(q, day(1))); r.Requirement != "REQ-ENV-013" || !r.Park || r.Problem != "purpose-not-allowed" || r.Field != "purpose" {
		t.Errorf("got %+v", r)
	}
	q.Issuer = node("x")
	if r := policy.Refusal(f.book.Decide(q, day(1))); r.Requirement != "REQ-ENV-014" || !r.Park || r.Problem != "not-a-member" {
		t.Errorf("got %+v", r)
	}
	q = disclosure()
	q.Consent = nil
	if r := policy.Refusal(f.book.Decide(q, day(1))); r.Problem != "forbidden" || r.Field != "consent.given" {
		t.Errorf("got %+v", r)
	}
}

func TestDecideDoesNotDependOnTheOrderOfRows(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	names := []string{"a", "b", "c", "d", "e"}
	effects := []policy.Effect{policy.Allow, policy.Disclose, policy.Approve, policy.Deny}
	var rows []policy.ConflictRow
	for range 60 {
		i := random.Intn(5)
		r := row(names[i], names[(i+1+random.Intn(4))%5], []string{"sponsor", "family"}[random.Intn(2)], effects[random.Intn(4)])
		r.ReasonCode = fmt.Sprint(random.Intn(3))
		rows = append(rows, r)
	}
	decide := func(rows []policy.ConflictRow, shuffled bool) string {
		f := found(t)
		f.adopt("conflict-matrix", "conflict-matrix", policy.ConflictMatrix{Rows: rows})
		var all []string
		for mask := range 1 << len(names) {
			q := policy.Facts{Act: policy.ActEngage, Issuer: node("city")}
			for i, name := range names {
				q.Parties = append(q.Parties, policy.Party{ID: name, Counterpart: mask>>i&1 == 1})
			}
			if shuffled {
				random.Shuffle(len(q.Parties), func(i, j int) { q.Parties[i], q.Parties[j] = q.Parties[j], q.Parties[i] })
			}
			d := f.book.Decide(q, day(1))
			for i := range d.Findings {
				d.Findings[i].Document = "" // a new draft has a new id
				delete(d.Findings[i].Inputs, "partyA")
				delete(d.Findings[i].Inputs, "partyB")
			}
			text, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(text))
		}
		return strings.Join(all, "\n")
	}
	want := decide(rows, false)
	if !strings.Contains(want, "conflict.family") {
		t.Fatal("nothing was found, so nothing is compared")
	}
	for range 5 {
		shuffled := slices.Clone(rows)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			if random.Intn(2) == 0 {
				shuffled[i].PartyA, shuffled[i].PartyB = shuffled[i].PartyB, shuffled[i].PartyA
			}
		}
		if got := decide(shuffled, true); got != want {
			t.Fatal("another order of rows or parties gives another decision")
		}
	}
}
