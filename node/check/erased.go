package check

import (
	"bufio"
	"errors"
	"fmt"
	"os"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// erasures looks for what should be gone: bodies of erased ids in the ledger,
// among what is parked and in the evidence. Every erased id also stands in the
// list outside the backups, or a restored copy would bring it back.
func (in *inspection) erasures() error {
	listed, err := in.erasedList()
	if err != nil {
		return err
	}
	absent := listed == nil
	for after := spec.ID(""); ; {
		ids, err := in.tx.ErasedAfter(after, pageSize)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		rows, err := in.tx.Entries(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if e, held := rows[id]; held && e.State != store.StateErased {
				in.fault("erased", id, "it was erased, and the ledger still has its body")
			}
			if absent {
				in.fault("erased", in.ErasedList, "the list outside the backups does not exist, and ids were erased")
				absent, listed = false, nil
			}
			if listed != nil && !listed[id] {
				in.fault("erased", id, "it is missing from the list outside the backups, %s", in.ErasedList)
			}
		}
		after = ids[len(ids)-1]
	}
	for _, look := range []func() error{in.unremembered, in.parkedErased, in.provenErased} {
		if err := look(); err != nil {
			return err
		}
	}
	return nil
}

// erasedList reads the list, or answers nil where there is none.
func (in *inspection) erasedList() (map[spec.ID]bool, error) {
	f, err := os.Open(in.ErasedList)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list of erased ids: %w", err)
	}
	defer f.Close()
	listed := make(map[spec.ID]bool)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		listed[spec.ID(lines.Text())] = true
	}
	return listed, lines.Err()
}

// unremembered finds blanked entries whose id is not remembered as erased, so
// that a neighbour could send the body again.
func (in *inspection) unremembered() error {
	known, err := in.tx.IsErased(in.blanked)
	if err != nil {
		return err
	}
	for _, id := range in.blanked {
		if !known[id] {
			in.fault("erased", id, "its body is gone, and nothing remembers that it may not come back")
		}
	}
	return nil
}

func (in *inspection) parkedErased() error {
	peers, err := in.tx.ParkedPeers()
	if err != nil {
		return err
	}
	for _, peer := range peers {
		for after := spec.ID(""); ; {
			rows, err := in.tx.ParkedFor(peer, after, pageSize)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			ids := make([]spec.ID, len(rows))
			for i, row := range rows {
				ids[i] = row.ID
			}
			if err := in.gone(ids, "its body is still parked"); err != nil {
				return err
			}
			after = ids[len(ids)-1]
		}
	}
	return nil
}

// mostProofs bounds how much evidence is looked through; there is little of it.
const mostProofs = 100_000

func (in *inspection) provenErased() error {
	proofs, err := in.tx.Proofs(mostProofs)
	if err != nil {
		return err
	}
	var ids []spec.ID
	for _, p := range proofs {
		for _, text := range []string{p.A, p.B} {
			if _, id := spec.Peek(text); id != "" {
				ids = append(ids, id)
			}
		}
	}
	return in.gone(ids, "its body is still kept as evidence")
}

// gone reports those of ids that were erased.
func (in *inspection) gone(ids []spec.ID, wrong string) error {
	erased, err := in.tx.IsErased(ids)
	if err != nil {
		return err
	}
	for id := range erased {
		in.fault("erased", id, "%s", wrong)
	}
	return nil
}
