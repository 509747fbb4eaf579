// Package team keeps teams of organisations, the people of this node who belong
// to them, when they practise, and where a better time was proposed. It refuses
// to decide who may see a team, and knows nothing of anybody's sleep or heart.
package team

import "github.com/fukusen/fukusen/node/store/engine"

// Team is a group of people within an organisation.
type Team struct {
	ID           string
	Organisation string
	Name         string
	CreatedAt    int64
	ClosedAt     int64
}

func (t *Team) fields() []any {
	return []any{&t.ID, &t.Organisation, &t.Name, &t.CreatedAt, &t.ClosedAt}
}

// States of a member.
const (
	Asked  = "asked"
	Joined = "joined"
)

// Member is somebody who was asked into a team, and whether they came.
type Member struct {
	Team       string
	Person     string
	State      string
	Considered bool // in what is proposed for the team, with others and never alone
	AskedAt    int64
	JoinedAt   int64
}

func (m *Member) fields() []any {
	return []any{&m.Team, &m.Person, &m.State, &m.Considered, &m.AskedAt, &m.JoinedAt}
}

// Practice is a time at which a team meets.
type Practice struct {
	ID        string
	Team      string
	Title     string
	StartsAt  int64
	EndsAt    int64
	CreatedAt int64
}

func (p *Practice) fields() []any {
	return []any{&p.ID, &p.Team, &p.Title, &p.StartsAt, &p.EndsAt, &p.CreatedAt}
}

// States of a move.
const (
	Open     = "open"
	Accepted = "accepted"
	Refused  = "refused"
	Silent   = "silent" // looked at, and nothing was proposed
)

// Move is another time for a practice.
type Move struct {
	Practice   string
	StartsAt   int64
	People     int64 // at least so many were considered
	State      string
	ProposedAt int64
	SettledAt  int64
}

