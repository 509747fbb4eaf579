// Package talent holds the rules of the talent register: what an entry may
// say, who is a minor, what may be shown to whom, in which order people stand,
// who may be one person twice, and what a spreadsheet would change. It refuses
// to know where entries are kept and who asks; readers of cells are arguments.
package talent

import (
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Audience is to whom a part of an entry may be shown, besides the person and
// the desk that keeps the register.
type Audience string

// Audiences, each wider than the one before.
const (
	None         Audience = "none"
	Organisation Audience = "organisation" // members of the person's own organisation
	Node         Audience = "node"         // everybody who is signed in at this node
)

func (a Audience) width() int {
	switch a {
	case Organisation:
		return 1
	case Node:
		return 2
	}
	return 0
}

// Parts of an entry that have an audience of their own in Entry.Show.
const (
	PartName      = "name" // both scripts
	PartBirth     = "birth"
	PartContact   = "contact" // e-mail and telephone
	PartRegion    = "region"
	PartRemote    = "remote"
	PartLanguages = "languages"
	PartSkills    = "skills"
)

// Parts lists them in the order of a form.
func Parts() []string {
	return []string{PartName, PartBirth, PartContact, PartRegion, PartRemote, PartLanguages, PartSkills}
}

// Kinds of items.
const (
	Activity      = "activity"
	Achievement   = "achievement"
	Membership    = "membership"
	Qualification = "qualification"
)

// Fields an activity or achievement is in; "" is another.
const (
	Sport     = "sport"
	Culture   = "culture"
	Study     = "study"
	Work      = "work"
	Community = "community"
)

// Entry is what the register says of one person. Days are YYYY-MM-DD or "".
type Entry struct {
	Family     string              `json:"family"`
	Given      string              `json:"given,omitempty"`
	FamilyKana string              `json:"familyKana,omitempty"` // hiragana
	GivenKana  string              `json:"givenKana,omitempty"`
	Birth      string              `json:"birth,omitempty"`
	Email      string              `json:"email,omitempty"`
	Phone      string              `json:"phone,omitempty"`
	Region     string              `json:"region,omitempty"` // municipal code, six digits
	Remote     bool                `json:"remote"`
	Languages  []string            `json:"languages,omitempty"` // BCP 47
	Skills     []spec.Skill        `json:"skills,omitempty"`
	Items      []Item              `json:"items,omitempty"`
	Guardian   *Guardian           `json:"guardian,omitempty"`
	Show       map[string]Audience `json:"show,omitempty"` // by part; what is missing has its default
}

// Item is something a person did, is part of, or may call their own.
type Item struct {
	ID           string   `json:"id"`
	Kind         string   `json:"kind"`
	Field        string   `json:"field,omitempty"`
	Title        string   `json:"title"`
	Organisation string   `json:"organisation,omitempty"` // of a qualification: who issued it
	Role         string   `json:"role,omitempty"`
	Level        string   `json:"level,omitempty"`
	From         string   `json:"from,omitempty"`
	Until        string   `json:"until,omitempty"` // of a qualification: the last day it holds
	Note         string   `json:"note,omitempty"`
	Show         Audience `json:"show,omitempty"` // "" is the default of its kind
}

// Guardian is who agrees for a minor.
type Guardian struct {
	Name       string `json:"name"`
	Kana       string `json:"kana,omitempty"`
	Relation   string `json:"relation,omitempty"`
	Email      string `json:"email,omitempty"`
	Agreed     string `json:"agreed,omitempty"`     // the day
	RecordedBy string `json:"recordedBy,omitempty"` // account
}

// Known is an entry with the id of its person.
type Known struct {
	ID    string
	Entry Entry
}

// Shown says to whom a part is shown: what the person chose, or else name,
// region, languages and skills to the own organisation and the rest to nobody.
func (e Entry) Shown(part string) Audience {
	if chosen, ok := e.Show[part]; ok {
		return chosen
	}
	switch part {
	case PartName, PartRegion, PartRemote, PartLanguages, PartSkills:
		return Organisation
	}
	return None
}

// Shown says to whom an item is shown. A membership can tell what somebody
// believes, so it is shown to nobody before they choose.
func (i Item) Shown() Audience {
	switch {
	case i.Show != "":
		return i.Show
	case i.Kind == Membership:
		return None
	}
	return Organisation
}

// Visible gives what one audience may see. Guardian and the choices themselves
// are for nobody; None sees an empty entry.
func Visible(e Entry, audience Audience) Entry {
	sees := func(to Audience) bool { return audience.width() > 0 && to.width() >= audience.width() }
	var v Entry
	if sees(e.Shown(PartName)) {
		v.Family, v.Given, v.FamilyKana, v.GivenKana = e.Family, e.Given, e.FamilyKana, e.GivenKana
	}
	if sees(e.Shown(PartBirth)) {
		v.Birth = e.Birth
	}
	if sees(e.Shown(PartContact)) {
		v.Email, v.Phone = e.Email, e.Phone
	}
	if sees(e.Shown(PartRegion)) {
		v.Region = e.Region
	}
	if sees(e.Shown(PartRemote)) {
		v.Remote = e.Remote
	}
	if sees(e.Shown(PartLanguages)) {
		v.Languages = append([]string(nil), e.Languages...)
	}
	if sees(e.Shown(PartSkills)) {
		v.Skills = append([]spec.Skill(nil), e.Skills...)
	}
	for _, item := range e.Items {
		if sees(item.Shown()) {
			item.Show = ""
			v.Items = append(v.Items, item)
		}
	}
	return v
}

// majority is the age from which nobody else agrees for a person (Civil Code,
// article 4, since 1 April 2022).
const majority = 18

// japan is where a day of the law begins; it has had no other time since 1951.
func japan() *time.Location { return time.FixedZone("JST", 9*60*60) }

func today(now time.Time) string { return now.In(japan()).Format(time.DateOnly) }

// Minor reports whether a person is under age on this day in Japan. A year of
// age is complete at the end of the day before the birthday, so who was born on
// 29 February comes of age on 1 March. Without a day of birth nobody is a minor.
func Minor(e Entry, now time.Time) bool {
	born, err := time.ParseInLocation(time.DateOnly, e.Birth, japan())
	return err == nil && now.Before(born.AddDate(majority, 0, 0))
}

// MayConsent reports whether a consent may be taken from a person: a minor's
// guardian has to have agreed, on a day that has come, to somebody who noted it.
func MayConsent(e Entry, now time.Time) bool {
	if !Minor(e, now) {
		return true
	}
	g := e.Guardian
	return g != nil && g.Name != "" && isDay(g.Agreed) && g.Agreed <= today(now) && g.RecordedBy != ""
}

// Expired reports whether a qualification no longer holds on this day.
func (i Item) Expired(now time.Time) bool {
	return i.Kind == Qualification && isDay(i.Until) && i.Until < today(now)
}

// NextExpiry is the qualification that expires first of those that hold.
func NextExpiry(e Entry, now time.Time) (next Item, ok bool) {
	for _, i := range e.Items {
		if i.Kind == Qualification && isDay(i.Until) && !i.Expired(now) && (!ok || i.Until < next.Until) {
			next, ok = i, true
		}
	}
	return next, ok
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// Reading is the sort key of a person by the key of a kana reading: family
// name first. Who has no reading sorts by the name itself.
func Reading(e Entry, key func(string) string) string {
	family, given := e.FamilyKana, e.GivenKana
	if family == "" && given == "" {
		family, given = e.Family, e.Given
	}
	return key(family) + "\t" + key(given)
}

// Order compares two people as a directory does: by reading, then by kanji,
// then by id. The key makes readings comparable octet by octet.
func Order(key func(string) string) func(a, b Known) int {
	return func(a, b Known) int {
		if c := strings.Compare(Reading(a.Entry, key), Reading(b.Entry, key)); c != 0 {
			return c
		}
		if c := strings.Compare(fullName(a.Entry), fullName(b.Entry)); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	}
}

// SearchText is what a search of the desk looks through: names, readings,
// e-mail, telephone and the titles of items, in lower case and one line. A
// query is to be brought into the same form, by the same reader of texts.
func SearchText(e Entry, text func(string) string) string {
	parts := []string{e.Family + e.Given, fullName(e), e.FamilyKana + e.GivenKana, fullKana(e), e.Email, e.Phone, phoneKey(e.Phone)}
	for _, i := range e.Items {
		parts = append(parts, i.Title, i.Organisation)
	}
	return strings.ToLower(strings.Join(strings.Fields(text(strings.Join(parts, " "))), " "))
}

func fullName(e Entry) string { return strings.TrimSpace(e.Family + " " + e.Given) }

func fullKana(e Entry) string { return strings.TrimSpace(e.FamilyKana + " " + e.GivenKana) }
