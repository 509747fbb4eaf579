package policy

import (
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// judgePurpose: a record about a person has a purpose that the data guideline
// lists for its kind (REQ-ENV-013). Without a guideline nothing is listed.
func judgePurpose(q *question, found []Finding) []Finding {
	if q.Purpose == "" && !q.Kind.Personal() {
		return found
	}
	if d := q.rules.guideline; d != nil && d.DataGuideline().Allows(q.Purpose, q.Kind) {
		return found
	}
	f := q.rules.guideline.finding("purpose.listed", Deny, spec.Text{
		JA: "データ指針は、この種類の記録にこの目的を認めていません。",
		EN: "The data guideline does not list this purpose for this kind of record.",
	})
	f.Series, f.Requirement = TypeDataGuideline, "REQ-ENV-013"
	f.Inputs = map[string]string{"kind": string(q.Kind), "purpose": q.Purpose}
	return append(found, f)
}

// judgeConsent: nothing about a person is shown without that person's leave,
// and no further than it goes. An engagement is judged by the consent that its
// facts give. A receiver cannot see a consent, so admitting does not ask.
func judgeConsent(q *question, found []Finding) []Finding {
	asked := q.Act == ActDisclose && q.Kind.Personal()
	if c := q.Consent; c == nil || !asked && q.Act != ActEngage {
		if asked {
			found = q.objectConsent(found, "consent.given", spec.Text{
				JA: "本人の同意がありません。", EN: "The person has not consented.",
			})
		}
		return found
	}
	c := q.Consent
	if c.State != StateGiven && c.State != StateRenewed {
		found = q.objectConsent(found, "consent.given", spec.Text{
			JA: "本人の同意は、いま有効な状態ではありません。", EN: "The person's consent is not, or no longer, given.",
		})
	}
	if q.now < c.ValidFrom || c.ValidUntil != 0 && q.now >= c.ValidUntil {
		found = q.objectConsent(found, "consent.time", spec.Text{
			JA: "本人の同意の期間外です。", EN: "The time is outside the person's consent.",
		})
	}
	if c.Recipient != q.Audience {
		found = q.objectConsent(found, "consent.recipient", spec.Text{
			JA: "本人は、別の組織への提供に同意しています。", EN: "The person consented to another recipient.",
		})
	}
	if !slices.Contains(c.Purposes, q.Purpose) {
		found = q.objectConsent(found, "consent.purpose", spec.Text{
			JA: "本人の同意は、この目的を含みません。", EN: "The person's consent does not cover this purpose.",
		})
	}
	if !slices.Contains(c.Kinds, q.Kind) {
		found = q.objectConsent(found, "consent.kind", spec.Text{
			JA: "本人の同意は、この種類の記録を含みません。", EN: "The person's consent does not cover this kind of record.",
		})
	}
	return found
}

// objectConsent makes an objection of the person's own, which rests on the
// principle of the data guideline and on no single clause of it.
func (q *question) objectConsent(found []Finding, clause string, why spec.Text) []Finding {
	f := q.rules.guideline.finding(clause, Deny, why)
	f.Series = TypeDataGuideline
	f.Inputs = map[string]string{"audience": string(q.Audience), "kind": string(q.Kind), "purpose": q.Purpose}
	return append(found, f)
}
