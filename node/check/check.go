// Package check looks through a stopped node's directory and says what does
// not add up: logs and their roots, records and their signatures, the table of
// current versions, erased bodies, consents, places in neighbours' logs, the
// policy log and the key histories.
//
// It refuses to change anything, to mend anything, and to guess: what it has
// no key or no rule for it counts as not judged.
package check

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Place is what is looked through.
type Place struct {
	Store      string      // path or connection string, as store.Open takes it
	Self       spec.NodeID // whose directory it is
	Genesis    string      // entry 0 of the policy log, as the directory has it
	Fed        spec.ID     // the pinned digest of the genesis, or empty
	History    string      // the node's own key history, as its file has it
	ErasedList string      // path of the list of erased ids outside the backups
	Now        time.Time   // nothing may have been issued after it
}

// Fault is one thing that does not add up. Where is an id, a log or a node and
// never a person.
type Fault struct {
	What  string // record, log, current, erased, consent, place, policy, keys
	Where string
	Wrong string
}

// String is the line that an operator reads.
func (f Fault) String() string { return fmt.Sprintf("check: %s %s: %s", f.What, f.Where, f.Wrong) }

// Counts is how much was looked through.
type Counts struct {
	Records       int // in the ledger, own and received
	LogEntries    int // of the present epoch, over all logs
	PolicyEntries int
	Histories     int // key histories
	People        int
	Places        int // in neighbours' logs
	NotJudged     int // records whose issuer's keys prove nothing any more
	Faults        int
}

// pageSize is how many rows are read at a time.
const pageSize = 500

// inspection is one look over one snapshot of the store. It holds the id of
// every current version and of every leaf in memory: some 300 octets each.
type inspection struct {
	Place
	tx        *store.Tx
	report    func(Fault)
	counts    Counts
	book      *policy.Book
	roots     map[spec.NodeID][]string // every root key that the log ever pinned
	histories map[spec.NodeID]*spec.KeyHistory
	standing  map[store.VersionKey]*standing
	unlisted  map[spec.ID]spec.NodeID // own live records that no log has shown yet
	blanked   []spec.ID               // ledger entries that say they are erased
}

// Run looks through a place and reports each fault as it is found. An error
// means that nothing can be judged: the store does not open, or the genesis is
// not one.
func Run(ctx context.Context, place Place, report func(Fault)) (Counts, error) {
	book, err := policy.NewBook(place.Genesis, place.Fed)
	if err != nil {
		return Counts{}, fmt.Errorf("genesis: %w", err)
	}
	st, err := store.Open(ctx, place.Store, store.Options{ReadOnly: true})
	if err != nil {
		return Counts{}, err
	}
	defer st.Close()
	in := &inspection{
		Place: place, report: report, book: book,
		roots: make(map[spec.NodeID][]string), histories: make(map[spec.NodeID]*spec.KeyHistory),
		standing: make(map[store.VersionKey]*standing), unlisted: make(map[spec.ID]spec.NodeID),
	}
	err = st.Read(ctx, func(tx *store.Tx) error {
		in.tx = tx
		// Keys are proven by the policy, records by the keys, and all else by
		// the records.
		for _, look := range []func() error{
			in.policyLog, in.keyHistories, in.policyHead, in.ledger, in.currents, in.logs, in.erasures, in.people, in.places,
		} {
			if err := look(); err != nil {
				return err
			}
		}
		return nil
	})
	return in.counts, err
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func (in *inspection) fault(what string, where any, wrong string, args ...any) {
	in.counts.Faults++
	in.report(Fault{what, fmt.Sprint(where), fmt.Sprintf(wrong, args...)})
}
