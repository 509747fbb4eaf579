// Package word tells people what happened: it looks up where somebody is
// reached and in which language, and puts the message, with the mail for it,
// into the transaction of the event itself, so that there is neither word of
// what did not happen nor an event without its word.
//
// It refuses to stop an event: whoever has no account is told nothing. Whether
// and when a mail goes out is the sender's to say.
package word

import (
	"errors"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/spec"
)

// Word is what an account is told.
type Word struct {
	Kind notice.Kind
	// Object is the id of what it is about. Where that is somebody, it is their
	// account's id: what others were told about an account goes with it.
	Object string
	// Link is the path of the page about it, for the inbox.
	Link string
	// MailLink is the link that a mail carries instead of the one to the inbox,
	// with the node's origin, for who cannot sign in yet. Nothing personal may be in it.
	MailLink string
	// ID makes the word one that is told once; empty is a word of its own.
	ID string
}

// Tell tells an account. One that is closed or not there is told nothing.
func Tell(tx *store.Tx, at time.Time, id string, w Word) error {
	who, err := account.In(tx).Account(id)
	return tell(tx, at, who, w, err)
}

// TellAccount is Tell for an account as its caller has it, with the address
// that an invitation goes to where the account itself has none yet.
func TellAccount(tx *store.Tx, at time.Time, who account.Account, w Word) error {
	return tell(tx, at, who, w, nil)
}

// TellPerson tells the account of a person of the register, if they have one.
func TellPerson(tx *store.Tx, at time.Time, person string, w Word) error {
	who, err := account.In(tx).OfPerson(person)
	return tell(tx, at, who, w, err)
}

// TellClerks tells the clerks of organisations, as Clerks finds them.
func TellClerks(tx *store.Tx, at time.Time, organisations []string, w Word) error {
	clerks, err := Clerks(tx, organisations...)
	if err != nil {
		return err
	}
	for _, who := range clerks {
		each := w
		if w.ID != "" {
			each.ID = w.ID + " " + who.ID
		}
		if err := tell(tx, at, who, each, nil); err != nil {
			return err
		}
	}
	return nil
}

// TellDesk tells the clerks who look after an account.
func TellDesk(tx *store.Tx, at time.Time, id string, w Word) error {
	list, err := Organisations(tx, id)
	if err != nil {
		return err
	}
	return TellClerks(tx, at, list, w)
}

// AddressChanged tells an account that its mail address changed, at the address
// that it had: whoever took an account over would change it first.
func AddressChanged(tx *store.Tx, at time.Time, before account.Account) error {
	gone, err := inbox.In(tx).Bounced(before.ID, before.Email)
	if err != nil {
		return err
	}
	if gone {
		before.Email = "" // nobody reads there, and the desk has heard of it
	}
	return tell(tx, at, before, Word{Kind: notice.AddressChanged, Object: before.ID, Link: "/inbox/settings"}, nil)
}

func tell(tx *store.Tx, at time.Time, who account.Account, w Word, err error) error {
	if errors.Is(err, store.ErrNotFound) || err == nil && who.ClosedAt != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if w.ID == "" {
		w.ID = spec.NewUUID()
	}
	return inbox.In(tx).Put(inbox.Word{
		ID: w.ID, Account: who.ID, Kind: w.Kind, Object: w.Object, Link: w.Link, At: at.Unix(),
		Address: who.Email, Lang: who.Language, MailLink: w.MailLink,
	})
}

// Organisations are those to which an account belongs, in any role; one that
// belongs to none is the concern of the organisation that runs the node.
func Organisations(tx *store.Tx, id string) ([]string, error) {
	list, err := organisation.In(tx).Of(id)
	var at []string
	for _, m := range list {
		if m.State != organisation.Ended && !slices.Contains(at, m.Organisation) {
			at = append(at, m.Organisation)
		}
	}
	if len(at) == 0 {
		at = []string{access.Home}
	}
	return at, err
}

// Clerks are the clerks of organisations, each once, or else those of the
// organisation that runs the node: somebody always looks after an account.
func Clerks(tx *store.Tx, organisations ...string) ([]account.Account, error) {
	found, err := clerksAt(tx, organisations)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return clerksAt(tx, []string{access.Home})
}

func clerksAt(tx *store.Tx, organisations []string) ([]account.Account, error) {
	var found []account.Account
	seen := map[string]bool{}
	for _, at := range organisations {
		members, err := organisation.In(tx).Members(at)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if m.Role != access.Clerk || m.State != organisation.Active || seen[m.Account] {
				continue
			}
			seen[m.Account] = true
			who, err := account.In(tx).Account(m.Account)
			if errors.Is(err, store.ErrNotFound) || err == nil && who.ClosedAt != 0 {
				continue
			}
			if err != nil {
				return nil, err
			}
			found = append(found, who)
		}
	}
	return found, nil
}

// Desk are the clerks who look after an account.
func Desk(tx *store.Tx, id string) ([]account.Account, error) {
	list, err := Organisations(tx, id)
	if err != nil {
		return nil, err
	}
	return Clerks(tx, list...)
}
