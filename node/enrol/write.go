package enrol

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
)

// Newcomer is somebody who is to be registered.
type Newcomer struct {
	Entry        talent.Entry
	Organisation string // whose person they become; "" is the one that runs the node
	By           string // account, or who else asks
	Demo         bool   // fictional
	// Kana are readings as they were written, for the person's row; where they
	// read otherwise than the entry they are not taken.
	FamilyKana, GivenKana string
}

// Add registers somebody: person, entry, account without a way in yet, and
// membership, in one transaction. It answers the person's id.
//
// Errors: *Invalid.
func (d *Desk) Add(ctx context.Context, n Newcomer) (string, error) {
	if problems := talent.Validate(n.Entry, d.Clock()); !talent.Valid(problems) {
		return "", &Invalid{problems}
	}
	return d.Register(ctx, n)
}

// Register is Add for who has judged the newcomer by a contract of their own.
func (d *Desk) Register(ctx context.Context, n Newcomer) (string, error) {
	id := uuid.NewString()
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := d.add(tx, id, n)
		return err
	})
	if err == nil {
		err = d.keepInStep(ctx, id)
	}
	return id, err
}

func (d *Desk) add(tx *store.Tx, id string, n Newcomer) (version int64, err error) {
	now := d.Clock().Unix()
	if n.Organisation == "" {
		n.Organisation = access.Home
	}
	row := rowOf(store.Person{ID: id, FamilyKana: n.FamilyKana, GivenKana: n.GivenKana, CreatedAt: now, Demo: n.Demo}, n.Entry)
	if err := tx.PutPerson(row); err != nil {
		return 0, err
	}
	if version, err = put(tx, id, n.Entry, 0, now); err != nil {
		return 0, err
	}
	if err := d.enrol(tx, id, n); err != nil {
		return 0, err
	}
	if err := d.keepProfile(tx, id, n.Entry); err != nil {
		return 0, err
	}
	return version, d.note(tx, n.By, "person.add", id)
}

// enrol gives a person an account and a membership where they have none.
func (d *Desk) enrol(tx *store.Tx, person string, n Newcomer) error {
	who, err := account.In(tx).OfPerson(person)
	if errors.Is(err, store.ErrNotFound) {
		who, err = d.Door.Enrol(tx, account.Account{Person: person, Email: n.Entry.Email, Demo: n.Demo})
	}
	if err != nil {
		return err
	}
	now := d.Clock().Unix()
	return organisation.In(tx).PutMembership(organisation.Membership{
		Organisation: n.Organisation, Account: who.ID, Role: access.Person, State: organisation.Active,
		InvitedBy: n.By, CreatedAt: now, JoinedAt: now,
	})
}

// Ensure gives somebody who came before accounts one, so that they can be
// invited. Who has one keeps it.
func (d *Desk) Ensure(ctx context.Context, person, by string) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := account.In(tx).OfPerson(person)
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		r, err := Of(tx, person)
		if err != nil {
			return err
		}
		return d.enrol(tx, person, Newcomer{Entry: r.Entry, Organisation: access.Home, By: by})
	})
}

// Change writes an entry over the version that its caller saw. Evaluated
// skills are nobody's to change here: those that stand stay.
//
// Errors: *Invalid, ErrStale, store.ErrNotFound.
func (d *Desk) Change(ctx context.Context, by, person string, version int64, e talent.Entry) error {
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := d.change(tx, by, "person.change", person, version, e)
		return err
	})
	if err != nil {
		return err
	}
	return d.keepInStep(ctx, person)
}

// change is Change within a transaction; it answers the new version.
func (d *Desk) change(tx *store.Tx, by, act, person string, version int64, e talent.Entry) (int64, error) {
	stands, err := Of(tx, person)
	if err != nil {
		return 0, err
	}
	if stands.Version != version {
		return 0, ErrStale
	}
	e.Skills = withEvaluated(e.Skills, stands.Entry.Skills)
	problems := talent.Validate(e, d.Clock())
	if _, err := tx.TalentProfile(person); e.Region == "" && err == nil {
		problems = append(problems, talent.Problem{Field: "region", Code: CodeRegionShared})
	}
	if !talent.Valid(problems) {
		return 0, &Invalid{problems}
	}
	row, err := tx.Person(person)
	if err != nil {
		return 0, err
	}
	if err := tx.PutPerson(rowOf(row, e)); err != nil {
		return 0, err
	}
	if err := d.reach(tx, by, person, e); err != nil {
		return 0, err
	}
	next, err := put(tx, person, e, version, d.Clock().Unix())
	if err != nil {
		return 0, err
	}
	if err := d.keepProfile(tx, person, e); err != nil {
		return 0, err
	}
	return next, d.note(tx, by, act, person)
}

