package post

import (
	"cmp"
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// bounce is an address that could not be reached, with whose it is.
type bounce struct {
	inbox.Bounce
	Name   string
	Person string // "" for staff who are nobody of the register
}

func (d pages) bounces(p *shell.Page) error {
	from, err := inbox.ParsePlace(p.QueryParam("from"))
	if err != nil {
		return store.ErrNotFound
	}
	var list []bounce
	next := ""
	err = d.read(p, func(tx *store.Tx) error {
		found, err := bouncesAt(tx, p.Caller, from)
		if err != nil {
			return err
		}
		if len(found) > onePage {
			found = found[:onePage]
			next = Bounces + "?from=" + found[onePage-1].Place().String()
		}
		for _, b := range found {
			named, err := nameOf(tx, b)
			if err != nil {
				return err
			}
			list = append(list, named)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("post.bounces", bouncesPage(list, next))
}

// bouncesAt are those of the organisations at whose desks somebody sits, newest
// first; the desk of the organisation that runs the node sees all.
func bouncesAt(tx *store.Tx, c access.Caller, from inbox.Place) ([]inbox.Bounce, error) {
	organisations := []string{""}
	if !c.HasAt(access.Home, access.Clerk) {
		organisations = nil
		for _, h := range c.Held {
			if h.Role == access.Clerk {
				organisations = append(organisations, h.Organisation)
			}
		}
	}
	var found []inbox.Bounce
	for _, at := range organisations {
		list, err := inbox.In(tx).Bounces(at, from, onePage+1)
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	slices.SortFunc(found, func(a, b inbox.Bounce) int {
		return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	// Somebody may belong to two of them.
	return slices.CompactFunc(found, func(a, b inbox.Bounce) bool { return a.ID == b.ID }), nil
}

func nameOf(tx *store.Tx, b inbox.Bounce) (bounce, error) {
	who, err := account.In(tx).Account(b.Account)
	if errors.Is(err, store.ErrNotFound) {
		return bounce{Bounce: b}, nil
	}
	if err != nil || who.Person == "" {
		return bounce{Bounce: b, Name: who.Name}, err
	}
	person, err := tx.Person(who.Person)
	if errors.Is(err, store.ErrNotFound) {
		return bounce{Bounce: b}, nil
	}
	return bounce{Bounce: b, Name: person.FamilyName + " " + person.GivenName, Person: who.Person}, err
}

// mended forgets what could not be delivered to an account whose address was
// put right.
func (d pages) mended(p *shell.Page) error {
	who := p.Value("account")
	err := d.write(p, func(tx *store.Tx) error {
		return errors.Join(inbox.In(tx).Mended(who), d.note(tx, p, "word.mended", who))
	})
	if err != nil {
		return err
	}
	return p.To(Bounces, "good", "post.bounces.mended")
}

func bounceTable(list []bounce) parts.TableView {
	t := parts.TableView{CaptionKey: "post.bounces", Columns: []parts.Column{
		{Key: "post.bounces.who"},
		{Key: "post.bounces.address"},
		{Key: "post.inbox.what"},
		{Key: "post.inbox.when"},
		{Key: "post.bounces.answer"},
		{Key: "post.bounces.next"},
	}}
	for _, b := range list {
		t.Rows = append(t.Rows, parts.Cells(whose(b), b.Address, parts.Key("notice."+string(b.Kind)), parts.Time(b.CreatedAt),
			parts.Code(b.LastError), mendedForm(b)))
	}
	return t
}
