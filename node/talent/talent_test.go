package talent_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// person is a fictional person with something in every field.
func person() talent.Entry {
	return talent.Entry{
		Family: "架空", Given: "太郎", FamilyKana: "かくう", GivenKana: "たろう", Birth: "1999-01-02", Email: "taro@example.jp", Phone: "090-0000-0001",
		Region: "131016", Remote: true, Languages: []string{"ja", "en"},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 4, Basis: "evaluated"}, {URI: "https://skills.example/coaching", Level: 2, Basis: "self"}},
		Items: []talent.Item{
			{ID: "a", Kind: talent.Activity, Field: talent.Sport, Title: "漕艇部", Organisation: "架空高校", Role: "主将", From: "2015-04-01", Until: "2018-03-31"},
			{ID: "b", Kind: talent.Qualification, Title: "普通救命講習", Organisation: "架空市消防局", From: "2024-05-01", Until: "2027-04-30"},
			{ID: "c", Kind: talent.Membership, Title: "架空漕艇協会"},
			{ID: "d", Kind: talent.Achievement, Title: "県大会", Level: "優勝", Note: "ＪＡＰＡＮ カップ\n二回", Show: talent.Node},
		},
	}
}

func codes(problems []talent.Problem) []string {
	var list []string
	for _, p := range problems {
		code := p.Field + " " + p.Code
		if p.Flag {
			code += " flag"
		}
		list = append(list, code)
	}
	return list
}

func TestWhatIsWrongWithAnEntryIsNamedWhereItStands(t *testing.T) {
	if found := talent.Validate(person(), now); len(found) != 0 {
		t.Errorf("a right entry: %+v", found)
	}
	long := strings.Repeat("あ", 300)
	for name, c := range map[string]struct {
		change func(*talent.Entry)
		want   string
	}{
		"no name":            {func(e *talent.Entry) { e.Family = " " }, "family talent.name-missing"},
		"long name":          {func(e *talent.Entry) { e.Given = long }, "given talent.too-long"},
		"control character":  {func(e *talent.Entry) { e.Given = "a\nb" }, "given talent.control-character"},
		"katakana":           {func(e *talent.Entry) { e.GivenKana = "タロウ" }, "givenKana talent.kana"},
		"no reading":         {func(e *talent.Entry) { e.FamilyKana = "" }, "familyKana talent.kana-missing flag"},
		"no such day":        {func(e *talent.Entry) { e.Birth = "1999-02-29" }, "birth talent.day"},
		"born tomorrow":      {func(e *talent.Entry) { e.Birth = "2026-04-11" }, "birth talent.birth"},
		"born long ago":      {func(e *talent.Entry) { e.Birth = "1900-01-01" }, "birth talent.birth"},
		"e-mail":             {func(e *talent.Entry) { e.Email = "taro@localhost" }, "email talent.email"},
		"e-mail with a name": {func(e *talent.Entry) { e.Email = "Taro <taro@example.jp>" }, "email talent.email"},
		"telephone":          {func(e *talent.Entry) { e.Phone = "0120" }, "phone talent.phone"},
		"check digit":        {func(e *talent.Entry) { e.Region = "131017" }, "region talent.region"},
		"language":           {func(e *talent.Entry) { e.Languages = []string{"日本語"} }, "languages talent.language"},
		"language twice":     {func(e *talent.Entry) { e.Languages = []string{"ja", "JA"} }, "languages talent.twice"},
		"skill level":        {func(e *talent.Entry) { e.Skills[1].Level = 6 }, "skills.1 talent.skill-level"},
		"skill basis":        {func(e *talent.Entry) { e.Skills[1].Basis = "hearsay" }, "skills.1 talent.skill"},
		"skill twice":        {func(e *talent.Entry) { e.Skills[1].URI = e.Skills[0].URI }, "skills.1 talent.twice"},
		"too many skills":    {func(e *talent.Entry) { e.Skills = slices.Repeat(e.Skills[:1], 201) }, "skills talent.too-many"},
		"kind of item":       {func(e *talent.Entry) { e.Items[0].Kind = "hobby" }, "items.0.kind talent.kind"},
		"field of item":      {func(e *talent.Entry) { e.Items[0].Field = "politics" }, "items.0.field talent.field"},
		"no title":           {func(e *talent.Entry) { e.Items[0].Title = "" }, "items.0.title talent.title-missing"},
		"end before begin":   {func(e *talent.Entry) { e.Items[0].Until = "2015-03-31" }, "items.0.until talent.period"},
		"expired":            {func(e *talent.Entry) { e.Items[1].Until = "2026-04-09" }, "items.1.until talent.expired flag"},
		"same id":            {func(e *talent.Entry) { e.Items[1].ID = "a" }, "items.1.id talent.twice"},
		"audience":           {func(e *talent.Entry) { e.Show = map[string]talent.Audience{"birth": "world"} }, "show.birth talent.audience"},
		"part":               {func(e *talent.Entry) { e.Show = map[string]talent.Audience{"salary": talent.Node} }, "show.salary talent.audience"},
		"minor":              {func(e *talent.Entry) { e.Birth = "2010-01-01" }, "guardian talent.guardian-needed flag"},
		"agreed tomorrow": {func(e *talent.Entry) {
			e.Guardian = &talent.Guardian{Name: "架空 一郎", Agreed: "2026-04-11", RecordedBy: "clerk"}
		}, "guardian.agreed talent.agreed-in-future"},
	} {
		e := person()
		c.change(&e)
		found := talent.Validate(e, now)
		if !slices.Contains(codes(found), c.want) {
			t.Errorf("%s: %q, not %s", name, codes(found), c.want)
		}
		if flag := strings.HasSuffix(c.want, " flag"); talent.Valid(found) != flag {
			t.Errorf("%s: valid is %v", name, !flag)
		}
	}
	e := person()
	e.Items[1].Until = "2026-04-10" // holds on its last day, in Japan
	if found := talent.Validate(e, now); len(found) != 0 {
		t.Errorf("on the last day: %+v", found)
	}
	if found := talent.Validate(e, time.Date(2026, 4, 10, 15, 0, 0, 0, time.UTC)); len(found) != 1 {
		t.Errorf("after the last day in Japan: %+v", found)
	}
}

