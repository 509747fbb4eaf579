package sheet

import (
	"strings"
	"unicode"
)

// mark stands before a cell that a spreadsheet program would otherwise take
// for a formula. The programs themselves use the same sign for "this is text".
const mark = "'"

// charged reports whether a cell could be run when a file is opened, or begins
// with the mark itself. Space before the sign does not help everywhere, so it
// is looked through; full-width signs are, as some input methods and programs
// turn them into the others.
func charged(cell string) bool {
	if strings.HasPrefix(cell, mark) || strings.HasPrefix(cell, "＇") {
		return true
	}
	for _, r := range cell {
		switch r {
		case '=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\u2212', '﹦', '﹢', '﹣', '﹫':
			return true
		}
		if !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) {
			return false
		}
	}
	return false
}

// marked makes a cell of a CSV neutral; unmark gives the cell back.
func marked(cell string) string {
	if charged(cell) {
		return mark + cell
	}
	return cell
}

// unmark takes off one mark where marked could have put it. A cell '123 of
// somebody else's file keeps its sign: there was nothing to make neutral.
func unmark(cell string) string {
	if rest, found := strings.CutPrefix(cell, mark); found && charged(rest) {
		return rest
	}
	return cell
}

// markedText is for workbooks, where a cell typed as text is never run: only a
// cell that unmark would change needs the mark.
func markedText(cell string) string {
	if unmark(cell) != cell {
		return mark + cell
	}
	return cell
}
