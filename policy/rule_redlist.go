package policy

import "github.com/fukusen/fukusen/spec"

// judgeRedList: between listed competitors nobody is engaged and nobody is
// evaluated. The list is confidential, so its findings carry no inputs and are
// told to no one (Decision.Public). The person's home answers for it: a home
// that was not given a list in force denies rather than guesses, and any other
// node says that the home decides.
func judgeRedList(q *question, found []Finding) []Finding {
	if q.Act != ActEngage && q.Act != ActEvaluate {
		return found
	}
	hits := q.conflicts.redlist.between(q.Parties, q.day)
	for i, hit := range hits {
		if i > 0 && hits[i-1].document == hit.document {
			continue
		}
		f := hit.document.finding("redlist.pair", Deny, spec.Text{
			JA: "競合先の非公開リストにある組み合わせです。",
			EN: "The pair stands in the confidential competitor list.",
		})
		f.Confidential = true
		found = append(found, f)
	}
	for _, d := range q.conflicts.unread {
		if q.Home {
			f := d.finding("redlist.unread", Deny, spec.Text{
				JA: "本人の所属ノードが、有効な非公開リストの本文を受け取っていません。",
				EN: "The person's home node has not been given a confidential list that is in force.",
			})
			f.Confidential = true
			found = append(found, f)
			continue
		}
		found = append(found, d.finding("redlist.ask-home", Flag, spec.Text{
			JA: "非公開リストについては、本人の所属ノードが判断します。",
			EN: "The person's home node decides by the confidential list.",
		}))
	}
	return found
}
