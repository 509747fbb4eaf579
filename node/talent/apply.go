package talent

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// apply puts what a line says over the entry as it stands.
func (p *planner) apply(d *draft, before Entry) Entry {
	e := clone(before)
	for _, f := range plainFields() {
		switch {
		case d.says[f.name]:
			*f.of(&e) = p.keep(*f.of(&e), *f.of(&d.said))
		case d.clears[f.name]:
			*f.of(&e) = ""
		}
	}
	if d.unsplit != "" && !d.says["family"] && d.unsplit != e.Family+e.Given {
		d.problem("name", CodeNameSplit, d.unsplit)
	}
	if d.says["remote"] || d.clears["remote"] {
		e.Remote = d.said.Remote
	}
	if d.says["languages"] || d.clears["languages"] {
		e.Languages = d.said.Languages
	}
	if d.says["skills"] || d.clears["skills"] {
		e.Skills = p.skills(d, before.Skills)
	}
	p.applyGuardian(d, &e)
	p.applyItems(d, &e)
	return e
}

// keep leaves a text as it stands where a cell says the same in other widths.
func (p *planner) keep(stands, said string) string {
	if p.cells.Text(stands) == said {
		return stands
	}
	return said
}

var leveled = regexp.MustCompile(`^(.*?)\s*(?:[:=]|\()\s*(\d+)\s*\)?$`)

// skills reads a list of skills, each with its level behind a colon or in
// brackets. A skill without one keeps the level it had, or gets the least:
// nobody is said to be better than they wrote. The list stands for all that the
// person says of themselves; evaluated skills stay.
func (p *planner) skills(d *draft, before []spec.Skill) []spec.Skill {
	had, whole := map[string]spec.Skill{}, map[string]spec.Skill{}
	for _, s := range before {
		had[s.URI], whole[p.cells.Text(skillText(s))] = s, s
	}
	var list []spec.Skill
	for line := range strings.Lines(d.skills) {
		if old, ok := whole[strings.TrimSpace(line)]; ok { // as it was exported, whatever signs its URI has
			list = append(list, old)
			continue
		}
		for _, text := range p.cells.List(line) {
			if skill, ok := p.skill(d, text, had); ok {
				list = append(list, skill)
			}
		}
	}
	for _, s := range before {
		if s.Basis == "evaluated" && !slices.ContainsFunc(list, func(l spec.Skill) bool { return l.URI == s.URI }) {
			list = append(list, s)
		}
	}
	return list
}

// skill reads one skill, or notes why it is none.
func (p *planner) skill(d *draft, text string, had map[string]spec.Skill) (spec.Skill, bool) {
	name, level := text, 0
	if parts := leveled.FindStringSubmatch(text); parts != nil {
		name = parts[1]
		level, _ = strconv.Atoi(parts[2])
		if level < 1 || level > 5 {
			d.problem("skills", CodeSkillLevel, text)
			return spec.Skill{}, false
		}
	}
	uri, known := name, strings.Contains(name, ":")
	if p.cells.Skill != nil && !known {
		uri, known = p.cells.Skill(name)
	}
	if !known {
		d.problem("skills", CodeSkill, text)
		return spec.Skill{}, false
	}
	old, ok := had[uri]
	switch {
	case ok && (level == 0 || level == old.Level):
		return old, true
	case ok && old.Basis == "evaluated":
		d.problem("skills", CodeEvaluated, text)
		return spec.Skill{}, false
	}
	return spec.Skill{URI: uri, Level: max(level, 1), Basis: "self"}, true
}

// applyGuardian changes what is said of the guardian. Another name is another
// person, who has not agreed to anything yet.
func (p *planner) applyGuardian(d *draft, e *Entry) {
	said := d.said.Guardian
	if said == nil {
		said = &Guardian{}
	}
	fields := []struct {
		name string
		from string
		of   func(*Guardian) *string
	}{
		{"guardian.name", said.Name, func(g *Guardian) *string { return &g.Name }},
		{"guardian.kana", said.Kana, func(g *Guardian) *string { return &g.Kana }},
		{"guardian.relation", said.Relation, func(g *Guardian) *string { return &g.Relation }},
		{"guardian.email", said.Email, func(g *Guardian) *string { return &g.Email }},
		{"guardian.agreed", said.Agreed, func(g *Guardian) *string { return &g.Agreed }},
	}
	if d.clears["guardian.name"] {
		e.Guardian = nil
	}
	for _, f := range fields {
		if !d.says[f.name] && !d.clears[f.name] {
			continue
		}
		if e.Guardian == nil {
			if !d.says[f.name] {
				continue
			}
			e.Guardian = &Guardian{}
		}
		g, now := e.Guardian, f.of(e.Guardian)
		if p.keep(*now, f.from) == *now {
			continue
		}
		if f.name == "guardian.name" && g.Name != "" {
			*g = Guardian{}
		}
		*f.of(g) = f.from
		if f.name == "guardian.agreed" {
			if g.RecordedBy = ""; f.from != "" {
				g.RecordedBy = p.cells.RecordedBy
			}
		}
	}
}

