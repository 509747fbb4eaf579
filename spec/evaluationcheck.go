package spec

import (
	"strings"

	"github.com/fukusen/fukusen/spec/code"
)

func (v *Evaluation) check() *Refusal {
	if v.VC != nil || v.IssuanceDate != nil || v.Expiration != nil {
		return refuse("REQ-EVL-002", "vc, issuanceDate and expirationDate belong to VC 1.1; use the VC 2.0 members")
	}
	if len(v.Context) != 2 || v.Context[0] != credentialContexts[0] || v.Context[1] != credentialContexts[1] {
		return refuseField("REQ-EVL-001", "@context", "@context is the two contexts of section 12.3.1 in order")
	}
	if len(v.Type) != 2 || v.Type[0] != "VerifiableCredential" || v.Type[1] != "OpenBadgeCredential" {
		return refuseField("REQ-EVL-001", "type", "type is VerifiableCredential and OpenBadgeCredential")
	}
	if v.IssuedBy.ID != v.Issuer {
		return refuseField("REQ-EVL-003", "issuer.id", "issuer.id is iss")
	}
	if v.Credential.ID != v.Subject {
		return refuseField("REQ-EVL-004", "credentialSubject.id", "credentialSubject.id is sub")
	}
	if v.ID != v.JTI {
		return refuseField("REQ-EVL-005", "id", "id is jti")
	}
	if r := v.checkAchievement(); r != nil {
		return r
	}
	if r := v.checkResults(); r != nil {
		return r
	}
	if r := v.Status.check(v.Issuer); r != nil {
		return r
	}
	if o := v.Own; o == nil || o.Rubric == nil || o.Rubric.Document == "" || o.Policy == 0 ||
		o.ConflictCheck == nil || o.ConflictCheck.Effect == "" {
		return refuseField("REQ-EVL-010", "fukusen", "the rubric, the policy and the conflict check are named")
	}
	return nil
}

func (v *Evaluation) checkAchievement() *Refusal {
	a := &v.Credential.Achievement
	for _, m := range [...]struct{ name, text string }{
		{"validFrom", v.ValidFrom},
		{"awardedDate", v.AwardedDate},
		{"achievement.id", a.ID},
		{"achievement.name", a.Name},
		{"achievement.description", a.Description},
		{"achievement.criteria.narrative", a.Criteria.Narrative},
		{"achievement.achievementType", a.AchievementType},
	} {
		if m.text == "" {
			return refuseField("REQ-EVL-008", m.name, "the member is required")
		}
	}
	if len(a.Type) == 0 {
		return refuseField("REQ-EVL-008", "achievement.type", "the member is required")
	}
	for _, m := range [...]struct{ name, text string }{{"validFrom", v.ValidFrom}, {"awardedDate", v.AwardedDate}} {
		if _, ok := code.ParseUTC(m.text); !ok {
			return refuseField("REQ-EVL-008", m.name, "a time is a UTCDateTime such as 2026-04-01T09:00:00Z")
		}
	}
	return nil
}

func (v *Evaluation) checkResults() *Refusal {
	described := make(map[string]*ResultDescription)
	for i := range v.Credential.Achievement.ResultDescription {
		d := &v.Credential.Achievement.ResultDescription[i]
		described[d.ID] = d
	}
	if len(v.Credential.Result) == 0 {
		return refuseField("REQ-EVL-006", "result", "at least one result is given")
	}
	for _, r := range v.Credential.Result {
		d := described[r.ResultDescription]
		if d == nil {
			return refuseField("REQ-EVL-006", "result.resultDescription", "a result names a resultDescription of the achievement")
		}
		given := 0
		for _, s := range [...]*string{r.Value, r.AchievedLevel, r.Status} {
			if s != nil {
				given++
			}
		}
		if given != 1 {
			return refuseField("REQ-EVL-007", "result", "a result has exactly one of value, achievedLevel and status")
		}
		if r.AchievedLevel != nil && !d.hasLevel(*r.AchievedLevel) {
			return refuseField("REQ-EVL-014", "result.achievedLevel", "an achieved level is one of the rubric's")
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

func (s *CredentialStatus) check(issuer NodeID) *Refusal {
	if s == nil || s.Type != "BitstringStatusListEntry" || s.Purpose != "revocation" {
		return refuseField("REQ-EVL-009", "credentialStatus", "a credential has a BitstringStatusListEntry for revocation")
	}
	if !strings.HasPrefix(s.List, string(issuer)+"/") || len(s.Index) > 9 || !code.Digits(s.Index) {
		return refuseField("REQ-EVL-009", "credentialStatus", "the list stands under the issuer's origin and the index is digits")
	}
	return nil
}
