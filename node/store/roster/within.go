package roster

import "github.com/fukusen/fukusen/node/store/engine"

// A person is of the organisations in which their account is an active person,
// and of the one that runs the node where there is none such.
const (
	membershipOf = `
SELECT 1 FROM account JOIN membership ON membership.account = account.id
WHERE account.person = roster.person AND membership.role = 'person' AND membership.state = 'active'`

	selectWithin = entryColumns + `
WHERE (reading > $1 OR reading = $2 AND person > $3) AND search LIKE $4 ESCAPE '\'
  AND EXISTS (` + membershipOf + ` AND membership.organisation = $5)
ORDER BY reading, person
LIMIT $6`

	selectAtHome = entryColumns + `
WHERE (reading > $1 OR reading = $2 AND person > $3) AND search LIKE $4 ESCAPE '\'
  AND (EXISTS (` + membershipOf + ` AND membership.organisation = $5) OR NOT EXISTS (` + membershipOf + `))
ORDER BY reading, person
LIMIT $6`
)

// home is the id of the organisation that runs the node.
const home = "home"

// EntriesWithin is Entries of the people of one organisation.
func (s Roster) EntriesWithin(organisation, find string, after Entry, limit int) ([]Entry, error) {
	query := selectWithin
	if organisation == home {
		query = selectAtHome
	}
	return engine.List(s.rows, (*Entry).fields, query, after.Reading, after.Reading, after.Person, containing(find), organisation, limit)
}
