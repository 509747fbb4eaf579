package store

import "github.com/fukusen/fukusen/spec"

// States of a current version.
const (
	CurrentKnown   = "current"
	CurrentUnknown = "unknown" // two ids name one version (REQ-ENV-010)
)

// VersionKey names what versions are versions of (standard section 4).
type VersionKey struct {
	Issuer   spec.NodeID
	Audience spec.NodeID
	UID      string
}

// Current is the highest version of a uid that this node holds.
type Current struct {
	VersionKey
	ID       spec.ID
	Sequence uint64
	State    string // CurrentKnown or CurrentUnknown; empty means known
	Kind     spec.Kind
	Subject  spec.Subject
	Expires  int64
	Until    int64
}

func (c *Current) fields() []any {
	return []any{
		&c.UID, &c.Issuer, &c.Audience, &c.ID, &c.Sequence, &c.State, &c.Kind, &c.Subject, &c.Expires, &c.Until,
	}
}

func (c *Current) values(to []any) []any {
	state := c.State
	if state == "" {
		state = CurrentKnown
	}
	return append(to,
		c.UID, string(c.Issuer), string(c.Audience), string(c.ID), int64(c.Sequence), state, string(c.Kind),
		string(c.Subject), c.Expires, c.Until)
}

func (c *Current) key() VersionKey { return c.VersionKey }

// Listed is a current version together with its record.
type Listed struct {
	Current Current
	Pos     int64 // of the record in the ledger; the next list goes on after it
	Token   string
}

func (l *Listed) fields() []any { return append(l.Current.fields(), &l.Pos, &l.Token) }

// issuerOf is a sub with its issuer.
type issuerOf struct {
	subject string
	issuer  spec.NodeID
}

func (i *issuerOf) fields() []any { return []any{&i.subject, &i.issuer} }

const (
	currentColumns = `
SELECT uid, issuer, audience, id, sequence, state, kind, subject, expires, until
FROM current`

	selectCurrents = currentColumns + ` WHERE uid IN ({ids})`

	selectCurrentsAfter = currentColumns + `
WHERE (uid, issuer, audience) > ($1, $2, $3)
ORDER BY uid, issuer, audience
LIMIT $4`

	upsertCurrents = `
INSERT INTO current (uid, issuer, audience, id, sequence, state, kind, subject, expires, until)
VALUES {rows}
ON CONFLICT (uid, issuer, audience) DO UPDATE
SET id = excluded.id, sequence = excluded.sequence, state = excluded.state, kind = excluded.kind,
    subject = excluded.subject, expires = excluded.expires, until = excluded.until`

	listedColumns = `
SELECT c.uid, c.issuer, c.audience, c.id, c.sequence, c.state, c.kind, c.subject, c.expires, c.until, l.pos, l.token
FROM ledger AS l
JOIN current AS c
    ON c.uid = l.uid AND c.issuer = l.issuer AND c.audience = l.audience AND c.id = l.id`

	selectCurrentOfSubject = listedColumns + `
WHERE l.subject = $1 AND l.subject <> '' AND l.state = 'live' AND c.state = 'current'
    AND (c.expires = 0 OR c.expires > $2) AND (c.until = 0 OR c.until > $2)
ORDER BY l.pos`

	selectCurrentOfKind = listedColumns + `
WHERE l.kind = $1 AND l.state = 'live' AND c.state = 'current' AND l.pos > $2
    AND (c.expires = 0 OR c.expires > $3) AND (c.until = 0 OR c.until > $3)
    AND ($4 = '' OR l.issuer = $4)
ORDER BY l.pos
LIMIT $5`

	// A statement of its own: with "any kind" among its conditions the one above
	// could not use the index of kinds.
	selectCurrentOfAny = listedColumns + `
WHERE l.state = 'live' AND c.state = 'current' AND l.pos > $1
    AND (c.expires = 0 OR c.expires > $2) AND (c.until = 0 OR c.until > $2)
    AND ($3 = '' OR l.issuer = $3)
ORDER BY l.pos
LIMIT $4`

	selectVersionKeys = `
SELECT uid, issuer, audience, id
FROM ledger
WHERE uid <> '' AND id IN ({ids})`

	deleteCurrent = `
DELETE FROM current
WHERE uid = $1 AND issuer = $2 AND audience = $3 AND id = $4`

	// One probe for each name: a subject may have thousands of records.
	selectSubjectIssuers = `
WITH asked (subject) AS (VALUES {rows})
SELECT l.subject, l.issuer
FROM asked
JOIN ledger AS l
    ON l.pos = (SELECT MIN(first.pos) FROM ledger AS first WHERE first.subject = asked.subject AND first.subject <> '')`
)

