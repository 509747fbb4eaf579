package signin

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/idp"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

var (
	// ErrNoProvider means that the operator named no identity provider.
	ErrNoProvider = errors.New("this node has no identity provider")
	// ErrStranger means that the provider knows somebody who has neither a role
	// nor an account here.
	ErrStranger = errors.New("the provider's account is tied to nobody here, and none of its groups has a role")
	// ErrTied means an identity that belongs to another account.
	ErrTied = errors.New("this identity is tied to another account")
)

// byProvider is who has invited, where a group at the provider gave the role.
const byProvider = "oidc"

// asked is what is kept of a sign-in at the provider until its answer.
type asked struct {
	idp.Pending
	Next string
	Link string // the account that a signed-in person ties the identity to
}

// BeginProvider answers the address at the provider to send a browser to. What
// has to be kept is tied to the browser's cookie and to the state, and is good
// for one answer. With a session, the identity is tied to its account.
func (d *Door) BeginProvider(ctx context.Context, cookie, next string, link *Session) (string, error) {
	if d.Provider == nil {
		return "", ErrNoProvider
	}
	address, pending, err := d.Provider.Begin(ctx)
	if err != nil {
		return "", err
	}
	a := asked{Pending: pending, Next: next}
	if link != nil {
		a.Link = link.Owner.ID
	}
	body, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return address, d.Store.Write(ctx, func(tx *store.Tx) error {
		return account.In(tx).PutCeremony(account.Ceremony{
			Hash: hashOf(pending.State + cookie), Account: a.Link, Kind: byProvider, Body: string(body),
			Expires: d.Clock().Add(ceremonyLife).Unix(),
		})
	})
}

// takeAsked answers what was kept for a state, once, to the browser that began.
func (d *Door) takeAsked(ctx context.Context, cookie string, query url.Values) (asked, error) {
	var c account.Ceremony
	var a asked
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		var err error
		c, err = account.In(tx).TakeCeremony(hashOf(query.Get("state")+cookie), byProvider)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && c.Expires <= d.Clock().Unix() {
		return a, ErrNoCeremony
	}
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(c.Body), &a)
}

// FinishProvider takes the query with which the provider sent a browser back.
// It answers the secret of a new session, and where its owner wanted to go.
//
// Whose identity it is, its issuer and subject alone decide. An address never
// does: whoever runs the provider could give themselves anybody's. One that is
// tied to nobody is tied to the account that is signed in and began it, or, if
// one of its groups has a role here, gets an account of its own.
func (d *Door) FinishProvider(ctx context.Context, cookie, agent, address string, query url.Values, here *Session) (secret, next string, err error) {
	if d.Provider == nil {
		return "", "", ErrNoProvider
	}
	if err := d.within(ctx, "", address); err != nil {
		return "", "", err
	}
	a, err := d.takeAsked(ctx, cookie, query)
	if err != nil {
		return "", "", err
	}
	if a.Link != "" && (here == nil || here.Owner.ID != a.Link) {
		return "", "", ErrNoCeremony // whoever began it has left
	}
	if err := d.within(ctx, a.Link, ""); err != nil {
		return "", "", err
	}
	who, err := d.Provider.Finish(ctx, a.Pending, query)
	if err != nil && !errors.Is(err, idp.ErrNoRole) {
		return "", "", errors.Join(err, d.failed(ctx, a.Link, address, byProvider))
	}
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		secret = ""
		owner, err := d.tied(tx, who, a.Link)
		if err != nil {
			return err
		}
		if owner.ClosedAt != 0 {
			return ErrRefused
		}
		if err := d.followGroups(tx, owner, who.Roles); err != nil {
			return err
		}
		if a.Link != "" {
			return nil
		}
		secret, err = d.enter(tx, owner, access.ByProvider, agent)
		return err
	})
	if errors.Is(err, ErrTied) {
		err = errors.Join(err, d.failed(ctx, a.Link, address, byProvider))
	}
	return secret, a.Next, err
}

// tied answers whose an identity is, and ties it where it was nobody's.
func (d *Door) tied(tx *store.Tx, who idp.Identity, link string) (account.Account, error) {
	in := account.In(tx)
	known, err := in.Identity(who.Issuer, who.Subject)
	switch {
	case err == nil && link != "" && known.Account != link:
		return account.Account{}, ErrTied
	case err == nil:
		return in.Account(known.Account)
	case !errors.Is(err, store.ErrNotFound):
		return account.Account{}, err
	}
	var owner account.Account
	switch {
	case link != "":
		owner, err = in.Account(link)
	case len(who.Roles) == 0:
		return owner, ErrStranger
	default:
		owner = account.Account{Name: who.Name}
		if who.Name == "" {
			owner.Name = who.Subject
		}
		if who.EmailVerified {
			owner.Email = who.Email
		}
		owner, err = d.Enrol(tx, owner)
	}
	if err != nil {
		return owner, err
	}
	return owner, errors.Join(
		in.PutIdentity(account.Identity{Issuer: who.Issuer, Subject: who.Subject, Account: owner.ID, CreatedAt: d.Clock().Unix()}),
		d.note(tx, owner.ID, "identity.tied", ""))
}

// roleHere is a role of the provider's configuration as this node calls it.
func roleHere(role string) access.Role {
	if role == "desk" {
		return access.Clerk
	}
	return role
}

// followGroups gives the roles that somebody's groups have now and ends those
// that groups gave before. What people gave by hand is theirs to end.
func (d *Door) followGroups(tx *store.Tx, who account.Account, roles []string) error {
	list, err := organisation.In(tx).Of(who.ID)
	if err != nil {
		return err
	}
	now := d.Clock().Unix()
	var wanted []access.Role
	for _, role := range roles {
		wanted = append(wanted, roleHere(role))
	}
	for _, m := range list {
		if m.Organisation != organisation.Home || m.State == organisation.Ended {
			continue
		}
		at := slices.Index(wanted, m.Role)
		if at >= 0 && (m.State == organisation.Active || m.InvitedBy != byProvider) {
			wanted = slices.Delete(wanted, at, at+1) // held, or on offer by hand
		} else if m.InvitedBy == byProvider && at < 0 {
			m.State, m.EndedAt = organisation.Ended, now
			if err := errors.Join(organisation.In(tx).PutMembership(m), d.note(tx, byProvider, "role.ended."+m.Role, who.ID)); err != nil {
				return err
			}
		}
	}
	for _, role := range wanted {
		m := organisation.Membership{
			Organisation: organisation.Home, Account: who.ID, Role: role, State: organisation.Active, InvitedBy: byProvider,
			CreatedAt: now, JoinedAt: now,
		}
		if err := errors.Join(organisation.In(tx).PutMembership(m), d.note(tx, byProvider, "role.given."+role, who.ID)); err != nil {
			return err
		}
	}
	return nil
}

// Identities answers who an account is at the provider.
func (d *Door) Identities(ctx context.Context, id string) ([]account.Identity, error) {
	var list []account.Identity
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = account.In(tx).Identities(id)
		return err
	})
	return list, err
}
