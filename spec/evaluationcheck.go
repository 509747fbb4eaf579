package spec

import (
	"slices"

	"github.com/fukusen/fukusen/spec/badge"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

func (v *Evaluation) check() *Refusal {
	if v.VC != nil || v.IssuanceDate != nil || v.Expiration != nil {
		return refuse("REQ-EVL-002", "vc, issuanceDate and expirationDate belong to VC 1.1; use the VC 2.0 members")
	}
	if !slices.Equal(v.Context, badge.Contexts()) {
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
	if r := v.checkTimes(); r != nil {
		return r
	}
	for _, f := range [...]*strict.Fault{
		v.Credential.Achievement.Check(), badge.CheckResults(&v.Credential.Achievement, v.Credential.Result), v.Status.Check(string(v.Issuer)),
	} {
		if r := ofFault(f); r != nil {
			return r
		}
	}
	if o := v.Own; o == nil || o.Rubric == nil || o.Rubric.Document == "" || o.Policy == 0 ||
		o.ConflictCheck == nil || o.ConflictCheck.Effect == "" {
		return refuseField("REQ-EVL-010", "fukusen", "the rubric, the policy and the conflict check are named")
	}
	return nil
}

func (v *Evaluation) checkTimes() *Refusal {
	for _, m := range [...]struct{ name, text string }{{"validFrom", v.ValidFrom}, {"awardedDate", v.AwardedDate}} {
		if _, ok := code.ParseUTC(m.text); !ok {
			return refuseField("REQ-EVL-008", m.name, "a time is there, a UTCDateTime such as 2026-04-01T09:00:00Z")
		}
	}
	return nil
}