func (m *Move) fields() []any {
	return []any{&m.Practice, &m.StartsAt, &m.People, &m.State, &m.ProposedAt, &m.SettledAt}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Teams are the tables of this room within one transaction.
type Teams struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Teams { return Teams{tx.Rows()} }

const (
	upsertTeam = `
INSERT INTO team (id, organisation, name, created_at, closed_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, closed_at = excluded.closed_at`

	teamColumns = `
SELECT id, organisation, name, created_at, closed_at
FROM team`

	selectTeam  = teamColumns + ` WHERE id = $1`
	selectTeams = teamColumns + ` WHERE organisation = $1 AND closed_at = 0 ORDER BY created_at, id`

	upsertMember = `
INSERT INTO team_member (team, person, state, considered, asked_at, joined_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (team, person) DO UPDATE
SET state = excluded.state, considered = excluded.considered, joined_at = excluded.joined_at`

	memberColumns = `
SELECT team, person, state, considered <> 0, asked_at, joined_at
FROM team_member`

	selectMember   = memberColumns + ` WHERE team = $1 AND person = $2`
	selectMembers  = memberColumns + ` WHERE team = $1 ORDER BY asked_at, person`
	selectOfPerson = memberColumns + ` WHERE person = $1 ORDER BY asked_at, team`
	deleteMember   = `DELETE FROM team_member WHERE team = $1 AND person = $2`
	forgetPerson   = `DELETE FROM team_member WHERE person = $1`

	upsertPractice = `
INSERT INTO practice (id, team, title, starts_at, ends_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE
SET title = excluded.title, starts_at = excluded.starts_at, ends_at = excluded.ends_at`

	practiceColumns = `
SELECT id, team, title, starts_at, ends_at, created_at
FROM practice`

	selectPractice  = practiceColumns + ` WHERE id = $1`
	selectPractices = practiceColumns + ` WHERE team = $1 AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at, id`
	deletePractice  = `DELETE FROM practice WHERE id = $1`
	deleteMove      = `DELETE FROM practice_move WHERE practice = $1`

	selectUnlooked = practiceColumns + `
WHERE starts_at > $1 AND starts_at < $2
  AND NOT EXISTS (SELECT 1 FROM practice_move WHERE practice_move.practice = practice.id)
ORDER BY starts_at, id
LIMIT $3`

	upsertMove = `
INSERT INTO practice_move (practice, starts_at, people, state, proposed_at, settled_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (practice) DO UPDATE
SET state = excluded.state, settled_at = excluded.settled_at`

	selectMove = `
SELECT practice, starts_at, people, state, proposed_at, settled_at
FROM practice_move
WHERE practice = $1`

	forgetMoves     = `DELETE FROM practice_move WHERE practice IN (SELECT id FROM practice WHERE ends_at < $1)`
	forgetPractices = `DELETE FROM practice WHERE ends_at < $1`
)

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Put writes a team; its organisation stays.
func (t Teams) Put(v Team) error {
	return t.rows.Run(upsertTeam, v.ID, v.Organisation, v.Name, v.CreatedAt, v.ClosedAt)
}

// Team answers one team.
func (t Teams) Team(id string) (Team, error) {
	return engine.One(t.rows, (*Team).fields, selectTeam, id)
}

// At answers the teams of an organisation that are not closed.
func (t Teams) At(organisation string) ([]Team, error) {
	return engine.List(t.rows, (*Team).fields, selectTeams, organisation)
}

// PutMember writes who was asked, and whether they came.
func (t Teams) PutMember(m Member) error {
	return t.rows.Run(upsertMember, m.Team, m.Person, m.State, number(m.Considered), m.AskedAt, m.JoinedAt)
}

// Member answers somebody's place in a team.
func (t Teams) Member(team, person string) (Member, error) {
	return engine.One(t.rows, (*Member).fields, selectMember, team, person)
}

// Members answers who was asked into a team.
func (t Teams) Members(team string) ([]Member, error) {
	return engine.List(t.rows, (*Member).fields, selectMembers, team)
}

// Of answers the teams into which a person was asked.
func (t Teams) Of(person string) ([]Member, error) {
	return engine.List(t.rows, (*Member).fields, selectOfPerson, person)
}

// Drop takes somebody out of a team.
func (t Teams) Drop(team, person string) error { return t.rows.Run(deleteMember, team, person) }

// Forget removes a person.
func (t Teams) Forget(person string) error { return t.rows.Run(forgetPerson, person) }

// PutPractice writes when a team meets.
func (t Teams) PutPractice(p Practice) error {
	return t.rows.Run(upsertPractice, p.ID, p.Team, p.Title, p.StartsAt, p.EndsAt, p.CreatedAt)
}

// Practice answers one practice.
func (t Teams) Practice(id string) (Practice, error) {
	return engine.One(t.rows, (*Practice).fields, selectPractice, id)
}

// Practices answers when a team meets within a span, in order.
func (t Teams) Practices(team string, from, to int64) ([]Practice, error) {
	return engine.List(t.rows, (*Practice).fields, selectPractices, team, from, to)
}

// DropPractice takes a practice and its move away.
func (t Teams) DropPractice(id string) error {
	if err := t.rows.Run(deleteMove, id); err != nil {
		return err
	}
	return t.rows.Run(deletePractice, id)
}

// Unlooked answers practices within a span for which nobody has looked for
// another time.
func (t Teams) Unlooked(from, to int64, limit int) ([]Practice, error) {
	return engine.List(t.rows, (*Practice).fields, selectUnlooked, from, to, limit)
}

// PutMove writes another time for a practice, or what became of it; its time and
// its count stay as they were first.
func (t Teams) PutMove(m Move) error {
	return t.rows.Run(upsertMove, m.Practice, m.StartsAt, m.People, m.State, m.ProposedAt, m.SettledAt)
}

// Move answers the other time for a practice.
func (t Teams) Move(practice string) (Move, error) {
	return engine.One(t.rows, (*Move).fields, selectMove, practice)
}

// ForgetBefore removes practices that are older than a time.
func (t Teams) ForgetBefore(at int64) error {
	if err := t.rows.Run(forgetMoves, at); err != nil {
		return err
	}
	return t.rows.Run(forgetPractices, at)
}