// TestAPersonComesOfAgeOnTheirBirthdayInJapan.
func TestAPersonComesOfAgeOnTheirBirthdayInJapan(t *testing.T) {
	for _, c := range []struct {
		birth, at string
		minor     bool
	}{
		{"2008-04-10", "2026-04-09T14:59:59Z", true},
		{"2008-04-10", "2026-04-09T15:00:00Z", false},
		{"2008-02-29", "2026-02-28T14:59:59Z", true},
		{"2008-02-29", "2026-02-28T15:00:00Z", false},
		{"2026-01-01", "2026-04-10T00:00:00Z", true},
		{"", "2026-04-10T00:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := talent.Minor(talent.Entry{Birth: c.birth}, at); got != c.minor {
			t.Errorf("born %q, at %s: %v", c.birth, c.at, got)
		}
	}
}

func TestNoConsentOfAMinorWithoutAGuardian(t *testing.T) {
	e := talent.Entry{Family: "見本", Birth: "2010-01-01"}
	agreed := talent.Guardian{Name: "見本 一郎", Agreed: "2026-04-10", RecordedBy: "clerk"}
	if talent.MayConsent(e, now) {
		t.Error("without a guardian")
	}
	for name, spoil := range map[string]func(*talent.Guardian){
		"no name": func(g *talent.Guardian) { g.Name = "" }, "no day": func(g *talent.Guardian) { g.Agreed = "" },
		"a day to come": func(g *talent.Guardian) { g.Agreed = "2026-04-11" }, "noted by nobody": func(g *talent.Guardian) { g.RecordedBy = "" },
		"no such day": func(g *talent.Guardian) { g.Agreed = "2026-02-30" },
	} {
		g := agreed
		spoil(&g)
		if e.Guardian = &g; talent.MayConsent(e, now) {
			t.Errorf("with %s", name)
		}
	}
	if e.Guardian = &agreed; !talent.MayConsent(e, now) {
		t.Error("with a guardian's agreement")
	}
	if !talent.MayConsent(person(), now) {
		t.Error("of age")
	}
}

