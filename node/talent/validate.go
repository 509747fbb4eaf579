package talent

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fukusen/fukusen/spec/code"
)

// Codes of problems. A page looks up its sentence by them.
const (
	CodeNameMissing    = "talent.name-missing"
	CodeTooLong        = "talent.too-long"
	CodeTooMany        = "talent.too-many"
	CodeControl        = "talent.control-character"
	CodeKana           = "talent.kana"
	CodeKanaMissing    = "talent.kana-missing" // a flag
	CodeDay            = "talent.day"
	CodeBirth          = "talent.birth" // in the future, or more than 120 years ago
	CodeEmail          = "talent.email"
	CodePhone          = "talent.phone"
	CodeRegion         = "talent.region"
	CodeLanguage       = "talent.language"
	CodeSkill          = "talent.skill"
	CodeSkillLevel     = "talent.skill-level"
	CodeTwice          = "talent.twice"
	CodeKind           = "talent.kind"
	CodeField          = "talent.field"
	CodeTitleMissing   = "talent.title-missing"
	CodePeriod         = "talent.period"
	CodeExpired        = "talent.expired" // a flag
	CodeAudience       = "talent.audience"
	CodeGuardianNeeded = "talent.guardian-needed" // a flag: no consent before
	CodeAgreed         = "talent.agreed-in-future"
)

// Limits of an entry.
const (
	MaxName      = 100 // characters
	MaxText      = 200
	MaxNote      = 2000
	MaxSkills    = 200 // as the standard says (REQ-TAL-006)
	MaxLanguages = 50
	MaxItems     = 200
)

// Problem is one thing that is wrong with an entry, at a field named as in its
// JSON (items.2.until). A flag is worth knowing and stops nothing.
type Problem struct {
	Field string `json:"field"`
	Code  string `json:"code"`
	Flag  bool   `json:"flag,omitempty"`
}

