package talent

import (
	"fmt"
	"slices"
	"strings"
)

// maxColumns is how many columns of a spreadsheet are read again.
const maxColumns = 100

// Sheet writes people as a grid that MakePlan reads as the same people. Columns
// of items come as many as somebody needs; leftOut counts the items for which a
// spreadsheet has no column left. What is shown to whom is not in it.
func Sheet(people []Known) (grid Grid, leftOut int) {
	type column struct {
		header string
		cell   func(Known) string
	}
	columns := []column{{"登録番号", func(k Known) string { return k.ID }}}
	headers := map[string]string{
		"family": "姓", "given": "名", "familyKana": "姓（ふりがな）", "givenKana": "名（ふりがな）", "birth": "生年月日",
		"email": "メールアドレス", "phone": "電話番号", "region": "市区町村コード",
	}
	for _, f := range plainFields() {
		columns = append(columns, column{headers[f.name], func(k Known) string { return *f.of(&k.Entry) }})
	}
	guardian := func(of func(Guardian) string) func(Known) string {
		return func(k Known) string {
			if k.Entry.Guardian == nil {
				return ""
			}
			return of(*k.Entry.Guardian)
		}
	}
	columns = append(columns,
		column{"リモート", func(k Known) string {
			if k.Entry.Remote {
				return "はい"
			}
			return "いいえ"
		}},
		column{"言語", func(k Known) string { return strings.Join(k.Entry.Languages, "、") }},
		column{"技能", func(k Known) string {
			texts := make([]string, len(k.Entry.Skills))
			for i, s := range k.Entry.Skills {
				texts[i] = skillText(s)
			}
			return strings.Join(texts, "\n")
		}},
		column{"保護者氏名", guardian(func(g Guardian) string { return g.Name })},
		column{"保護者ふりがな", guardian(func(g Guardian) string { return g.Kana })},
		column{"続柄", guardian(func(g Guardian) string { return g.Relation })},
		column{"保護者メールアドレス", guardian(func(g Guardian) string { return g.Email })},
		column{"保護者の同意日", guardian(func(g Guardian) string { return g.Agreed })},
	)
	for _, slot := range slots(people) {
		facets := slot.facets()
		if len(columns)+len(facets) > maxColumns {
			leftOut += slot.people
			continue
		}
		for _, f := range facets {
			columns = append(columns, column{slot.header + f.header, func(k Known) string {
				if item := nth(k.Entry.Items, slot.kind, slot.number); item != nil {
					return f.of(*item)
				}
				return ""
			}})
		}
	}
	for _, c := range columns {
		grid.Columns = append(grid.Columns, c.header)
	}
	for i, k := range people {
		row := GridRow{Line: i + 2}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.cell(k))
		}
		grid.Rows = append(grid.Rows, row)
	}
	return grid, leftOut
}

// slot is the place of the nth item of a kind.
type slot struct {
	kind, header string
	number       int
	people       int // how many have one
	items        []Item
}

func slots(people []Known) []slot {
	var found []slot
	for _, kind := range []struct{ name, header string }{
		{Qualification, "資格"}, {Activity, "活動"}, {Achievement, "実績"}, {Membership, "所属"},
	} {
		for number := 1; ; number++ {
			s := slot{kind: kind.name, header: fmt.Sprint(kind.header, number), number: number}
			for _, k := range people {
				if item := nth(k.Entry.Items, kind.name, number); item != nil {
					s.items = append(s.items, *item)
				}
			}
			if s.people = len(s.items); s.people == 0 {
				break
			}
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b slot) int { return a.number - b.number })
	return found
}

type facet struct {
	header string
	of     func(Item) string
}

// facets gives the columns of a slot that anybody fills.
func (s slot) facets() []facet {
	from, until, organisation := "の開始日", "の終了日", "の団体"
	if s.kind == Qualification {
		from, until, organisation = "の取得日", "の有効期限", "の発行者"
	}
	all := []facet{
		{"", func(i Item) string { return i.Title }},
		{organisation, func(i Item) string { return i.Organisation }},
		{"の分野", func(i Item) string { return i.Field }},
		{"の役割", func(i Item) string { return i.Role }},
		{"の級", func(i Item) string { return i.Level }},
		{from, func(i Item) string { return i.From }},
		{until, func(i Item) string { return i.Until }},
		{"の備考", func(i Item) string { return i.Note }},
	}
	return slices.DeleteFunc(all, func(f facet) bool {
		return !slices.ContainsFunc(s.items, func(i Item) bool { return f.of(i) != "" })
	})
}

func nth(items []Item, kind string, number int) *Item {
	for i := range items {
		if items[i].Kind == kind {
			if number--; number == 0 {
				return &items[i]
			}
		}
	}
	return nil
}
