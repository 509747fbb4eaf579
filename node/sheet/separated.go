package sheet

import "strings"

// separate reads a CSV with commas, tabs or semicolons into the collector. A
// line that holds only the separator's name ("sep=;") is read as such and, as
// in the program that invented it, is not counted.
func separate(text string, into *collector) error {
	separator := byte(0)
	if first, rest, _ := strings.Cut(text, "\n"); len(first) < 8 {
		first = strings.ToLower(strings.Trim(first, "\"\r"))
		if mark, found := strings.CutPrefix(first, "sep="); found && len(mark) == 1 && strings.Contains(",;\t", mark) {
			separator, text = mark[0], rest
		}
	}
	if separator == 0 {
		separator = guessSeparator(text)
	}
	reader := fields{text: text, separator: separator, line: 1}
	for !reader.done() {
		line, column := reader.line, reader.column
		value, err := reader.next()
		if err != nil {
			return err
		}
		if err := into.put(line, column, value); err != nil {
			return err
		}
	}
	return nil
}

// guessSeparator takes what most of the first lines with content agree on:
// the separator whose fewest fields in a line are the most.
func guessSeparator(text string) byte {
	best, most := byte(','), 0
	for _, separator := range []byte{',', '\t', ';'} {
		reader := fields{text: text, separator: separator, line: 1}
		fewest, widest, width, lines := 0, 0, 0, 0
		for !reader.done() && lines < 10 {
			column := reader.column
			value, err := reader.next()
			if err != nil {
				break
			}
			if value != "" || column > 0 {
				width = column + 1
			}
			if reader.column > 0 || width == 0 {
				continue
			}
			if lines++; fewest == 0 || width < fewest {
				fewest = width
			}
			widest, width = max(widest, width), 0
		}
		// A title above the table has one field, so the widest line breaks the tie.
		if score := fewest*MaxColumns + min(widest, MaxColumns-1); score > most {
			best, most = separator, score
		}
	}
	return best
}

// fields walks through the fields of a CSV (RFC 4180, with the line ends and
// the carelessness of real files). Line counts records: a cell of three lines
// is one row in a spreadsheet program.
type fields struct {
	text         string
	separator    byte
	line, column int
	open         bool // a separator was read, so a field follows even at the end
}

func (f *fields) done() bool { return f.text == "" && !f.open }

// next gives the next field and steps over the separator or line end after it.
func (f *fields) next() (string, error) {
	var value string
	if strings.HasPrefix(f.text, `"`) {
		quotation, err := f.quotation()
		if err != nil {
			return "", err
		}
		value = quotation
	}
	end := strings.IndexAny(f.text, string([]byte{f.separator, '\r', '\n'}))
	if end < 0 {
		end = len(f.text)
	}
	// What follows a closing mark is kept rather than lost.
	value += f.text[:end]
	f.text = f.text[end:]
	f.open = strings.HasPrefix(f.text, string(f.separator))
	switch {
	case f.open:
		f.text = f.text[1:]
		f.column++
		return value, nil
	case strings.HasPrefix(f.text, "\r\n"):
		f.text = f.text[2:]
	case f.text != "":
		f.text = f.text[1:]
	}
	f.line, f.column = f.line+1, 0
	return value, nil
}

// quotation reads a field between quotation marks; two of them are one.
func (f *fields) quotation() (string, error) {
	var value strings.Builder
	rest := f.text[1:]
	for {
		end := strings.IndexByte(rest, '"')
		if end < 0 {
			return "", &Error{Err: ErrOpenQuote, Line: f.line, Column: f.column + 1}
		}
		value.WriteString(rest[:end])
		rest = rest[end+1:]
		if !strings.HasPrefix(rest, `"`) {
			f.text = rest
			return value.String(), nil
		}
		value.WriteByte('"')
		rest = rest[1:]
	}
}
