package talent_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// one gives the only line of a plan.
func one(t *testing.T, existing []talent.Known, lines ...string) talent.Line {
	t.Helper()
	plan := talent.MakePlan(text(lines...), existing, cells(), now)
	if len(plan.Lines) != 1 {
		t.Fatalf("%q: %d lines", lines, len(plan.Lines))
	}
	return plan.Lines[0]
}

// TestHeadersAreRecognisedAsOfficesWriteThem, in both languages.
func TestHeadersAreRecognisedAsOfficesWriteThem(t *testing.T) {
	for field, headers := range map[string][]string{
		"id":                          {"登録番号", "ID", "ＩＤ"},
		"name":                        {"氏名", "名前", "お名前", "氏　名", "氏名（必須）", "Name", "Full name", "※氏名"},
		"family":                      {"姓", "氏", "名字", "Family name", "Last Name", "Surname"},
		"given":                       {"名", "Given name", "First-name"},
		"kana":                        {"フリガナ", "ふりがな", "ﾌﾘｶﾞﾅ", "カナ氏名", "氏名（カナ）", "氏名(フリガナ)", "よみがな", "Kana"},
		"familyKana":                  {"セイ", "姓（カナ）", "フリガナ（姓）", "姓（ふりがな）"},
		"givenKana":                   {"メイ", "名（カナ）", "フリガナ（名）"},
		"birth":                       {"生年月日", "誕生日", "Date of birth", "Birthday"},
		"email":                       {"メール", "メールアドレス", "E-mail", "e-Mail address", "Ｅメール"},
		"phone":                       {"電話", "電話番号", "携帯電話", "TEL", "Phone number"},
		"region":                      {"市区町村コード", "地域", "全国地方公共団体コード", "Region"},
		"remote":                      {"リモート可", "Remote"},
		"languages":                   {"言語", "Languages"},
		"skills":                      {"技能", "スキル", "Skills"},
		"guardian.name":               {"保護者氏名", "保護者の氏名", "保護者", "Guardian"},
		"guardian.relation":           {"続柄", "Relationship"},
		"guardian.agreed":             {"保護者の同意日", "保護者同意日", "Guardian consent date"},
		"items.qualification.1.title": {"資格", "資格1", "資格１", "資格名", "Qualification"},
		"items.qualification.2.title": {"資格2", "資格02"},
		"items.qualification.1.until": {"資格の有効期限", "有効期限", "資格1の有効期限", "資格有効期限1", "Qualification expiry"},
		"items.qualification.3.until": {"資格３の有効期限"},
		"items.activity.1.field":      {"活動の分野", "Activity field"},
		"items.membership.1.title":    {"所属団体", "所属"},
		"items.achievement.12.from":   {"実績12の取得日"},
		"":                            {"備考", "住所", "血液型", "資格123", "資格0", "12", "学年"},
	} {
		for _, header := range headers {
			plan := talent.MakePlan(talent.Grid{Columns: []string{header}}, nil, cells(), now)
			got := ""
			if len(plan.Columns) == 1 {
				got = plan.Columns[0].Field
			}
			if got != field || (field == "") != (len(plan.Unknown) == 1) {
				t.Errorf("%q is %q, not %q", header, got, field)
			}
		}
	}
}

func TestWhatIsWrongWithTheHeaderIsSaidOnce(t *testing.T) {
	for header, want := range map[string]talent.LineProblem{
		"氏名|メール|E-mail":  {Column: "E-mail", Code: talent.CodeColumnTwice},
		"住所|電話":          {Code: talent.CodeNoName},
		"氏名|マイナンバー":      {Column: "マイナンバー", Code: talent.CodeMyNumber},
		"氏名|個人番号":        {Column: "個人番号", Code: talent.CodeMyNumber},
		"氏名|資格の有効期限":     {Column: "資格の有効期限", Code: talent.CodeItemColumn},
		"氏名|資格|資格2の有効期限": {Column: "資格2の有効期限", Code: talent.CodeItemColumn},
	} {
		plan := talent.MakePlan(text(header), nil, cells(), now)
		if len(plan.Problems) != 1 || plan.Problems[0] != want {
			t.Errorf("%s: %+v", header, plan.Problems)
		}
	}
	line := one(t, nil, "氏名|マイナンバー", "架空 太郎|123456789018")
	if strings.Contains(fmt.Sprintf("%+v", line), "123456789018") {
		t.Errorf("a number nobody may collect is in the plan: %+v", line)
	}
}

