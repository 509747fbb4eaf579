package sheet_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fukusen/fukusen/node/sheet"
)

// workbook lets another library write a workbook for us to read.
func workbook(t *testing.T, fill func(book *excelize.File, first string)) []byte {
	t.Helper()
	book := excelize.NewFile()
	fill(book, book.GetSheetName(0))
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// set puts values into a row of cells, each styled with a number format or "".
func set(t *testing.T, book *excelize.File, sheet, from string, values ...any) {
	t.Helper()
	if err := book.SetSheetRow(sheet, from, &values); err != nil {
		t.Fatal(err)
	}
}

func styled(t *testing.T, book *excelize.File, sheet, cell string, value any, style excelize.Style) {
	t.Helper()
	id, err := book.NewStyle(&style)
	if err == nil {
		err = book.SetCellValue(sheet, cell, value)
	}
	if err == nil {
		err = book.SetCellStyle(sheet, cell, cell, id)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func custom(code string) excelize.Style { return excelize.Style{CustomNumFmt: &code} }

// TestCellsOfAWorkbookAreReadAsTheOfficeSeesThem: days as days, numbers in
// full, codes with their zeros, formulas by what was saved with them.
func TestCellsOfAWorkbookAreReadAsTheOfficeSeesThem(t *testing.T) {
	for _, c := range []struct {
		name  string
		value any
		style excelize.Style
		want  string
	}{
		{"text", "架空 太郎", excelize.Style{}, "架空 太郎"},
		{"text of digits", "0123", excelize.Style{}, "0123"},
		{"escaped text", "a_x000D_b_x005F_c", excelize.Style{}, "a\rb_c"},
		{"lines", "a\r\nb", excelize.Style{}, "a\r\nb"},
		{"whole number", 9012345678, excelize.Style{}, "9012345678"},
		{"large number", 1e15, excelize.Style{}, "1000000000000000"},
		{"larger number", 1.5e20, excelize.Style{}, "150000000000000000000"},
		{"fraction", 0.1 + 0.2, excelize.Style{}, "0.3"},
		{"small fraction", 0.00001, excelize.Style{}, "0.00001"},
		{"scientific format", 12345.0, excelize.Style{NumFmt: 11}, "12345"},
		{"negative", -5, excelize.Style{}, "-5"},
		{"municipal code", 11002, custom("000000"), "011002"},
		{"truth", true, excelize.Style{}, "TRUE"},
		{"built-in day", 46113, excelize.Style{NumFmt: 14}, "2026-04-01"},
		{"Japanese built-in day", 46113, excelize.Style{NumFmt: 57}, "2026-04-01"},
		{"day of an era", 46113, custom(`[$-411]ggge"年"m"月"d"日"`), "2026-04-01"},
		{"month and day", 46113, custom(`m"月"d"日";@`), "2026-04-01"},
		{"day and hour", 46113.375, custom("yyyy/m/d h:mm"), "2026-04-01 09:00"},
		{"midnight", 46113, custom("yyyy/m/d h:mm"), "2026-04-01"},
		{"hour", 0.375, excelize.Style{NumFmt: 20}, "09:00"},
		{"money", 46113, custom(`"¥"#,##0;[Red]-#,##0`), "46113"},
		{"word with a d", 46113, custom(`0"d"`), "46113"},
		{"first day", 1, excelize.Style{NumFmt: 14}, "1900-01-01"},
		{"before the day that never was", 59, excelize.Style{NumFmt: 14}, "1900-02-28"},
		{"after the day that never was", 61, excelize.Style{NumFmt: 14}, "1900-03-01"},
	} {
		octets := workbook(t, func(book *excelize.File, first string) {
			set(t, book, first, "A1", "見出し")
			styled(t, book, first, "A2", c.value, c.style)
		})
		table, err := sheet.Read("a.csv", octets)
		if err != nil || table.Kind != sheet.XLSX || len(table.Rows) != 1 || table.Rows[0].Cells[0] != c.want {
			t.Errorf("%s: read %+v, %v; not %q", c.name, table.Rows, err, c.want)
		}
	}
}

func TestDaysCountFromTheYearTheWorkbookSays(t *testing.T) {
	yes := true
	octets := workbook(t, func(book *excelize.File, first string) {
		if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		set(t, book, first, "A1", "日")
		styled(t, book, first, "A2", 46113-1462, excelize.Style{NumFmt: 14})
	})
	table, err := sheet.Read("a.xlsx", octets)
	if err != nil || table.Rows[0].Cells[0] != "2026-04-01" {
		t.Errorf("read %+v, %v", table, err)
	}
}

// TestAFormulaCountsByWhatWasSavedWithIt and never by what it would do.
func TestAFormulaCountsByWhatWasSavedWithIt(t *testing.T) {
	octets := workbook(t, func(book *excelize.File, first string) {
		set(t, book, first, "A1", "名", "年齢")
		set(t, book, first, "A2", "架空 太郎", 41)
		set(t, book, first, "A3", "見本 花子")
		for _, cell := range []string{"B2", "B3"} {
			if err := book.SetCellFormula(first, cell, `HYPERLINK("http://x.invalid")`); err != nil {
				t.Fatal(err)
			}
		}
	})
	table, err := sheet.Read("a.xlsx", octets)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 2 || table.Rows[0].Cells[1] != "41" || table.Rows[1].Cells[1] != "" {
		t.Errorf("read %+v", table)
	}
}

// TestTheFirstSheetThatCanBeSeenIsRead, or the refusal says that there is none.
func TestTheFirstSheetThatCanBeSeenIsRead(t *testing.T) {
	fill := func(book *excelize.File, first string) {
		set(t, book, first, "A1", "秘密")
		set(t, book, first, "A2", "1")
		for i, name := range []string{"目次", "名簿", "予備"} {
			if _, err := book.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			set(t, book, name, "B3", "見出し", fmt.Sprint(i))
			set(t, book, name, "B5", "値", "x")
		}
		book.SetActiveSheet(2)
		if err := errors.Join(book.SetSheetVisible(first, false), book.SetSheetVisible("目次", false, true)); err != nil {
			t.Fatal(err)
		}
	}
	table, err := sheet.Read("a.xlsx", workbook(t, fill))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"", "見出し", "1"}; !reflect.DeepEqual(table.Columns, want) {
		t.Errorf("columns %q, not %q", table.Columns, want)
	}
	if len(table.Rows) != 1 || table.Rows[0].Line != 5 {
		t.Errorf("rows %+v", table.Rows)
	}
}

// TestAHeaderInTwoLinesIsReadAsOne when a title is merged over its columns.
func TestAHeaderInTwoLinesIsReadAsOne(t *testing.T) {
	octets := workbook(t, func(book *excelize.File, first string) {
		set(t, book, first, "A1", "番号", "氏名", "", "連絡先", "")
		set(t, book, first, "A2", "", "姓", "名", "電話", "メール")
		set(t, book, first, "A3", "1", "架空", "太郎", "090", "a@example.jp")
		for _, area := range [][2]string{{"A1", "A2"}, {"B1", "C1"}, {"D1", "E1"}} {
			if err := book.MergeCell(first, area[0], area[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	table, err := sheet.Read("a.xlsx", octets)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"番号", "姓", "名", "電話", "メール"}; !reflect.DeepEqual(table.Columns, want) {
		t.Errorf("columns %q", table.Columns)
	}
	if want := []sheet.Row{{Line: 3, Cells: []string{"1", "架空", "太郎", "090", "a@example.jp"}}}; !reflect.DeepEqual(table.Rows, want) {
		t.Errorf("rows %+v", table.Rows)
	}
	octets = workbook(t, func(book *excelize.File, first string) {
		set(t, book, first, "A1", "氏名", "", "電話")
		set(t, book, first, "A2", "架空 太郎", "", "090")
		if err := book.MergeCell(first, "A1", "B1"); err != nil {
			t.Fatal(err)
		}
	})
	table, err = sheet.Read("a.xlsx", octets)
	if want := []string{"氏名", "", "電話"}; err != nil || !reflect.DeepEqual(table.Columns, want) || len(table.Rows) != 1 {
		t.Errorf("read %+v, %v", table, err)
	}
}

// TestReadingsBesideKanjiAreNotPartOfAName: input methods leave them behind.
func TestReadingsBesideKanjiAreNotPartOfAName(t *testing.T) {
	octets := packed(t, map[string]string{
		"xl/sharedStrings.xml": `<sst><si><r><t>架空</t></r><r><t xml:space="preserve"> 太郎</t></r><rPh sb="0" eb="2"><t>カクウ</t></rPh><phoneticPr fontId="1"/></si></sst>`,
		"xl/worksheets/a.xml":  `<worksheet><sheetData><row><c t="inlineStr"><is><t>氏名</t></is></c></row><row><c t="s"><v>0</v></c></row></sheetData></worksheet>`,
	})
	table, err := sheet.Read("a.xlsx", octets)
	if err != nil || table.Rows[0].Cells[0] != "架空 太郎" {
		t.Errorf("read %+v, %v", table, err)
	}
}
