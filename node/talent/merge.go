package talent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// Conflict is where two entries of one person say different things. What was
// kept stands; what was dropped is for somebody to look at.
type Conflict struct {
	Field   string `json:"field"`
	Kept    string `json:"kept"`
	Dropped string `json:"dropped"`
}

// plainField is a member of an entry that is one text.
type plainField struct {
	name string
	of   func(*Entry) *string
}

// plainFields lists them as a form does.
func plainFields() []plainField {
	return []plainField{
		{"family", func(e *Entry) *string { return &e.Family }},
		{"given", func(e *Entry) *string { return &e.Given }},
		{"familyKana", func(e *Entry) *string { return &e.FamilyKana }},
		{"givenKana", func(e *Entry) *string { return &e.GivenKana }},
		{"birth", func(e *Entry) *string { return &e.Birth }},
		{"email", func(e *Entry) *string { return &e.Email }},
		{"phone", func(e *Entry) *string { return &e.Phone }},
		{"region", func(e *Entry) *string { return &e.Region }},
	}
}

// clone lets an entry be changed without changing another.
func clone(e Entry) Entry {
	e.Languages = slices.Clone(e.Languages)
	e.Skills = slices.Clone(e.Skills)
	e.Items = slices.Clone(e.Items)
	if e.Guardian != nil {
		g := *e.Guardian
		e.Guardian = &g
	}
	if e.Show != nil {
		show := make(map[string]Audience, len(e.Show))
		for part, audience := range e.Show {
			show[part] = audience
		}
		e.Show = show
	}
	return e
}

// Merge makes one entry of two: what is missing in the one that is kept comes
// from the other, lists are joined, and each part is shown to the narrower of
// the two audiences. An evaluated skill stands over what a person says.
func Merge(keep, drop Entry) (Entry, []Conflict) {
	merged := clone(keep)
	drop = clone(drop)
	var conflicts []Conflict
	take := func(field string, kept *string, dropped string) {
		switch {
		case *kept == "":
			*kept = dropped
		case dropped != "" && dropped != *kept:
			conflicts = append(conflicts, Conflict{field, *kept, dropped})
		}
	}
	for _, f := range plainFields() {
		take(f.name, f.of(&merged), *f.of(&drop))
	}
	merged.Remote = keep.Remote || drop.Remote
	for _, tag := range drop.Languages {
		same := func(other string) bool { return strings.EqualFold(other, tag) }
		if !slices.ContainsFunc(merged.Languages, same) {
			merged.Languages = append(merged.Languages, tag)
		}
	}
	conflicts = append(conflicts, mergeSkills(&merged, drop.Skills)...)
	mergeItems(&merged, drop.Items)
	switch {
	case merged.Guardian == nil:
		merged.Guardian = drop.Guardian
	case drop.Guardian != nil:
		k, d := merged.Guardian, drop.Guardian
		if k.Agreed == "" && (k.Name == "" || k.Name == d.Name) { // an agreement belongs to who gave it
			k.Agreed, k.RecordedBy = d.Agreed, d.RecordedBy
		}
		take("guardian.name", &k.Name, d.Name)
		take("guardian.kana", &k.Kana, d.Kana)
		take("guardian.relation", &k.Relation, d.Relation)
		take("guardian.email", &k.Email, d.Email)
	}
	for _, part := range Parts() {
		if a, b := keep.Shown(part), drop.Shown(part); b.width() < a.width() {
			if merged.Show == nil {
				merged.Show = map[string]Audience{}
			}
			merged.Show[part] = b
		}
	}
	return merged, conflicts
}

func mergeSkills(merged *Entry, dropped []spec.Skill) []Conflict {
	var conflicts []Conflict
	for _, skill := range dropped {
		at := slices.IndexFunc(merged.Skills, func(s spec.Skill) bool { return s.URI == skill.URI })
		if at < 0 {
			merged.Skills = append(merged.Skills, skill)
			continue
		}
		kept := merged.Skills[at]
		if skill.Basis == "evaluated" && kept.Basis != "evaluated" {
			merged.Skills[at], kept, skill = skill, skill, kept
		}
		if kept.Level != skill.Level {
			conflicts = append(conflicts, Conflict{"skills", skillText(kept), skillText(skill)})
		}
	}
	return conflicts
}

func mergeItems(merged *Entry, dropped []Item) {
	for _, item := range dropped {
		at := slices.IndexFunc(merged.Items, func(i Item) bool {
			return i.Kind == item.Kind && i.Title == item.Title && i.Organisation == item.Organisation && i.From == item.From
		})
		if at >= 0 {
			kept := &merged.Items[at]
			kept.Until = max(kept.Until, item.Until) // a renewal counts
			if item.Shown().width() < kept.Shown().width() {
				kept.Show = item.Shown()
			}
			continue
		}
		if slices.ContainsFunc(merged.Items, func(i Item) bool { return i.ID == item.ID }) {
			item.ID = itemID(item, len(merged.Items))
		}
		merged.Items = append(merged.Items, item)
	}
}

func skillText(s spec.Skill) string { return fmt.Sprintf("%s:%d", s.URI, s.Level) }

// Reasons why two entries may be one person.
const (
	SameKanaAndBirth = "kana-and-birth"
	SameEmail        = "email"
	SamePhone        = "phone"
	SameName         = "name" // in kanji and in kana
)

// Pair are two people who may be one, and why.
type Pair struct {
	A, B    string // ids, in the order of the list
	Reasons []string
}

// Similar finds who may be in the register twice. Of more than two with the
// same, each is paired with the first, so that a shared telephone does not
// make a list nobody can read.
func Similar(list []Known) []Pair {
	first := map[string]int{}
	reasons := map[[2]int][]string{}
	var order [][2]int
	for i, k := range list {
		for _, key := range likenesses(k.Entry) {
			whole := key.reason + "\x00" + key.value
			before, seen := first[whole]
			if !seen {
				first[whole] = i
				continue
			}
			pair := [2]int{before, i}
			if reasons[pair] == nil {
				order = append(order, pair)
			}
			reasons[pair] = append(reasons[pair], key.reason)
		}
	}
	slices.SortFunc(order, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	pairs := make([]Pair, 0, len(order))
	for _, p := range order {
		pairs = append(pairs, Pair{list[p[0]].ID, list[p[1]].ID, reasons[p]})
	}
	return pairs
}

type likeness struct{ reason, value string }

func likenesses(e Entry) []likeness {
	var found []likeness
	kana := fullKana(e)
	if kana != "" && e.Birth != "" {
		found = append(found, likeness{SameKanaAndBirth, kana + "\x00" + e.Birth})
	}
	if e.Email != "" {
		found = append(found, likeness{SameEmail, strings.ToLower(e.Email)})
	}
	if e.Phone != "" {
		found = append(found, likeness{SamePhone, phoneKey(e.Phone)})
	}
	if kana != "" && e.Family != "" && e.Given != "" {
		found = append(found, likeness{SameName, fullName(e) + "\x00" + kana})
	}
	return found
}
