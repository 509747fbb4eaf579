package spec

import (
	"encoding/json"
	"strings"
)

// The two contexts of a credential, compared and never fetched (section 12.3.1).
var credentialContexts = [2]string{
	"https://www.w3.org/ns/credentials/v2",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
}

// CredentialContexts is the fixed @context of an evaluation.
func CredentialContexts() []string { return append([]string(nil), credentialContexts[:]...) }

// Evaluation is a subset of the Open Badges 3.0 AchievementCredential on the
// W3C VC Data Model 2.0 (standard section 12.3). All result values are strings.
type Evaluation struct {
	Envelope
	Context      []string           `json:"@context"`
	ID           string             `json:"id"`
	Type         []string           `json:"type"`
	IssuedBy     CredentialIssuer   `json:"issuer"`
	ValidFrom    string             `json:"validFrom"`
	ValidUntil   string             `json:"validUntil,omitempty"`
	AwardedDate  string             `json:"awardedDate"`
	Credential   CredentialSubject  `json:"credentialSubject"`
	Evidence     []Evidence         `json:"evidence,omitempty"`
	Status       *CredentialStatus  `json:"credentialStatus"`
	Own          *EvaluationContext `json:"fukusen"`
	VC           json.RawMessage    `json:"vc,omitempty"`
	IssuanceDate json.RawMessage    `json:"issuanceDate,omitempty"`
	Expiration   json.RawMessage    `json:"expirationDate,omitempty"`
}

// CredentialIssuer is the issuer Profile; ID equals iss.
type CredentialIssuer struct {
	ID              NodeID       `json:"id"`
	Type            []string     `json:"type"`
	Name            string       `json:"name"`
	OtherIdentifier []Identifier `json:"otherIdentifier,omitempty"`
}

// CredentialSubject says what was achieved; ID is random for one engagement.
type CredentialSubject struct {
	ID                Subject     `json:"id"`
	ActivityStartDate string      `json:"activityStartDate,omitempty"`
	ActivityEndDate   string      `json:"activityEndDate,omitempty"`
	Role              string      `json:"role,omitempty"`
	Narrative         string      `json:"narrative,omitempty"`
	CreditsEarned     string      `json:"creditsEarned,omitempty"`
	Achievement       Achievement `json:"achievement"`
	Result            []Result    `json:"result"`
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

// CredentialStatus is a BitstringStatusListEntry (W3C Bitstring Status List 1.0).
type CredentialStatus struct {
	ID      string `json:"id,omitempty"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	Index   string `json:"statusListIndex"`
	List    string `json:"statusListCredential"`
}

// EvaluationContext holds our own members: the rubric used, the policy log size
// and the evaluator's conflict check.
type EvaluationContext struct {
	Rubric        *RubricUsed    `json:"rubric"`
	Policy        uint64         `json:"policy"`
	ConflictCheck *ConflictCheck `json:"conflictCheck"`
	Dispute       string         `json:"dispute,omitempty"` // none, open, upheld, dismissed
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

// Kind is vc.
func (*Evaluation) Kind() Kind { return KindEvaluation }

var resultMembers = map[string]bool{"value": true, "achievedLevel": true, "status": true}

// UnmarshalJSON tells apart what is wrong: an Open Badges value that is not a
// string breaks REQ-EVL-007, any other wrong type REQ-EVL-008.
func (v *Evaluation) UnmarshalJSON(octets []byte) error {
	type plain Evaluation
	err := json.Unmarshal(octets, (*plain)(v))
	var wrong *json.UnmarshalTypeError
	if asType(err, &wrong) {
		path := strings.Split(wrong.Field, ".")
		if last := path[len(path)-1]; resultMembers[last] && strings.Contains(wrong.Field, "result.") {
			return refuseField("REQ-EVL-007", "result", "a result's value is a string")
		}
		if name, envelope := wrongMember(err); envelope {
			return refuseField("REQ-ENV-001", name, "the member has the wrong JSON type")
		}
		return refuseField("REQ-EVL-008", wrong.Field, "the member has the wrong JSON type")
	}
	return err
}
