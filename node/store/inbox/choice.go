package inbox

import (
	"errors"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/engine"
)

// choice is what an account chose for one kind.
type choice struct {
	kind notice.Kind
	mail bool
}

func (c *choice) fields() []any { return []any{&c.kind, &c.mail} }

// hours are quiet hours as they are kept.
type hours struct {
	from, to int
	zone     string
}

func (h *hours) fields() []any { return []any{&h.from, &h.to, &h.zone} }

const (
	upsertPreference = `
INSERT INTO preference (account, kind, mail)
VALUES ($1, $2, $3)
ON CONFLICT (account, kind) DO UPDATE
SET mail = excluded.mail`

	selectPreferences = `
SELECT kind, mail
FROM preference
WHERE account = $1`

	upsertQuiet = `
INSERT INTO quiet (account, from_min, to_min, zone)
VALUES ($1, $2, $3, $4)
ON CONFLICT (account) DO UPDATE
SET from_min = excluded.from_min, to_min = excluded.to_min, zone = excluded.zone`

	selectQuiet = `
SELECT from_min, to_min, zone
FROM quiet
WHERE account = $1`

	deleteQuiet = `DELETE FROM quiet WHERE account = $1`
)

// Choose keeps whether an account wants mail of a kind. Errors: notice.ErrKind,
// notice.ErrAlways.
func (i Inbox) Choose(account string, kind notice.Kind, mail bool) error {
	if err := notice.Switchable(kind); err != nil {
		return err
	}
	return i.rows.Run(upsertPreference, account, kind, mail)
}

// Choices answers what an account chose, for notice.Mails.
func (i Inbox) Choices(account string) (map[notice.Kind]bool, error) {
	found, err := engine.List(i.rows, (*choice).fields, selectPreferences, account)
	if err != nil {
		return nil, err
	}
	chosen := make(map[notice.Kind]bool, len(found))
	for _, c := range found {
		chosen[c.kind] = c.mail
	}
	return chosen, nil
}

// SetQuiet keeps the quiet hours of an account; the zero value takes them away.
// Errors: notice.ErrQuiet.
func (i Inbox) SetQuiet(account string, q notice.Quiet) error {
	if !q.Some() {
		return i.rows.Run(deleteQuiet, account)
	}
	from, to, err := q.Minutes()
	if err != nil {
		return err
	}
	return i.rows.Run(upsertQuiet, account, from, to, q.Zone)
}

// Quiet answers the quiet hours of an account, the zero value where it has none.
func (i Inbox) Quiet(account string) (notice.Quiet, error) {
	found, err := engine.One(i.rows, (*hours).fields, selectQuiet, account)
	if errors.Is(err, engine.ErrNotFound) {
		return notice.Quiet{}, nil
	}
	if err != nil {
		return notice.Quiet{}, err
	}
	return notice.QuietOf(found.from, found.to, found.zone), nil
}
