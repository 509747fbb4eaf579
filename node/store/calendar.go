package store

// Calendar is an imported iCalendar file of a person. It is kept: titles and
// places never leave.
type Calendar struct {
	Person     string
	Name       string
	ICS        []byte
	Digest     string
	Events     int // events read
	Problems   int // events that could not be read
	ImportedAt int64
}

func (c *Calendar) fields() []any {
	return []any{&c.Person, &c.Name, &c.ICS, &c.Digest, &c.Events, &c.Problems, &c.ImportedAt}
}

const (
	upsertCalendar = `
INSERT INTO calendar (person, name, ics, digest, events, problems, imported_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person, name) DO UPDATE
SET ics = excluded.ics, digest = excluded.digest, events = excluded.events, problems = excluded.problems,
    imported_at = excluded.imported_at`

	selectCalendars = `
SELECT person, name, ics, digest, events, problems, imported_at
FROM calendar
WHERE person = $1
ORDER BY name`

	selectVersions = `SELECT digest FROM calendar WHERE person = $1 ORDER BY name`
)

// PutCalendar writes a calendar over the person's earlier one of that name.
func (tx *Tx) PutCalendar(c Calendar) error {
	return tx.run(upsertCalendar, c.Person, c.Name, filled(c.ICS), c.Digest, c.Events, c.Problems, c.ImportedAt)
}

// Calendars answers a person's calendars, by name.
func (tx *Tx) Calendars(person string) ([]Calendar, error) {
	return list(tx, (*Calendar).fields, selectCalendars, person)
}

// CalendarVersions answers the digests of a person's calendars, by name.
func (tx *Tx) CalendarVersions(person string) ([]string, error) {
	return list(tx, only[string], selectVersions, person)
}
