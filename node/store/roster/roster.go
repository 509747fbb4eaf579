// Package roster keeps the talent register: one entry a person, spreadsheets on
// their way in and what they changed, duplicates that were made one, consents
// that somebody asks for and corrections that a person wants. It refuses to
// know what an entry says: that is text which the room of talents writes.
package roster

import "github.com/fukusen/fukusen/node/store/engine"

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Roster are the tables of this room within one transaction.
type Roster struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Roster { return Roster{tx.Rows()} }

// Entry is what the register says of one person.
type Entry struct {
	Person    string
	Reading   string // sort key, from the kana
	Search    string // what a search looks through
	Entry     string // JSON
	Version   int64  // grows with each change, so that nobody writes over what they have not seen
	UpdatedAt int64
}

func (e *Entry) fields() []any {
	return []any{&e.Person, &e.Reading, &e.Search, &e.Entry, &e.Version, &e.UpdatedAt}
}

const (
	upsertEntry = `
INSERT INTO roster (person, reading, search, entry, version, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (person) DO UPDATE
SET reading = excluded.reading, search = excluded.search, entry = excluded.entry,
    version = excluded.version, updated_at = excluded.updated_at
WHERE roster.version < excluded.version`

	entryColumns = `
SELECT person, reading, search, entry, version, updated_at
FROM roster`

	selectEntry = entryColumns + ` WHERE person = $1`

	selectEntries = entryColumns + `
WHERE (reading > $1 OR reading = $2 AND person > $3)
ORDER BY reading, person
LIMIT $4`

	selectFound = entryColumns + `
WHERE (reading > $1 OR reading = $2 AND person > $3) AND search LIKE $4 ESCAPE '\'
ORDER BY reading, person
LIMIT $5`

	countEntries = `SELECT COUNT(*) FROM roster`
	deleteEntry  = `DELETE FROM roster WHERE person = $1`

	insertMerged = `
INSERT INTO merged (dropped, person, account, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (dropped) DO NOTHING`

	selectMerged = `SELECT person FROM merged WHERE dropped = $1`
)

// Put writes an entry where its version is higher than the one that stands,
// and says whether it stands now.
func (s Roster) Put(e Entry) (bool, error) {
	n, err := s.rows.Change(upsertEntry, e.Person, e.Reading, e.Search, e.Entry, e.Version, e.UpdatedAt)
	return n == 1, err
}

// Entry answers one person's entry.
func (s Roster) Entry(person string) (Entry, error) {
	return engine.One(s.rows, (*Entry).fields, selectEntry, person)
}

// Entries answers entries in the order of their reading that follow one; find
// is "" or what their search text must hold.
func (s Roster) Entries(find string, after Entry, limit int) ([]Entry, error) {
	if find == "" {
		return engine.List(s.rows, (*Entry).fields, selectEntries, after.Reading, after.Reading, after.Person, limit)
	}
	return engine.List(s.rows, (*Entry).fields, selectFound, after.Reading, after.Reading, after.Person, containing(find), limit)
}

// Count counts entries.
func (s Roster) Count() (int64, error) {
	return engine.One(s.rows, engine.Only[int64], countEntries)
}

// Delete deletes an entry.
func (s Roster) Delete(person string) error { return s.rows.Run(deleteEntry, person) }

// Merge notes that one id now is another person's. The first time stays.
func (s Roster) Merge(dropped, person, account string, at int64) error {
	return s.rows.Run(insertMerged, dropped, person, account, at)
}

// MergedInto answers whom an id that was dropped has become.
func (s Roster) MergedInto(dropped string) (string, error) {
	return engine.One(s.rows, engine.Only[string], selectMerged, dropped)
}

// containing is a pattern that takes what a person typed as it is.
func containing(find string) string {
	pattern := make([]rune, 0, len(find)+2)
	pattern = append(pattern, '%')
	for _, r := range find {
		if r == '%' || r == '_' || r == '\\' {
			pattern = append(pattern, '\\')
		}
		pattern = append(pattern, r)
	}
	return string(append(pattern, '%'))
}
