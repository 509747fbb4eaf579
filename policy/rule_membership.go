package policy

import "github.com/fukusen/fukusen/spec"

// judgeMembership: whoever says something, and whoever is told about a person,
// is an active member of the register in force (REQ-ENV-014).
func judgeMembership(q *question, found []Finding) []Finding {
	if !q.rules.members.Active(q.Issuer) {
		f := q.rules.register.finding("membership.active", Deny, spec.Text{
			JA: "発行した組織は、いま有効な参加名簿で活動中のメンバーではありません。",
			EN: "The issuing organisation is not an active member of the register in force.",
		})
		f.Series, f.Requirement = SeriesRegister, "REQ-ENV-014"
		f.Inputs = map[string]string{"issuer": string(q.Issuer)}
		found = append(found, f)
	}
	if q.Act == ActAdmit || q.Audience == "" && q.Act != ActDisclose {
		return found
	}
	if !q.rules.members.Active(q.Audience) {
		f := q.rules.register.finding("membership.audience", Deny, spec.Text{
			JA: "受け取る組織は、いま有効な参加名簿で活動中のメンバーではありません。",
			EN: "The receiving organisation is not an active member of the register in force.",
		})
		f.Series = SeriesRegister
		f.Inputs = map[string]string{"audience": string(q.Audience)}
		found = append(found, f)
	}
	return found
}
