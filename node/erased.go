package node

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// erasedList keeps erased ids outside the data directory, so that a restored
// copy of it cannot bring bodies back (REQ-EPOCH-005).
type erasedList struct{ path string }

// keep appends ids durably. An id that stands twice does no harm.
func (l erasedList) keep(ids []spec.ID) error {
	if err := fail.Point("erased.write.before"); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	defer f.Close()
	text, err := endOfTorn(f)
	if err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	for _, id := range ids {
		text = append(append(text, id...), '\n')
	}
	if _, err := f.Write(text); err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	return fail.Point("erased.write.after")
}

// endOfTorn is the line end that a power loss may have cut off: what is written
// next must not become part of a broken line.
func endOfTorn(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return nil, err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], info.Size()-1); err != nil || last[0] == '\n' {
		return nil, err
	}
	return []byte{'\n'}, nil
}

// replay erases again what the list names and the store still has.
func (l erasedList) replay(ctx context.Context, st *store.Store, now int64) error {
	f, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	defer f.Close()
	var ids []spec.ID
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if id := spec.ID(lines.Text()); id.Valid() {
			ids = append(ids, id)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("list of erased ids: %w", err)
	}
	for part := range slices.Chunk(ids, 500) {
		err := st.Write(ctx, func(tx *store.Tx) error {
			for _, f := range []func([]spec.ID) error{tx.DropCurrent, tx.Blank, tx.ForgetProofBodies} {
				if err := f(part); err != nil {
					return err
				}
			}
			return tx.PutErased(part, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
