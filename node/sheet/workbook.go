package sheet

import (
	"path"
	"strings"
)

// readWorkbook reads the first visible sheet of a workbook of 2007 or later.
func readWorkbook(octets []byte) (Table, error) {
	p, err := openPack(octets)
	if err != nil {
		return Table{}, err
	}
	book := "xl/workbook.xml"
	related, err := p.relations("_rels/.rels")
	if err != nil {
		return Table{}, err
	}
	for _, r := range related {
		if r.kind == "officeDocument" {
			book = beside("", r.target)
		}
	}
	if err := p.refuseOthers(book); err != nil {
		return Table{}, err
	}
	seen, err := p.contents(book)
	if err != nil {
		return Table{}, err
	}
	texts, err := p.sharedTexts(seen.texts)
	if err != nil {
		return Table{}, err
	}
	formats, err := p.formats(seen.styles)
	if err != nil {
		return Table{}, err
	}
	return p.grid(seen.sheet, values{texts: texts, formats: formats, is1904: seen.is1904})
}

// refuseOthers names a zip that holds something else, or programs besides.
func (p *pack) refuseOthers(book string) error {
	for name := range p.parts {
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "xl/macrosheets/") {
			return &Error{Err: ErrMacros, What: "xlsm"}
		}
	}
	macros := false
	err := p.walk("[Content_Types].xml", func(e element) error {
		macros = macros || strings.Contains(strings.ToLower(e.attr("ContentType")), "macroenabled")
		return nil
	})
	switch {
	case err != nil:
		return err
	case macros:
		return &Error{Err: ErrMacros, What: "xlsm"}
	case p.parts["xl/workbook.bin"] != nil:
		return &Error{Err: ErrOldExcel, What: "xlsb"}
	case p.parts["word/document.xml"] != nil:
		return &Error{Err: ErrNotATable, What: "docx"}
	case p.parts["ppt/presentation.xml"] != nil:
		return &Error{Err: ErrNotATable, What: "pptx"}
	case p.parts["mimetype"] != nil && p.parts["content.xml"] != nil:
		return &Error{Err: ErrNotATable, What: "ods"}
	case p.parts[partName(book)] == nil:
		return &Error{Err: ErrNoWorkbook, What: "zip"}
	}
	return nil
}

// relation is one line of a part's list of other parts.
type relation struct{ id, kind, target string }

func (p *pack) relations(part string) ([]relation, error) {
	var found []relation
	err := p.walk(part, func(e element) error {
		if e.name == "Relationship" && !e.ended && !strings.EqualFold(e.attr("TargetMode"), "External") {
			found = append(found, relation{e.attr("Id"), path.Base(e.attr("Type")), e.attr("Target")})
		}
		if len(found) > maxParts {
			return &Error{Err: ErrUnpacksTooLarge, Limit: maxParts}
		}
		return nil
	})
	return found, err
}

// contents names the parts that are read.
type contents struct {
	sheet, texts, styles string
	is1904               bool // days count from 1904
}

// contents finds the first sheet with cells that the office sees when it opens
// the file, and what its cells refer to.
func (p *pack) contents(book string) (contents, error) {
	related, err := p.relations(path.Join(path.Dir(book), "_rels", path.Base(book)+".rels"))
	if err != nil {
		return contents{}, err
	}
	var found contents
	sheets := make(map[string]string, len(related))
	for _, r := range related {
		switch part := beside(book, r.target); r.kind {
		case "worksheet":
			sheets[r.id] = part
		case "sharedStrings":
			found.texts = part
		case "styles":
			found.styles = part
		}
	}
	err = p.walk(book, func(e element) error {
		switch {
		case e.ended:
		case e.name == "workbookPr":
			found.is1904 = truth(e.attr("date1904"))
		case e.name == "sheet" && found.sheet == "" && e.attr("state") != "hidden" && e.attr("state") != "veryHidden":
			found.sheet = sheets[e.attr("id")]
		}
		return nil
	})
	if err == nil && p.parts[found.sheet] == nil {
		err = &Error{Err: ErrNoSheet, What: "xlsx"}
	}
	return found, err
}

func truth(attr string) bool { return attr == "1" || strings.EqualFold(attr, "true") }

// maxTexts is more than a sheet within the limits can use.
const maxTexts = MaxRows * MaxColumns

// sharedTexts reads the list of texts that cells refer to by number. Readings
// (rPh) that an input method leaves beside kanji are not part of the text.
func (p *pack) sharedTexts(part string) ([]string, error) {
	var texts []string
	var item textItem
	err := p.walk(part, func(e element) error {
		if e.name == "si" && !e.ended {
			if len(texts) == maxTexts {
				return &Error{Err: ErrUnpacksTooLarge, Limit: maxTexts}
			}
			item = textItem{}
			return nil
		}
		if e.name == "si" {
			texts = append(texts, item.String())
			return nil
		}
		item.see(e)
		return nil
	})
	return texts, err
}

// textItem gathers the t elements of one text, whole or in runs of a style.
type textItem struct {
	text            strings.Builder
	inText, reading bool
}

func (t *textItem) see(e element) {
	switch {
	case e.name == "rPh":
		t.reading = !e.ended
	case e.name == "t":
		t.inText = !e.ended
	case t.inText && !t.reading && t.text.Len() <= 8*MaxCell: // beyond, the cell is refused anyway
		t.text.Write(e.text)
	}
}

func (t *textItem) String() string { return unescape(t.text.String()) }

// unescape reads _x000D_, which is how a workbook writes a character that XML
// cannot carry, and _x005F_, its own underscore.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "_x")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		code, ok := hexCode(after)
		if !ok {
			b.WriteString("_x")
			text = after
			continue
		}
		b.WriteRune(code)
		text = after[5:]
	}
}

func hexCode(text string) (rune, bool) {
	if len(text) < 5 || text[4] != '_' {
		return 0, false
	}
	var code rune
	for _, c := range []byte(text[:4]) {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if c < '0' || digit < 0 || c > '9' && c < 'A' {
			return 0, false
		}
		code = code<<4 | rune(digit)
	}
	return code, code < 0xd800 || code > 0xdfff
}
