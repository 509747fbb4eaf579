package sheet

import (
	"errors"
	"fmt"
	"strings"
)

// Why a file is not read or a table not written. Each begins with the stable
// code that a page looks up its sentence by.
var (
	// ErrTooLarge: the file has more octets than MaxOctets.
	ErrTooLarge = errors.New("sheet.too-large")
	// ErrEmpty: there is no cell with content.
	ErrEmpty = errors.New("sheet.empty")
	// ErrNotATable: the file is something else, which Error.What names.
	ErrNotATable = errors.New("sheet.not-a-table")
	// ErrOldExcel: a workbook of before 2007, or a binary one.
	ErrOldExcel = errors.New("sheet.old-excel")
	// ErrWebPage: HTML or XML that only calls itself a spreadsheet.
	ErrWebPage = errors.New("sheet.web-page")
	// ErrMacros: a workbook that brings programs with it.
	ErrMacros = errors.New("sheet.macros")
	// ErrLocked: a workbook that opens with a password only.
	ErrLocked = errors.New("sheet.locked")
	// ErrNoWorkbook: a zip that holds no workbook.
	ErrNoWorkbook = errors.New("sheet.no-workbook")
	// ErrNoSheet: a workbook in which no sheet is visible.
	ErrNoSheet = errors.New("sheet.no-visible-sheet")
	// ErrDamaged: it began as a table and is broken or made to mislead.
	ErrDamaged = errors.New("sheet.damaged")
	// ErrUnpacksTooLarge: unpacked, a workbook has more octets or parts than it may.
	ErrUnpacksTooLarge = errors.New("sheet.unpacks-too-large")
	// ErrEncoding: the octets are text in no encoding that is read.
	ErrEncoding = errors.New("sheet.encoding")
	// ErrOpenQuote: a quotation mark in Line is never closed.
	ErrOpenQuote = errors.New("sheet.open-quote")
	// ErrTooManyRows: there are more than MaxRows rows; Line is the first too many.
	ErrTooManyRows = errors.New("sheet.too-many-rows")
	// ErrTooManyColumns: Line has a cell beyond MaxColumns.
	ErrTooManyColumns = errors.New("sheet.too-many-columns")
	// ErrCellTooLong: a cell has more than MaxCell characters.
	ErrCellTooLong = errors.New("sheet.cell-too-long")
	// ErrControl: a cell holds a control character that no file can carry.
	ErrControl = errors.New("sheet.control-character")
	// ErrUnmappable: the encoding to write in has no code for Error.Character.
	ErrUnmappable = errors.New("sheet.unmappable")
)

// Error is a refusal with what a page needs to say it in a person's language.
// Fields that say nothing are zero.
type Error struct {
	Err       error  // one of the sentinels above
	Name      string // of the file, as it was sent
	What      string // what the file is: pdf, png, xls, html, zip, ...
	Line      int    // from 1, as a spreadsheet program counts
	Column    int    // from 1
	Limit     int    // the limit that was passed
	Character string // what cannot be written
}

// Code is the stable name of the refusal, such as "sheet.not-a-table".
func (e *Error) Code() string { return e.Err.Error() }

// Way is the stable name of what the office can do about it.
func (e *Error) Way() string {
	switch {
	case errors.Is(e.Err, ErrOldExcel), errors.Is(e.Err, ErrWebPage), errors.Is(e.Err, ErrMacros), e.What == "ods":
		return "sheet.way.save-as-xlsx"
	case errors.Is(e.Err, ErrLocked):
		return "sheet.way.remove-password"
	case errors.Is(e.Err, ErrTooLarge), errors.Is(e.Err, ErrTooManyRows), errors.Is(e.Err, ErrUnpacksTooLarge):
		return "sheet.way.split"
	case errors.Is(e.Err, ErrTooManyColumns):
		return "sheet.way.drop-columns"
	case errors.Is(e.Err, ErrCellTooLong), errors.Is(e.Err, ErrControl), errors.Is(e.Err, ErrOpenQuote):
		return "sheet.way.mend-cell"
	case errors.Is(e.Err, ErrEncoding), errors.Is(e.Err, ErrUnmappable):
		return "sheet.way.use-utf-8"
	case errors.Is(e.Err, ErrEmpty), errors.Is(e.Err, ErrNoSheet):
		return "sheet.way.show-sheet"
	}
	return "sheet.way.send-csv-or-xlsx"
}

// Error says it for a log; people get the text of Code and Way.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code())
	for _, field := range []struct{ name, value string }{{"file", e.Name}, {"what", e.What}, {"character", e.Character}} {
		if field.value != "" {
			fmt.Fprintf(&b, " %s=%q", field.name, field.value)
		}
	}
	for _, field := range []struct {
		name  string
		value int
	}{{"line", e.Line}, {"column", e.Column}, {"limit", e.Limit}} {
		if field.value != 0 {
			fmt.Fprintf(&b, " %s=%d", field.name, field.value)
		}
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// named puts the name of the file on a refusal; a refusal without one is damage.
func named(name string, err error) error {
	var refusal *Error
	if !errors.As(err, &refusal) {
		return &Error{Err: ErrDamaged, Name: name, What: err.Error()}
	}
	refusal.Name = name
	return refusal
}
