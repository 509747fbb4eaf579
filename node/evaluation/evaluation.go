// Package evaluation turns what an evaluator says of an achievement into a
// credential of the standard (section 12.3). It is a pure room: it refuses
// nothing of its own, since sealing judges the whole, and it knows no store
// and no clock.
package evaluation

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
)

// Purpose is what a credential travels for.
const Purpose = "evaluation"

// Issue is what the issuing node adds to what the evaluator says.
type Issue struct {
	Issuer   spec.NodeID
	Name     string // of the issuer
	List     string // URL of its status list
	Index    int    // the credential's place in it
	Conflict string // effect of the conflict check, such as allow
	Policy   uint64 // size of the policy log it was checked under
	At       time.Time
}

// Complete fills in all of a credential that is the issuer's own to say.
func Complete(v *spec.Evaluation, by Issue) {
	v.UID, v.Purpose = spec.RandomUUID(), Purpose
	v.Context = badge.Contexts()
	v.Type = []string{"VerifiableCredential", "OpenBadgeCredential"}
	v.IssuedBy.ID, v.IssuedBy.Type, v.IssuedBy.Name = by.Issuer, []string{"Profile"}, by.Name
	v.Credential.ID = v.Subject
	v.ValidFrom = spec.FormatUTC(by.At)
	v.AwardedDate = v.ValidFrom
	v.Status = &badge.Status{
		Type: "BitstringStatusListEntry", Purpose: "revocation", Index: strconv.Itoa(by.Index), List: by.List,
	}
	if v.Own == nil {
		v.Own = &spec.EvaluationContext{}
	}
	v.Own.Policy = by.Policy
	v.Own.ConflictCheck = &badge.ConflictCheck{Effect: by.Conflict, Decision: spec.RandomUUID()}
	if v.Own.Dispute == "" {
		v.Own.Dispute = "none"
	}
}

// StatusIndex reads a credential's place in its status list from its token.
func StatusIndex(token string) (int, error) {
	var v struct {
		Status badge.Status `json:"credentialStatus"`
	}
	if err := json.Unmarshal(spec.Payload(token), &v); err != nil {
		return 0, fmt.Errorf("stored credential: %w", err)
	}
	n, err := strconv.Atoi(v.Status.Index)
	if err != nil {
		return 0, fmt.Errorf("stored credential: %w", err)
	}
	return n, nil
}
