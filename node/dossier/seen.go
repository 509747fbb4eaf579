package dossier

import (
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// Disclosures are who was shown what of a person, and under which consent.
func Disclosures(tx *store.Tx, person string) ([]wire.Disclosure, error) {
	list := []wire.Disclosure{}
	pairs, err := tx.PairwiseOf(person)
	if err != nil {
		return nil, err
	}
	given := make(map[string]string, len(pairs)) // by uid: withdrawing takes back all that was said under it
	for _, p := range pairs {
		given[p.UID] = p.RecordID
	}
	seen := make(map[spec.Subject]bool)
	for _, p := range pairs {
		if seen[p.Subject] {
			continue
		}
		seen[p.Subject] = true
		if err := disclosedUnder(tx, p.Subject, given, &list); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// disclosedUnder lists what was served of the records about one subject, each
// with the consent record that a person withdraws. The consent that stands in
// the record is a name for the reader alone, and is shown where ours is gone.
func disclosedUnder(tx *store.Tx, subject spec.Subject, given map[string]string, list *[]wire.Disclosure) error {
	rows, err := tx.BySubject(subject)
	if err != nil {
		return err
	}
	byID := make(map[spec.ID]store.Entry, len(rows))
	ids := make([]spec.ID, len(rows))
	for i, r := range rows {
		byID[r.ID], ids[i] = r, r.ID
	}
	served, err := tx.DisclosuresOfIDs(ids)
	for _, d := range served {
		r := byID[d.ID]
		under := r.Consent
		if id := given[r.UID]; id != "" {
			under = id
		}
		*list = append(*list, wire.Disclosure{
			ID: string(d.ID), Kind: string(r.Kind), N: int64(d.N), Recipient: string(d.Reader), At: d.At,
			Purpose: r.Purpose, Consent: under,
		})
	}
	return err
}

// opened are the times at which somebody here looked at what is kept about a
// person, or at a credential about them. Under the person's own id stands what
// pages of staff opened.
func opened(tx *store.Tx, person string, held []wire.EvaluationHeld) ([]wire.Opened, error) {
	ids := []spec.ID{spec.ID(person)}
	for _, e := range held {
		ids = append(ids, spec.ID(e.ID))
	}
	rows, err := tx.OpenedOf(ids)
	var list []wire.Opened
	for _, o := range rows {
		who := o.Who
		list = append(list, wire.Opened{At: o.At, Who: &who, Purpose: o.Purpose})
	}
	return list, err
}

// Opened are the times at which somebody here looked at what is kept about a
// person.
func Opened(tx *store.Tx, person string) ([]wire.Opened, error) {
	held, err := Evaluations(tx, person)
	if err != nil {
		return nil, err
	}
	return opened(tx, person, held)
}

// Receipts are what other nodes owe or have confirmed. They outlive the person:
// what an erasure is still owed is to be seen after it.
func Receipts(tx *store.Tx, person string, now time.Time) ([]wire.ReceiptLine, error) {
	list := []wire.ReceiptLine{}
	rows, err := tx.ReceiptsOf(person)
	for _, r := range rows {
		line := wire.ReceiptLine{
			Node: string(r.Reader), Ids: []wire.RecordID{string(r.ID)}, Due: r.Due,
			Overdue: r.Settled == 0 && r.Due < now.Unix(),
		}
		if r.Order != "" {
			order := string(r.Order)
			line.Order = &order
		}
		if r.Settled != 0 {
			action, at := wire.ReceiptLineAction(r.Action), r.Settled
			line.Action, line.At = &action, &at
		}
		list = append(list, line)
	}
	return list, err
}

// Evaluations are the credentials that this home received for a person.
func Evaluations(tx *store.Tx, person string) ([]wire.EvaluationHeld, error) {
	list := []wire.EvaluationHeld{}
	engagements, err := tx.EngagementsOf(person)
	if err != nil {
		return nil, err
	}
	for _, e := range engagements {
		rows, err := tx.BySubject(e.Subject)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Kind == spec.KindEvaluation && r.Token != "" {
				list = append(list, evaluationView(r))
			}
		}
	}
	return list, nil
}

func evaluationView(r store.Entry) wire.EvaluationHeld {
	body := Payload(r.Token)
	v := wire.EvaluationHeld{ID: string(r.ID), Issuer: string(r.Issuer), Body: body, Status: standing(r.State)}
	v.AwardedDate, _ = body["awardedDate"].(string)
	if subject, ok := body["credentialSubject"].(map[string]any); ok {
		if a, ok := subject["achievement"].(map[string]any); ok {
			v.Name, _ = a["name"].(string)
		}
	}
	return v
}

// standing tells in the contract's words where a received credential stands; a
// superseded or disputed version is one of which nothing is known now.
func standing(state string) wire.EvaluationHeldStatus {
	switch state {
	case store.StateLive:
		return wire.EvaluationHeldStatusValid
	case store.StateWithdrawn:
		return wire.EvaluationHeldStatusWithdrawn
	}
	return wire.EvaluationHeldStatusUnknown
}
