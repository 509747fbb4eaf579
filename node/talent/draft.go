package talent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/spec/code"
)

// draft is one line as it was read, before anybody knows whom it is about.
type draft struct {
	line     int
	id       string
	said     Entry             // what it says, as far as one line can
	says     map[string]bool   // fields it sets
	clears   map[string]bool   // fields it takes away
	unsplit  string            // a name in one cell that could not be split
	skills   string            // the cell
	items    map[string]*Item  // by kind and slot
	places   map[int]string    // the same by where they stand in the entry
	order    []string          // of items
	columns  map[string]string // header by field
	cells    map[string]string // cell by field
	problems []LineProblem

	known *Known
}

// written is the field of a spreadsheet for a field of an entry: items.3.until
// is items.qualification.1.until.
func (d *draft) written(field string) string {
	parts := strings.Split(field, ".")
	if len(parts) == 3 && parts[0] == "items" {
		if at, err := strconv.Atoi(parts[1]); err == nil && d.places[at] != "" {
			return "items." + d.places[at] + "." + parts[2]
		}
	}
	return field
}

// column names the header to blame for a field: its own, that of both names,
// or the field itself.
func (d *draft) column(field string) string {
	for _, name := range []string{field, joint(field), strings.SplitN(field, ".", 2)[0]} {
		if header := d.columns[name]; header != "" {
			return header
		}
	}
	return field
}

func (d *draft) value(field string) string {
	for _, name := range []string{field, joint(field), strings.SplitN(field, ".", 2)[0]} {
		if cell := d.cells[name]; cell != "" {
			return shown(cell)
		}
	}
	return ""
}

// joint is the field of a column that holds two.
func joint(field string) string {
	switch field {
	case "family", "given":
		return "name"
	case "familyKana", "givenKana":
		return "kana"
	}
	return field
}

func (d *draft) problem(field, code, value string) {
	d.problems = append(d.problems, LineProblem{Column: d.column(field), Code: code, Value: shown(value)})
}

// read takes in one line; a line with nothing in it is none.
func (p *planner) read(row GridRow) *draft {
	d := &draft{
		line: row.Line, says: map[string]bool{}, clears: map[string]bool{},
		items: map[string]*Item{}, places: map[int]string{}, columns: map[string]string{}, cells: map[string]string{},
	}
	empty := true
	used := map[int]bool{}
	for _, c := range p.plan.Columns {
		used[c.index] = true
		d.columns[c.Field] = c.Header
		if c.index < len(row.Cells) {
			if cell := p.cells.Text(row.Cells[c.index]); cell != "" {
				d.cells[c.Field] = cell
				empty = false
			}
		}
	}
	for i, cell := range row.Cells {
		if !used[i] && strings.TrimSpace(cell) != "" && (i >= len(p.grid.Columns) || strings.TrimSpace(p.grid.Columns[i]) == "") {
			d.problems = append(d.problems, LineProblem{Code: CodeNoHeader, Value: shown(cell)})
			empty = false
		}
	}
	if empty {
		return nil
	}
	for _, joint := range []bool{true, false} { // a column of its own stands over a joint one
		for _, c := range p.plan.Columns {
			if cell := d.cells[c.Field]; cell != "" && (c.Field == "name" || c.Field == "kana") == joint {
				p.cell(d, c.Field, cell)
			}
		}
	}
	return d
}

// cell reads one cell with content into the draft.
func (p *planner) cell(d *draft, field, cell string) {
	if cell == Clear {
		switch top, _, _ := strings.Cut(field, "."); {
		case top == "items", field == "id", field == "name", field == "family", field == "given":
			d.problem(field, CodeCannotClear, cell)
		case field == "kana":
			d.clears["familyKana"], d.clears["givenKana"] = true, true
		default:
			d.clears[field] = true
		}
		return
	}
	if kind, slot, facet, ok := itemSlot(field); ok {
		p.itemCell(d, field, kind, slot, facet, cell)
		return
	}
	set := func(field string, into *string, value string) {
		if value != "" { // else it could not be read, and what stands is left alone
			*into = value
			d.says[field] = true
		}
	}
	switch field {
	case "id":
		d.id = cell
	case "name":
		if family, given, ok := halves(cell); ok {
			set("family", &d.said.Family, family)
			set("given", &d.said.Given, given)
		} else {
			d.unsplit = cell
		}
	case "kana":
		if family, given, ok := halves(p.cells.Kana(cell)); ok {
			set("familyKana", &d.said.FamilyKana, family)
			set("givenKana", &d.said.GivenKana, given)
		} else {
			d.problem("kana", CodeKanaSplit, cell)
		}
	case "familyKana":
		set(field, &d.said.FamilyKana, p.cells.Kana(cell))
	case "givenKana":
		set(field, &d.said.GivenKana, p.cells.Kana(cell))
	case "birth":
		set(field, &d.said.Birth, p.day(d, field, cell))
	case "phone":
		set(field, &d.said.Phone, plainPhone(cell))
	case "region":
		set(field, &d.said.Region, p.region(d, cell))
	case "remote":
		yes, known := p.cells.Yes(cell)
		if d.said.Remote, d.says[field] = yes, known; !known {
			d.problem(field, CodeYes, cell)
		}
	case "languages":
		d.said.Languages, d.says[field] = p.languages(cell), true
	case "skills":
		d.skills, d.says[field] = cell, true
	default:
		p.textCell(d, field, cell, set)
	}
}

