// Package restore keeps in the store how far a restore has come: the epoch, the
// request for a new one, and whom this node has still to ask what it holds. It
// refuses to ask anybody and to begin a log: that is the gate's and the node's.
package restore

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// ErrNotAsked means a waiver for a member that no restore is waiting for.
var ErrNotAsked = errors.New("no restore in this directory is waiting for this member")

// Names in the store's meta table.
const (
	epochKey   = "epoch"
	restoreKey = "restore.requested" // set by Request, until the epoch has begun
	drainKey   = "restore.drain"     // nodes still to be read, a JSON list; [] until what is live is listed, then empty
)

// Epoch reads the epoch of the store, or sets it on the first start.
func Epoch(tx *store.Tx, now time.Time) (int64, error) {
	text, found, err := tx.Meta(epochKey)
	if err != nil {
		return 0, err
	}
	if !found {
		return now.Unix(), tx.SetMeta(epochKey, strconv.FormatInt(now.Unix(), 10))
	}
	epoch, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("stored epoch: %w", err)
	}
	return epoch, nil
}

// Request marks a store that was copied back from a backup: the next
// start takes a new epoch and asks others what they hold.
func Request(tx *store.Tx, now time.Time) error {
	return tx.SetMeta(restoreKey, strconv.FormatInt(now.Unix(), 10))
}

// Requested reads when a restore was requested, unless its epoch has begun.
func Requested(tx *store.Tx) (at int64, asked bool, err error) {
	text, found, err := tx.Meta(restoreKey)
	if err != nil || !found || text == "" {
		return 0, false, err
	}
	if at, err = strconv.ParseInt(text, 10, 64); err != nil {
		return 0, false, fmt.Errorf("stored restore request: %w", err)
	}
	return at, true, nil
}

// Begin notes that an epoch has begun and that members are to be asked.
func Begin(tx *store.Tx, epoch int64, members []spec.NodeID) error {
	drain, err := json.Marshal(members)
	if err != nil {
		return err
	}
	for _, m := range []struct{ key, value string }{
		{epochKey, strconv.FormatInt(epoch, 10)}, {drainKey, string(drain)}, {restoreKey, ""},
	} {
		if err := tx.SetMeta(m.key, m.value); err != nil {
			return err
		}
	}
	return nil
}

// Finish ends a restore.
func Finish(tx *store.Tx) error { return tx.SetMeta(drainKey, "") }

// Open reports whether a store is in the middle of a restore: members are
// still to be asked, or what is live is not listed yet.
func Open(tx *store.Tx) (bool, error) {
	_, open, err := Left(tx)
	return open, err
}

// Left reads the list of members to ask, and whether a restore is open: an
// open one may have nobody left to ask.
func Left(tx *store.Tx) (list []spec.NodeID, open bool, err error) {
	text, found, err := tx.Meta(drainKey)
	if err != nil || !found || text == "" {
		return nil, false, err
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, false, fmt.Errorf("stored restore state: %w", err)
	}
	return list, true, nil
}

// Drained takes a node off the list and reports whether it stood there.
func Drained(tx *store.Tx, node spec.NodeID) (bool, error) {
	list, _, err := Left(tx)
	if err != nil {
		return false, err
	}
	left := slices.DeleteFunc(slices.Clone(list), func(n spec.NodeID) bool { return n == node })
	if len(left) == len(list) {
		return false, nil
	}
	octets, err := json.Marshal(left)
	if err != nil {
		return false, err
	}
	return true, tx.SetMeta(drainKey, string(octets))
}

// Waive lets a restore go on without asking one member; it stands in the audit
// log under the operator's name. What only that member was told since the copy
// was made stays unknown here. It returns who is still to be asked.
// Errors: ErrNotAsked.
func Waive(tx *store.Tx, member spec.NodeID, operator string, now time.Time) ([]spec.NodeID, error) {
	stood, err := Drained(tx, member)
	if err != nil {
		return nil, err
	}
	if !stood {
		return nil, fmt.Errorf("%s: %w", member, ErrNotAsked)
	}
	left, _, err := Left(tx)
	if err != nil {
		return nil, err
	}
	return left, tx.PutAudit(store.Audit{At: now.Unix(), Actor: operator, Act: "restore.waive", Object: string(member)})
}
