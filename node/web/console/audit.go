package console

import (
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/spec"
)

type auditView struct {
	Act   string
	Acts  []parts.Option
	Table parts.TableView
	Older string // the address of the next page, or empty
	First bool
}

// actFamilies are the beginnings of acts that one can ask for.
func actFamilies() []string {
	return []string{
		"sign-in", "sign-out", "proved", "passkey", "identity", "code", "token", "account", "address", "role", "organisation",
		"person", "people", "intake", "correction", "word", "peers", "policy", "log", "confidential", "restore", "council",
	}
}

func (d *room) audit(p *shell.Page) error {
	v := auditView{Act: p.QueryParam("act"), Acts: []parts.Option{{Value: "", Key: "console.filter.all"}}}
	for _, f := range actFamilies() {
		v.Acts = append(v.Acts, parts.Option{Value: f, Label: p.T("act.of." + f)})
	}
	from := spot(p.QueryParam("after"))
	v.First = from == (store.Place{})
	v.Table = parts.TableView{CaptionKey: "console.audit", Columns: []parts.Column{
		{Key: "console.act.at"}, {Key: "console.act.who"}, {Key: "console.act"}, {Key: "console.act.object"},
	}}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		rows, err := tx.AuditsFrom(v.Act, from, pageMost+1)
		if err != nil {
			return err
		}
		if len(rows) > pageMost {
			rows = rows[:pageMost]
			next := store.After(from, rows, func(a store.Audit) int64 { return a.At })
			v.Older = "/console/audit?act=" + url.QueryEscape(v.Act) + "&after=" + strconv.FormatInt(next.At, 10) + "." + strconv.Itoa(next.Skip)
		}
		for _, a := range rows {
			who, err := d.called(tx, p.Lang, a.Actor)
			if err != nil {
				return err
			}
			what, err := d.called(tx, p.Lang, a.Object)
			if err != nil {
				return err
			}
			v.Table.Rows = append(v.Table.Rows, parts.Cells(parts.Time(a.At), parts.Name(who), actOf(p.Lang, a.Act), parts.Name(what)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("console.audit", auditPage(v))
}

// spot reads where a list goes on; what is no spot is its beginning.
func spot(after string) store.Place {
	second, shown, _ := strings.Cut(after, ".")
	at, err := strconv.ParseInt(second, 10, 64)
	skip, err2 := strconv.Atoi(shown)
	if err != nil || err2 != nil || at < 0 || skip < 1 || skip > math.MaxInt32 {
		return store.Place{}
	}
	return store.Place{At: at, Skip: skip}
}

// actOf says an act in words; its object of the standard or of a way in follows.
func actOf(lang, act string) string {
	name, rest, _ := strings.Cut(act, " ")
	if way, ok := strings.CutPrefix(name, "sign-in.failed."); ok {
		name, rest = "sign-in.failed", methodOf(lang, way)
	} else if way, ok := strings.CutPrefix(name, "sign-in."); ok {
		name, rest = "sign-in", methodOf(lang, way)
	} else if strings.HasPrefix(name, "code.") {
		name = "code"
	} else if what, role, found := strings.Cut(strings.TrimPrefix(name, "role."), "."); found && strings.HasPrefix(name, "role.") {
		name, rest = "role."+what, text.Of(lang, "role."+role)
	}
	said := name
	if text.Has("act." + name) {
		said = text.Of(lang, "act."+name)
	}
	if rest != "" {
		said = text.Of(lang, "parts.with-unit", said, rest)
	}
	return said
}

// methodOf names a way to sign in.
func methodOf(lang, way string) string {
	if key := "method." + way; text.Has(key) {
		return text.Of(lang, key)
	}
	return way
}

// called is what an id of the log is called now: an account by its name or its
// person's, a person, an organisation, a node. Anything else stays as it is.
func (d *room) called(tx *store.Tx, lang, id string) (string, error) {
	if id == "" || strings.HasPrefix(id, "http") {
		return d.nameOf(lang, spec.NodeID(id)), nil
	}
	who, err := account.In(tx).Account(id)
	switch {
	case err == nil && who.Person == "":
		return who.Name, nil
	case err == nil:
		id = who.Person
	case !errors.Is(err, store.ErrNotFound):
		return "", err
	}
	person, err := tx.Person(id)
	if err == nil {
		return person.FamilyName + " " + person.GivenName, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	o, err := organisation.In(tx).Organisation(id)
	if err == nil {
		return spec.Text{JA: o.NameJA, EN: o.NameEN}.In(lang), nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	return id, nil
}