// profileOf is what other nodes may read of an entry. Without a region there
// is nothing that could be said (REQ-TAL-003).
func profileOf(person string, e talent.Entry) (store.TalentProfile, bool) {
	return store.TalentProfile{
		Person: person, Region: e.Region, Remote: e.Remote,
		Languages: append([]string{}, e.Languages...), Skills: append([]spec.Skill{}, e.Skills...),
	}, e.Region != ""
}

// keepProfile keeps the profile of somebody who has consented to nothing, so
// that nothing has to be said; of others keepInStep says it.
func (d *Desk) keepProfile(tx *store.Tx, person string, e talent.Entry) error {
	given, err := tx.ConsentsOf(person)
	profile, whole := profileOf(person, e)
	if err != nil || len(given) > 0 || !whole {
		return err
	}
	profile.UpdatedAt = d.Clock().Unix()
	return tx.PutTalentProfile(profile)
}

// reach keeps the account's address in step with the entry's; who came before
// accounts gets one now.
func (d *Desk) reach(tx *store.Tx, by, person string, e talent.Entry) error {
	who, err := account.In(tx).OfPerson(person)
	if errors.Is(err, store.ErrNotFound) {
		return d.enrol(tx, person, Newcomer{Entry: e, Organisation: access.Home, By: by})
	}
	if err != nil || who.Email == e.Email {
		return err
	}
	before := who
	who.Email = e.Email
	return errors.Join(account.In(tx).Put(who), word.AddressChanged(tx, d.Clock(), before), inbox.In(tx).Mended(who.ID))
}

// withEvaluated puts evaluated skills back over what a form says.
func withEvaluated(said, stands []spec.Skill) []spec.Skill {
	evaluated := func(s spec.Skill) bool { return s.Basis == "evaluated" }
	list := slices.DeleteFunc(slices.Clone(said), func(s spec.Skill) bool {
		return evaluated(s) || slices.ContainsFunc(stands, func(k spec.Skill) bool { return evaluated(k) && k.URI == s.URI })
	})
	for _, s := range stands {
		if evaluated(s) {
			list = append(list, s)
		}
	}
	return list
}

// rowOf gives a person's row the names of the entry. A reading keeps the
// script in which it was written.
func rowOf(p store.Person, e talent.Entry) store.Person {
	p.FamilyName, p.GivenName = e.Family, e.Given
	if sheet.Kana(p.FamilyKana) != e.FamilyKana {
		p.FamilyKana = e.FamilyKana
	}
	if sheet.Kana(p.GivenKana) != e.GivenKana {
		p.GivenKana = e.GivenKana
	}
	return p
}

// keepInStep says anew what other nodes read of a person, where the entry says
// something else than the profile. It compares with the profile and not with
// the entry before, so that what a stop came between is made good next time.
func (d *Desk) keepInStep(ctx context.Context, people ...string) error {
	for _, person := range people {
		var profile store.TalentProfile
		due := false
		err := d.Store.Read(ctx, func(tx *store.Tx) error {
			r, err := Of(tx, person)
			if err != nil {
				return err
			}
			var whole bool
			profile, whole = profileOf(person, r.Entry)
			stands, err := tx.TalentProfile(person)
			if errors.Is(err, store.ErrNotFound) {
				due = whole
				return nil
			}
			stands.UpdatedAt = 0
			due = whole && !reflect.DeepEqual(stands, profile)
			return err
		})
		if err != nil {
			return err
		}
		if due {
			if _, err := d.Gate.PutTalent(ctx, profile); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Desk) note(tx *store.Tx, by, act, object string) error {
	return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: by, Act: act, Object: object})
}
