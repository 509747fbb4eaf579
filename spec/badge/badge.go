// Package badge holds what a credential says about an achievement: a subset of
// Open Badges 3.0 with the words of its specification (standard section 12.3).
// It judges values alone, and refuses by the requirement they break.
package badge

import (
	"strings"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// contexts are compared and never fetched (section 12.3.1).
var contexts = [2]string{
	"https://www.w3.org/ns/credentials/v2",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
}

// Contexts is the fixed @context of an evaluation.
func Contexts() []string { return append([]string(nil), contexts[:]...) }

func fault(requirement, field, detail string) *strict.Fault {
	return &strict.Fault{Requirement: requirement, Field: field, Detail: detail}
}

// Achievement is what the evaluation is about.
type Achievement struct {
	ID                string              `json:"id"`
	Type              []string            `json:"type"`
	Name              string              `json:"name"`
	Description       string              `json:"description"`
	Criteria          Criteria            `json:"criteria"`
	AchievementType   string              `json:"achievementType"`
	Alignment         []Alignment         `json:"alignment,omitempty"`
	ResultDescription []ResultDescription `json:"resultDescription"`
}

// Criteria holds the Objective (OKR) or the task in words.
type Criteria struct {
	Narrative string `json:"narrative"`
}

// Alignment links an achievement to a skill.
type Alignment struct {
	TargetName      string `json:"targetName"`
	TargetURL       string `json:"targetUrl"`
	TargetFramework string `json:"targetFramework,omitempty"`
	TargetType      string `json:"targetType,omitempty"`
}

// ResultDescription is a Key Result (OKR) or a rubric criterion (CASE).
type ResultDescription struct {
	ID            string        `json:"id"`
	Type          []string      `json:"type"`
	Name          string        `json:"name"`
	ResultType    string        `json:"resultType"`
	ValueMin      string        `json:"valueMin,omitempty"`
	ValueMax      string        `json:"valueMax,omitempty"`
	RequiredValue string        `json:"requiredValue,omitempty"`
	RequiredLevel string        `json:"requiredLevel,omitempty"`
	RubricLevels  []RubricLevel `json:"rubricCriterionLevel,omitempty"`
}

// RubricLevel is one level of a criterion (1EdTech CASE names).
type RubricLevel struct {
	ID          string   `json:"id"`
	Type        []string `json:"type"`
	Level       string   `json:"level,omitempty"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Points      string   `json:"points,omitempty"`
}

// Result is one measured value, reached level or status.
type Result struct {
	Type              []string `json:"type,omitempty"`
	ResultDescription string   `json:"resultDescription"`
	Value             *string  `json:"value,omitempty"`
	AchievedLevel     *string  `json:"achievedLevel,omitempty"`
	Status            *string  `json:"status,omitempty"`
}

// Evidence is a memo, talk or outcome log.
type Evidence struct {
	ID        string   `json:"id"`
	Type      []string `json:"type"`
	Name      string   `json:"name"`
	Genre     string   `json:"genre"`
	Narrative string   `json:"narrative,omitempty"`
}

// Status is a BitstringStatusListEntry (W3C Bitstring Status List 1.0).
type Status struct {
	ID      string `json:"id,omitempty"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	Index   string `json:"statusListIndex"`
	List    string `json:"statusListCredential"`
}

// RubricUsed names a rubric document of the policy log and its version.
type RubricUsed struct {
	Document string `json:"document"`
	Version  int    `json:"version"`
}

// ConflictCheck is the evaluator's own decision about conflicts of interest.
type ConflictCheck struct {
	Effect   string `json:"effect"` // allow, disclose, approve
	Decision string `json:"decision"`
}

// Check judges that an achievement says what it is.
func (a *Achievement) Check() *strict.Fault {
	for _, m := range [...]struct{ name, text string }{
		{"achievement.id", a.ID},
		{"achievement.name", a.Name},
		{"achievement.description", a.Description},
		{"achievement.criteria.narrative", a.Criteria.Narrative},
		{"achievement.achievementType", a.AchievementType},
	} {
		if m.text == "" {
			return fault("REQ-EVL-008", m.name, "the member is required")
		}
	}
	if len(a.Type) == 0 {
		return fault("REQ-EVL-008", "achievement.type", "the member is required")
	}
	return nil
}

// CheckResults judges the results of an achievement.
func CheckResults(a *Achievement, results []Result) *strict.Fault {
	described := make(map[string]*ResultDescription)
	for i := range a.ResultDescription {
		d := &a.ResultDescription[i]
		described[d.ID] = d
	}
	if len(results) == 0 {
		return fault("REQ-EVL-006", "result", "at least one result is given")
	}
	for _, r := range results {
		d := described[r.ResultDescription]
		if d == nil {
			return fault("REQ-EVL-006", "result.resultDescription", "a result names a resultDescription of the achievement")
		}
		given := 0
		for _, s := range [...]*string{r.Value, r.AchievedLevel, r.Status} {
			if s != nil {
				given++
			}
		}
		if given != 1 {
			return fault("REQ-EVL-007", "result", "a result has exactly one of value, achievedLevel and status")
		}
		if r.AchievedLevel != nil && !d.hasLevel(*r.AchievedLevel) {
			return fault("REQ-EVL-014", "result.achievedLevel", "an achieved level is one of the rubric's")
		}
	}
	return nil
}

func (d *ResultDescription) hasLevel(id string) bool {
	for _, l := range d.RubricLevels {
		if l.ID == id {
			return true
		}
	}
	return false
}

// Check judges where a credential of an issuer can be revoked.
func (s *Status) Check(issuer string) *strict.Fault {
	if s == nil || s.Type != "BitstringStatusListEntry" || s.Purpose != "revocation" {
		return fault("REQ-EVL-009", "credentialStatus", "a credential has a BitstringStatusListEntry for revocation")
	}
	if !strings.HasPrefix(s.List, issuer+"/") || len(s.Index) > 9 || !code.Digits(s.Index) {
		return fault("REQ-EVL-009", "credentialStatus", "the list stands under the issuer's origin and the index is digits")
	}
	return nil
}
