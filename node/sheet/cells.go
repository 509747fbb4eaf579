package sheet

import (
	"strconv"
	"strings"
)

const (
	lastRow    = 1_048_576 // of any workbook
	lastColumn = 16_384
)

// values turns what stands in a cell into the text that the office sees.
type values struct {
	texts   []string
	formats []format
	is1904  bool
}

// grid reads the cells of one sheet.
func (p *pack) grid(part string, v values) (Table, error) {
	reader := gridReader{values: v}
	if err := p.walk(part, reader.see); err != nil {
		return Table{}, err
	}
	return reader.into.table(XLSX, UTF8, reader.headers())
}

// gridReader follows a sheet from element to element. A formula is never
// worked out: what counts is the value that was saved with it.
type gridReader struct {
	values
	into         collector
	line, column int // where the current cell stands: line from 1, column from 0
	next         int // the column of a cell that does not say where it stands
	kind         string
	style        int
	value        strings.Builder
	inValue      bool
	text         textItem
	merged       []area
}

// area is a block of merged cells, lines from 1.
type area struct{ fromLine, toLine int }

func (g *gridReader) see(e element) error {
	switch {
	case e.name == "row" && !e.ended:
		return g.beginRow(e)
	case e.name == "c" && !e.ended:
		return g.beginCell(e)
	case e.name == "c":
		return g.endCell()
	case e.name == "v":
		g.inValue = !e.ended
	case e.name == "mergeCell" && !e.ended:
		g.merge(e.attr("ref"))
	case e.name == "" && g.inValue:
		if g.value.Len() <= 8*MaxCell {
			g.value.Write(e.text)
		}
	case g.kind == "inlineStr":
		g.text.see(e)
	}
	return nil
}

func (g *gridReader) beginRow(e element) error {
	line := g.line + 1
	if r := e.attr("r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < line {
			return &Error{Err: ErrDamaged, What: "xml", Line: line}
		}
		line = n
	}
	if line > lastRow {
		return &Error{Err: ErrTooManyRows, Line: line, Limit: MaxRows}
	}
	g.line, g.next = line, 0
	return nil
}

func (g *gridReader) beginCell(e element) error {
	g.column = g.next
	if ref := e.attr("r"); ref != "" {
		column, line, ok := reference(ref)
		if !ok || line != g.line || column < g.next {
			return &Error{Err: ErrDamaged, What: "xml", Line: g.line}
		}
		g.column = column
	}
	if g.column >= lastColumn {
		return &Error{Err: ErrTooManyColumns, Line: g.line, Column: g.column + 1, Limit: MaxColumns}
	}
	g.next = g.column + 1
	g.kind, g.style = e.attr("t"), 0
	if s := e.attr("s"); s != "" {
		style, err := strconv.Atoi(s)
		if err != nil {
			return &Error{Err: ErrDamaged, What: "xml", Line: g.line, Column: g.column + 1}
		}
		g.style = style
	}
	g.value.Reset()
	g.text = textItem{}
	g.inValue = false
	return nil
}

func (g *gridReader) endCell() error {
	text, ok := g.show()
	g.kind = ""
	if !ok {
		return &Error{Err: ErrDamaged, What: "xml", Line: g.line, Column: g.column + 1}
	}
	return g.into.put(g.line, g.column, text)
}

// show gives the text of the cell; false means that it refers to nothing.
func (g *gridReader) show() (string, bool) {
	value := g.value.String()
	switch g.kind {
	case "s":
		if value == "" {
			return "", true
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(g.texts) {
			return "", false
		}
		return g.texts[n], true
	case "inlineStr":
		return g.text.String(), true
	case "str":
		return unescape(value), true
	case "b":
		if truth(value) {
			return "TRUE", true
		}
		return "FALSE", value != ""
	case "d":
		return strings.TrimSuffix(strings.TrimSpace(value), "T00:00:00"), true
	case "e":
		return value, true
	}
	shape := format{}
	if g.style >= 0 && g.style < len(g.formats) {
		shape = g.formats[g.style]
	}
	return shape.show(strings.TrimSpace(value), g.is1904), true
}

func (g *gridReader) merge(ref string) {
	from, to, found := strings.Cut(ref, ":")
	_, top, ok1 := reference(from)
	_, bottom, ok2 := reference(to)
	if found && ok1 && ok2 && len(g.merged) < 10*MaxColumns {
		g.merged = append(g.merged, area{top, bottom})
	}
}

// headers says how many lines the header has: two where a cell of the first is
// merged with the one below it, as when a group of columns has a title.
func (g *gridReader) headers() int {
	if len(g.into.rows) < 2 {
		return 1
	}
	first := g.into.rows[0].Line
	for _, a := range g.merged {
		if a.fromLine == first && a.toLine == first+1 && g.into.rows[1].Line == first+1 {
			return 2
		}
	}
	return 1
}

// reference reads B7 as column 1 (from 0) and line 7.
func reference(ref string) (column, line int, ok bool) {
	ref = strings.ReplaceAll(ref, "$", "")
	letters := 0
	for letters < len(ref) && letters < 4 {
		c := ref[letters] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
		letters++
	}
	if letters == 0 || letters > 3 || len(ref)-letters > 7 {
		return 0, 0, false
	}
	line, err := strconv.Atoi(ref[letters:])
	return column - 1, line, err == nil && line > 0
}
