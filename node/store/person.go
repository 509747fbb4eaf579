package store

import (
	"errors"

	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/erasure"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// Person is somebody of this node. What stands here is kept: it is never
// signed and never leaves.
type Person struct {
	ID         string
	FamilyName string
	GivenName  string
	FamilyKana string
	GivenKana  string
	CreatedAt  int64
	Demo       bool // fictional
}

func (p *Person) fields() []any {
	return []any{&p.ID, &p.FamilyName, &p.GivenName, &p.FamilyKana, &p.GivenKana, &p.CreatedAt, &p.Demo}
}

const (
	upsertPerson = `
INSERT INTO person (id, family_name, given_name, family_kana, given_kana, created_at, demo)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE
SET family_name = excluded.family_name, given_name = excluded.given_name,
    family_kana = excluded.family_kana, given_kana = excluded.given_kana, demo = excluded.demo`

	personColumns = `
SELECT id, family_name, given_name, family_kana, given_kana, created_at, demo
FROM person`

	selectPerson = personColumns + ` WHERE id = $1`
	selectPeople = personColumns + ` WHERE id > $1 ORDER BY id LIMIT $2`
	selectKnown  = `SELECT id FROM person WHERE id IN ({ids})`
	countPeople  = `SELECT COUNT(*) FROM person`

	selectUnentered = personColumns + `
WHERE NOT EXISTS (SELECT 1 FROM roster WHERE roster.person = person.id)
ORDER BY id
LIMIT $1`

	holdPerson          = `UPDATE person SET created_at = created_at WHERE id = $1`
	deletePerson        = `DELETE FROM person WHERE id = $1`
	deleteTalentProfile = `DELETE FROM talent_profile WHERE person = $1`
	deleteConsents      = `DELETE FROM consent WHERE person = $1`
	deletePairwise      = `DELETE FROM pairwise WHERE person = $1`
	deleteEngagements   = `DELETE FROM engagement WHERE person = $1`
)

// PutPerson writes a person; CreatedAt stays as it was first written.
func (tx *Tx) PutPerson(p Person) error {
	return tx.run(upsertPerson, p.ID, p.FamilyName, p.GivenName, p.FamilyKana, p.GivenKana, p.CreatedAt, p.Demo)
}

// Person answers one person.
func (tx *Tx) Person(id string) (Person, error) { return one(tx, (*Person).fields, selectPerson, id) }

// HoldPerson lets whoever else holds the same person wait until this
// transaction ends: what one of them reads of the person no other changes.
func (tx *Tx) HoldPerson(id string) error { return tx.run(holdPerson, id) }

// KnownPeople answers which of some ids are people.
func (tx *Tx) KnownPeople(ids []string) ([]string, error) {
	return listAmong(tx, only[string], selectKnown, ids)
}

// People answers people whose id follows one, in the order of ids.
func (tx *Tx) People(after string, limit int) ([]Person, error) {
	return list(tx, (*Person).fields, selectPeople, after, limit)
}

// Unentered answers people of whom the talent register has no entry.
func (tx *Tx) Unentered(limit int) ([]Person, error) {
	return list(tx, (*Person).fields, selectUnentered, limit)
}

// CountPeople counts people.
func (tx *Tx) CountPeople() (int64, error) { return one(tx, only[int64], countPeople) }

// DeletePerson deletes all that is kept about a person, wherever it stands, and their account with every way in and
// all word to it. What readers still owe stays under the id, which by then names nobody. Records are not kept but
// said: find them first, and erase them with Blank.
func (tx *Tx) DeletePerson(id string) error {
	for _, query := range []string{
		deleteTalentProfile, deleteConsents, deletePairwise, deleteEngagements,
		deletePerson,
	} {
		if err := tx.run(query, id); err != nil {
			return err
		}
	}
	if err := erasure.Forget(tx, id); err != nil {
		return err
	}
	owner, err := account.In(tx).OfPerson(id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(inbox.In(tx).Forget(owner.ID), organisation.In(tx).Forget(owner.ID), account.In(tx).Delete(owner.ID))
}