// Validate lists all that is wrong with an entry on this day, and what is worth
// knowing.
func Validate(e Entry, now time.Time) []Problem {
	v := validation{now: now}
	v.person(e)
	v.talents(e)
	for i, item := range e.Items {
		v.item(fmt.Sprintf("items.%d.", i), item)
	}
	v.guardian(e)
	for part, audience := range e.Show {
		v.when(!slices.Contains(Parts(), part) || !knownAudience(audience), "show."+part, CodeAudience)
	}
	slices.SortStableFunc(v.found, func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	return v.found
}

// Valid reports whether nothing is wrong; flags do not count.
func Valid(problems []Problem) bool {
	return !slices.ContainsFunc(problems, func(p Problem) bool { return !p.Flag })
}

type validation struct {
	now   time.Time
	found []Problem
}

func (v *validation) when(wrong bool, field, code string) {
	if wrong {
		v.found = append(v.found, Problem{Field: field, Code: code})
	}
}

func (v *validation) flag(so bool, field, code string) {
	if so {
		v.found = append(v.found, Problem{Field: field, Code: code, Flag: true})
	}
}

func (v *validation) text(field, value string, limit int) {
	v.when(utf8.RuneCountInString(value) > limit, field, CodeTooLong)
	control := func(r rune) bool { return unicode.IsControl(r) && (r != '\n' || limit != MaxNote) }
	v.when(strings.ContainsFunc(value, control) || !utf8.ValidString(value), field, CodeControl)
}

func (v *validation) kana(field, value string) {
	v.text(field, value, MaxName)
	odd := func(r rune) bool {
		return !unicode.Is(unicode.Hiragana, r) && !unicode.Is(unicode.Latin, r) && !strings.ContainsRune("ー・ '-.", r)
	}
	v.when(strings.ContainsFunc(value, odd), field, CodeKana)
}

func (v *validation) day(field, value string) {
	v.when(value != "" && !isDay(value), field, CodeDay)
}

func (v *validation) person(e Entry) {
	v.when(strings.TrimSpace(e.Family) == "", "family", CodeNameMissing)
	v.text("family", e.Family, MaxName)
	v.text("given", e.Given, MaxName)
	v.kana("familyKana", e.FamilyKana)
	v.kana("givenKana", e.GivenKana)
	v.flag(e.FamilyKana == "", "familyKana", CodeKanaMissing)
	v.day("birth", e.Birth)
	if isDay(e.Birth) {
		oldest := v.now.In(japan()).AddDate(-120, 0, 0).Format(time.DateOnly)
		v.when(e.Birth > today(v.now) || e.Birth < oldest, "birth", CodeBirth)
	}
	v.when(e.Email != "" && !validEmail(e.Email), "email", CodeEmail)
	v.when(e.Phone != "" && !validPhone(e.Phone), "phone", CodePhone)
	v.when(e.Region != "" && !code.ValidMunicipality(e.Region), "region", CodeRegion)
}

func (v *validation) talents(e Entry) {
	v.when(len(e.Languages) > MaxLanguages, "languages", CodeTooMany)
	v.when(len(e.Skills) > MaxSkills, "skills", CodeTooMany)
	v.when(len(e.Items) > MaxItems, "items", CodeTooMany)
	seen := map[string]bool{}
	for _, tag := range e.Languages {
		v.when(!code.ValidLanguage(tag), "languages", CodeLanguage)
		v.when(seen["l "+strings.ToLower(tag)], "languages", CodeTwice)
		seen["l "+strings.ToLower(tag)] = true
	}
	for i, skill := range e.Skills {
		at := fmt.Sprintf("skills.%d", i)
		v.when(skill.URI == "" || utf8.RuneCountInString(skill.URI) > MaxText || strings.ContainsFunc(skill.URI, unicode.IsSpace), at, CodeSkill)
		v.when(skill.Basis != "self" && skill.Basis != "evaluated", at, CodeSkill)
		v.when(skill.Level < 1 || skill.Level > 5, at, CodeSkillLevel)
		v.when(seen["s "+skill.URI], at, CodeTwice)
		seen["s "+skill.URI] = true
	}
	for i, item := range e.Items {
		v.when(item.ID == "" || seen["i "+item.ID], fmt.Sprintf("items.%d.id", i), CodeTwice)
		seen["i "+item.ID] = true
	}
}

func (v *validation) item(at string, i Item) {
	v.when(!slices.Contains([]string{Activity, Achievement, Membership, Qualification}, i.Kind), at+"kind", CodeKind)
	v.when(!slices.Contains([]string{"", Sport, Culture, Study, Work, Community}, i.Field), at+"field", CodeField)
	v.when(strings.TrimSpace(i.Title) == "", at+"title", CodeTitleMissing)
	for _, field := range []struct{ name, value string }{
		{"title", i.Title}, {"organisation", i.Organisation}, {"role", i.Role}, {"level", i.Level},
	} {
		v.text(at+field.name, field.value, MaxText)
	}
	v.text(at+"note", i.Note, MaxNote)
	v.day(at+"from", i.From)
	v.day(at+"until", i.Until)
	v.when(isDay(i.From) && isDay(i.Until) && i.Until < i.From, at+"until", CodePeriod)
	v.flag(i.Expired(v.now), at+"until", CodeExpired)
	v.when(i.Show != "" && !knownAudience(i.Show), at+"show", CodeAudience)
}

func (v *validation) guardian(e Entry) {
	if g := e.Guardian; g != nil {
		v.when(strings.TrimSpace(g.Name) == "", "guardian.name", CodeNameMissing)
		v.text("guardian.name", g.Name, MaxName)
		v.kana("guardian.kana", g.Kana)
		v.text("guardian.relation", g.Relation, MaxName)
		v.when(g.Email != "" && !validEmail(g.Email), "guardian.email", CodeEmail)
		v.day("guardian.agreed", g.Agreed)
		v.when(isDay(g.Agreed) && g.Agreed > today(v.now), "guardian.agreed", CodeAgreed)
	}
	v.flag(!MayConsent(e, v.now), "guardian", CodeGuardianNeeded)
}

func knownAudience(a Audience) bool { return a == None || a == Organisation || a == Node }

// validEmail takes one plain address with a dot in its domain.
func validEmail(text string) bool {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > 254 || strings.ContainsAny(text, "\"<> \r\n") {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// validPhone takes 9 to 15 digits with hyphens, brackets and a plus in front.
func validPhone(text string) bool {
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, strings.ContainsRune("-() ", r):
		default:
			return false
		}
	}
	return digits >= 9 && digits <= 15 && len(text) <= 30
}

// phoneKey is what two ways of writing one Japanese number have in common.
func phoneKey(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	if rest, abroad := strings.CutPrefix(digits, "81"); abroad && strings.HasPrefix(text, "+") {
		return "0" + strings.TrimPrefix(rest, "0")
	}
	return digits
}
