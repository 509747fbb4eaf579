package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fukusen/fukusen/node/sheet"
)

// skeleton is the least that is a workbook.
func skeleton() map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/a.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="http://x/styles" Target="/xl/styles.xml"/></Relationships>`,
		"xl/worksheets/a.xml":        `<worksheet><sheetData><row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row></sheetData></worksheet>`,
	}
}

// packed makes a workbook of the skeleton with some parts of its own.
func packed(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	all := skeleton()
	maps.Copy(all, parts)
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, err := archive.Create(name)
		if err == nil {
			_, err = io.WriteString(w, all[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// lying packs a part whose directory entry promises fewer octets than come out.
func lying(t *testing.T, name, body string, promised uint64) []byte {
	t.Helper()
	var out, squeezed bytes.Buffer
	flat, err := flate.NewWriter(&squeezed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(flat, body)
	if err = errors.Join(err, flat.Close()); err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(&out)
	for part, text := range skeleton() {
		if part == name {
			continue
		}
		w, err := archive.Create(part)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := archive.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CompressedSize64: uint64(squeezed.Len()), UncompressedSize64: promised,
	})
	if err == nil {
		_, err = w.Write(squeezed.Bytes())
	}
	if err = errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// overlapping lets every entry of the directory stand on the same octets.
func overlapping(t *testing.T) []byte {
	t.Helper()
	octets := packed(t, map[string]string{"xl/x1.xml": strings.Repeat("a", 1000), "xl/x2.xml": strings.Repeat("a", 1000)})
	offsets := map[string][]byte{}
	for at := 0; ; at++ {
		next := bytes.Index(octets[at:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		at += next
		name := octets[at+46 : at+46+int(binary.LittleEndian.Uint16(octets[at+28:]))]
		offsets[string(name)] = octets[at+42 : at+46]
	}
	copy(offsets["xl/x2.xml"], offsets["xl/x1.xml"])
	return octets
}

func sheetData(cells string) map[string]string {
	return map[string]string{"xl/worksheets/a.xml": "<worksheet><sheetData>" + cells + "</sheetData></worksheet>"}
}

// TestABombIsRefusedBeforeItUnfolds: each costs little memory, which is what
// the whole of the reading may allocate and not only what is held at a time.
func TestABombIsRefusedBeforeItUnfolds(t *testing.T) {
	big := strings.Repeat(" ", sheet.MaxUnzipped)
	entities := `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>`
	nested := packed(t, map[string]string{"xl/worksheets/a.xml": big[:1<<20]})
	for _, c := range []struct {
		name   string
		octets []byte
		err    error
		mib    uint64
	}{
		{"a part that is too large", packed(t, map[string]string{"xl/worksheets/a.xml": big + " "}), sheet.ErrUnpacksTooLarge, 4},
		{"many parts that are too large together", packed(t, map[string]string{"a": big[:20<<20], "b": big[:20<<20], "c": big[:11<<20]}), sheet.ErrUnpacksTooLarge, 4},
		{"a directory that promises less", lying(t, "xl/worksheets/a.xml", "<worksheet><sheetData>"+big[:8<<20]+"</sheetData></worksheet>", 100), sheet.ErrDamaged, 4},
		{"a directory that promises four thousand million", lying(t, "xl/worksheets/a.xml", "<a/>", 1<<32), sheet.ErrUnpacksTooLarge, 4},
		{"entries on the same octets", overlapping(t), sheet.ErrDamaged, 4},
		{"a zip in a zip", zipOf(t, "inner.zip", nested), sheet.ErrNoWorkbook, 4},
		{"two thousand and more parts", manyParts(t), sheet.ErrUnpacksTooLarge, 8},
		{"two parts of one name", zipOf(t, "xl/a.xml", nil, "XL/A.xml"), sheet.ErrDamaged, 4},
		{"a million rows", packed(t, sheetData(strings.Repeat(`<row><c><v>1</v></c></row>`, 1_000_000))), sheet.ErrTooManyRows, 40},
		{"a row beyond the last", packed(t, sheetData(`<row r="1048577"><c><v>1</v></c></row>`)), sheet.ErrTooManyRows, 4},
		{"sixteen thousand columns", packed(t, sheetData(`<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>`)), sheet.ErrTooManyColumns, 4},
		{"a column beyond the last", packed(t, sheetData(`<row r="1"><c r="XFE1"/></row>`)), sheet.ErrTooManyColumns, 4},
		{"a cell that is too long", packed(t, sheetData(`<row r="7"><c r="B7" t="str"><v>`+strings.Repeat("a", 40_000)+`</v></c></row>`)), sheet.ErrCellTooLong, 4},
		{"a text without an end", packed(t, sheetData(`<row><c t="str"><v>`+big[:2<<20]+`</v></c></row>`)), sheet.ErrDamaged, 8},
		{"an element of a million attributes", packed(t, sheetData(`<row `+strings.Repeat(`a="" `, 1_000_000)+`/>`)), sheet.ErrDamaged, 40},
		{"elements in elements", packed(t, sheetData(strings.Repeat("<a>", 1_000_000))), sheet.ErrDamaged, 4},
		{"too many shared texts", packed(t, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", 1_000_000) + "</sst>"}), sheet.ErrUnpacksTooLarge, 200},
		{"too many styles", packed(t, map[string]string{"xl/styles.xml": "<s><cellXfs>" + strings.Repeat("<xf/>", 1_000_000) + "</cellXfs></s>"}), sheet.ErrUnpacksTooLarge, 40},
		{"entities in the sheet", packed(t, map[string]string{"xl/worksheets/a.xml": entities + "<worksheet>&b;</worksheet>"}), sheet.ErrDamaged, 4},
		{"entities in the shared texts", packed(t, map[string]string{"xl/sharedStrings.xml": entities + "<sst><si><t>&b;</t></si></sst>"}), sheet.ErrDamaged, 4},
		{"entities in the list of sheets", packed(t, map[string]string{"xl/workbook.xml": entities + "<workbook/>"}), sheet.ErrDamaged, 4},
		{"a cell of no shared text", packed(t, sheetData(`<row><c t="s"><v>-1</v></c></row>`)), sheet.ErrDamaged, 4},
		{"cells out of order", packed(t, sheetData(`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`)), sheet.ErrDamaged, 4},
		{"rows out of order", packed(t, sheetData(`<row r="2"><c r="A2"><v>1</v></c></row><row r="1"/>`)), sheet.ErrDamaged, 4},
		{"XML that is cut off", packed(t, map[string]string{"xl/worksheets/a.xml": "<worksheet><sheetData><row>"}), sheet.ErrDamaged, 4},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := sheet.Read("名簿.xlsx", c.octets)
		runtime.ReadMemStats(&after)
		var refusal *sheet.Error
		if !errors.Is(err, c.err) || !errors.As(err, &refusal) || refusal.Name != "名簿.xlsx" {
			t.Errorf("%s: %v, not %v", c.name, err, c.err)
		}
		if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > c.mib {
			t.Errorf("%s: %d MiB were allocated, more than %d", c.name, spent, c.mib)
		}
	}
}

func zipOf(t *testing.T, name string, body []byte, more ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, n := range append([]string{name}, more...) {
		w, err := archive.Create(n)
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func manyParts(t *testing.T) []byte {
	var more []string
	for i := range 2500 {
		more = append(more, fmt.Sprintf("xl/%d.xml", i))
	}
	return zipOf(t, "xl/workbook.xml", nil, more...)
}

// TestAZipThatIsNoPlainWorkbookIsNamed: programs, other office files, none.
func TestAZipThatIsNoPlainWorkbookIsNamed(t *testing.T) {
	for _, c := range []struct {
		octets []byte
		what   string
		err    error
	}{
		{packed(t, map[string]string{"xl/vbaProject.bin": "x"}), "xlsm", sheet.ErrMacros},
		{packed(t, map[string]string{"xl/macrosheets/sheet1.xml": "<a/>"}), "xlsm", sheet.ErrMacros},
		{packed(t, map[string]string{"[Content_Types].xml": `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`}), "xlsm", sheet.ErrMacros},
		{zipOf(t, "xl/workbook.bin", nil), "xlsb", sheet.ErrOldExcel},
		{zipOf(t, "word/document.xml", nil), "docx", sheet.ErrNotATable},
		{zipOf(t, "ppt/presentation.xml", nil), "pptx", sheet.ErrNotATable},
		{zipOf(t, "mimetype", nil, "content.xml"), "ods", sheet.ErrNotATable},
		{zipOf(t, "photo.jpg", nil), "zip", sheet.ErrNoWorkbook},
		{packed(t, map[string]string{"xl/workbook.xml": `<workbook><sheets><sheet state="hidden" r:id="r1"/></sheets></workbook>`}), "xlsx", sheet.ErrNoSheet},
		{packed(t, sheetData("")), "", sheet.ErrEmpty},
	} {
		_, err := sheet.Read("名簿.xlsx", c.octets)
		var refusal *sheet.Error
		if !errors.As(err, &refusal) || !errors.Is(err, c.err) || refusal.What != c.what {
			t.Errorf("%v, not %v %s", err, c.err, c.what)
		}
	}
}

// TestFiveMegabytesOfNothingCostLittle, whatever sign they are made of.
func TestFiveMegabytesOfNothingCostLittle(t *testing.T) {
	for unit, want := range map[string]error{
		",": sheet.ErrEmpty, "\n": sheet.ErrEmpty, ";": sheet.ErrEmpty, "\"\",": sheet.ErrEmpty, "\"": nil, "a,": sheet.ErrTooManyColumns, "a\n": sheet.ErrTooManyRows,
		"a": sheet.ErrCellTooLong, "\xa4\xa2": sheet.ErrCellTooLong, "\x82\xa0": sheet.ErrCellTooLong, "\"a\n": sheet.ErrTooManyRows,
	} {
		octets := []byte(strings.Repeat(unit, sheet.MaxOctets/len(unit)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := sheet.Read("a.csv", octets)
		runtime.ReadMemStats(&after)
		if want != nil && !errors.Is(err, want) || err == nil {
			t.Errorf("%q: %v, not %v", unit, err, want)
		}
		if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 100 {
			t.Errorf("%q: %d MiB were allocated", unit, spent)
		}
	}
}

// TestAFullTableIsRead: what is just within every limit is no bomb.
func TestAFullTableIsRead(t *testing.T) {
	octets := workbook(t, func(book *excelize.File, first string) {
		stream, err := book.NewStreamWriter(first)
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]any, sheet.MaxColumns)
		for i := range cells {
			cells[i] = i
		}
		for line := 1; line <= sheet.MaxRows+1; line++ {
			if err := stream.SetRow(fmt.Sprintf("A%d", line), cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := stream.Flush(); err != nil {
			t.Fatal(err)
		}
	})
	table, err := sheet.Read("a.xlsx", octets)
	if err != nil || len(table.Rows) != sheet.MaxRows || len(table.Columns) != sheet.MaxColumns {
		t.Errorf("%d rows, %d columns, %v", len(table.Rows), len(table.Columns), err)
	}
}
