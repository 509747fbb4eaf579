package desk

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/spec"
)

// usualLanguages stand as boxes to tick; others are written.
func usualLanguages() []string {
	return []string{"ja", "en", "zh", "ko", "pt", "es", "vi", "tl", "ne", "jsl"}
}

// personForm is an entry on its way through a form. The names of its fields are
// those that problems name.
type personForm struct {
	Entry    talent.Entry
	Version  int64
	Person   string // "" for somebody new
	Problems []talent.Problem
	Spare    int              // empty rows of items and skills
	Changed  []talent.Changed // what somebody else wrote meanwhile
	lang     string
	name     func(uri string) string
}

// readForm reads what was typed. Rows in which nothing stands are no rows.
func (d pages) readForm(form url.Values, before talent.Entry, by string) talent.Entry {
	get := func(name string) string { return sheet.Digits(form.Get(name)) }
	day := func(name string) string {
		typed := get(name)
		if year, month, day, err := sheet.Date(typed); err == nil {
			return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
		}
		return typed // judged with the entry
	}
	e := talent.Entry{
		Family: get("family"), Given: get("given"), FamilyKana: sheet.Kana(get("familyKana")), GivenKana: sheet.Kana(get("givenKana")),
		Birth: day("birth"), Email: get("email"), Phone: get("phone"), Region: get("region"), Remote: form.Get("remote") != "",
		Show: map[string]talent.Audience{},
	}
	for _, tag := range append(form["languages"], sheet.List(get("languages.other"))...) {
		if tag != "" && !slices.Contains(e.Languages, tag) {
			e.Languages = append(e.Languages, tag)
		}
	}
	for _, part := range talent.Parts() {
		if chosen := form.Get("show." + part); chosen != "" && talent.Audience(chosen) != (talent.Entry{}).Shown(part) {
			e.Show[part] = talent.Audience(chosen)
		}
	}
	e.Skills = d.readSkills(form)
	e.Items = readItems(form, get, day)
	g := talent.Guardian{
		Name: get("guardian.name"), Kana: sheet.Kana(get("guardian.kana")), Relation: get("guardian.relation"),
		Email: get("guardian.email"), Agreed: day("guardian.agreed"),
	}
	if g != (talent.Guardian{}) {
		if was := before.Guardian; was != nil && was.Name == g.Name && was.Agreed == g.Agreed {
			g.RecordedBy = was.RecordedBy
		} else if g.Agreed != "" {
			g.RecordedBy = by
		}
		e.Guardian = &g
	}
	return e
}

func (d pages) readSkills(form url.Values) []spec.Skill {
	var list []spec.Skill
	for i := range talent.MaxSkills {
		at := fmt.Sprintf("skills.%d", i)
		name := sheet.Digits(form.Get(at))
		if name == "" {
			continue
		}
		uri := name
		if !strings.Contains(name, ":") {
			uri, _ = d.Skill(name)
		}
		level, err := strconv.Atoi(form.Get(at + ".level"))
		if err != nil {
			level = 0
		}
		list = append(list, spec.Skill{URI: uri, Level: level, Basis: "self"})
	}
	return list
}

func readItems(form url.Values, get, day func(string) string) []talent.Item {
	var list []talent.Item
	for i := range talent.MaxItems {
		at := fmt.Sprintf("items.%d.", i)
		item := talent.Item{
			Title: get(at + "title"), Organisation: get(at + "organisation"), Role: get(at + "role"), Level: get(at + "level"),
			From: day(at + "from"), Until: day(at + "until"), Note: strings.ReplaceAll(strings.TrimSpace(form.Get(at+"note")), "\r\n", "\n"),
		}
		if item == (talent.Item{}) {
			continue
		}
		item.ID, item.Kind, item.Field, item.Show = form.Get(at+"id"), form.Get(at+"kind"), form.Get(at+"field"), talent.Audience(form.Get(at+"show"))
		if item.ID == "" || len(item.ID) > 64 {
			item.ID = spec.RandomUUID()
		}
		list = append(list, item)
	}
	return list
}

// wrong is what is wrong with a field, or "". Flags are said too: they are
// worth knowing where the field stands.
func (f personForm) wrong(field string) string {
	for _, p := range f.Problems {
		if p.Field == field && !p.Flag {
			return text.Of(f.lang, p.Code, 0)
		}
	}
	return ""
}