// TestEachCellIsReadOrRefusedByName, each in a list of its own.
func TestEachCellIsReadOrRefusedByName(t *testing.T) {
	for _, c := range []struct {
		header, cell, code string
		want               func(talent.Entry) any
		is                 any
	}{
		{"生年月日", "平成11年1月2日", "", func(e talent.Entry) any { return e.Birth }, "1999-01-02"},
		{"生年月日", "昭和64年1月8日", "sheet.date-era", nil, nil},
		{"生年月日", "2030/1/1", talent.CodeBirth, nil, nil},
		{"電話", "９０１２３４５６７８", "", func(e talent.Entry) any { return e.Phone }, "09012345678"},
		{"電話", "０３（１２３４）５６７８", "", func(e talent.Entry) any { return e.Phone }, "03(1234)5678"},
		{"電話", "090ー0000ー0001", "", func(e talent.Entry) any { return e.Phone }, "090-0000-0001"},
		{"電話", "不明", talent.CodePhone, nil, nil},
		{"地域", "13101", "", func(e talent.Entry) any { return e.Region }, "131016"},
		{"地域", "１３１０１６", "", func(e talent.Entry) any { return e.Region }, "131016"},
		{"地域", "11002", talent.CodeRegionUnclear, nil, nil},
		{"地域", "東京都", talent.CodeRegion, nil, nil},
		{"リモート可", "○", "", func(e talent.Entry) any { return e.Remote }, true},
		{"リモート可", "たぶん", talent.CodeYes, nil, nil},
		{"言語", "日本語、English", "", func(e talent.Entry) any { return e.Languages }, []string{"ja", "en"}},
		{"言語", "宇宙語", talent.CodeLanguage, nil, nil},
		{"技能", "指導：３、漕艇", "", func(e talent.Entry) any { return e.Skills }, []spec.Skill{
			{URI: "https://skills.example/coaching", Level: 3, Basis: "self"}, {URI: "https://skills.example/rowing", Level: 1, Basis: "self"},
		}},
		{"技能", "https://skills.example/a/b（5）", "", func(e talent.Entry) any { return e.Skills }, []spec.Skill{{URI: "https://skills.example/a/b", Level: 5, Basis: "self"}}},
		{"技能", "指導:9", talent.CodeSkillLevel, nil, nil},
		{"技能", "空中浮遊", talent.CodeSkill, nil, nil},
		{"技能", "指導、指導:2", talent.CodeTwice, nil, nil},
		{"フリガナ", "ｶｸｳ ﾀﾛｳ", "", func(e talent.Entry) any { return e.FamilyKana + "/" + e.GivenKana }, "かくう/たろう"},
		{"フリガナ", "カクウタロウ", talent.CodeKanaSplit, nil, nil},
		{"セイ", "架空", talent.CodeKana, nil, nil},
		{"活動の分野", "スポーツ", talent.CodeTitleMissing, nil, nil},
		{"メール", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "", func(e talent.Entry) any { return e.Email }, "taro@example.jp"},
	} {
		line := one(t, nil, "氏名|"+c.header, "架空　太郎|"+c.cell)
		wrong := slices.DeleteFunc(slices.Clone(line.Problems), func(p talent.LineProblem) bool { return p.Flag })
		switch {
		case c.code == "" && (line.State != talent.New || !reflect.DeepEqual(c.want(line.Entry), c.is)):
			t.Errorf("%s %q: %s %+v %+v", c.header, c.cell, line.State, line.Entry, line.Problems)
		case c.code != "" && (line.State != talent.Wrong || len(wrong) != 1 || wrong[0].Code != c.code || wrong[0].Column != c.header || wrong[0].Value == ""):
			t.Errorf("%s %q: %s %+v", c.header, c.cell, line.State, line.Problems)
		}
	}
}

func TestAValueInAMessageIsShortAndPlain(t *testing.T) {
	line := one(t, nil, "氏名|生年月日", "架空 太郎|\u202e<b>"+strings.Repeat("あ", 100)+"\n\x07")
	value := line.Problems[0].Value
	if strings.ContainsAny(value, "\u202e\n\x07") || len([]rune(value)) > 41 {
		t.Errorf("shown as %q", value)
	}
}

