package policy

import (
	"encoding/json"
	"slices"
)

// Relations of a conflict-of-interest row.
var relations = []string{"competitor", "sponsor", "supplier", "employer", "regulator", "family"}

// ConflictMatrix lists pairs of organisations between which an act by or about
// the same person needs care. A pair has no order; where rows differ the most
// restrictive wins. A long matrix is several documents of this type.
type ConflictMatrix struct {
	Rows []ConflictRow `json:"rows"`
}

// ConflictRow is one pair. Parties are node ids or other public identifiers of
// organisations, never of people. Times are NumericDate, validUntil exclusive.
type ConflictRow struct {
	PartyA     string `json:"partyA"`
	PartyB     string `json:"partyB"`
	Relation   string `json:"relation"` // competitor, sponsor, supplier, employer, regulator or family
	Effect     Effect `json:"effect"`   // deny, approve, disclose or allow
	ValidFrom  int64  `json:"validFrom"`
	ValidUntil int64  `json:"validUntil,omitempty"`
	ReasonCode string `json:"reasonCode"`
}

func readConflictMatrix(raw json.RawMessage) (*ConflictMatrix, error) {
	m := new(ConflictMatrix)
	if !decodeBody(raw, m) {
		return nil, refuseBody("rows", "a conflict matrix is rows")
	}
	for _, row := range m.Rows {
		switch {
		case row.PartyA == "" || row.PartyB == "" || row.PartyA == row.PartyB:
			return nil, refuseBody("rows.partyA", "a row names two different parties")
		case !slices.Contains(relations, row.Relation):
			return nil, refuseBody("rows.relation", "relation is competitor, sponsor, supplier, employer, regulator or family")
		case row.Effect == Flag || !row.Effect.Valid():
			return nil, refuseBody("rows.effect", "effect is deny, approve, disclose or allow")
		case row.ReasonCode == "":
			return nil, refuseBody("rows.reasonCode", "a row has a reasonCode")
		case row.ValidUntil != 0 && row.ValidUntil <= row.ValidFrom:
			return nil, refuseBody("rows.validUntil", "validUntil is after validFrom")
		}
	}
	return m, nil
}
