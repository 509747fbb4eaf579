// Package sheet turns what an office sends as a spreadsheet into one table of
// texts, and a table into a spreadsheet that is harmless in the office's
// program. It knows files by their content, reads the values people write into
// cells (digits, dates of both calendars, readings, yes), and refuses whatever
// is no table, is larger than its limits, or says one thing and holds another.
// It knows neither what a column means nor who asks.
package sheet

import (
	"strings"
	"unicode/utf8"
)

// Limits of what is read and written.
const (
	MaxOctets   = 5 << 20  // of a file as it arrives
	MaxUnzipped = 50 << 20 // of all parts of a workbook together
	MaxRows     = 5000     // under the header, counted with content only
	MaxColumns  = 100
	MaxCell     = 2000 // characters
)

// Kind is the form of a file.
type Kind string

// Forms that are read and written.
const (
	CSV  Kind = "csv" // also with tabs or semicolons
	XLSX Kind = "xlsx"
)

// Table is the content of a spreadsheet: every row has as many cells as there
// are columns. A column that has cells but no header has the name "".
type Table struct {
	Columns  []string // the header as written
	Rows     []Row    // rows with content only
	Encoding Encoding // of a CSV; a workbook is always UTF8
	Kind     Kind
}

// Row is one line of a table. Line is the number a spreadsheet program shows
// beside it, from 1 and with the header counted, so an office finds it again.
type Row struct {
	Line  int
	Cells []string
}

// Read recognises a spreadsheet by its content and gives its table: a CSV in
// any encoding of Encodings, or the first visible sheet of a workbook. The name
// only stands in errors; every error is an *Error.
func Read(name string, octets []byte) (Table, error) {
	table, err := read(octets)
	if err != nil {
		return Table{}, named(name, err)
	}
	return table, nil
}

func read(octets []byte) (Table, error) {
	if len(octets) > MaxOctets {
		return Table{}, &Error{Err: ErrTooLarge, Limit: MaxOctets}
	}
	kind, err := recognise(octets)
	if err != nil {
		return Table{}, err
	}
	if kind == XLSX {
		return readWorkbook(octets)
	}
	text, encoding, err := decode(octets)
	if err != nil {
		return Table{}, err
	}
	if err := refuseMarkup(text); err != nil {
		return Table{}, err
	}
	var into collector
	if err := separate(text, &into); err != nil {
		return Table{}, err
	}
	return into.table(CSV, encoding, 1)
}

// collector takes cells in the order of a file and keeps the limits, so that a
// file is refused at the first cell that is too much and not when all is read.
type collector struct {
	rows  []Row // the header first
	width int
}

// put takes one cell; line counts from 1, column from 0.
func (c *collector) put(line, column int, value string) error {
	if value == "" {
		return nil
	}
	if column >= MaxColumns {
		return &Error{Err: ErrTooManyColumns, Line: line, Column: column + 1, Limit: MaxColumns}
	}
	if len(value) > MaxCell && utf8.RuneCountInString(value) > MaxCell {
		return &Error{Err: ErrCellTooLong, Line: line, Column: column + 1, Limit: MaxCell}
	}
	// A vertical tab is how one widespread database writes a new line in a cell.
	value = strings.ReplaceAll(value, "\v", "\n")
	if unprintable(value) {
		return &Error{Err: ErrControl, Line: line, Column: column + 1}
	}
	if n := len(c.rows); n == 0 || c.rows[n-1].Line != line {
		if n > MaxRows {
			return &Error{Err: ErrTooManyRows, Line: line, Limit: MaxRows}
		}
		c.rows = append(c.rows, Row{Line: line})
	}
	row := &c.rows[len(c.rows)-1]
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, "")
	}
	row.Cells[column] = unmark(value)
	c.width = max(c.width, column+1)
	return nil
}

// table makes the first rows the header. With two, the lower name counts where
// there is one: the upper is the title of a group.
func (c *collector) table(kind Kind, encoding Encoding, headers int) (Table, error) {
	if len(c.rows) == 0 {
		return Table{}, &Error{Err: ErrEmpty}
	}
	for i := range c.rows {
		for len(c.rows[i].Cells) < c.width {
			c.rows[i].Cells = append(c.rows[i].Cells, "")
		}
	}
	headers = min(headers, len(c.rows))
	columns := c.rows[0].Cells
	for _, row := range c.rows[1:headers] {
		for i, name := range row.Cells {
			if name != "" {
				columns[i] = name
			}
		}
	}
	rows := c.rows[headers:]
	return Table{Columns: columns, Rows: rows, Encoding: encoding, Kind: kind}, nil
}

// unprintable reports what neither file can carry without changing it.
func unprintable(value string) bool {
	if !utf8.ValidString(value) {
		return true
	}
	return strings.ContainsFunc(value, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f || r == 0xfffe || r == 0xffff
	})
}