// itemCell reads a cell about an item.
func (p *planner) itemCell(d *draft, field, kind string, slot int, facet, cell string) {
	key := fmt.Sprintf("%s.%d", kind, slot)
	item := d.items[key]
	if item == nil {
		item = &Item{Kind: kind}
		d.items[key] = item
		d.order = append(d.order, key)
	}
	switch facet {
	case "title":
		item.Title = cell
	case "organisation":
		item.Organisation = cell
	case "field":
		known := words(map[string]string{
			Sport: "sport sports スポーツ 運動", Culture: "culture 文化 芸術 文化芸術", Study: "study 学習 学業 研究", Work: "work 仕事 職業", Community: "community 地域 地域活動",
		})
		if item.Field = known[strings.ToLower(cell)]; item.Field == "" {
			d.problem(field, CodeField, cell)
		}
	case "role":
		item.Role = cell
	case "level":
		item.Level = cell
	case "from":
		item.From = p.day(d, field, cell)
	case "until":
		item.Until = p.day(d, field, cell)
	case "note":
		item.Note = cell
	}
}

// applyItems adds the items of a line, or changes those that have the same
// kind and title already. What a line does not mention stays.
func (p *planner) applyItems(d *draft, e *Entry) {
	taken := map[int]bool{}
	for _, key := range d.order {
		said := d.items[key]
		if said.Title == "" {
			field := "items." + key + ".title"
			for _, c := range p.plan.Columns {
				if strings.HasPrefix(c.Field, "items."+key+".") && d.cells[c.Field] != "" {
					field = c.Field
				}
			}
			d.problem(field, CodeTitleMissing, d.cells[field])
			continue
		}
		at := -1
		for i, item := range e.Items {
			if !taken[i] && item.Kind == said.Kind && p.cells.Text(item.Title) == said.Title {
				at = i
				break
			}
		}
		if at < 0 {
			said.ID = itemID(*said, len(e.Items))
			e.Items = append(e.Items, *said)
			taken[len(e.Items)-1], d.places[len(e.Items)-1] = true, key
			continue
		}
		taken[at], d.places[at] = true, key
		for _, facet := range []func(*Item) *string{
			func(i *Item) *string { return &i.Organisation }, func(i *Item) *string { return &i.Field }, func(i *Item) *string { return &i.Role },
			func(i *Item) *string { return &i.Level }, func(i *Item) *string { return &i.From }, func(i *Item) *string { return &i.Until },
			func(i *Item) *string { return &i.Note },
		} {
			if value := *facet(said); value != "" {
				*facet(&e.Items[at]) = p.keep(*facet(&e.Items[at]), value)
			}
		}
	}
}

// itemID names an item by what it is, so that the same spreadsheet makes the
// same plan whenever it is read.
func itemID(i Item, place int) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{i.Kind, i.Title, i.Organisation, i.From, strconv.Itoa(place)}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// pairs lists an entry as fields and texts.
func pairs(e Entry) [][2]string {
	var list [][2]string
	for _, f := range plainFields() {
		list = append(list, [2]string{f.name, *f.of(&e)})
	}
	skills := make([]string, len(e.Skills))
	for i, s := range e.Skills {
		skills[i] = skillText(s)
	}
	slices.Sort(skills)
	var g Guardian
	if e.Guardian != nil {
		g = *e.Guardian
	}
	list = append(list,
		[2]string{"remote", strconv.FormatBool(e.Remote)},
		[2]string{"languages", strings.Join(e.Languages, ", ")}, [2]string{"skills", strings.Join(skills, ", ")},
		[2]string{"guardian.name", g.Name}, [2]string{"guardian.kana", g.Kana}, [2]string{"guardian.relation", g.Relation},
		[2]string{"guardian.email", g.Email}, [2]string{"guardian.agreed", g.Agreed},
	)
	for _, i := range e.Items {
		var parts []string
		for _, part := range []string{i.Title, i.Organisation, i.Field, i.Role, i.Level, i.From, i.Until, i.Note} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		list = append(list, [2]string{"items." + i.ID, strings.Join(parts, " / ")})
	}
	return list
}

// changes compares two entries field by field.
func changes(before, after Entry) []Changed {
	old := map[string]string{}
	for _, pair := range pairs(before) {
		old[pair[0]] = pair[1]
	}
	var found []Changed
	for _, pair := range pairs(after) {
		if old[pair[0]] != pair[1] && !(pair[0] == "remote" && pair[1] == "false" && old[pair[0]] == "") {
			found = append(found, Changed{pair[0], old[pair[0]], pair[1]})
		}
	}
	return found
}

// Differences compares two entries field by field, as a plan does.
func Differences(before, after Entry) []Changed { return changes(before, after) }