// textCell reads the fields that are just texts, and the guardian.
func (p *planner) textCell(d *draft, field, cell string, set func(string, *string, string)) {
	for _, f := range plainFields() {
		if f.name == field {
			set(field, f.of(&d.said), cell)
			return
		}
	}
	if d.said.Guardian == nil {
		d.said.Guardian = &Guardian{}
	}
	g := d.said.Guardian
	switch field {
	case "guardian.name":
		set(field, &g.Name, cell)
	case "guardian.kana":
		set(field, &g.Kana, p.cells.Kana(cell))
	case "guardian.relation":
		set(field, &g.Relation, cell)
	case "guardian.email":
		set(field, &g.Email, cell)
	case "guardian.agreed":
		set(field, &g.Agreed, p.day(d, field, cell))
	}
}

// day reads a day, or notes why it is none.
func (p *planner) day(d *draft, field, cell string) string {
	year, month, day, err := p.cells.Date(cell)
	if err != nil {
		d.problem(field, err.Error(), cell)
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// halves splits a name at its one space.
func halves(name string) (family, given string, ok bool) {
	parts := strings.Fields(name)
	if len(parts) != 2 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// plainPhone evens out hyphens, and gives back the zero that a number cell
// takes from every Japanese number.
func plainPhone(cell string) string {
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune("ー−‐‑–—―", r) {
			return '-'
		}
		return r
	}, cell)
	if code.Digits(text) && (len(text) == 9 || len(text) == 10) && text[0] != '0' {
		return "0" + text
	}
	return text
}

// region reads a municipal code: six digits, or five to which the check digit
// belongs. Five digits that are right behind a lost zero could be either.
func (p *planner) region(d *draft, cell string) string {
	if !code.Digits(cell) {
		if p.cells.Region != nil {
			if found, known := p.cells.Region(cell); known {
				return found
			}
		}
		d.problem("region", CodeRegion, cell)
		return ""
	}
	if len(cell) != 5 {
		return cell // judged with the entry
	}
	if code.ValidMunicipality("0" + cell) {
		d.problem("region", CodeRegionUnclear, cell)
		return ""
	}
	for digit := '0'; digit <= '9'; digit++ {
		if whole := cell + string(digit); code.ValidMunicipality(whole) {
			return whole
		}
	}
	return cell
}

// languageNames are what offices write for the tags they mean.
func languageNames() map[string]string {
	return map[string]string{
		"日本語": "ja", "英語": "en", "中国語": "zh", "韓国語": "ko", "朝鮮語": "ko", "フランス語": "fr", "仏語": "fr", "ドイツ語": "de", "独語": "de",
		"スペイン語": "es", "ポルトガル語": "pt", "イタリア語": "it", "ロシア語": "ru", "ベトナム語": "vi", "タガログ語": "tl", "フィリピノ語": "fil",
		"ネパール語": "ne", "インドネシア語": "id", "タイ語": "th", "ミャンマー語": "my", "アラビア語": "ar", "ヒンディー語": "hi", "日本手話": "jsl", "手話": "jsl",
		"japanese": "ja", "english": "en", "chinese": "zh", "korean": "ko", "french": "fr", "german": "de", "spanish": "es", "portuguese": "pt",
		"italian": "it", "russian": "ru", "vietnamese": "vi", "tagalog": "tl", "nepali": "ne", "indonesian": "id", "thai": "th", "arabic": "ar", "hindi": "hi",
	}
}

func (p *planner) languages(cell string) []string {
	names := languageNames()
	var tags []string
	for _, item := range p.cells.List(cell) {
		if tag := names[strings.ToLower(item)]; tag != "" {
			item = tag
		}
		if !slices.Contains(tags, item) {
			tags = append(tags, item)
		}
	}
	return tags
}
