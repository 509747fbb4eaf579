package check

import (
	"slices"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// standing is what the ledger says of one uid. What was superseded or erased
// stands for nothing; what was taken back may still keep its place as the
// highest version, so that no lower one becomes current after it.
type standing struct {
	live      *store.Current // the one live version
	unknown   []spec.ID      // ids of a version that was signed twice
	withdrawn []spec.ID
	seen      bool // the table of current versions has it
}

func (in *inspection) stand(e *store.Entry) {
	if e.State == store.StateSuperseded {
		return
	}
	key := store.VersionKey{Issuer: e.Issuer, Audience: e.Audience, UID: e.UID}
	s := in.standing[key]
	if s == nil {
		s = &standing{}
		in.standing[key] = s
	}
	switch {
	case e.State == store.StateUnknown:
		s.unknown = append(s.unknown, e.ID)
	case e.State != store.StateLive:
		s.withdrawn = append(s.withdrawn, e.ID)
	case s.live != nil:
		in.fault("current", e.ID, "it is live, and so is %s, another version of the same", s.live.ID)
	default:
		s.live = &store.Current{
			VersionKey: key, ID: e.ID, Sequence: e.Sequence, State: store.CurrentKnown, Kind: e.Kind,
			Subject: e.Subject, Expires: e.Expires, Until: e.Until,
		}
	}
}

// currents holds the table of current versions against the ledger it was
// projected from.
func (in *inspection) currents() error {
	for after := (store.VersionKey{}); ; {
		rows, err := in.tx.CurrentsAfter(after, pageSize)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			in.current(row)
		}
		after = rows[len(rows)-1].VersionKey
	}
	for _, s := range in.standing {
		switch {
		case s.seen:
		case s.live != nil:
			in.fault("current", s.live.ID, "the record is live and missing from the table of current versions")
		case len(s.unknown) > 1:
			in.fault("current", s.unknown[0], "two records of one version are missing from the table of current versions")
		}
	}
	return nil
}

func (in *inspection) current(row store.Current) {
	s := in.standing[row.VersionKey]
	if s == nil {
		in.fault("current", row.ID, "it stands in the table of current versions and no record stands behind it")
		return
	}
	s.seen = true
	takenBack := slices.Contains(s.withdrawn, row.ID)
	switch {
	case s.live != nil:
		if row != *s.live {
			in.fault("current", row.ID, "the live record of this uid is %s, or says something else", s.live.ID)
		}
	case len(s.unknown) > 0:
		if row.State != store.CurrentUnknown || !takenBack && !slices.Contains(s.unknown, row.ID) {
			in.fault("current", row.ID, "two records were signed for this version, and it is not marked as unknown")
		}
	case !takenBack:
		in.fault("current", row.ID, "it stands in the table of current versions and its record is not here")
	}
}
