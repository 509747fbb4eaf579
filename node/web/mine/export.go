package mine

import (
	"encoding/json"
	"net/http"
	"slices"
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
		whole, err = dossier.Own(tx, p.Caller.Person, d.Clock())
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

// exportView is everything, each chapter as far as a page has room, or one
// chapter page by page.
type exportView struct {
	At       int64
	Part     string // the chapter, or ""
	Chapters []chapter
}

func chapterNames() []string {
	return []string{
		"person", "register", "talent", "account", "calendars", "consents", "proposals", "holds", "work", "follows", "asked", "corrections", "disclosures",
		"opened", "receipts", "evaluations", "records", "messages", "feeds", "spreadsheets", "vitals", "teams",
	}
}

// export shows every member of the file, so that nothing stands in the one and
// not in the other.
func (d pages) export(p *shell.Page) error {
	names, most, page := chapterNames(), firstPart(), 1
	v := exportView{Part: p.QueryParam("part")}
	if v.Part != "" {
		if !slices.Contains(names, v.Part) {
			return store.ErrNotFound
		}
		names, most = []string{v.Part}, wholePart()
		page, _ = strconv.Atoi(p.QueryParam("page")) // what is no number is the first page
	}
	whole, err := d.dossier(p)
	if err != nil {
		return err
	}
	v.At = whole.At
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
	for _, name := range names {
		v.Chapters = append(v.Chapters, d.chapter(p, name, tree[name]).fold(page, most))
	}
	return p.Show("mine.export", exportPage(v))
}

// chapter is one member of the document, with all that stands in it.
func (d pages) chapter(p *shell.Page, name string, value any) chapter {
	things, several := value.([]any)
	if !several && value != nil {
		things = []any{value}
	}
	c := chapter{Name: name, Things: len(things)}
	for at, one := range things {
		for _, l := range d.leaves(p, "", one, nil) {
			l.Thing = at
			c.Leaves = append(c.Leaves, l)
		}
	}
	return c
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
		return append(list, pieces(path, v)...)
	case bool:
		if v {
			return append(list, leaf{Path: path, Value: p.T("parts.yes")})
		}
		return append(list, leaf{Path: path, Value: p.T("parts.no")})
	case json.Number:
		return append(list, leaf{Path: path, Value: timeOr(p, path, v)})
	}
	return list
}
