package signin

import (
	"context"
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// ErrRole means a role that the caller may not give or end.
var ErrRole = errors.New("this role is not yours to give or end")

// settle writes the organisation that runs the node as its configuration
// names it.
func (d *Door) settle(tx *store.Tx) error {
	o := organisation.Organisation{
		ID: organisation.Home, NameJA: d.Home.JA, NameEN: d.Home.EN, Kind: d.Kind, CreatedAt: d.Clock().Unix(),
	}
	return organisation.In(tx).Put(o)
}

// Holds lists every role of an account that has not ended, invitations
// included. A person of the register who belongs nowhere else is one at home.
func Holds(tx *store.Tx, who account.Account) ([]access.Held, error) {
	var held []access.Held
	list, err := organisation.In(tx).Of(who.ID)
	for _, m := range list {
		if m.State != organisation.Ended {
			held = append(held, access.Held{Role: m.Role, Organisation: m.Organisation})
		}
	}
	person := func(h access.Held) bool { return h.Role == access.Person }
	if who.Person != "" && !slices.ContainsFunc(held, person) {
		held = append(held, access.Held{Role: access.Person, Organisation: access.Home})
	}
	return held, err
}

// membership answers one membership of an account; ErrNotFound where there is
// none.
func membership(tx *store.Tx, id string, what access.Held) (organisation.Membership, error) {
	list, err := organisation.In(tx).Of(id)
	for _, m := range list {
		if m.Role == what.Role && m.Organisation == what.Organisation {
			return m, err
		}
	}
	return organisation.Membership{}, errors.Join(err, store.ErrNotFound)
}

// GiveRole invites an account to a role in the caller's transaction; it is held
// when its owner accepts. A role that is held or offered already stays as it is.
// Errors: ErrRole, ErrNotFound of the organisation or the account.
func (d *Door) GiveRole(tx *store.Tx, by access.Caller, id string, what access.Held) error {
	if !access.MayGive(by, id, what) {
		return ErrRole
	}
	at, err := organisation.In(tx).Organisation(what.Organisation)
	if err != nil {
		return err
	}
	who, err := account.In(tx).Account(id)
	if err != nil {
		return err
	}
	if at.ClosedAt != 0 || who.ClosedAt != 0 {
		return store.ErrNotFound
	}
	m, err := membership(tx, id, what)
	if err == nil && m.State != organisation.Ended {
		return nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	m = organisation.Membership{
		Organisation: what.Organisation, Account: id, Role: what.Role, State: organisation.Invited, InvitedBy: by.Account,
		CreatedAt: d.Clock().Unix(),
	}
	return errors.Join(organisation.In(tx).PutMembership(m), d.note(tx, by.Account, "role.given."+what.Role, id))
}

// EndRole ends an account's role in the caller's transaction.
// Errors: ErrRole, ErrLastOperator, ErrNotFound.
func (d *Door) EndRole(tx *store.Tx, by access.Caller, id string, what access.Held) error {
	if !access.MayGive(by, id, what) {
		return ErrRole
	}
	return d.endRole(tx, by.Account, id, what)
}

func (d *Door) endRole(tx *store.Tx, by, id string, what access.Held) error {
	m, err := membership(tx, id, what)
	if err != nil {
		return err
	}
	if m.State == organisation.Ended {
		return nil
	}
	if m.State == organisation.Active && what == (access.Held{Role: access.Operator, Organisation: access.Home}) {
		others, err := othersRun(tx, id)
		if err != nil {
			return err
		}
		if !others {
			return ErrLastOperator
		}
	}
	m.State, m.EndedAt = organisation.Ended, d.Clock().Unix()
	return errors.Join(organisation.In(tx).PutMembership(m), d.note(tx, by, "role.ended."+what.Role, id))
}

// othersRun says whether somebody else can run the node.
func othersRun(tx *store.Tx, but string) (bool, error) {
	list, err := organisation.In(tx).Members(organisation.Home)
	if err != nil {
		return false, err
	}
	for _, m := range list {
		if m.Account == but || m.Role != access.Operator || m.State != organisation.Active {
			continue
		}
		who, err := account.In(tx).Account(m.Account)
		if err != nil {
			return false, err
		}
		if who.ClosedAt == 0 {
			return true, nil
		}
	}
	return false, nil
}

// AnswerRole accepts or declines what an account was invited to. An invitation
// that does not wait any more answers ErrNotFound.
func (d *Door) AnswerRole(ctx context.Context, id string, what access.Held, accepted bool) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error { return d.answerRole(tx, id, what, accepted) })
}

func (d *Door) answerRole(tx *store.Tx, id string, what access.Held, accepted bool) error {
	m, err := membership(tx, id, what)
	if err != nil {
		return err
	}
	if m.State != organisation.Invited {
		return store.ErrNotFound
	}
	act := "role.accepted."
	m.State, m.JoinedAt = organisation.Active, d.Clock().Unix()
	if !accepted {
		act = "role.declined."
		m.State, m.JoinedAt, m.EndedAt = organisation.Ended, 0, d.Clock().Unix()
	}
	return errors.Join(organisation.In(tx).PutMembership(m), d.note(tx, id, act+what.Role, ""))
}

// LeaveRole ends a role of its holder's own will. Errors: ErrLastOperator.
func (d *Door) LeaveRole(ctx context.Context, id string, what access.Held) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error { return d.endRole(tx, id, id, what) })
}

// Memberships answers what an account is, was and is invited to be.
func (d *Door) Memberships(ctx context.Context, id string) ([]organisation.Membership, error) {
	var list []organisation.Membership
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = organisation.In(tx).Of(id)
		return err
	})
	return list, err
}

// Awaited says whether an invitation waits for an account's answer.
func (d *Door) Awaited(ctx context.Context, id string) (bool, error) {
	list, err := d.Memberships(ctx, id)
	return slices.ContainsFunc(list, func(m organisation.Membership) bool { return m.State == organisation.Invited }), err
}

// CloseOrganisation closes an organisation that this node serves, with every
// role in it, in the caller's transaction. The one that runs the node stays.
func (d *Door) CloseOrganisation(tx *store.Tx, by access.Caller, id string) error {
	o, err := organisation.In(tx).Organisation(id)
	if err != nil {
		return err
	}
	if o.ID == organisation.Home {
		return ErrRole
	}
	members, err := organisation.In(tx).Members(id)
	if err != nil {
		return err
	}
	now := d.Clock().Unix()
	for _, m := range members {
		if m.State == organisation.Ended {
			continue
		}
		m.State, m.EndedAt = organisation.Ended, now
		if err := organisation.In(tx).PutMembership(m); err != nil {
			return err
		}
	}
	o.ClosedAt = now
	return errors.Join(organisation.In(tx).Put(o), d.note(tx, by.Account, "organisation.closed", id))
}
