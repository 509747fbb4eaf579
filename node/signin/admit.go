package signin

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// ErrNewcomer begins every complaint about who is to be let in; the text names
// the field.
var ErrNewcomer = errors.New("newcomer")

// Newcomer is somebody whom whoever holds the machine lets in: a person of the
// register, or staff by name.
type Newcomer struct {
	Person, Name, Language string
	Held                   access.Held // the role they get at once; none where Role is ""
	Demo                   bool        // fictional, for a demo to show
}

// Machine is who acts from the command line of the node itself.
func Machine() access.Caller {
	return access.Caller{Method: access.ByBearer, Held: []access.Held{{Role: access.Operator, Organisation: access.Home}}}
}

// Admit makes the account of a newcomer in the caller's transaction, or finds
// a person's, and gives it the role at once: who holds the machine is asked by
// nobody. Errors: ErrNewcomer, ErrRole, ErrNotFound.
func (d *Door) Admit(tx *store.Tx, n Newcomer) (account.Account, error) {
	who := account.Account{Person: n.Person, Name: strings.TrimSpace(n.Name), Language: n.Language, Demo: n.Demo}
	var err error
	switch {
	case n.Person != "" && who.Name != "":
		return who, errors.Join(ErrNewcomer, errors.New("name: the register knows what a person is called"))
	case n.Person == "" && who.Name == "":
		return who, errors.Join(ErrNewcomer, errors.New("name: a person or a name is required"))
	case n.Person != "":
		if _, err := tx.Person(n.Person); err != nil {
			return who, err
		}
		found, lost := account.In(tx).OfPerson(n.Person)
		if lost == nil {
			who = found
		} else if !errors.Is(lost, store.ErrNotFound) {
			return who, lost
		}
	}
	if who.ID == "" {
		if who, err = d.Enrol(tx, who); err != nil {
			return who, err
		}
	}
	if n.Held.Role == "" {
		return who, nil
	}
	if err := d.GiveRole(tx, Machine(), who.ID, n.Held); err != nil {
		return who, err
	}
	err = d.answerRole(tx, who.ID, n.Held, true)
	if errors.Is(err, store.ErrNotFound) {
		err = nil // the role is held already
	}
	return who, err
}

// AdmitByCode is Admit in a transaction of its own, with a code to come in by.
func (d *Door) AdmitByCode(ctx context.Context, n Newcomer) (code string, until time.Time, err error) {
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		who, err := d.Admit(tx, n)
		if err != nil {
			return err
		}
		purpose := Invite
		if keys, err := account.In(tx).Passkeys(who.ID); err != nil {
			return err
		} else if len(keys) > 0 {
			purpose = Recover
		}
		code, until, err = d.IssueCode(tx, who.ID, "", purpose)
		return err
	})
	return code, until, err
}
