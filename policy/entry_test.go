package policy_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

func TestAnEntryNeedsTheRightBallots(t *testing.T) {
	f := found(t)
	d := f.draft("rubric", "rubric", raw(`{}`))
	token, sealed := f.seal(d)
	yes := func(name string) string { return f.vote(sealed, name, policy.Yes) }
	bent := func(name string, bend func(*spec.Ballot)) string {
		b := policy.BallotFor(f.book, sealed, node(name), founded, policy.Yes)
		bend(&b)
		return f.ballot(name, b)
	}
	other, err := policy.NewBook(foundWith(t, founders(), policy.Charter{}).genesis, "")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		ballots []string
		want    string
	}{
		"no ballot at all":                      {nil, "REQ-POL-002"},
		"one of two":                            {[]string{yes("city")}, "REQ-POL-002"},
		"a no does not count":                   {[]string{yes("city"), f.vote(sealed, "company", policy.No)}, "REQ-POL-002"},
		"a choice that nobody knows":            {[]string{yes("city"), f.vote(sealed, "company", "perhaps")}, "REQ-POL-002"},
		"two ballots of one member":             {[]string{yes("city"), bent("city", func(b *spec.Ballot) { b.IssuedAt++ })}, "REQ-POL-004"},
		"one ballot given twice":                {[]string{yes("city"), yes("city")}, "REQ-POL-004"},
		"a yes and a no of one member":          {[]string{yes("city"), yes("university"), f.vote(sealed, "city", policy.No)}, "REQ-POL-004"},
		"a changed byte":                        {[]string{yes("city"), flip(yes("university"))}, "REQ-POL-003"},
		"a stranger":                            {[]string{yes("city"), yes("stranger")}, "REQ-POL-003"},
		"a member without a ballot key":         {[]string{yes("city"), yes("club")}, "REQ-POL-003"},
		"another member's key":                  {[]string{yes("city"), f.ballot("city", policy.BallotFor(f.book, sealed, node("university"), founded, policy.Yes))}, "REQ-POL-003"},
		"for another document":                  {[]string{yes("city"), bent("university", func(b *spec.Ballot) { b.Document = spec.Digest(nil) })}, "REQ-POL-005"},
		"for another series":                    {[]string{yes("city"), bent("university", func(b *spec.Ballot) { b.Series = "charter" })}, "REQ-POL-005"},
		"for another prev":                      {[]string{yes("city"), bent("university", func(b *spec.Ballot) { b.Prev = f.book.Fed() })}, "REQ-POL-005"},
		"for another federation":                {[]string{yes("city"), bent("university", func(b *spec.Ballot) { b.Fed = other.Fed() })}, "REQ-POL-005"},
		"under another register":                {[]string{yes("city"), bent("university", func(b *spec.Ballot) { b.Register = sealed.ID() })}, "REQ-POL-006"},
		"a bad ballot spoils one that suffices": {[]string{yes("city"), yes("university"), flip(yes("company"))}, "REQ-POL-003"},
		"enough":                                {[]string{yes("city"), yes("university")}, "nothing refused"},
		"enough beside a no":                    {[]string{yes("city"), yes("university"), f.vote(sealed, "company", policy.No)}, "nothing refused"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			octets := spec.MakeEntry(token, c.ballots)
			if c.want != "nothing refused" {
				f.refused(octets, c.want)
			} else if err := f.book.Check(octets); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnEntryHasOneFormOnly(t *testing.T) {
	f := found(t)
	good := f.entry(f.draft("rubric", "rubric", raw(`{}`)), "city", "university")
	lines := strings.SplitAfter(good, "\n")
	for name, octets := range map[string]string{
		"no line end":         strings.TrimSuffix(good, "\n"),
		"a blank line after":  good + "\n",
		"a blank line within": lines[0] + "\n" + lines[1] + lines[2],
		"carriage returns":    strings.ReplaceAll(good, "\n", "\r\n"),
		"ballots unsorted":    lines[0] + lines[2] + lines[1],
		"a ballot first":      lines[1] + lines[0] + lines[2],
		"a second document":   lines[0] + lines[0] + lines[1] + lines[2],
		"nothing":             "",
		"a line end alone":    "\n",
		"words after":         good + "words\n",
	} {
		t.Run(name, func(t *testing.T) {
			if next, err := f.book.Apply(octets); next != nil || spec.AsRefusal(err) == nil {
				t.Errorf("got %v", err)
			}
		})
	}
	f.apply(good)
}

func TestADocumentFollowsTheNewestOfItsSeries(t *testing.T) {
	f := found(t)
	f.adopt("rubric", "rubric", raw(`{}`))
	late := f.draft("rubric", "rubric", raw(`{"edition":2}`))
	f.adopt("rubric", "rubric", raw(`{"edition":3}`))
	f.refused(f.entry(late, "city", "university"), "REQ-POL-006")
	for name, c := range map[string]struct {
		bend func(*spec.Document)
		want string
	}{
		"prev is left out":                 {func(d *spec.Document) { d.Prev = "" }, "REQ-POL-006"},
		"a version is skipped":             {func(d *spec.Document) { d.Version++ }, "REQ-POL-012"},
		"the type changes":                 {func(d *spec.Document) { d.Type = "template" }, "REQ-POL-012"},
		"the series is another":            {func(d *spec.Document) { d.Series = "rubric-b" }, "REQ-POL-006"},
		"a second genesis":                 {func(d *spec.Document) { d.Series, d.Type, d.Prev, d.Version = "g", "genesis", "", 1 }, "REQ-POL-011"},
		"a second register":                {func(d *spec.Document) { d.Series, d.Type, d.Prev, d.Version = "r", "register", "", 1 }, "REQ-POL-025"},
		"another type in a known series":   {func(d *spec.Document) { d.Series, d.Prev, d.Version = "safety", "", 1 }, "REQ-POL-025"},
		"no series":                        {func(d *spec.Document) { d.Series, d.Prev, d.Version = "", "", 1 }, "REQ-POL-025"},
		"another federation":               {func(d *spec.Document) { d.Fed = spec.Digest(nil) }, "REQ-POL-024"},
		"a drafter outside the register":   {func(d *spec.Document) { d.Issuer = node("stranger") }, "REQ-POL-001"},
		"a drafter without a ballot key":   {func(d *spec.Document) { d.Issuer = node("club") }, "REQ-POL-001"},
		"no Japanese title":                {func(d *spec.Document) { d.Title.JA = "" }, "REQ-POL-013"},
		"no English text":                  {func(d *spec.Document) { d.Text.EN = "" }, "REQ-POL-013"},
		"a body that is no object":         {func(d *spec.Document) { d.Body = raw(`[]`) }, "REQ-POL-023"},
		"nothing is wrong":                 {func(*spec.Document) {}, "nothing refused"},
		"version 1 of a series of its own": {func(d *spec.Document) { d.Series, d.Prev, d.Version = "rubric-b", "", 1 }, "nothing refused"},
	} {
		t.Run(name, func(t *testing.T) {
			d := f.draft("rubric", "rubric", raw(`{}`))
			c.bend(&d)
			if got := requirementOf(f.check(d)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// check seals a document and asks the book, also where its form alone is bent.
func (f *federation) check(d spec.Document) error {
	f.t.Helper()
	token, err := spec.SealDocument(signer(nameOf(d.Issuer)+" ballot"), d)
	if err != nil {
		f.t.Fatal(err)
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return f.book.Check(spec.MakeEntry(token, nil))
	}
	return f.book.Check(spec.MakeEntry(token, []string{f.vote(sealed, "city", policy.Yes), f.vote(sealed, "university", policy.Yes)}))
}

func TestADocumentSignedByAnotherMembersKeyIsRefused(t *testing.T) {
	f := found(t)
	d := f.draft("rubric", "rubric", raw(`{}`))
	token, err := spec.SealDocument(signer("university ballot"), d)
	if err != nil {
		t.Fatal(err)
	}
	f.refused(spec.MakeEntry(token, nil), "REQ-POL-001")
}

func TestARegisterIsJudgedByTheElectorateBefore(t *testing.T) {
	f := found(t)
	next := founders()
	next.Members[2].Role, next.Members[2].Status = policy.RoleCouncil, policy.StatusSuspended
	next.Members = append(next.Members, member("town", "municipality", policy.RoleCouncil))
	d := f.draft("register", "register", next)
	d.ValidFrom = founded + 1_000_000
	f.refused(f.entry(d, "city", "town"), "REQ-POL-003")
	f.adoptAs(d)
	if got := f.book.Register(); got.Find(node("company")).Status != policy.StatusSuspended || len(got.Council()) != 3 {
		t.Error("the next entry is judged by the new register, whatever its validFrom")
	}
	if !f.book.InForce("register", day(0)).Register().Active(node("company")) {
		t.Error("until its validFrom the old register is in force")
	}
	after := f.draft("rubric", "rubric", raw(`{}`))
	f.refused(f.entry(after, "city", "company"), "REQ-POL-002")
	f.apply(f.entry(after, "city", "town"))
}

func TestARegisterThatCannotDecideIsRefused(t *testing.T) {
	f := found(t)
	for name, bend := range map[string]func(*policy.Register){
		"below a majority":           func(r *policy.Register) { r.Threshold = 1 },
		"never to be reached":        func(r *policy.Register) { r.Threshold = 4 },
		"a council of two":           func(r *policy.Register) { r.Members[2].Status = policy.StatusLeft },
		"a council of four":          func(r *policy.Register) { r.Members[3] = member("town", "municipality", policy.RoleCouncil) },
		"a node twice":               func(r *policy.Register) { r.Members[3].Node = r.Members[0].Node },
		"a ballot key twice":         func(r *policy.Register) { r.Members[1].Ballot = r.Members[0].Ballot },
		"a council node without key": func(r *policy.Register) { r.Members[1].Ballot = "" },
		"no root key":                func(r *policy.Register) { r.Members[3].Root = "" },
		"a kind nobody knows":        func(r *policy.Register) { r.Members[3].Kind = "guild" },
		"a role nobody knows":        func(r *policy.Register) { r.Members[3].Role = "owner" },
		"a status nobody knows":      func(r *policy.Register) { r.Members[3].Status = "asleep" },
		"no Japanese name":           func(r *policy.Register) { r.Members[3].Name.JA = "" },
	} {
		t.Run(name, func(t *testing.T) {
			r := founders()
			bend(&r)
			f.refused(f.entry(f.draft("register", "register", r), "city", "university"), "REQ-POL-014")
		})
	}
	wrongCase := `{"Threshold":2,"members":[]}`
	f.refused(f.entry(f.draft("register", "register", raw(wrongCase)), "city", "university"), "REQ-POL-014")
}

func TestAConfidentialDocumentShowsNothing(t *testing.T) {
	f := found(t)
	digest := string(spec.Digest([]byte("body")))
	for body, want := range map[string]string{
		`{"digest":"` + digest + `","readers":[],"rows":[]}`: "REQ-POL-020",
		`{"digest":"` + digest + `","Readers":[]}`:           "REQ-POL-023",
		`{"digest":"short","readers":[]}`:                    "REQ-POL-023",
		`{"rows":[]}`:                                        "REQ-POL-020",
	} {
		f.refused(f.entry(f.draft("red-list", "red-list", raw(body)), "city", "university"), want)
	}
	f.adopt("red-list", "red-list", raw(`{"digest":"`+digest+`","readers":["https://club.example"]}`))
}

func TestAnAdmissionAddsAnOrdinaryMemberOnly(t *testing.T) {
	f := found(t)
	cases := map[string]struct {
		octets string
		want   string
	}{
		"a kind outside the auto-rule": {f.admission("city", "shop", "company", nil), "REQ-POL-021"},
		"by an ordinary member":        {f.admission("club", "school", "school", nil), "REQ-POL-021"},
		"by a stranger":                {f.admission("stranger", "school", "school", nil), "REQ-POL-021"},
		"of a node that is known":      {f.admission("city", "company", "club", nil), "REQ-POL-021"},
		"for another federation":       {f.admission("city", "school", "school", func(a *spec.Admission) { a.Fed = spec.Digest(nil) }), "REQ-POL-021"},
		"under another register":       {f.admission("city", "school", "school", func(a *spec.Admission) { a.Register = spec.Digest(nil) }), "REQ-POL-006"},
		"without a root key":           {f.admission("city", "school", "school", func(a *spec.Admission) { a.Root = "" }), "REQ-POL-021"},
		"without a name":               {f.admission("city", "school", "school", func(a *spec.Admission) { a.Name.EN = "" }), "REQ-POL-021"},
		"of something without a host":  {f.admission("city", "school", "school", func(a *spec.Admission) { a.Node = "school" }), "REQ-STM-007"},
		"before the key was current":   {f.admission("city", "school", "school", func(a *spec.Admission) { a.IssuedAt = founded - 1 }), "REQ-POL-021"},
		"with a key of another node":   {f.admission("city", "school", "school", func(a *spec.Admission) { a.Issuer = node("company") }), "REQ-POL-021"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { f.refused(c.octets, c.want) })
	}
	f.apply(f.admission("city", "school", "school", nil))
	if m := f.book.Register().Find(node("school")); m == nil || m.Role != policy.RoleMember || m.Status != policy.StatusActive {
		t.Errorf("admitted as %+v", m)
	}
	f.refused(f.admission("company", "school", "school", nil), "REQ-POL-021")
	closed := charter()
	closed.AutoRule.Enabled = false
	f.adopt("charter", "charter", closed)
	f.refused(f.admission("city", "academy", "school", nil), "REQ-POL-021")
}

func TestAnAdmissionIsNotLostWhileARegisterIsVotedOn(t *testing.T) {
	f := found(t)
	second := f.draft("register", "register", founders())
	second.ValidFrom = founded + 1_000
	f.apply(f.admission("city", "school", "school", nil))
	f.adoptAs(second)
	if !f.book.Register().Active(node("school")) {
		t.Fatal("the new register, which does not speak of the school, has lost it")
	}
	f.apply(f.admission("city", "academy", "school", nil))
	act := policy.Facts{Act: policy.ActAdmit, Issuer: node("academy"), Kind: spec.KindErasure}
	for at, want := range map[int64]policy.Effect{founded + 90: policy.Allow, founded + 1_000: policy.Allow} {
		if got := f.book.Decide(act, day(0).Add(secondsAfter(at))); got.Effect != want {
			t.Errorf("at %d: %+v", at, got)
		}
	}
	third := founders()
	left := member("school", "school", policy.RoleMember)
	left.Status = policy.StatusLeft
	third.Members = append(third.Members, left)
	f.adopt("register", "register", third)
	f.adopt("register", "register", founders())
	if f.book.Register().Active(node("school")) || !f.book.Register().Active(node("academy")) {
		t.Error("whom a register has listed once stays only while it is listed")
	}
	f.apply(f.admission("city", "school", "school", nil))
}
