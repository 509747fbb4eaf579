package check

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// policyLog replays the stored entries: each is judged by the register before
// it, so a changed octet or ballot is found where it stands.
func (in *inspection) policyLog() error {
	in.remember(in.book)
	for n := uint64(0); ; {
		rows, err := in.tx.PolicyEntries(n, pageSize)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			if !in.policyEntry(n, row) {
				return nil // nothing after it can be judged
			}
			n++
		}
	}
	if in.counts.PolicyEntries == 0 {
		in.fault("policy", "entry 0", "the genesis is missing from the store")
	}
	return in.confidential()
}

func (in *inspection) policyEntry(n uint64, row store.PolicyEntry) bool {
	switch {
	case row.N != n:
		in.fault("policy", entryName(n), "it is missing; the next one stored is %d", row.N)
		return false
	case spec.Digest([]byte(row.Octets)) != row.ID:
		in.fault("policy", entryName(n), "its id is not the digest of its octets")
		return false
	case n == 0:
		if row.Octets != in.Genesis {
			in.fault("policy", entryName(0), "it is not the genesis in the directory")
			return false
		}
	default:
		next, err := in.book.Apply(row.Octets)
		if err != nil {
			in.fault("policy", entryName(n), "%s", err)
			return false
		}
		in.book = next
		in.remember(next)
	}
	in.counts.PolicyEntries++
	return true
}

func entryName(n uint64) string { return "entry " + number(n) }

// remember notes the root keys that a register pins: an older key history is
// signed by the root of its time.
func (in *inspection) remember(b *policy.Book) {
	for _, m := range b.Register().Members {
		if !slices.Contains(in.roots[m.Node], m.Root) {
			in.roots[m.Node] = append(in.roots[m.Node], m.Root)
		}
	}
}

// confidential compares the bodies that are here with the digests in the log.
func (in *inspection) confidential() error {
	for _, d := range in.book.Documents() {
		sealed := d.Sealed()
		if sealed == nil {
			continue
		}
		octets, err := in.tx.Confidential(sealed.Digest)
		if errors.Is(err, store.ErrNotFound) {
			continue // this node need not be a reader
		}
		if err != nil {
			return err
		}
		if spec.Digest(octets) != sealed.Digest {
			in.fault("policy", d.ID, "the confidential body here does not have the digest that the log shows")
		}
	}
	return nil
}

// policyHead opens the stored head under the council's keys and holds it
// against the replayed log.
func (in *inspection) policyHead() error {
	row, err := in.tx.PolicyHead()
	if errors.Is(err, store.ErrNotFound) {
		if in.counts.PolicyEntries > 1 {
			in.fault("policy", "head", "there are entries after the genesis and no head that the council cosigned")
		}
		return nil
	}
	if err != nil {
		return err
	}
	head, err := in.openHead(row.Note)
	switch {
	case err != nil:
		in.fault("policy", "head", "%s", err)
	case head.Size != row.Size:
		in.fault("policy", "head", "it is stored as that of %d entries and speaks of %d", row.Size, head.Size)
	case head.Size != in.book.Size():
		in.fault("policy", "head", "it covers %d entries, and the stored log replays to %d", head.Size, in.book.Size())
	case head.Root != in.book.Root():
		in.fault("policy", "head", "its root is not that of the stored entries")
	}
	return nil
}

// openHead counts cosignatures of the council in force, or of the electorate
// that made a change of register.
func (in *inspection) openHead(note string) (*spec.Checkpoint, error) {
	registers := []*policy.Register{in.book.Register()}
	for _, d := range slices.Backward(in.book.Series(policy.SeriesRegister)) {
		registers = append(registers, d.Register())
	}
	var first error
	for _, r := range registers[:min(len(registers), 3)] {
		var council []spec.NodeID
		for _, m := range r.Council() {
			council = append(council, m.Node)
		}
		keysOf := func(node spec.NodeID) *spec.KeyHistory { return in.histories[node] }
		head, err := spec.OpenCheckpoint(note, in.book.Fed(), council, keysOf, r.Majority())
		if err == nil {
			return head, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}
