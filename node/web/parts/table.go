package parts

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
)

// TableView is a table. Each row has as many cells as there are columns; its
// first cell names the row.
type TableView struct {
	Caption, CaptionKey string
	Columns             []Column
	Rows                []Row
	Filter              string // the table's id, for a field that narrows its rows where there is script
}

// Column heads a table's column; Numeric ones stand to the right.
type Column struct {
	Text, Key string
	Numeric   bool
}

// Row is the cells of one line.
type Row []templ.Component

// Cells makes a row of what it is given: a component as it is, a Key as its
// text, a number grouped, anything else as plain text.
func Cells(values ...any) Row {
	row := make(Row, len(values))
	for at, value := range values {
		switch v := value.(type) {
		case templ.Component:
			row[at] = v
		case Key:
			row[at] = Say(string(v))
		default:
			row[at] = Plain(plain(value))
		}
	}
	return row
}

// Key is a cell whose text stands in the catalogue.
type Key string

// PagerView says which page of a list this is. Href is the list's address with
// its own query; the page number is added as "page".
type PagerView struct {
	Page, Last int
	Href       string
}

func (v PagerView) href(page int) string {
	at, err := url.Parse(v.Href)
	if err != nil {
		return "?page=" + strconv.Itoa(page)
	}
	query := at.Query()
	query.Set("page", strconv.Itoa(page))
	at.RawQuery = query.Encode()
	return at.String()
}

// Pair is a term and what is said of it.
type Pair struct {
	Term, Key string
	Said      templ.Component
}

// Define is a Pair of a catalogue's key and a value as in Cells.
func Define(key string, value any) Pair { return Pair{Key: key, Said: Cells(value)[0]} }

func (c Column) head(ctx context.Context) string { return either(ctx, c.Text, c.Key) }
