// Package organisation keeps which organisations this node serves, and who is
// what in them. It refuses to decide what a role may do.
package organisation

import "github.com/fukusen/fukusen/node/store/engine"

// Home is the id of the organisation that runs the node.
const Home = "home"

// States of a membership.
const (
	Invited = "invited"
	Active  = "active"
	Ended   = "ended"
)

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Organisations are the tables of this room within one transaction.
type Organisations struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Organisations { return Organisations{tx.Rows()} }

// Organisation is one that this node serves.
type Organisation struct {
	ID        string
	NameJA    string
	NameEN    string
	Kind      string // as in the membership register of the federation
	CreatedAt int64
	ClosedAt  int64
}

func (o *Organisation) fields() []any {
	return []any{&o.ID, &o.NameJA, &o.NameEN, &o.Kind, &o.CreatedAt, &o.ClosedAt}
}

// Membership says that an account has a role in an organisation.
type Membership struct {
	Organisation string
	Account      string
	Role         string
	State        string
	InvitedBy    string
	CreatedAt    int64
	JoinedAt     int64
	EndedAt      int64
}

func (m *Membership) fields() []any {
	return []any{&m.Organisation, &m.Account, &m.Role, &m.State, &m.InvitedBy, &m.CreatedAt, &m.JoinedAt, &m.EndedAt}
}

const (
	upsertOrganisation = `
INSERT INTO organisation (id, name_ja, name_en, kind, created_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE
SET name_ja = excluded.name_ja, name_en = excluded.name_en, kind = excluded.kind, closed_at = excluded.closed_at`

	organisationColumns = `
SELECT id, name_ja, name_en, kind, created_at, closed_at
FROM organisation`

	selectOrganisation  = organisationColumns + ` WHERE id = $1`
	selectOrganisations = organisationColumns + ` ORDER BY id`

	upsertMembership = `
INSERT INTO membership (organisation, account, role, state, invited_by, created_at, joined_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (organisation, account, role) DO UPDATE
SET state = excluded.state, invited_by = excluded.invited_by, joined_at = excluded.joined_at, ended_at = excluded.ended_at`

	membershipColumns = `
SELECT organisation, account, role, state, invited_by, created_at, joined_at, ended_at
FROM membership`

	selectOfAccount     = membershipColumns + ` WHERE account = $1 ORDER BY organisation, role`
	selectMembers       = membershipColumns + ` WHERE organisation = $1 ORDER BY account, role`
	deleteOfAccount     = `DELETE FROM membership WHERE account = $1`
	countActiveWithRole = `SELECT COUNT(*) FROM membership WHERE organisation = $1 AND role = $2 AND state = 'active'`
)

// Put writes an organisation; its first time stays.
func (s Organisations) Put(o Organisation) error {
	return s.rows.Run(upsertOrganisation, o.ID, o.NameJA, o.NameEN, o.Kind, o.CreatedAt, o.ClosedAt)
}

// Organisation answers one organisation.
func (s Organisations) Organisation(id string) (Organisation, error) {
	return engine.One(s.rows, (*Organisation).fields, selectOrganisation, id)
}

// All answers the organisations of this node.
func (s Organisations) All() ([]Organisation, error) {
	return engine.List(s.rows, (*Organisation).fields, selectOrganisations)
}

// PutMembership writes a membership; its first time stays.
func (s Organisations) PutMembership(m Membership) error {
	return s.rows.Run(upsertMembership, m.Organisation, m.Account, m.Role, m.State, m.InvitedBy, m.CreatedAt, m.JoinedAt, m.EndedAt)
}

// Of answers the memberships of an account, ended ones too.
func (s Organisations) Of(account string) ([]Membership, error) {
	return engine.List(s.rows, (*Membership).fields, selectOfAccount, account)
}

// Members answers the memberships in an organisation, ended ones too.
func (s Organisations) Members(organisation string) ([]Membership, error) {
	return engine.List(s.rows, (*Membership).fields, selectMembers, organisation)
}

// CountActive counts who has a role in an organisation.
func (s Organisations) CountActive(organisation, role string) (int64, error) {
	return engine.One(s.rows, engine.Only[int64], countActiveWithRole, organisation, role)
}

const selectAtPerson = `
SELECT membership.organisation
FROM account
JOIN membership ON membership.account = account.id
WHERE account.person = $1 AND membership.role = 'person' AND membership.state = 'active'
ORDER BY membership.organisation`

// AtPerson answers the organisations to which a person belongs.
func (s Organisations) AtPerson(person string) ([]string, error) {
	return engine.List(s.rows, engine.Only[string], selectAtPerson, person)
}

// Forget deletes the memberships of an account.
func (s Organisations) Forget(account string) error { return s.rows.Run(deleteOfAccount, account) }
