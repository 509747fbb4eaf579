package desk

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

const listed = 50 // people on one page

// peopleView is one page of the register.
type peopleView struct {
	ground
	Find, Organisation string
	Rows               []personRow
	Next               string // address of the next page, or ""
	First              bool   // nobody stands before
}

// personRow is somebody in the list.
type personRow struct {
	enrol.Registered
	SignIn  string // key of whether they can sign in; "" for readers
	Minor   bool   // whose guardian has not agreed
	Expired int    // qualifications
}

func (d pages) people(p *shell.Page) error {
	if err := d.Fill(p.Request().Context()); err != nil {
		return err
	}
	v := peopleView{Find: clipped(p.QueryParam("find")), First: p.QueryParam("after") == ""}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		if v.ground, err = groundOf(tx, p); err != nil {
			return err
		}
		v.Organisation = v.chosen(p.QueryParam("organisation"))
		return d.look(tx, &v, cursor(p.QueryParam("after")))
	})
	if err != nil {
		return err
	}
	return p.Show("desk.people", peoplePage(v))
}

// look fills one page. Who only reads finds people by what these show alone.
func (d pages) look(tx *store.Tx, v *peopleView, after roster.Entry) error {
	find := v.Find
	if !v.Keeps {
		find = ""
	}
	for {
		rows, err := enrol.List(tx, v.Organisation, find, after, listed+1)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if len(v.Rows) == listed {
				v.Next = v.href(rows[max(i-1, 0)], after, i)
				return nil
			}
			r, err := enrol.Opened(row)
			if err != nil {
				return err
			}
			line, shown, err := d.row(tx, v, r)
			if err != nil {
				return err
			}
			if shown {
				v.Rows = append(v.Rows, line)
			}
		}
		if len(rows) <= listed {
			return nil
		}
		after = rows[len(rows)-1]
	}
}

// row is somebody as this reader may see them.
func (d pages) row(tx *store.Tx, v *peopleView, r enrol.Registered) (personRow, bool, error) {
	now := d.Clock()
	if !v.Keeps {
		r.Entry = talent.Visible(r.Entry, talent.Organisation)
		return personRow{Registered: r}, r.Entry.Family != "" && enrol.Matches(r.Entry, v.Find), nil
	}
	line := personRow{Registered: r, Minor: !talent.MayConsent(r.Entry, now)}
	for _, item := range r.Entry.Items {
		if item.Expired(now) {
			line.Expired++
		}
	}
	var err error
	line.SignIn, err = signInOf(tx, r.Person, now)
	return line, true, err
}

// signInOf is the key of whether somebody can sign in.
func signInOf(tx *store.Tx, person string, now time.Time) (string, error) {
	who, err := account.In(tx).OfPerson(person)
	if errors.Is(err, store.ErrNotFound) {
		return "desk.sign-in.never", nil
	}
	if err != nil {
		return "", err
	}
	keys, err := account.In(tx).Passkeys(who.ID)
	if err != nil {
		return "", err
	}
	identities, err := account.In(tx).Identities(who.ID)
	if err != nil {
		return "", err
	}
	codes, err := account.In(tx).Codes(who.ID)
	switch {
	case who.ClosedAt != 0:
		return "desk.sign-in.closed", err
	case len(keys)+len(identities) > 0, slices.ContainsFunc(codes, func(c account.Code) bool { return c.UsedAt != 0 }):
		return "desk.sign-in.yes", err
	case slices.ContainsFunc(codes, func(c account.Code) bool { return c.Expires > now.Unix() }):
		return "desk.sign-in.invited", err
	}
	return "desk.sign-in.never", err
}

// href is the address of the page that begins after the last row shown.
func (v *peopleView) href(last, before roster.Entry, at int) string {
	if at == 0 {
		last = before
	}
	octets, err := json.Marshal([2]string{last.Reading, last.Person})
	if err != nil {
		return ""
	}
	query := url.Values{"after": {base64.RawURLEncoding.EncodeToString(octets)}}
	if v.Find != "" {
		query.Set("find", v.Find)
	}
	if v.Organisation != "" {
		query.Set("organisation", v.Organisation)
	}
	return "/people?" + query.Encode()
}

// cursor is where a page begins; what is none begins at the beginning.
func cursor(text string) roster.Entry {
	octets, err := base64.RawURLEncoding.DecodeString(text)
	var at [2]string
	if err != nil || json.Unmarshal(octets, &at) != nil {
		return roster.Entry{}
	}
	return roster.Entry{Reading: at[0], Person: at[1]}
}

// clipped bounds what somebody types into a search.
func clipped(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 100)])
}

// first is the address of the list's beginning.
func (v peopleView) first() string {
	query := url.Values{}
	if v.Find != "" {
		query.Set("find", v.Find)
	}
	if v.Organisation != "" {
		query.Set("organisation", v.Organisation)
	}
	return "/people?" + query.Encode()
}

// findHint says what a search looks through.
func findHint(v peopleView) string {
	if v.Keeps {
		return "desk.find.hint"
	}
	return "desk.find.hint.reader"
}

// organisationOptions lets one of the caller's organisations be chosen.
func organisationOptions(g ground, all bool) []parts.Option {
	var list []parts.Option
	if all {
		list = append(list, parts.Option{Key: "desk.organisation.all"})
	}
	for _, o := range g.Organisations {
		list = append(list, parts.Option{Value: o.ID, Label: o.Name})
	}
	return list
}

func peopleTable(v peopleView) parts.TableView {
	t := parts.TableView{CaptionKey: "desk.people.list", Columns: []parts.Column{{Key: "desk.name"}}}
	if v.Keeps {
		t.Columns = append(t.Columns, parts.Column{Key: "desk.sign-in"}, parts.Column{Key: "desk.heed"})
	}
	for _, row := range v.Rows {
		cells := parts.Cells(personLink(row.Person, row.Entry))
		if v.Keeps {
			cells = append(cells, parts.Cells(signInBadge(row.SignIn), heed(row))...)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
