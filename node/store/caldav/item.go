package caldav

import "github.com/fukusen/fukusen/node/store/engine"

// Shelf is one calendar of a person that programs follow.
type Shelf struct {
	Person     string
	Name       string
	Turn       int64  // counts its changes
	Floor      int64  // changes up to this one are forgotten
	Properties string // JSON, what programs call and colour it
}

func (s *Shelf) fields() []any {
	return []any{&s.Person, &s.Name, &s.Turn, &s.Floor, &s.Properties}
}

// Item is one calendar object on a shelf, or the name of one that is gone.
type Item struct {
	Person    string
	Shelf     string
	Name      string // the last part of its address
	UID       string
	ETag      string
	Body      string // the object, empty where it is made anew each time
	Gone      bool
	Turn      int64 // of the shelf, at its last change
	ChangedAt int64
}

func (i *Item) fields() []any {
	return []any{&i.Person, &i.Shelf, &i.Name, &i.UID, &i.ETag, &i.Body, &i.Gone, &i.Turn, &i.ChangedAt}
}

const (
	// Whoever changes a shelf holds its row until the transaction ends.
	turnAgenda = `
INSERT INTO caldav_shelf (person, name, turn, floor, properties)
VALUES ($1, $2, 1, 0, '{}')
ON CONFLICT (person, name) DO UPDATE
SET turn = caldav_shelf.turn + 1
RETURNING turn`

	lockAgenda = `
INSERT INTO caldav_shelf (person, name, turn, floor, properties)
VALUES ($1, $2, 0, 0, '{}')
ON CONFLICT (person, name) DO UPDATE
SET turn = caldav_shelf.turn`

	selectAgenda = `
SELECT person, name, turn, floor, properties
FROM caldav_shelf
WHERE person = $1 AND name = $2`

	updateProperties = `UPDATE caldav_shelf SET properties = $1 WHERE person = $2 AND name = $3`
	raiseFloor       = `UPDATE caldav_shelf SET floor = $1 WHERE person = $2 AND name = $3 AND floor < $4`

	upsertItem = `
INSERT INTO caldav_item (person, shelf, name, uid, etag, body, gone, turn, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person, shelf, name) DO UPDATE
SET uid = excluded.uid, etag = excluded.etag, body = excluded.body, gone = excluded.gone, turn = excluded.turn,
    changed_at = excluded.changed_at`

	itemColumns = `
SELECT person, shelf, name, uid, etag, body, gone, turn, changed_at
FROM caldav_item`

	selectItem    = itemColumns + ` WHERE person = $1 AND shelf = $2 AND name = $3`
	selectItems   = itemColumns + ` WHERE person = $1 AND shelf = $2 AND NOT gone ORDER BY name`
	selectChanged = itemColumns + ` WHERE person = $1 AND shelf = $2 AND turn > $3 ORDER BY turn LIMIT $4`

	countGone = `SELECT COUNT(*) FROM caldav_item WHERE person = $1 AND shelf = $2 AND gone`

	selectGoneTurn = `
SELECT turn
FROM caldav_item
WHERE person = $1 AND shelf = $2 AND gone
ORDER BY turn
LIMIT 1 OFFSET $3`

	deleteGone = `DELETE FROM caldav_item WHERE person = $1 AND shelf = $2 AND gone AND turn <= $3`
)

// Turn counts one change of a shelf, makes it where there is none, and keeps others from it until the transaction ends. A
// repeated call counts again.
func (a Tables) Turn(person, name string) (int64, error) {
	return engine.One(a.rows, engine.Only[int64], turnAgenda, person, name)
}

// Shelf answers one shelf.
func (a Tables) Shelf(person, name string) (Shelf, error) {
	return engine.One(a.rows, (*Shelf).fields, selectAgenda, person, name)
}

// SetProperties writes what programs call a shelf.
func (a Tables) SetProperties(person, name, properties string) error {
	return a.rows.Run(updateProperties, properties, person, name)
}

// PutItem writes an item over the earlier one of that name.
func (a Tables) PutItem(i Item) error {
	return a.rows.Run(upsertItem, i.Person, i.Shelf, i.Name, i.UID, i.ETag, i.Body, i.Gone, i.Turn, i.ChangedAt)
}

// Item answers one item, also one that is gone.
func (a Tables) Item(person, shelf, name string) (Item, error) {
	return engine.One(a.rows, (*Item).fields, selectItem, person, shelf, name)
}

// Items answers what stands on a shelf, by name.
func (a Tables) Items(person, shelf string) ([]Item, error) {
	return engine.List(a.rows, (*Item).fields, selectItems, person, shelf)
}

// Changed answers what changed on a shelf after one of its turns, gone items too, in the order of the changes.
func (a Tables) Changed(person, shelf string, after int64, limit int) ([]Item, error) {
	return engine.List(a.rows, (*Item).fields, selectChanged, person, shelf, after, limit)
}

// ForgetGone drops the oldest names of what is gone from a shelf until keep are left, and raises its floor to the last
// change that nobody can be told of any more.
func (a Tables) ForgetGone(person, name string, keep int64) error {
	n, err := engine.One(a.rows, engine.Only[int64], countGone, person, name)
	if err != nil || n <= keep {
		return err
	}
	last, err := engine.One(a.rows, engine.Only[int64], selectGoneTurn, person, name, n-keep-1)
	if err != nil {
		return err
	}
	if err := a.rows.Run(deleteGone, person, name, last); err != nil {
		return err
	}
	return a.rows.Run(raiseFloor, last, person, name, last)
}

// Lock makes a shelf where there is none, and keeps others from it until the transaction ends.
func (a Tables) Lock(person, name string) error { return a.rows.Run(lockAgenda, person, name) }
