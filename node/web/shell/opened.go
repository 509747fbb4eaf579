package shell

import (
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// NoteOpened notes under a person's own id that whoever is signed in looks at
// what is kept about them. Every page of staff that shows a person calls it
// with one of the words of node/store; a person's own look is not noted, and neither is
// a page that is opened again within the minute.
func (p *Page) NoteOpened(person, what string) error {
	if person == "" || person == p.Caller.Person {
		return nil
	}
	at := p.Shell.Clock().Truncate(time.Minute).Unix()
	return p.Shell.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		return tx.PutOpened(store.Opened{ID: spec.ID(person), At: at, Who: p.Caller.Account, Purpose: what})
	})
}