// errors are the lines above a form that was refused, each with the id of a
// control that is there.
func (f personForm) errors() []parts.FieldError {
	var list []parts.FieldError
	for _, p := range f.Problems {
		if !p.Flag {
			list = append(list, parts.FieldError{Field: f.leads(p.Field), Text: text.Of(f.lang, p.Code, 0)})
		}
	}
	return list
}

// leads is the control at which a problem is put right: that of the field, or
// the heading of its section where the field has none.
func (f personForm) leads(field string) string {
	section, rest, _ := strings.Cut(field, ".")
	row, name, _ := strings.Cut(rest, ".")
	at, err := strconv.Atoi(row)
	switch {
	case section == "items" && (err != nil || at >= len(f.items())), section == "skills" && (err != nil || at >= len(f.Entry.Skills)-len(f.evaluated())):
		return section
	case section == "items" && name == "id":
		return "items." + row + ".title"
	}
	return field
}

// opens says whether a section stands open from the start: where something is
// to be heeded in it, and where empty rows were asked for.
func (f personForm) opens(fields ...string) bool {
	within := func(field string) bool {
		section, _, _ := strings.Cut(field, ".")
		return slices.Contains(fields, section)
	}
	return slices.ContainsFunc(f.Problems, func(p talent.Problem) bool { return within(p.Field) }) ||
		slices.ContainsFunc(f.Changed, func(c talent.Changed) bool { return within(c.Field) }) ||
		f.Spare > 1 && (within("items") || within("skills"))
}

// flags are what is worth knowing.
func (f personForm) flags() []string {
	var list []string
	for _, p := range f.Problems {
		if said := text.Of(f.lang, p.Code, 0); p.Flag && !slices.Contains(list, said) {
			list = append(list, said)
		}
	}
	return list
}

func (f personForm) field(name, key, kind, value string) parts.FieldView {
	return parts.FieldView{Name: name, LabelKey: key, Type: kind, Value: value, Error: f.wrong(name), Autocomplete: "off"}
}

// skills are those that people say of themselves, with empty rows behind.
func (f personForm) skills() []spec.Skill {
	var list []spec.Skill
	for _, s := range f.Entry.Skills {
		if s.Basis != "evaluated" {
			list = append(list, s)
		}
	}
	return append(list, make([]spec.Skill, max(0, min(f.Spare+2, talent.MaxSkills-len(list))))...)
}

func (f personForm) evaluated() []spec.Skill {
	return slices.DeleteFunc(slices.Clone(f.Entry.Skills), func(s spec.Skill) bool { return s.Basis != "evaluated" })
}

func (f personForm) items() []talent.Item {
	return append(slices.Clone(f.Entry.Items), make([]talent.Item, max(0, min(f.Spare, talent.MaxItems-len(f.Entry.Items))))...)
}

func (f personForm) languageOptions() []parts.Option {
	var list []parts.Option
	for _, tag := range usualLanguages() {
		list = append(list, parts.Option{Value: tag, Key: "desk.language." + tag, Selected: slices.Contains(f.Entry.Languages, tag)})
	}
	return list
}

func (f personForm) otherLanguages() string {
	others := slices.DeleteFunc(slices.Clone(f.Entry.Languages), func(tag string) bool { return slices.Contains(usualLanguages(), tag) })
	return strings.Join(others, ", ")
}

func (f personForm) guardian() talent.Guardian {
	if f.Entry.Guardian == nil {
		return talent.Guardian{}
	}
	return *f.Entry.Guardian
}

func levelOptions() []parts.Option {
	var list []parts.Option
	for level := 1; level <= 5; level++ {
		list = append(list, parts.Option{Value: strconv.Itoa(level), Label: strconv.Itoa(level)})
	}
	return list
}

// keyed are options whose words stand under one beginning.
func keyed(begin string, values ...string) []parts.Option {
	list := make([]parts.Option, len(values))
	for i, value := range values {
		key := begin + value
		if value == "" {
			key = begin + "other"
		}
		list[i] = parts.Option{Value: value, Key: key}
	}
	return list
}

func kindOptions() []parts.Option {
	return keyed("desk.kind.", talent.Activity, talent.Achievement, talent.Membership, talent.Qualification)
}

func areaOptions() []parts.Option {
	return keyed("desk.area.", "", talent.Sport, talent.Culture, talent.Study, talent.Work, talent.Community)
}

func audienceOptions() []parts.Option {
	return keyed("desk.audience.", string(talent.None), string(talent.Organisation), string(talent.Node))
}