// TestALineFindsItsPersonByIdThenEMailThenReadingAndBirth.
func TestALineFindsItsPersonByIdThenEMailThenReadingAndBirth(t *testing.T) {
	a, b, twin := person(), person(), person()
	a.Email, b.Email, twin.Email = "a@example.jp", "b@example.jp", "a@example.jp"
	b.Family, b.FamilyKana, b.Birth = "見本", "みほん", "2000-02-03"
	existing := []talent.Known{{ID: "p1", Entry: a}, {ID: "p2", Entry: b}}
	for _, c := range []struct {
		header, cells string
		existing      []talent.Known
		state         talent.State
		person, code  string
	}{
		{"登録番号|メール", "p2|new@example.jp", existing, talent.Change, "p2", ""},
		{"番号|メール", "p2|new@example.jp", existing, talent.Change, "p2", ""},
		{"登録番号|氏名", "p9|架空 太郎", existing, talent.Wrong, "", talent.CodeUnknownID},
		{"番号|氏名", "9|例田 花子", existing, talent.New, "", ""},
		{"氏名|メール", "架空 太郎|A@example.jp", existing, talent.Change, "p1", ""},
		{"氏名|メール", "架空太郎|a@example.jp", existing, talent.Same, "p1", ""},
		{"メール|電話", "a@example.jp|090-0000-9999", existing, talent.Change, "p1", ""},
		{"氏名|メール", "例田 花子|a@example.jp", existing, talent.Wrong, "", talent.CodeDoubtful},
		{"氏名|フリガナ|生年月日", "見本 太郎|ミホン タロウ|H12.2.3", existing, talent.Same, "p2", ""},
		{"氏名|フリガナ|生年月日", "見本 太郎|ミホン タロウ|H12.2.4", existing, talent.New, "", ""},
		{"氏名|メール", "架空 太郎|a@example.jp", append(existing, talent.Known{ID: "p3", Entry: twin}), talent.Wrong, "", talent.CodeSeveral},
		{"登録番号|メール", "p3|a@example.jp", append(existing, talent.Known{ID: "p3", Entry: twin}), talent.Same, "p3", ""},
	} {
		line := one(t, c.existing, c.header, c.cells)
		if line.State != c.state || line.Person != c.person || c.code != "" && (len(line.Problems) == 0 || line.Problems[0].Code != c.code) {
			t.Errorf("%s %s: %+v", c.header, c.cells, line)
		}
	}
}

// TestOnePersonOnTwoLinesIsAnErrorOnBoth, and each names the other.
func TestOnePersonOnTwoLinesIsAnErrorOnBoth(t *testing.T) {
	existing := []talent.Known{{ID: "p1", Entry: person()}}
	for _, lines := range [][]string{
		{"登録番号|氏名", "p1|架空 太郎", "|例田 花子", "p1|架空 次郎"},
		{"氏名|メール", "見本 花子|x@example.jp", "例田 花子|y@example.jp", "見本 花|X@example.jp"},
		{"氏名|フリガナ|生年月日", "見本 花子|ミホン ハナコ|2001/2/3", "例田 花子|レイダ ハナコ|2001/2/3", "見本 華子|みほん はなこ|平成13年2月3日"},
		{"登録番号|氏名|メール", "p1|架空 太郎|", "|例田 花子|", "|架空 太郎|taro@example.jp"},
	} {
		plan := talent.MakePlan(text(lines...), existing, cells(), now)
		for i, other := range []int{4, 0, 2} {
			line := plan.Lines[i]
			found := slices.ContainsFunc(line.Problems, func(p talent.LineProblem) bool { return p.Code == talent.CodeTwiceInFile && p.Other == other })
			if wrong := other != 0; found != wrong || (line.State == talent.Wrong) != wrong {
				t.Errorf("%q, line %d: %s %+v", lines, line.Number, line.State, line.Problems)
			}
		}
	}
}

