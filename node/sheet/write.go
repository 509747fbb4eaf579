package sheet

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// WriteCSV writes a table for the spreadsheet programs of offices: commas, line
// ends of Windows, in UTF8BOM (also for "") or ShiftJIS. Cells that could be run are
// made neutral so that Read gives them back; a character without a code in the
// encoding is an error with its line and column, in which the header is line 1.
// Rows without content are not written.
func WriteCSV(table Table, encoding Encoding) ([]byte, error) {
	var out bytes.Buffer
	switch encoding {
	case "", UTF8BOM:
		encoding = UTF8BOM
		out.WriteString(byteOrderMark)
	case UTF8, ShiftJIS:
	default:
		return nil, &Error{Err: ErrEncoding, What: string(encoding)}
	}
	err := eachLine(table, func(line int, cells []string) error {
		for i, cell := range cells {
			if i > 0 {
				out.WriteByte(',')
			}
			field := quoted(marked(cell))
			if encoding != ShiftJIS {
				out.WriteString(field)
				continue
			}
			octets, lost := shiftJIS(field)
			if lost != "" {
				return &Error{Err: ErrUnmappable, Line: line, Column: i + 1, Character: lost}
			}
			out.Write(octets)
		}
		out.WriteString("\r\n")
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// quoted puts a cell between quotation marks wherever any program might else
// split it, in whatever separator that program believes.
func quoted(cell string) string {
	if !strings.ContainsAny(cell, "\",;\t\r\n'") && strings.TrimSpace(cell) == cell && !strings.HasPrefix(strings.ToLower(cell), "sep=") {
		return cell
	}
	return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
}

// WriteXLSX writes a table as a workbook of one sheet, every cell typed and
// formatted as text, so that nothing is run and no leading zero is lost.
func WriteXLSX(table Table) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close()
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	stream, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	err = eachLine(table, func(line int, cells []string) error {
		row := make([]any, len(cells))
		for i, cell := range cells {
			row[i] = excelize.Cell{StyleID: text, Value: markedText(cell)}
		}
		return stream.SetRow(fmt.Sprintf("A%d", line), row)
	})
	if err == nil {
		err = stream.Flush()
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

// eachLine gives the header and the rows with content, numbered as they will
// be read again, and keeps the limits of reading.
func eachLine(table Table, give func(line int, cells []string) error) error {
	line := 0
	for _, cells := range append([][]string{table.Columns}, rowCells(table.Rows)...) {
		if strings.Join(cells, "") == "" {
			continue
		}
		line++
		if line > MaxRows+1 {
			return &Error{Err: ErrTooManyRows, Line: line, Limit: MaxRows}
		}
		var within collector
		for i, cell := range cells {
			if err := within.put(line, i, cell); err != nil {
				return err
			}
			if strings.Contains(cell, "\v") {
				return &Error{Err: ErrControl, Line: line, Column: i + 1}
			}
		}
		if err := give(line, cells); err != nil {
			return err
		}
	}
	return nil
}

func rowCells(rows []Row) [][]string {
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = row.Cells
	}
	return cells
}
