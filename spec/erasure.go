package spec

// Erasure orders a reader to erase bodies (standard section 9). It lists ids
// and never a subject, so that the order itself tells nothing.
type Erasure struct {
	Envelope
	IDs   []ID   `json:"ids"`
	Basis string `json:"basis"` // consent-withdrawn, subject-request, retention-ended
}

// Kind is erasure.
func (*Erasure) Kind() Kind { return KindErasure }

func (o *Erasure) check() *Refusal {
	if o.Subject != "" {
		return refuseField("REQ-ERA-004", "sub", "an erasure order names no subject")
	}
	return checkIDs("REQ-ERA-004", o.IDs)
}

func checkIDs(requirement string, ids []ID) *Refusal {
	if len(ids) == 0 || len(ids) > 500 {
		return refuseField(requirement, "ids", "1 to 500 ids are listed")
	}
	for _, id := range ids {
		if !id.Valid() {
			return refuseField(requirement, "ids", "an id is 43 base64url characters")
		}
	}
	return nil
}

// What a receipt says was done.
const (
	ActionWithdrawn = "withdrawn"
	ActionErased    = "erased"
	ActionKept      = "kept"
)

// Receipt answers a withdrawal or an erasure order (standard section 9).
type Receipt struct {
	Envelope
	Order     ID     `json:"order,omitempty"` // the erasure order, empty for a withdrawal
	Action    string `json:"action"`
	IDs       []ID   `json:"ids"`
	Basis     string `json:"basis,omitempty"`     // why kept
	KeptUntil int64  `json:"keptUntil,omitempty"` // NumericDate, when kept ends
	At        int64  `json:"at"`                  // NumericDate, when it was done
}

// Kind is receipt.
func (*Receipt) Kind() Kind { return KindReceipt }

func (p *Receipt) check() *Refusal {
	switch p.Action {
	case ActionWithdrawn, ActionErased:
	case ActionKept:
		if p.Basis == "" || p.KeptUntil == 0 {
			return refuseField("REQ-ERA-006", "basis", "what is kept has a basis and an end")
		}
	default:
		return refuseField("REQ-ERA-006", "action", "an action is withdrawn, erased or kept")
	}
	if p.At <= 0 {
		return refuseField("REQ-ERA-006", "at", "a receipt says when")
	}
	return checkIDs("REQ-ERA-006", p.IDs)
}
