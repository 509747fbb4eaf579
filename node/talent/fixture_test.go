package talent_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/talent"
)

var update = flag.Bool("update", false, "write the other two forms of testdata/forty.csv again")

var now = time.Date(2026, 4, 10, 9, 0, 0, 0, time.UTC)

// cells reads as the product does.
func cells() talent.Cells {
	skills := map[string]string{"指導": "https://skills.example/coaching", "漕艇": "https://skills.example/rowing", "審判": "https://skills.example/refereeing"}
	return talent.Cells{
		Text: sheet.Digits, Date: sheet.Date, Kana: sheet.Kana, Yes: sheet.Yes, List: sheet.List, RecordedBy: "clerk",
		Skill: func(name string) (string, bool) { uri, known := skills[name]; return uri, known },
	}
}

func gridOf(t *testing.T, name string, octets []byte) talent.Grid {
	t.Helper()
	table, err := sheet.Read(name, octets)
	if err != nil {
		t.Fatal(err)
	}
	grid := talent.Grid{Columns: table.Columns}
	for _, row := range table.Rows {
		grid.Rows = append(grid.Rows, talent.GridRow{Line: row.Line, Cells: row.Cells})
	}
	return grid
}

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	octets, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

// text makes a grid of lines, with | between cells.
func text(lines ...string) talent.Grid {
	grid := talent.Grid{Columns: strings.Split(lines[0], "|")}
	for i, line := range lines[1:] {
		grid.Rows = append(grid.Rows, talent.GridRow{Line: i + 2, Cells: strings.Split(line, "|")})
	}
	return grid
}

// TestFortyPeopleAreTheSameInThreeFiles: one office's list in UTF-8, in
// Shift_JIS and as a workbook with real days and numbers.
func TestFortyPeopleAreTheSameInThreeFiles(t *testing.T) {
	if *update {
		writeOthers(t)
	}
	want := talent.MakePlan(gridOf(t, "forty.csv", fixture(t, "forty.csv")), nil, cells(), now)
	if want.Counts != (talent.Counts{New: 37, Wrong: 3}) || len(want.Lines) != 40 || len(want.Problems) != 0 {
		t.Errorf("%+v, %+v", want.Counts, want.Problems)
	}
	if !reflect.DeepEqual(want.Unknown, []string{"番号", "メモ"}) {
		t.Errorf("not read: %q", want.Unknown)
	}
	for number, problems := range map[int][]talent.LineProblem{
		6:  {{Column: "生年月日", Code: "sheet.no-such-day", Value: "2026/2/30"}},
		18: {{Column: "氏名", Code: talent.CodeNameSplit, Value: "例田花子"}},
		29: {{Column: "guardian", Code: talent.CodeGuardianNeeded, Flag: true}},
		32: {{Column: "資格の有効期限", Code: talent.CodeExpired, Value: "2025/3/31", Flag: true}},
		34: {{Column: "メールアドレス", Code: talent.CodeEmail, Value: "hito33@example"}, {Column: "市区町村コード", Code: talent.CodeRegion, Value: "131017"}},
	} {
		line := want.Lines[number-2]
		wrong := line.State == talent.Wrong
		if line.Number != number || wrong == problems[0].Flag || !reflect.DeepEqual(problems, line.Problems) {
			t.Errorf("line %d: %s %+v", number, line.State, line.Problems)
		}
	}
	for _, name := range []string{"forty.sjis.csv", "forty.xlsx"} {
		got := talent.MakePlan(gridOf(t, name, fixture(t, name)), nil, cells(), now)
		if len(got.Lines) != len(want.Lines) {
			t.Fatalf("%s: %d lines", name, len(got.Lines))
		}
		for i := range want.Lines {
			got, want := got.Lines[i], want.Lines[i]
			if got.Number != want.Number || got.State != want.State || !reflect.DeepEqual(got.Entry, want.Entry) || len(got.Problems) != len(want.Problems) {
				t.Errorf("%s, line %d: %+v, not %+v", name, want.Number, got, want)
			}
		}
	}
	first := want.Lines[0].Entry
	if first.Family != "架空" || first.Given != "太郎" || first.FamilyKana != "かくう" || first.Phone != "090-0000-0001" || first.Items[0].Until != "2027-03-31" {
		t.Errorf("read %+v", first)
	}
	minor := want.Lines[6].Entry
	if !talent.Minor(minor, now) || !talent.MayConsent(minor, now) || minor.Guardian.RecordedBy != "clerk" {
		t.Errorf("read %+v", minor.Guardian)
	}
}

// writeOthers makes the other two files, with another library's workbook.
func writeOthers(t *testing.T) {
	table, err := sheet.Read("forty.csv", fixture(t, "forty.csv"))
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := sheet.WriteCSV(table, sheet.ShiftJIS)
	if err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	name := book.GetSheetName(0)
	day, code := "yyyy/m/d", "000000"
	dayStyle, err := book.NewStyle(&excelize.Style{CustomNumFmt: &day})
	if err != nil {
		t.Fatal(err)
	}
	codeStyle, err := book.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err != nil {
		t.Fatal(err)
	}
	styled := func(cell string, value any, style int) error {
		return errors.Join(book.SetCellValue(name, cell, value), book.SetCellStyle(name, cell, cell, style))
	}
	write := func(line int, cells []string) {
		for i, value := range cells {
			cell, err := excelize.CoordinatesToCellName(i+1, line)
			if err != nil {
				t.Fatal(err)
			}
			at, noDay := time.Parse("2006/1/2", value)
			n, noNumber := strconv.Atoi(value)
			switch {
			case value == "":
			case noDay == nil:
				err = styled(cell, at, dayStyle)
			case noNumber == nil && len(value) == 6:
				err = styled(cell, n, codeStyle)
			default:
				err = book.SetCellStr(name, cell, value)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	write(1, table.Columns)
	for _, row := range table.Rows {
		write(row.Line, row.Cells)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	for file, octets := range map[string][]byte{"forty.sjis.csv": narrow, "forty.xlsx": out.Bytes()} {
		if err := os.WriteFile(filepath.Join("testdata", file), octets, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
