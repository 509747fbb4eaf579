package signin

import (
	"context"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// Persona is a fictional somebody whom a demo lets anybody be.
type Persona struct {
	Account, Name string
	Roles         []access.Role
}

// mostPersonas bounds the list: it is for choosing from, not for looking through.
const mostPersonas = 40

// Personas answers the fictional accounts of a demo, staff first.
func (d *Door) Personas(ctx context.Context) ([]Persona, error) {
	if !d.Config.Demo {
		return nil, ErrRefused
	}
	var staff, people []Persona
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		list, err := account.In(tx).All("", 1000)
		for _, a := range list {
			if err != nil || !a.Demo || a.ClosedAt != 0 {
				continue
			}
			var c access.Caller
			if c, err = callerOf(tx, a); err != nil {
				return err
			}
			p := Persona{Account: a.ID, Name: a.Name}
			for _, h := range c.Held {
				if !slices.Contains(p.Roles, h.Role) {
					p.Roles = append(p.Roles, h.Role)
				}
			}
			if a.Person == "" {
				staff = append(staff, p)
				continue
			}
			person, err := tx.Person(a.Person)
			if err != nil {
				return err
			}
			p.Name = person.FamilyName + " " + person.GivenName
			people = append(people, p)
		}
		return err
	})
	all := append(staff, people...)
	return all[:min(len(all), mostPersonas)], err
}
