package spec

import (
	"encoding/json"
	"strings"

	"github.com/fukusen/fukusen/spec/code"
)

// Skill is one skill of a person (standard section 12.1).
type Skill struct {
	URI   string `json:"uri"`
	Level int    `json:"level"` // 1 to 5
	Basis string `json:"basis"` // self or evaluated
}

// Talent says what a person can do and where, to one node, without name, birth
// date or free text.
type Talent struct {
	Envelope
	Skills    []Skill  `json:"skills"`
	Region    string   `json:"region"` // municipal code, six digits
	Remote    *bool    `json:"remote"`
	Languages []string `json:"languages"` // BCP 47
}

// Kind is talent.
func (*Talent) Kind() Kind { return KindTalent }

const maxTalentLife = 30 * 24 * 3600

var (
	skillMembers = map[string]bool{"uri": true, "level": true, "basis": true}
	// talentTypes says which requirement a member of the wrong JSON type breaks.
	talentTypes = map[string]string{
		"skills": "REQ-TAL-002", "region": "REQ-TAL-003", "remote": "REQ-TAL-005", "languages": "REQ-TAL-005",
	}
)

// UnmarshalJSON closes the skills as well (REQ-TAL-004): an ignored member
// could be a name or free text that must not travel.
func (t *Talent) UnmarshalJSON(octets []byte) error {
	type plain Talent
	if err := json.Unmarshal(octets, (*plain)(t)); err != nil {
		name, envelope := wrongMember(err)
		top, _, _ := strings.Cut(name, ".")
		if requirement := talentTypes[top]; requirement != "" && !envelope {
			return refuseField(requirement, name, "the member has the wrong JSON type")
		}
		return refuseField("REQ-ENV-001", name, "the member has the wrong JSON type")
	}
	var wide struct {
		Skills []map[string]json.RawMessage `json:"skills"`
	}
	if err := json.Unmarshal(octets, &wide); err != nil {
		return refuseField("REQ-TAL-002", "skills", "skills is an array of objects")
	}
	for _, s := range wide.Skills {
		for name := range s {
			if !skillMembers[name] {
				return refuseField("REQ-TAL-004", "skills", "a skill has uri, level and basis and no other member")
			}
		}
	}
	return nil
}

func (t *Talent) check() *Refusal {
	e := t.Claims()
	if e.Expires == 0 || e.Expires-e.IssuedAt > maxTalentLife {
		return refuseField("REQ-TAL-001", "exp", "a talent record expires within 30 days")
	}
	if t.Skills == nil {
		return refuseField("REQ-TAL-002", "skills", "skills is required, and may be empty")
	}
	if len(t.Skills) > 200 {
		return refuseField("REQ-TAL-006", "skills", "a talent record lists at most 200 skills")
	}
	seen := make(map[string]bool, len(t.Skills))
	for _, s := range t.Skills {
		switch {
		case s.URI == "":
			return refuseField("REQ-TAL-002", "skills.uri", "a skill has a uri")
		case s.Level < 1 || s.Level > 5:
			return refuseField("REQ-TAL-002", "skills.level", "a level is 1 to 5")
		case s.Basis != "self" && s.Basis != "evaluated":
			return refuseField("REQ-TAL-002", "skills.basis", "a basis is self or evaluated")
		case seen[s.URI]:
			return refuseField("REQ-TAL-006", "skills.uri", "a skill is listed once")
		}
		seen[s.URI] = true
	}
	if !code.ValidMunicipality(t.Region) {
		return refuseField("REQ-TAL-003", "region", "a region is six digits with a right check digit")
	}
	if t.Remote == nil {
		return refuseField("REQ-TAL-005", "remote", "remote is true or false")
	}
	if t.Languages == nil {
		return refuseField("REQ-TAL-005", "languages", "languages is required, and may be empty")
	}
	for _, tag := range t.Languages {
		if !code.ValidLanguage(tag) {
			return refuseField("REQ-TAL-005", "languages", "a language is a BCP 47 tag")
		}
	}
	return nil
}

// CheckProfile judges the parts of a talent record that a person gives, before
// there is an envelope: skills, region, remote, languages.
func (t *Talent) CheckProfile() error {
	probe := *t
	probe.IssuedAt, probe.Expires = 1, 2
	if r := probe.check(); r != nil {
		return r
	}
	return nil
}
