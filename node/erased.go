package node

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// erasedList keeps outside the data directory what was erased: the ids of
// records and of people, a line each, so that a restored copy can bring neither
// back (REQ-EPOCH-005).
type erasedList struct{ path string }

// keep appends ids durably. One that stands twice does no harm, nor one whose
// erasure was cut short after this line: the list is read in a restore alone.
func (l erasedList) keep(records []spec.ID, people ...string) error {
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
	for _, id := range records {
		text = append(append(text, id...), '\n')
	}
	for _, id := range people {
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

// afterRestore erases again what the list names, where the store is a copy that
// was put back. At any other start the store itself knows what was erased: there
// the list may be ahead of it by an erasure that was cut short and whose orders
// never left, and the person has to be able to ask for it again.
func (l erasedList) afterRestore(ctx context.Context, st *store.Store, now int64) error {
	var restored bool
	err := st.Read(ctx, func(tx *store.Tx) error {
		var err error
		_, restored, err = restore.Requested(tx)
		return err
	})
	if err != nil || !restored {
		return err
	}
	return l.replay(ctx, st, now)
}

// replay erases again what the list names and the store still has.
func (l erasedList) replay(ctx context.Context, st *store.Store, now int64) error {
	ids, people, err := l.read()
	if err != nil {
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
	for part := range slices.Chunk(people, 500) {
		err := st.Write(ctx, func(tx *store.Tx) error {
			for _, person := range part {
				if err := tx.DeletePerson(person); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// uuidLength tells the id of a person from that of a record.
const uuidLength = 36

// read answers what the list names; a line that was cut off names nothing.
func (l erasedList) read() (ids []spec.ID, people []string, err error) {
	f, err := os.Open(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name := lines.Text()
		switch {
		case spec.ID(name).Valid():
			ids = append(ids, spec.ID(name))
		case len(name) == uuidLength:
			people = append(people, name)
		}
	}
	return ids, people, lines.Err()
}
