// Package mine is the pages of a person about themselves: what is kept, to whom
// they consented and why, who has seen what, and how to stop it. It refuses to
// show anybody else, whatever their role.
package mine

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Store *store.Store
	Gate  *gate.Gate
	Book  func() *policy.Book
	Clock func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	own := access.Rule{Own: true}
	return []shell.Place{{Href: "/my", Key: "mine.home", Rule: own}, {Href: "/my/consents", Key: "mine.consents", Rule: own}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	own := access.Rule{Own: true}
	p := pages{cfg}
	return []shell.Route{
		{Method: http.MethodGet, Path: "/my", Rule: own, About: shell.AboutSelf, Do: p.home},
		{Method: http.MethodGet, Path: "/my/consents", Rule: own, About: shell.AboutSelf, Do: p.consents},
		{Method: http.MethodPost, Path: "/my/consents/withdraw", Rule: own, About: shell.AboutSelf, Do: p.withdraw},
	}
}

type pages struct{ Config }

// given is one consent as its person reads it.
type given struct {
	consent.Record
	Recipient string // the organisation's name
	Purposes  []string
	Open      bool
	At, Until int64
}

func (d pages) home(p *shell.Page) error {
	list, err := d.consentsOf(p)
	if err != nil {
		return err
	}
	open := 0
	for _, g := range list {
		if g.Open {
			open++
		}
	}
	return p.Show("mine.home", homePage(open))
}

func (d pages) consents(p *shell.Page) error {
	list, err := d.consentsOf(p)
	if err != nil {
		return err
	}
	return p.Show("mine.consents", consentsPage(list))
}

func (d pages) consentsOf(p *shell.Page) ([]given, error) {
	var list []given
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		rows, err := tx.ConsentsOf(p.Caller.Person)
		for _, row := range rows {
			g := given{At: row.CreatedAt, Until: row.Until, Recipient: d.nameOf(p, row.Recipient)}
			if err := json.Unmarshal([]byte(row.Document), &g.Record); err != nil {
				return fmt.Errorf("stored consent: %w", err)
			}
			if g.EventState == consent.Given && row.Until <= d.Clock().Unix() {
				g.EventState = consent.Expired
			}
			g.Open = g.EventState == consent.Given
			for _, purpose := range row.Purposes {
				g.Purposes = append(g.Purposes, d.purpose(p, purpose))
			}
			list = append(list, g)
		}
		return err
	})
	return list, err
}

// nameOf is what the membership register calls a node.
func (d pages) nameOf(p *shell.Page, id spec.NodeID) string {
	for _, m := range d.Book().Register().Members {
		if m.Node == id {
			return m.Name.In(p.Lang)
		}
	}
	return string(id)
}

// withdraw ends a consent. Withdrawn stands in the reader's log before the
// page says so.
func (d pages) withdraw(p *shell.Page) error {
	_, err := d.Gate.Withdraw(p.Request().Context(), p.Caller.Person, p.Value("consent"))
	if errors.Is(err, gate.ErrUnknownConsent) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	return p.To("/my/consents", "good", "mine.withdrawn")
}

// purpose is a purpose as the data guideline in force words it.
func (d pages) purpose(p *shell.Page, id string) string {
	document := d.Book().InForce(policy.TypeDataGuideline, d.Clock())
	if document == nil {
		return id
	}
	for _, known := range document.DataGuideline().Purposes {
		if known.ID == id {
			return known.Text.In(p.Lang)
		}
	}
	return id
}
