package spec

import (
	"encoding/json"
	"strings"

	"github.com/fukusen/fukusen/spec/badge"
)

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
	Evidence     []badge.Evidence   `json:"evidence,omitempty"`
	Status       *badge.Status      `json:"credentialStatus"`
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
	ID                Subject           `json:"id"`
	ActivityStartDate string            `json:"activityStartDate,omitempty"`
	ActivityEndDate   string            `json:"activityEndDate,omitempty"`
	Role              string            `json:"role,omitempty"`
	Narrative         string            `json:"narrative,omitempty"`
	CreditsEarned     string            `json:"creditsEarned,omitempty"`
	Achievement       badge.Achievement `json:"achievement"`
	Result            []badge.Result    `json:"result"`
}

// EvaluationContext holds our own members: the rubric used, the policy log size
// and the evaluator's conflict check.
type EvaluationContext struct {
	Rubric        *badge.RubricUsed    `json:"rubric"`
	Policy        uint64               `json:"policy"`
	ConflictCheck *badge.ConflictCheck `json:"conflictCheck"`
	Dispute       string               `json:"dispute,omitempty"` // none, open, upheld, dismissed
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
