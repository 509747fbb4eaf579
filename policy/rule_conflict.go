package policy

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// judgeConflict: a row of the conflict-of-interest matrix between a party of
// the person's side and one of the other side is an objection. An evaluation
// is judged by the matrix in force on the day it was awarded (REQ-EVL-012).
func judgeConflict(q *question, found []Finding) []Finding {
	if !q.weighsParties() {
		return found
	}
	for _, hit := range q.conflicts.matrix.between(q.Parties, q.day) {
		if hit.row.Effect == Allow {
			continue
		}
		f := hit.document.finding("conflict."+hit.row.Relation, hit.row.Effect, conflictWhy(hit.row.Effect))
		f.Inputs = map[string]string{
			"partyA": hit.row.PartyA, "partyB": hit.row.PartyB,
			"relation": hit.row.Relation, "reasonCode": hit.row.ReasonCode,
			"day": time.Unix(q.day, 0).UTC().Format(time.DateOnly),
		}
		if f.Effect == Deny && q.Kind == spec.KindEvaluation {
			f.Requirement = "REQ-EVL-012"
		}
		found = append(found, f)
	}
	return found
}

// weighsParties: a relation between organisations matters where one of them
// takes on a person or judges one, not where data moves.
func (q *question) weighsParties() bool {
	return q.Act == ActEngage || q.Act == ActEvaluate || q.Act == ActAdmit && q.Kind == spec.KindEvaluation
}

func conflictWhy(e Effect) spec.Text {
	switch e {
	case Deny:
		return spec.Text{
			JA: "利益相反表により、この二つの組織のあいだでは認められません。",
			EN: "The conflict-of-interest matrix does not allow this between the two organisations.",
		}
	case Approve:
		return spec.Text{
			JA: "利益相反表により、承認が必要です。",
			EN: "The conflict-of-interest matrix asks for an approval first.",
		}
	}
	return spec.Text{
		JA: "利益相反表により、関係を開示する必要があります。",
		EN: "The conflict-of-interest matrix asks for the relation to be disclosed.",
	}
}
