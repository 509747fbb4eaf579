package enrol

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

const (
	// ReferenceKept is how long an erasure's reference leads somewhere after the
	// last receipt has come.
	ReferenceKept = 90 * 24 * time.Hour
	// ReferenceOwed is how long it does so after the last deadline, where a
	// receipt never comes.
	ReferenceOwed = 400 * 24 * time.Hour

	references = "erasure."
)

// Erasure is what a reference leads to once a person has gone.
type Erasure struct {
	At       int64 // when it was asked for
	Receipts []store.ReceiptDue
}

// referenceName is where an erasure's person id stands for its receipts. The
// reference itself is kept nowhere here: whoever reads the store finds no page.
func referenceName(reference string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(reference))))
	return references + hex.EncodeToString(sum[:])
}

// Refer keeps a reference to the erasure of a person that is about to be.
func Refer(tx *store.Tx, reference, person string, now time.Time) error {
	return tx.SetMeta(referenceName(reference), strconv.FormatInt(now.Unix(), 10)+" "+person)
}

// Referred answers what a reference leads to. Errors: store.ErrNotFound, also
// where the erasure was never carried out.
func Referred(tx *store.Tx, reference string) (Erasure, error) {
	e, there, err := erasureAt(tx, referenceName(reference))
	if err == nil && there {
		err = store.ErrNotFound
	}
	return e, err
}

// erasureAt reads what stands under a reference's name, and whether the person
// is still there.
func erasureAt(tx *store.Tx, name string) (e Erasure, there bool, err error) {
	kept, ok, err := tx.Meta(name)
	if err != nil {
		return e, false, err
	}
	at, person, found := strings.Cut(kept, " ")
	if !ok || !found {
		return e, false, store.ErrNotFound
	}
	if e.At, err = strconv.ParseInt(at, 10, 64); err != nil {
		return e, false, fmt.Errorf("stored reference: %w", err)
	}
	switch _, err = tx.Person(person); {
	case err == nil:
		return e, true, nil
	case !errors.Is(err, store.ErrNotFound):
		return e, false, err
	}
	e.Receipts, err = tx.ReceiptsOf(person)
	e.Receipts = slices.DeleteFunc(e.Receipts, func(r store.ReceiptDue) bool { return r.Action != spec.ActionErased })
	return e, false, err
}

// ends is when a reference has led somewhere for long enough.
func (e Erasure) ends() int64 {
	settled, due, open := e.At, e.At, false
	for _, r := range e.Receipts {
		settled, due, open = max(settled, r.Settled), max(due, r.Due), open || r.Settled == 0
	}
	if open {
		return due + int64(ReferenceOwed/time.Second)
	}
	return settled + int64(ReferenceKept/time.Second)
}

// ForgetReferences drops the references whose time is over, and answers how
// many.
func ForgetReferences(tx *store.Tx, now time.Time) (int, error) {
	names, err := tx.MetaNames(references)
	if err != nil {
		return 0, err
	}
	gone := 0
	for _, name := range names {
		e, _, err := erasureAt(tx, name)
		if err != nil {
			return gone, err
		}
		if e.ends() > now.Unix() {
			continue
		}
		if err := tx.DropMeta(name); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}
