package sheet_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/fukusen/fukusen/node/sheet"
)

const people = "番号,氏名,フリガナ,電話\r\n1,架空 太郎,ｶｸｳ ﾀﾛｳ,０９０－０００１\r\n2,見本 花子,ミホン ハナコ,090-0002\r\n"

func peopleTable() ([]string, []sheet.Row) {
	return []string{"番号", "氏名", "フリガナ", "電話"}, []sheet.Row{
		{Line: 2, Cells: []string{"1", "架空 太郎", "ｶｸｳ ﾀﾛｳ", "０９０－０００１"}},
		{Line: 3, Cells: []string{"2", "見本 花子", "ミホン ハナコ", "090-0002"}},
	}
}

func encode(t *testing.T, text string, as encoding.Encoding) []byte {
	t.Helper()
	octets, err := as.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// TestATableIsTheSameInEveryEncodingAndWithEverySeparator an office sends.
func TestATableIsTheSameInEveryEncodingAndWithEverySeparator(t *testing.T) {
	columns, rows := peopleTable()
	for name, as := range map[sheet.Encoding]encoding.Encoding{
		sheet.UTF8: encoding.Nop, sheet.UTF8BOM: unicode.UTF8BOM,
		sheet.UTF16LE:  unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		sheet.UTF16BE:  unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		sheet.ShiftJIS: japanese.ShiftJIS, sheet.EUCJP: japanese.EUCJP, sheet.ISO2022JP: japanese.ISO2022JP,
	} {
		for _, separator := range []string{",", "\t", ";"} {
			for _, end := range []string{"\r\n", "\n", "\r"} {
				text := people
				if name == sheet.ISO2022JP { // its encoder knows no half-width katakana
					text = strings.ReplaceAll(text, "ｶｸｳ ﾀﾛｳ", "カクウ")
				}
				text = strings.NewReplacer(",", separator, "\r\n", end).Replace(text)
				table, err := sheet.Read("名簿.xlsx", encode(t, text, as))
				if err != nil {
					t.Errorf("%s with %q and %q: %v", name, separator, end, err)
					continue
				}
				if name == sheet.ISO2022JP {
					table.Rows[0].Cells[2] = rows[0].Cells[2]
				}
				if table.Encoding != name || table.Kind != sheet.CSV || !reflect.DeepEqual(table.Columns, columns) || !reflect.DeepEqual(table.Rows, rows) {
					t.Errorf("%s with %q and %q: read %+v", name, separator, end, table)
				}
			}
		}
	}
}

// TestLettersOnlyWindowsKnowsAreRead, as names are full of them.
func TestLettersOnlyWindowsKnowsAreRead(t *testing.T) {
	table, err := sheet.Read("a.csv", []byte("\x8e\x81\x96\xbc,\x87\x40\r\n\xfb\xfc\x8b\xb4,\xed\x95\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Columns[1] != "①" || table.Rows[0].Cells[0] != "髙橋" || table.Rows[0].Cells[1] != "﨑" {
		t.Errorf("read %+v", table)
	}
}

// TestQuotationsEmptyLinesAndTrailingColumnsAreReadAsAProgramShowsThem: a cell
// of two lines is one row, an empty line counts and is no row.
func TestQuotationsEmptyLinesAndTrailingColumnsAreReadAsAProgramShowsThem(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns []string
		rows    []sheet.Row
	}{
		{
			"\r\n名,備考,,\r\n\"a\nb\",\"言う\"\"はい\"\"\",,\r\n,,,\r\nc,d,,\r\n,,,\r\n\r\n",
			[]string{"名", "備考"},
			[]sheet.Row{{Line: 3, Cells: []string{"a\nb", `言う"はい"`}}, {Line: 5, Cells: []string{"c", "d"}}},
		},
		{"a,b\n1", []string{"a", "b"}, []sheet.Row{{Line: 2, Cells: []string{"1", ""}}}},
		{"a,b\n1,2,3\n", []string{"a", "b", ""}, []sheet.Row{{Line: 2, Cells: []string{"1", "2", "3"}}}},
		{"a,b\nx\"y,\"p\"q\n", []string{"a", "b"}, []sheet.Row{{Line: 2, Cells: []string{`x"y`, "pq"}}}},
		{"sep=;\na;b,c\n1;2\n", []string{"a", "b,c"}, []sheet.Row{{Line: 2, Cells: []string{"1", "2"}}}},
		{"氏名\n架空 太郎\n", []string{"氏名"}, []sheet.Row{{Line: 2, Cells: []string{"架空 太郎"}}}},
		{"a\tb\n\"1,2,3\"\t4\n", []string{"a", "b"}, []sheet.Row{{Line: 2, Cells: []string{"1,2,3", "4"}}}},
		{"a,\"b;c;d;e\"\n1,2\n", []string{"a", "b;c;d;e"}, []sheet.Row{{Line: 2, Cells: []string{"1", "2"}}}},
		{"a,b\n1\v2,3\n", []string{"a", "b"}, []sheet.Row{{Line: 2, Cells: []string{"1\n2", "3"}}}},
	} {
		table, err := sheet.Read("x", []byte(c.text))
		if err != nil || !reflect.DeepEqual(table.Columns, c.columns) || !reflect.DeepEqual(table.Rows, c.rows) {
			t.Errorf("%q: read %+v, %v", c.text, table, err)
		}
	}
}

// TestTheLimitsSayWhichLineIsTooMuch, and what is just within them is read.
func TestTheLimitsSayWhichLineIsTooMuch(t *testing.T) {
	wide := func(n int) string { return strings.Repeat("x,", n-1) + "x\n" }
	for _, c := range []struct {
		name, text   string
		err          error
		line, column int
	}{
		{"rows within", "a\n" + strings.Repeat("x\n", sheet.MaxRows), nil, 0, 0},
		{"rows beyond", "a\n\n" + strings.Repeat("x\n", sheet.MaxRows+1), sheet.ErrTooManyRows, sheet.MaxRows + 3, 0},
		{"columns within", wide(sheet.MaxColumns), nil, 0, 0},
		{"columns beyond", "a,b\n" + wide(sheet.MaxColumns+1), sheet.ErrTooManyColumns, 2, sheet.MaxColumns + 1},
		{"empty columns beyond", "a,b" + strings.Repeat(",", 1000), nil, 0, 0},
		{"cell within", "a\n" + strings.Repeat("あ", sheet.MaxCell), nil, 0, 0},
		{"cell beyond", "a,b\nc," + strings.Repeat("あ", sheet.MaxCell+1), sheet.ErrCellTooLong, 2, 2},
		{"open quotation", "a,b\nc,\"d\ne,f\n", sheet.ErrOpenQuote, 2, 2},
		{"a control character", "a,b\nc,d\x07\n", sheet.ErrControl, 2, 2},
		{"octets beyond", strings.Repeat("a,b\n", sheet.MaxOctets/4+1), sheet.ErrTooLarge, 0, 0},
		{"nothing", "", sheet.ErrEmpty, 0, 0},
		{"nothing but separators", ",,,\r\n,,\r\n", sheet.ErrEmpty, 0, 0},
		{"a mark only", "\xef\xbb\xbf", sheet.ErrEmpty, 0, 0},
	} {
		_, err := sheet.Read("名簿.csv", []byte(c.text))
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
			t.Errorf("%s: %v, not %v", c.name, err, c.err)
			continue
		}
		var refusal *sheet.Error
		if errors.As(err, &refusal) && (refusal.Line != c.line || refusal.Column != c.column || refusal.Name != "名簿.csv" || refusal.Way() == "") {
			t.Errorf("%s: %+v", c.name, refusal)
		}
	}
}

