package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
)

// BenchmarkAppendBatch writes batches of 500 new records, each with its ledger
// row and its current version, in one durable transaction. Every id, uid and
// subject is new and random, which is the most a record can cost: each touches
// a page of its own in three trees. PostgreSQL runs without fsync here, so its
// figure is for comparing this program with itself.
func BenchmarkAppendBatch(b *testing.B) {
	b.Run(SQLite, func(b *testing.B) {
		appendBatches(b, open(b, filepath.Join(b.TempDir(), "node.db")))
	})
	b.Run(PostgreSQL, func(b *testing.B) { appendBatches(b, open(b, storetest.Postgres(b))) })
}

func appendBatches(b *testing.B, s *Store) {
	const size = 500
	body := strings.Repeat("b", 900)
	n := 0
	for b.Loop() {
		entries := make([]Entry, size)
		currents := make([]Current, size)
		for i := range entries {
			e := entryFor(n)
			e.UID = string(spec.Digest(fmt.Appendf(nil, "uid %d", n)))[:22]
			e.Subject = spec.Subject(spec.Digest(fmt.Appendf(nil, "subject %d", n)))[:22]
			e.Consent = "urn:uuid:00000000-0000-4000-8000-000000000000"
			e.KID, e.Token = string(e.ID), body
			entries[i], currents[i] = e, currentFor(e)
			n++
		}
		write(b, s, func(tx *Tx) error {
			if _, err := tx.Append(entries); err != nil {
				return err
			}
			return tx.PutCurrents(currents)
		})
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
}
