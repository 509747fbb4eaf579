package rival

import (
	"context"
	"errors"

	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// OPA is Open Policy Agent with the rules of consent and of a conflict matrix.
// Rest hours, registers and validity in time, which our decision has too, are
// left out, in its favour.
type OPA struct{ query rego.PreparedEvalQuery }

const opaModule = `package fukusen

default allow := false

consented if {
	input.consent.state == "ConsentGiven"
	input.consent.recipient == input.audience
	input.purpose in input.consent.purposes
	input.kind in input.consent.kinds
	input.consent.validFrom <= input.at
}

conflicts contains other.id if {
	some own in input.parties
	not own.counterpart
	some other in input.parties
	other.counterpart
	data.matrix[own.id][other.id] == "deny"
}

allow if {
	consented
	count(conflicts) == 0
}
`

// NewOPA prepares the rules over pairs of parties that exclude each other.
func NewOPA(ctx context.Context, pairs [][2]string) (*OPA, error) {
	rows := map[string]any{}
	put := func(a, b string) {
		others, _ := rows[a].(map[string]any)
		if others == nil {
			others = map[string]any{}
			rows[a] = others
		}
		others[b] = "deny"
	}
	for _, p := range pairs {
		put(p[0], p[1])
		put(p[1], p[0])
	}
	q, err := rego.New(
		rego.Query("data.fukusen.allow"), rego.Module("fukusen.rego", opaModule),
		rego.Store(inmem.NewFromObject(map[string]any{"matrix": rows})),
	).PrepareForEval(ctx)
	return &OPA{q}, err
}

// Allows decides one input.
func (o *OPA) Allows(ctx context.Context, input map[string]any) (bool, error) {
	got, err := o.query.Eval(ctx, rego.EvalInput(input))
	if err == nil && len(got) == 0 {
		err = errors.New("OPA gave no answer")
	}
	return got.Allowed(), err
}