// TestAFileThatLiesAboutItsTypeIsNamed, whatever its name says.
func TestAFileThatLiesAboutItsTypeIsNamed(t *testing.T) {
	wide := func(s string) string {
		return string(encode(t, s, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)))
	}
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	for _, c := range []struct {
		octets, what, way string
		err               error
	}{
		{"%PDF-1.7\n%\xe2\xe3", "pdf", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "png", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{ole + wide("Workbook"), "xls", "sheet.way.save-as-xlsx", sheet.ErrOldExcel},
		{ole + wide("WordDocument"), "doc", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{ole + wide("EncryptedPackage"), "xlsx", "sheet.way.remove-password", sheet.ErrLocked},
		{"\r\n <HTML><body><table><tr><td>氏名</td></tr></table>", "html", "sheet.way.save-as-xlsx", sheet.ErrWebPage},
		{"\xef\xbb\xbf<table><tr><td>1</td></tr></table>", "html", "sheet.way.save-as-xlsx", sheet.ErrWebPage},
		{"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>", "xml", "sheet.way.save-as-xlsx", sheet.ErrWebPage},
		{"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht", "sheet.way.save-as-xlsx", sheet.ErrWebPage},
		{"{\n  \"a\": 1}", "json", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{"BEGIN:VCARD\r\nVERSION:3.0", "vcard", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{"MZ\x90\x00\x03\x00\x00\x00", "binary", "sheet.way.send-csv-or-xlsx", sheet.ErrNotATable},
		{"PK\x05\x06" + strings.Repeat("\x00", 18), "zip", "sheet.way.send-csv-or-xlsx", sheet.ErrNoWorkbook},
		{"PK\x03\x04 and nothing more", "zip", "sheet.way.send-csv-or-xlsx", sheet.ErrDamaged},
		{"\xff\xfe\x00\x00a\x00\x00\x00", "", "sheet.way.use-utf-8", sheet.ErrEncoding},
		{people[:46], "", "sheet.way.use-utf-8", sheet.ErrEncoding}, // cut within a letter
		{"a,b\n\xff\xff\xff\n", "", "sheet.way.use-utf-8", sheet.ErrEncoding},
	} {
		_, err := sheet.Read("名簿.xlsx", []byte(c.octets))
		var refusal *sheet.Error
		if !errors.As(err, &refusal) || !errors.Is(err, c.err) || refusal.What != c.what || refusal.Way() != c.way || refusal.Code() != c.err.Error() {
			t.Errorf("%.30q: %v, way %v; not %v %s", c.octets, err, refusal, c.err, c.what)
		}
	}
}
