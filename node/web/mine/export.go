package mine

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// dossier is everything that this node keeps about whoever is signed in.
func (d pages) dossier(p *shell.Page) (dossier.Document, error) {
	if err := d.Gate.NoteServed(p.Request().Context()); err != nil {
		return dossier.Document{}, err
	}
	var whole dossier.Document
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		whole, err = dossier.Of(tx, p.Caller.Person, d.Clock())
		return err
	})
	return whole, err
}

// exportFile is the contract's export, for programs.
func (d pages) exportFile(p *shell.Page) error {
	whole, err := d.dossier(p)
	if err != nil {
		return err
	}
	p.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="my-data.json"`)
	return p.JSONPretty(http.StatusOK, whole, "  ")
}

// leaf is one value of the dossier with the path to it.
type leaf struct{ Path, Value string }

// chapter is one part of the dossier, under its member's name.
type chapter struct {
	Name   string
	Leaves [][]leaf // one list for each thing in it
}

// exportPage shows every member of the file, so that nothing stands in the one
// and not in the other.
func (d pages) export(p *shell.Page) error {
	whole, err := d.dossier(p)
	if err != nil {
		return err
	}
	octets, err := json.Marshal(whole)
	if err != nil {
		return err
	}
	var tree map[string]any
	read := json.NewDecoder(strings.NewReader(string(octets)))
	read.UseNumber()
	if err := read.Decode(&tree); err != nil {
		return err
	}
	var list []chapter
	for _, name := range []string{
		"person", "register", "talent", "account", "calendars", "consents", "asked", "corrections", "disclosures", "opened",
		"receipts", "evaluations", "records", "messages", "spreadsheets",
	} {
		c := chapter{Name: name}
		things, several := tree[name].([]any)
		if !several && tree[name] != nil {
			things = []any{tree[name]}
		}
		for _, thing := range things {
			c.Leaves = append(c.Leaves, d.leaves(p, "", thing, nil))
		}
		list = append(list, c)
	}
	return p.Show("mine.export", exportPage(whole.At, list))
}

// leaves walks through a value and names what stands at its ends. Times are
// said as people say them, and nodes by their names.
func (d pages) leaves(p *shell.Page, path string, value any, list []leaf) []leaf {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range sortedNames(v) {
			at := name
			if path != "" {
				at = path + "." + name
			}
			list = d.leaves(p, at, v[name], list)
		}
		return list
	case []any:
		for i, one := range v {
			list = d.leaves(p, path+"."+strconv.Itoa(i+1), one, list)
		}
		return list
	case string:
		if m := d.Book().Register().Find(spec.NodeID(v)); m != nil {
			v = m.Name.In(p.Lang) + " (" + v + ")"
		}
		return append(list, leaf{path, v})
	case bool:
		if v {
			return append(list, leaf{path, p.T("parts.yes")})
		}
		return append(list, leaf{path, p.T("parts.no")})
	case json.Number:
		return append(list, leaf{path, timeOr(p, path, v)})
	}
	return list
}
