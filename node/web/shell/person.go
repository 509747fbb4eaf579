package shell

import (
	"errors"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// OrganisationsOf are those to which a person belongs; a person who belongs to
// none is one of the organisation that runs the node. Who is not there costs the
// same questions, so that the time of a refusal tells nothing.
func OrganisationsOf(tx *store.Tx, person string) ([]string, error) {
	_, missing := tx.Person(person)
	at, err := organisation.In(tx).AtPerson(person)
	if missing != nil {
		return nil, missing
	}
	if err == nil && len(at) == 0 {
		at = []string{access.Home}
	}
	return at, err
}

// AboutPerson is the object of pages whose path names a person. One who is not
// there belongs nowhere, so a stranger's id and an unknown one look alike.
func AboutPerson(p *Page) (access.Object, error) {
	return p.Shell.AboutPerson(p, p.Param("person"))
}

// AboutSelf is the object of pages about whoever is signed in.
func AboutSelf(p *Page) (access.Object, error) {
	return access.Object{Person: p.Caller.Person}, nil
}

// AboutOrganisation is the object of pages whose path names an organisation.
func AboutOrganisation(p *Page) (access.Object, error) {
	return access.Object{Organisations: []string{p.Param("organisation")}}, nil
}

// AboutOwnGround is the object of pages that show what the caller's own roles
// reach, and filter what they show by it.
func AboutOwnGround(p *Page) (access.Object, error) { return p.ownGround(), nil }

// AboutPerson is the object that one person is.
func (s *Shell) AboutPerson(p *Page, person string) (access.Object, error) {
	o := access.Object{Person: person}
	err := s.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		o.Organisations, err = OrganisationsOf(tx, person)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return o, nil
	}
	return o, err
}