// TestAnEmptyCellChangesNothingAndOneWordClears.
func TestAnEmptyCellChangesNothingAndOneWordClears(t *testing.T) {
	existing := []talent.Known{{ID: "p1", Entry: person()}}
	header := "登録番号|氏名|フリガナ|生年月日|メール|電話|地域|リモート|言語|技能|資格"
	if line := one(t, existing, header, "p1||||||||||"); line.State != talent.Same || !reflect.DeepEqual(line.Entry, person()) {
		t.Errorf("empty cells: %+v", line)
	}
	line := one(t, existing, header, "p1|||削除|削除|削除|削除|削除|削除|削除|")
	e := line.Entry
	if line.State != talent.Change || e.Birth+e.Email+e.Phone+e.Region != "" || e.Remote || e.Languages != nil || len(line.Changes) != 7 {
		t.Errorf("cleared: %+v", line)
	}
	if len(e.Skills) != 1 || e.Skills[0].Basis != "evaluated" {
		t.Errorf("an evaluation was cleared by a list: %+v", e.Skills)
	}
	for _, cells := range []string{"p1|削除|||||||||", "p1||||||||||削除", "削除||||||||||"} {
		if line := one(t, existing, header, cells); line.State != talent.Wrong || line.Problems[0].Code != talent.CodeCannotClear {
			t.Errorf("%s: %+v", cells, line)
		}
	}
	if person := existing[0].Entry; !reflect.DeepEqual(person.Skills, e.Skills) && len(person.Skills) != 2 {
		t.Error("the plan changed the register")
	}
}

// TestChangesAreListedBeforeAndAfter, evaluated skills and new items included.
func TestChangesAreListedBeforeAndAfter(t *testing.T) {
	existing := []talent.Known{{ID: "p1", Entry: person()}}
	line := one(t, existing, "登録番号|電話|技能|資格|資格の有効期限|資格2|資格2の有効期限",
		"p1|090-0000-0002|漕艇:4、審判:2|普通救命講習|2030/4/30|水上安全法|R10.3.31")
	want := []talent.Changed{
		{Field: "phone", Old: "090-0000-0001", New: "090-0000-0002"},
		{Field: "skills", Old: "https://skills.example/coaching:2, https://skills.example/rowing:4", New: "https://skills.example/refereeing:2, https://skills.example/rowing:4"},
		{Field: "items.b", Old: "普通救命講習 / 架空市消防局 / 2024-05-01 / 2027-04-30", New: "普通救命講習 / 架空市消防局 / 2024-05-01 / 2030-04-30"},
		{Field: "items." + line.Entry.Items[4].ID, New: "水上安全法 / 2028-03-31"},
	}
	if line.State != talent.Change || !reflect.DeepEqual(line.Changes, want) {
		t.Errorf("%s %+v", line.State, line.Changes)
	}
	line = one(t, existing, "登録番号|技能", "p1|漕艇:5")
	if line.State != talent.Wrong || line.Problems[0].Code != talent.CodeEvaluated {
		t.Errorf("an evaluation was written over: %+v", line)
	}
}

// TestAnotherGuardianHasNotAgreedYet.
func TestAnotherGuardianHasNotAgreedYet(t *testing.T) {
	e := person()
	e.Birth, e.Guardian = "2010-01-01", &talent.Guardian{Name: "架空 一郎", Relation: "父", Agreed: "2026-04-01", RecordedBy: "other"}
	existing := []talent.Known{{ID: "p1", Entry: e}}
	header := "登録番号|保護者氏名|続柄|保護者の同意日"
	for cells, want := range map[string]talent.Guardian{
		"p1|架空　一郎|父|令和8年4月1日": {Name: "架空 一郎", Relation: "父", Agreed: "2026-04-01", RecordedBy: "other"},
		"p1|架空 花江||":          {Name: "架空 花江"},
		"p1|架空 花江|母|2026/4/2": {Name: "架空 花江", Relation: "母", Agreed: "2026-04-02", RecordedBy: "clerk"},
		"p1|||2026/4/2":       {Name: "架空 一郎", Relation: "父", Agreed: "2026-04-02", RecordedBy: "clerk"},
		"p1|||削除":             {Name: "架空 一郎", Relation: "父"},
	} {
		if line := one(t, existing, header, cells); line.State == talent.Wrong || !reflect.DeepEqual(*line.Entry.Guardian, want) {
			t.Errorf("%s: %+v %+v", cells, line.Entry.Guardian, line.Problems)
		}
	}
	if line := one(t, existing, header, "p1|削除||"); line.Entry.Guardian != nil {
		t.Errorf("%+v", line.Entry.Guardian)
	}
}

