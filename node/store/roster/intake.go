package roster

import "github.com/fukusen/fukusen/node/store/engine"

// States of a spreadsheet.
const (
	Preview = "preview"
	Applied = "applied"
	Undone  = "undone"
)

// Intake is one spreadsheet.
type Intake struct {
	ID           string
	Organisation string
	Account      string // who brought it
	Name         string // of the file
	State        string
	CreatedAt    int64
	SettledAt    int64
	Expires      int64 // when a preview, or the way back, ends
	Added        int64
	Changed      int64
	Refused      int64
}

func (i *Intake) fields() []any {
	return []any{
		&i.ID, &i.Organisation, &i.Account, &i.Name, &i.State, &i.CreatedAt, &i.SettledAt, &i.Expires,
		&i.Added, &i.Changed, &i.Refused,
	}
}

// Line is one line of a spreadsheet.
type Line struct {
	Intake string
	Line   int64
	Person string
	State  string // new, change, same or error
	Before string // JSON of the entry before, or ""
	After  string // JSON of the planned line
}

func (l *Line) fields() []any {
	return []any{&l.Intake, &l.Line, &l.Person, &l.State, &l.Before, &l.After}
}

const (
	upsertIntake = `
INSERT INTO intake (id, organisation, account, name, state, created_at, settled_at, expires, added, changed, refused)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE
SET state = excluded.state, settled_at = excluded.settled_at, expires = excluded.expires,
    added = excluded.added, changed = excluded.changed, refused = excluded.refused`

	intakeColumns = `
SELECT id, organisation, account, name, state, created_at, settled_at, expires, added, changed, refused
FROM intake`

	selectIntake  = intakeColumns + ` WHERE id = $1`
	selectIntakes = intakeColumns + ` WHERE organisation = $1 ORDER BY created_at DESC, id LIMIT $2`
	selectLapsed  = intakeColumns + ` WHERE expires > 0 AND expires <= $1 ORDER BY id`

	upsertLine = `
INSERT INTO intake_line (intake, line, person, state, before, after)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (intake, line) DO UPDATE
SET person = excluded.person, state = excluded.state, before = excluded.before, after = excluded.after`

	selectLines = `
SELECT intake, line, person, state, before, after
FROM intake_line
WHERE intake = $1
ORDER BY line`

	selectLinesOf = `
SELECT intake, line, person, state, before, after
FROM intake_line
WHERE person = $1
ORDER BY intake, line`

	deleteLines    = `DELETE FROM intake_line WHERE intake = $1`
	deleteLinesOf  = `DELETE FROM intake_line WHERE person = $1`
	deletePreview  = `DELETE FROM intake WHERE id = $1 AND state = 'preview'`
	endIntakeLapse = `UPDATE intake SET expires = 0 WHERE id = $1`
)

// PutIntake writes a spreadsheet's row.
func (s Roster) PutIntake(i Intake) error {
	return s.rows.Run(upsertIntake, i.ID, i.Organisation, i.Account, i.Name, i.State, i.CreatedAt, i.SettledAt, i.Expires, i.Added, i.Changed, i.Refused)
}

// Intake answers one spreadsheet.
func (s Roster) Intake(id string) (Intake, error) {
	return engine.One(s.rows, (*Intake).fields, selectIntake, id)
}

// Intakes answers the spreadsheets of an organisation, newest first.
func (s Roster) Intakes(organisation string, limit int) ([]Intake, error) {
	return engine.List(s.rows, (*Intake).fields, selectIntakes, organisation, limit)
}

// PutLine writes one line of a spreadsheet.
func (s Roster) PutLine(l Line) error {
	return s.rows.Run(upsertLine, l.Intake, l.Line, l.Person, l.State, l.Before, l.After)
}

// Lines answers the lines of a spreadsheet in their order.
func (s Roster) Lines(intake string) ([]Line, error) {
	return engine.List(s.rows, (*Line).fields, selectLines, intake)
}

// LinesOf answers the lines about a person in all spreadsheets that still have
// lines.
func (s Roster) LinesOf(person string) ([]Line, error) {
	return engine.List(s.rows, (*Line).fields, selectLinesOf, person)
}

// Lapse deletes what spreadsheets said whose preview or way back has ended by
// a time, and answers how many there were. What they did stays on record
// without a word of what stood in them.
func (s Roster) Lapse(now int64) (int, error) {
	list, err := engine.List(s.rows, (*Intake).fields, selectLapsed, now)
	if err != nil {
		return 0, err
	}
	for _, i := range list {
		for _, query := range []string{deleteLines, deletePreview, endIntakeLapse} {
			if err := s.rows.Run(query, i.ID); err != nil {
				return 0, err
			}
		}
	}
	return len(list), nil
}
