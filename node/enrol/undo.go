package enrol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
)

// Stayed is a line that could not be undone, and why.
type Stayed struct {
	Line   Planned
	Reason string // a code
}

// Undo takes back what a spreadsheet did, within a week: who was added goes,
// if nothing has happened to them since, and who was changed gets the entry
// before, if it is unchanged since. It answers what stays, with the reason.
//
// Errors: ErrSettled, store.ErrNotFound.
func (d *Desk) Undo(ctx context.Context, by, id string) ([]Stayed, error) {
	var stayed []Stayed
	var restored []string
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		stayed, restored = nil, nil
		i, err := roster.In(tx).Intake(id)
		if err != nil {
			return err
		}
		now := d.Clock().Unix()
		if i.State != roster.Applied || i.Expires <= now {
			return ErrSettled
		}
		rows, err := roster.In(tx).Lines(id)
		if err != nil {
			return err
		}
		var removed []string
		for _, row := range rows {
			if row.State != string(talent.New) && row.State != string(talent.Change) {
				continue
			}
			p, err := planned(row)
			if err != nil {
				return err
			}
			reason, err := d.takeBack(tx, by, row, p)
			switch {
			case err != nil:
				return err
			case reason != "":
				stayed = append(stayed, Stayed{p, reason})
			case p.State == talent.New:
				removed = append(removed, p.Person)
			default:
				restored = append(restored, p.Person)
			}
		}
		i.State, i.SettledAt = roster.Undone, now
		if err := errors.Join(roster.In(tx).PutIntake(i), d.note(tx, by, "intake.undo", id)); err != nil || len(removed) == 0 {
			return err
		}
		return d.Gate.KeepErased(nil, removed...) // or a backup would bring them back
	})
	if err != nil {
		return nil, err
	}
	return stayed, d.keepInStep(ctx, restored...)
}

// takeBack undoes one line, or says why not.
func (d *Desk) takeBack(tx *store.Tx, by string, row roster.Line, p Planned) (string, error) {
	stands, err := Of(tx, p.Person)
	if errors.Is(err, store.ErrNotFound) {
		return CodeGone, nil
	}
	if err != nil {
		return "", err
	}
	if stands.Version != p.Version {
		return CodeChangedSince, nil
	}
	if p.State == talent.New {
		if reason, err := happened(tx, p.Person); reason != "" || err != nil {
			return reason, err
		}
		if err := tx.DeletePerson(p.Person); err != nil {
			return "", err
		}
		return "", d.note(tx, by, "person.remove", p.Person)
	}
	var before Registered
	if err := json.Unmarshal([]byte(row.Before), &before); err != nil {
		return "", fmt.Errorf("stored line of a spreadsheet: %w", err)
	}
	_, err = d.change(tx, by, "person.restore", p.Person, stands.Version, before.Entry)
	var invalid *Invalid
	if errors.As(err, &invalid) {
		return CodeChangedSince, nil
	}
	return "", err
}

// happened says what keeps somebody who was added from being removed again.
func happened(tx *store.Tx, person string) (string, error) {
	given, err := tx.ConsentsOf(person)
	if err != nil {
		return "", err
	}
	engaged, err := tx.EngagementsOf(person)
	if err != nil {
		return "", err
	}
	calendars, err := tx.Calendars(person)
	switch {
	case err != nil:
		return "", err
	case len(given)+len(engaged) > 0:
		return CodeShared, nil
	case len(calendars) > 0:
		return CodeCalendar, nil
	}
	who, err := account.In(tx).OfPerson(person)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return happenedTo(tx, who.ID)
}

func happenedTo(tx *store.Tx, who string) (string, error) {
	keys, err := account.In(tx).Passkeys(who)
	if err != nil {
		return "", err
	}
	identities, err := account.In(tx).Identities(who)
	if err != nil {
		return "", err
	}
	codes, err := account.In(tx).Codes(who)
	if err != nil {
		return "", err
	}
	members, err := organisation.In(tx).Of(who)
	roles := len(members) > 1 || len(members) == 1 && members[0].Role != access.Person
	used := false
	for _, c := range codes {
		used = used || c.UsedAt != 0
	}
	switch {
	case used || len(keys)+len(identities) > 0:
		return CodeSignedIn, err
	case len(codes) > 0:
		return CodeInvited, err
	case roles:
		return CodeMember, err
	}
	return "", err
}