func TestACellWithoutAHeaderIsNotLost(t *testing.T) {
	line := one(t, nil, "氏名|", "架空 太郎|迷子")
	if line.State != talent.Wrong || line.Problems[0].Code != talent.CodeNoHeader || line.Problems[0].Value != "迷子" {
		t.Errorf("%+v", line)
	}
	if plan := talent.MakePlan(text("氏名|メール", " |　"), nil, cells(), now); len(plan.Lines) != 0 {
		t.Errorf("an empty line: %+v", plan.Lines)
	}
}

// TestAnExportReadAgainChangesNothing, through both files, for people with all
// that the register can hold and for the forty of the fixture.
func TestAnExportReadAgainChangesNothing(t *testing.T) {
	full := person()
	full.Family = "ＡＢＣ" // written in a form in the wide letters
	full.Birth = "2012-01-01"
	full.Guardian = &talent.Guardian{Name: "架空　一郎", Kana: "かくう いちろう", Relation: "父", Email: "ichiro@example.jp", Agreed: "2026-04-01", RecordedBy: "other"}
	full.Skills = append(full.Skills, spec.Skill{URI: "https://skills.example/a?b=1,2;c/d:80", Level: 3, Basis: "self"})
	full.Items = append(full.Items, full.Items[1])
	full.Items[4].ID, full.Items[4].From, full.Items[4].Until = "e", "2018-01-02", "2021-01-01" // the same qualification, held before
	full.Items = append(full.Items, talent.Item{ID: "f", Kind: talent.Qualification, Title: "=1+1", Note: "-"})
	full.Show = map[string]talent.Audience{talent.PartName: talent.Node}
	people := []talent.Known{{ID: "p1", Entry: full}, {ID: "p2", Entry: talent.Entry{Family: "見本"}}}
	for i, line := range talent.MakePlan(gridOf(t, "forty.csv", fixture(t, "forty.csv")), nil, cells(), now).Lines {
		if line.State == talent.New {
			people = append(people, talent.Known{ID: fmt.Sprintf("q%d", i), Entry: line.Entry})
		}
	}
	grid, leftOut := talent.Sheet(people)
	if leftOut != 0 || len(grid.Rows) != len(people) {
		t.Fatalf("%d rows, %d left out", len(grid.Rows), leftOut)
	}
	table := sheet.Table{Columns: grid.Columns}
	for _, row := range grid.Rows {
		table.Rows = append(table.Rows, sheet.Row{Line: row.Line, Cells: row.Cells})
	}
	narrow, err := sheet.WriteCSV(table, sheet.ShiftJIS)
	if err != nil {
		t.Fatal(err)
	}
	book, err := sheet.WriteXLSX(table)
	if err != nil {
		t.Fatal(err)
	}
	for name, octets := range map[string][]byte{"csv": narrow, "xlsx": book} {
		plan := talent.MakePlan(gridOf(t, name, octets), people, cells(), now)
		if plan.Counts != (talent.Counts{Same: len(people)}) || len(plan.Unknown) != 0 || len(plan.Problems) != 0 {
			t.Errorf("%s: %+v, %q, %+v", name, plan.Counts, plan.Unknown, plan.Problems)
		}
		for i, line := range plan.Lines {
			if line.State != talent.Same || !reflect.DeepEqual(line.Entry, people[i].Entry) {
				t.Errorf("%s, line %d: %s %+v %+v", name, line.Number, line.State, line.Changes, line.Problems)
			}
		}
	}
}

// TestAnExportSaysHowManyItemsHaveNoColumn and stays within what is read again.
func TestAnExportSaysHowManyItemsHaveNoColumn(t *testing.T) {
	e := person()
	e.Items = nil
	for i := range 60 {
		e.Items = append(e.Items, talent.Item{ID: fmt.Sprint(i), Kind: talent.Activity, Title: fmt.Sprintf("活動 %d", i), Role: "役"})
	}
	people := []talent.Known{{ID: "p1", Entry: e}}
	grid, leftOut := talent.Sheet(people)
	if len(grid.Columns) > sheet.MaxColumns || leftOut == 0 || leftOut >= 60 {
		t.Errorf("%d columns, %d left out", len(grid.Columns), leftOut)
	}
	if plan := talent.MakePlan(grid, people, cells(), now); plan.Counts != (talent.Counts{Same: 1}) || len(plan.Problems) != 0 {
		t.Errorf("%+v %+v", plan.Counts, plan.Problems)
	}
}
