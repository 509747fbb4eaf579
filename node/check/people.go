package check

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// people holds what was said of each person against the consents it stands on.
func (in *inspection) people() error {
	for after := ""; ; {
		rows, err := in.tx.People(after, pageSize)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, p := range rows {
			in.counts.People++
			if err := in.person(p.ID); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].ID
	}
}

func (in *inspection) person(id string) error {
	pairs, err := in.tx.PairwiseOf(id)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := in.pair(p); err != nil {
			return err
		}
	}
	return nil
}

// pair is one kind of record about one person toward one node. It is named by
// the last record said, so that no fault names a person.
func (in *inspection) pair(p store.Pairwise) error {
	if p.LastID == "" {
		return nil // nothing was said yet
	}
	last, err := in.tx.Entry(p.LastID)
	if errors.Is(err, store.ErrNotFound) {
		in.fault("consent", p.LastID, "the record last said about a person is not in the ledger")
		return nil
	}
	if err != nil {
		return err
	}
	if last.State == store.StateErased {
		return nil
	}
	if last.Issuer != in.Self || last.Audience != p.Audience || last.Subject != p.Subject || last.UID != p.UID ||
		last.Sequence != p.LastSequence || last.Kind != p.Kind {
		in.fault("consent", p.LastID, "the record last said is not the one that the person's identifiers speak of")
	}
	if err := in.oneName(p); err != nil {
		return err
	}
	return in.ground(p, last)
}

// oneName: a subject is one person's, toward one node.
func (in *inspection) oneName(p store.Pairwise) error {
	same, err := in.tx.PairwiseBySubject(p.Subject)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(same, func(o store.Pairwise) bool { return o.Person != p.Person || o.Audience != p.Audience }) {
		in.fault("consent", p.LastID, "its subject is used for another person or another node as well")
	}
	return nil
}

// ground: a live record stands on a consent to this node for this kind.
func (in *inspection) ground(p store.Pairwise, last store.Entry) error {
	if last.State == store.StateWithdrawn {
		return nil
	}
	row, err := in.tx.Consent(p.RecordID)
	if errors.Is(err, store.ErrNotFound) {
		in.fault("consent", p.LastID, "the consent it was said under is missing")
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case row.Person != p.Person || row.Recipient != p.Audience || !slices.Contains(row.Kinds, p.Kind):
		in.fault("consent", p.LastID, "the consent it was said under is about something else")
	case row.State != consent.Given:
		in.fault("consent", p.LastID, "its consent was withdrawn, and it is still %s", last.State)
	}
	return nil
}

// places holds how far each neighbour's log was read against the head that was
// accepted there.
func (in *inspection) places() error {
	rows, err := in.tx.Cursors()
	if err != nil {
		return err
	}
	for _, c := range rows {
		in.counts.Places++
		in.place(c)
	}
	return nil
}

func (in *inspection) place(c store.Cursor) {
	where := string(c.Peer) + " " + c.Log
	tree, err := spec.TreeOf(c.Next, c.Frontier)
	if err != nil {
		in.fault("place", where, "the tree kept of the neighbour's log does not fit the %d entries read", c.Next)
		return
	}
	if c.Note == "" {
		return
	}
	head := spec.AcceptedHead(c.Note)
	switch {
	case head == nil || head.Origin != spec.LogOrigin(c.Peer, c.Log):
		in.fault("place", where, "the head it was read up to is not one of that log")
	case head.Epoch != c.Epoch:
		// A new epoch was entered and its first page has not come yet.
	case c.Next > head.Size:
		in.fault("place", where, "%d entries were read of a log of %d", c.Next, head.Size)
	case c.Next == head.Size && tree.Root() != head.Root:
		in.fault("place", where, "the tree kept of the neighbour's log does not give the root of its head")
	}
}
