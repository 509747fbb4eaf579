package check

import (
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// ledger opens every record again, as it would be opened today by its issuer's
// keys, and holds the columns against the signed bytes.
func (in *inspection) ledger() error {
	for after := int64(0); ; {
		rows, err := in.tx.EntriesAfter(after, pageSize)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			in.counts.Records++
			in.entry(&rows[i])
		}
		after = rows[len(rows)-1].Pos
	}
}

func (in *inspection) entry(e *store.Entry) {
	switch e.State {
	case store.StateLive, store.StateSuperseded, store.StateUnknown, store.StateWithdrawn:
	case store.StateErased:
		if e.Token != "" || e.Subject != "" || e.UID != "" || e.Consent != "" {
			in.fault("erased", e.ID, "it is marked as erased and still has its body or its names")
		}
		in.blanked = append(in.blanked, e.ID)
		return
	default:
		in.fault("record", e.ID, "it has no known state")
	}
	in.stand(e)
	if e.Token == "" {
		// Bodies also go when they are taken back, or no longer used and old.
		over := e.Expires != 0 && e.Expires <= in.Now.Unix()
		if e.State != store.StateWithdrawn && e.State != store.StateSuperseded && !over {
			in.fault("record", e.ID, "its body is gone, and nothing says that it was erased")
		}
		return
	}
	if _, id := spec.Peek(e.Token); id != e.ID {
		in.fault("record", e.ID, "its id is not the digest of its octets")
		return
	}
	in.open(e)
}

func (in *inspection) open(e *store.Entry) {
	history := in.histories[e.Issuer]
	if history == nil {
		if len(in.roots[e.Issuer]) == 0 {
			in.counts.NotJudged++
			return
		}
		in.fault("record", e.ID, "the key history of its issuer %s is missing", e.Issuer)
		return
	}
	// What the ledger has was vouched for when it was admitted, so a key that
	// was revoked since still verifies it (REQ-KEY-009).
	record, err := spec.Reopen(e.Token, history, spec.Expect{
		Issuer: e.Issuer, Audience: e.Audience, Kind: e.Kind, Vouched: true, Now: in.Now,
	})
	if err != nil {
		in.fault("record", e.ID, "it does not open: %s", err)
		return
	}
	env := record.Envelope()
	columns := spec.Envelope{
		Issuer: e.Issuer, Audience: e.Audience, Subject: e.Subject, IssuedAt: e.IssuedAt, Expires: e.Expires,
		JTI: env.JTI, UID: e.UID, Sequence: e.Sequence, Policy: e.Policy, Consent: e.Consent, Purpose: e.Purpose, Until: e.Until,
	}
	if env != columns || record.KID() != e.KID {
		in.fault("record", e.ID, "the ledger's columns are not what the record says")
	}
	if e.Issuer == in.Self && e.State == store.StateLive && (e.Expires == 0 || e.Expires > in.Now.Unix()) {
		in.unlisted[e.ID] = e.Audience
	}
}
