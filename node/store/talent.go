package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/spec"
)

// TalentProfile is what a person says of their own skills, before any of it is
// sealed for a reader (standard section 12.1).
type TalentProfile struct {
	Person    string
	Region    string
	Remote    bool
	Languages []string
	Skills    []spec.Skill
	UpdatedAt int64
}

func (p *TalentProfile) fields() []any {
	return []any{&p.Person, &p.Region, &p.Remote, asJSON{&p.Languages}, asJSON{&p.Skills}, &p.UpdatedAt}
}

const (
	upsertTalentProfile = `
INSERT INTO talent_profile (person, region, remote, languages, skills, updated_at)
VALUES {rows}
ON CONFLICT (person) DO UPDATE
SET region = excluded.region, remote = excluded.remote, languages = excluded.languages,
    skills = excluded.skills, updated_at = excluded.updated_at`

	talentProfileColumns = `
SELECT person, region, remote, languages, skills, updated_at
FROM talent_profile`

	selectTalentProfile  = talentProfileColumns + ` WHERE person = $1`
	selectTalentProfiles = talentProfileColumns + ` WHERE person > $1 ORDER BY person LIMIT $2`
)

// PutTalentProfile writes profiles over what was there, one a person.
func (tx *Tx) PutTalentProfile(profiles ...TalentProfile) error {
	_, err := fill(tx, upsertTalentProfile, profiles, func(p *TalentProfile, to []any) []any {
		return append(to, p.Person, p.Region, p.Remote, asJSON{&p.Languages}, asJSON{&p.Skills}, p.UpdatedAt)
	})
	return err
}

// TalentProfile answers a person's profile.
func (tx *Tx) TalentProfile(person string) (TalentProfile, error) {
	return one(tx, (*TalentProfile).fields, selectTalentProfile, person)
}

// TalentProfiles answers profiles of people whose id follows one.
func (tx *Tx) TalentProfiles(after string, limit int) ([]TalentProfile, error) {
	return list(tx, (*TalentProfile).fields, selectTalentProfiles, after, limit)
}

// asJSON keeps a value, given by its address, as JSON text in one column.
type asJSON struct{ value any }

// Value is the text to write.
func (j asJSON) Value() (driver.Value, error) {
	text, err := json.Marshal(j.value)
	return string(text), err
}

// Scan reads the text back.
func (j asJSON) Scan(from any) error {
	switch text := from.(type) {
	case string:
		return json.Unmarshal([]byte(text), j.value)
	case []byte:
		return json.Unmarshal(text, j.value)
	}
	return fmt.Errorf("a column of JSON holds %T", from)
}