// CurrentsOf answers the highest versions that are held of uids, whoever
// issued them and for whomever.
func (tx *Tx) CurrentsOf(uids []string) ([]Current, error) {
	return listAmong(tx, (*Current).fields, selectCurrents, uids)
}

// Currents answers the highest versions that are held of keys.
func (tx *Tx) Currents(keys []VersionKey) (map[VersionKey]Current, error) {
	uids := make([]string, len(keys))
	asked := make(map[VersionKey]bool, len(keys))
	for i, k := range keys {
		uids[i], asked[k] = k.UID, true
	}
	found, err := tx.CurrentsOf(uids)
	if err != nil {
		return nil, err
	}
	byKey := make(map[VersionKey]Current, len(found))
	for _, c := range found {
		if asked[c.VersionKey] {
			byKey[c.VersionKey] = c
		}
	}
	return byKey, nil
}

// CurrentsAfter answers the highest versions that follow a key, by uid, issuer
// and audience, for whoever checks the table.
func (tx *Tx) CurrentsAfter(after VersionKey, limit int) ([]Current, error) {
	return list(tx, (*Current).fields, selectCurrentsAfter, after.UID, after.Issuer, after.Audience, limit)
}

// PutCurrents writes the highest versions, over what was there. It compares
// nothing: which version is higher is for the caller to know. Of two with one
// key the later counts.
func (tx *Tx) PutCurrents(versions []Current) error {
	_, err := fill(tx, upsertCurrents, lastOfEach(versions, (*Current).key), (*Current).values)
	return err
}

// CurrentOfSubject answers the known versions about a subject that are live,
// not expired and not past until at a time.
func (tx *Tx) CurrentOfSubject(subject spec.Subject, at int64) ([]Listed, error) {
	return list(tx, (*Listed).fields, selectCurrentOfSubject, subject, at)
}

// ListCurrent answers the known versions of a kind or, where it is empty, of
// any, from one issuer or any, that are live, not expired and not past until at a time and follow a
// position, in order.
func (tx *Tx) ListCurrent(kind spec.Kind, issuer spec.NodeID, at, after int64, limit int) ([]Listed, error) {
	if kind == "" {
		return list(tx, (*Listed).fields, selectCurrentOfAny, after, at, issuer, limit)
	}
	return list(tx, (*Listed).fields, selectCurrentOfKind, kind, after, at, issuer, limit)
}

// DropCurrent takes away the current versions that are these records. It finds
// them by the ledger; so it comes before Blank, which calls it itself.
func (tx *Tx) DropCurrent(ids []spec.ID) error {
	keys := func(c *Current) []any { return []any{&c.UID, &c.Issuer, &c.Audience, &c.ID} }
	found, err := listAmong(tx, keys, selectVersionKeys, ids)
	if err != nil {
		return err
	}
	for _, c := range found {
		if err := tx.run(deleteCurrent, c.UID, c.Issuer, c.Audience, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// SubjectIssuers answers under which issuer each sub is known (REQ-ENV-012);
// those that are not known are left out. The ledger itself is the memory: an
// erased record's names are forgotten with it.
func (tx *Tx) SubjectIssuers(subjects []string) (map[string]spec.NodeID, error) {
	found, err := listAmong(tx, (*issuerOf).fields, selectSubjectIssuers, subjects)
	if err != nil {
		return nil, err
	}
	known := make(map[string]spec.NodeID, len(found))
	for _, f := range found {
		known[f.subject] = f.issuer
	}
	return known, nil
}
