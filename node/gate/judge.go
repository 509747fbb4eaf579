package gate

import (
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

// judge holds proven records against the policy in force. It never stops
// early: a refused issuer should learn all the reasons at once.
func (g *Gate) judge(d Delivery, list []entry) {
	book, now := g.Trust.Book(), g.Clock()
	for i := range list {
		e := &list[i]
		if e.record == nil {
			continue
		}
		env := e.record.Envelope()
		if env.Policy > book.Size() {
			e.drop(spec.RefuseField("REQ-ENV-009", "policy", "the record was made under a policy that this node has not read yet"))
			continue
		}
		if r := policy.Refusal(book.Decide(admission(e.record, g.Self), now)); r != nil {
			e.drop(r)
		}
	}
}

// admission is what the rules are asked when a record wants in.
func admission(r *spec.Record, self spec.NodeID) policy.Facts {
	env := r.Envelope()
	f := policy.Facts{Act: policy.ActAdmit, Issuer: env.Issuer, Audience: self, Kind: r.Kind(), Purpose: env.Purpose}
	if v, ok := r.Body().(*spec.Evaluation); ok {
		f.Act = policy.ActEvaluate
		if at, ok := code.ParseUTC(v.AwardedDate); ok {
			f.AwardedAt = at
		}
		f.Parties = []policy.Party{
			{ID: string(env.Issuer), Role: "evaluator"}, {ID: string(self), Role: "home", Counterpart: true},
		}
	}
	return f
}
