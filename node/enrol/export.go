package enrol

import (
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/talent"
)

// Forms in which the register is written.
const (
	AsCSV      = "csv" // UTF-8 with a mark, as offices' programs expect
	AsShiftJIS = "shift-jis"
	AsXLSX     = "xlsx"
)

// Export writes people as a spreadsheet that nothing in it can run, and that
// Plan reads again as the same people. leftOut counts items without a column.
//
// Errors: *sheet.Error, such as a character that Shift_JIS does not have.
func Export(people []Registered, form string) (octets []byte, leftOut int, err error) {
	known := make([]talent.Known, len(people))
	for i, r := range people {
		known[i] = r.Known()
	}
	grid, leftOut := talent.Sheet(known)
	table := sheet.Table{Columns: grid.Columns}
	for _, row := range grid.Rows {
		table.Rows = append(table.Rows, sheet.Row{Line: row.Line, Cells: row.Cells})
	}
	octets, err = write(table, form)
	return octets, leftOut, err
}

func write(table sheet.Table, form string) ([]byte, error) {
	switch form {
	case AsXLSX:
		return sheet.WriteXLSX(table)
	case AsShiftJIS:
		return sheet.WriteCSV(table, sheet.ShiftJIS)
	}
	return sheet.WriteCSV(table, sheet.UTF8BOM)
}

// Template is a spreadsheet with the columns that offices need most, and no line.
func Template(form string) ([]byte, error) {
	return write(sheet.Table{Columns: []string{
		"姓", "名", "姓（ふりがな）", "名（ふりがな）", "生年月日", "メールアドレス", "電話番号", "市区町村コード", "リモート", "言語", "技能",
		"保護者氏名", "続柄", "保護者の同意日", "資格1", "資格1の発行者", "資格1の有効期限", "活動1", "実績1", "所属1",
	}}, form)
}