// TestEachAudienceSeesItsPartOnly: what a person did not choose has the
// careful default, and a choice counts in both directions.
func TestEachAudienceSeesItsPartOnly(t *testing.T) {
	e := person()
	e.Guardian = &talent.Guardian{Name: "架空 一郎"}
	if v := talent.Visible(e, talent.None); !reflect.DeepEqual(v, talent.Entry{}) {
		t.Errorf("nobody sees %+v", v)
	}
	v := talent.Visible(e, talent.Organisation)
	if v.Family == "" || v.GivenKana == "" || v.Region == "" || len(v.Skills) != 2 || len(v.Languages) != 2 || len(v.Items) != 3 {
		t.Errorf("the organisation sees %+v", v)
	}
	if v.Birth+v.Email+v.Phone != "" || v.Guardian != nil || v.Show != nil || slices.ContainsFunc(v.Items, func(i talent.Item) bool { return i.ID == "c" || i.Show != "" }) {
		t.Errorf("the organisation sees too much: %+v", v)
	}
	v = talent.Visible(e, talent.Node)
	if len(v.Items) != 1 || v.Items[0].ID != "d" || v.Family+v.Birth+v.Region != "" || len(v.Skills) != 0 {
		t.Errorf("the node sees %+v", v)
	}
	e.Show = map[string]talent.Audience{talent.PartName: talent.None, talent.PartContact: talent.Node, talent.PartBirth: talent.Organisation}
	if v = talent.Visible(e, talent.Organisation); v.Family != "" || v.Email == "" || v.Birth == "" {
		t.Errorf("by choice the organisation sees %+v", v)
	}
	if v = talent.Visible(e, talent.Node); v.Email == "" || v.Birth != "" {
		t.Errorf("by choice the node sees %+v", v)
	}
	v.Items[0].Title = "changed"
	if e.Items[3].Title == "changed" {
		t.Error("what is seen and what is kept share memory")
	}
}

func TestPeopleStandInTheOrderOfTheirReading(t *testing.T) {
	list := []talent.Known{
		{ID: "7", Entry: talent.Entry{Family: "佐藤"}},
		{ID: "6", Entry: talent.Entry{Family: "見本", Given: "花子", FamilyKana: "みほん", GivenKana: "はなこ"}},
		{ID: "5", Entry: talent.Entry{Family: "架空", Given: "次郎", FamilyKana: "かくう", GivenKana: "じろう"}},
		{ID: "4", Entry: talent.Entry{Family: "架空", Given: "太郎", FamilyKana: "かくう", GivenKana: "たろう"}},
		{ID: "3", Entry: talent.Entry{Family: "架空", Given: "太郎", FamilyKana: "かくう", GivenKana: "たろう"}},
		{ID: "2", Entry: talent.Entry{Family: "仮空", Given: "太郎", FamilyKana: "かくう", GivenKana: "たろう"}},
		{ID: "1", Entry: talent.Entry{Family: "角", Given: "和子", FamilyKana: "かく", GivenKana: "わこ"}},
	}
	slices.SortFunc(list, talent.Order(sheet.KanaKey))
	var order string
	for _, k := range list {
		order += k.ID
	}
	if order != "1523467" {
		t.Errorf("in the order %s", order)
	}
}

func TestASearchFindsAPersonByNameReadingTelephoneOrTitle(t *testing.T) {
	e := person()
	e.Items[0].Title = "ＢＯＡＴ部"
	found := talent.SearchText(e, sheet.Digits)
	for _, query := range []string{"架空太郎", "架空 太郎", "かくうたろう", "taro@example.jp", "09000000001", "boat部", "架空市消防局"} {
		if !strings.Contains(found, query) {
			t.Errorf("%q is not in %q", query, found)
		}
	}
	if strings.Contains(found, e.Birth) {
		t.Error("a day of birth is searched")
	}
}

func TestTheNextQualificationToExpireIsTheFirstThatStillHolds(t *testing.T) {
	e := talent.Entry{Items: []talent.Item{
		{ID: "gone", Kind: talent.Qualification, Until: "2020-01-01"},
		{ID: "far", Kind: talent.Qualification, Until: "2031-04-01"},
		{ID: "near", Kind: talent.Qualification, Until: "2027-04-30"},
		{ID: "open", Kind: talent.Qualification},
		{ID: "odd", Kind: talent.Qualification, Until: "2026"},
		{ID: "sooner", Kind: talent.Membership, Until: "2026-12-31"},
	}}
	if next, ok := talent.NextExpiry(e, now); !ok || next.ID != "near" {
		t.Errorf("next is %q, %t", next.ID, ok)
	}
	if next, ok := talent.NextExpiry(talent.Entry{Items: e.Items[:1]}, now); ok {
		t.Errorf("%q has expired, and is next", next.ID)
	}
}
