package sheet

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is how a text was turned into octets.
type Encoding string

// Encodings that are read. UTF8BOM and ShiftJIS are written too.
const (
	UTF8      Encoding = "utf-8"
	UTF8BOM   Encoding = "utf-8-bom"
	UTF16LE   Encoding = "utf-16le"
	UTF16BE   Encoding = "utf-16be"
	ShiftJIS  Encoding = "shift_jis" // with the additions of Windows, code page 932
	EUCJP     Encoding = "euc-jp"
	ISO2022JP Encoding = "iso-2022-jp"
)

const byteOrderMark = "\uFEFF"

// decode finds the encoding and gives the text.
//
// EUC-JP is tried before Shift_JIS because it is the stricter: the lead octets
// of Shift_JIS for kana and the kanji of everyday use are never lead octets of
// EUC-JP, while a text in EUC-JP often is a valid, senseless Shift_JIS.
func decode(octets []byte) (string, Encoding, error) {
	for _, marked := range []struct {
		mark string
		name Encoding
		from encoding.Encoding
	}{
		{"\xff\xfe\x00\x00", "", nil}, // UTF-32
		{"\x00\x00\xfe\xff", "", nil},
		{"\xff\xfe", UTF16LE, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\xfe\xff", UTF16BE, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{byteOrderMark, UTF8BOM, encoding.Nop},
	} {
		rest, found := bytes.CutPrefix(octets, []byte(marked.mark))
		if !found {
			continue
		}
		if marked.from != nil {
			if text, ok := decodeAs(rest, marked.from); ok {
				return text, marked.name, nil
			}
		}
		return "", "", &Error{Err: ErrEncoding}
	}
	if bytes.IndexByte(octets, 0) >= 0 {
		return "", "", &Error{Err: ErrNotATable, What: "binary"}
	}
	if escaped := bytes.Contains(octets, []byte("\x1b$")) || bytes.Contains(octets, []byte("\x1b(")); escaped {
		if text, ok := decodeAs(octets, japanese.ISO2022JP); ok {
			return text, ISO2022JP, nil
		}
	}
	if utf8.Valid(octets) {
		return string(octets), UTF8, nil
	}
	if damagedUTF8(octets) {
		return "", "", &Error{Err: ErrEncoding}
	}
	if text, ok := decodeAs(octets, japanese.EUCJP); ok {
		return text, EUCJP, nil
	}
	if text, ok := decodeAs(octets, japanese.ShiftJIS); ok {
		return text, ShiftJIS, nil
	}
	return "", "", &Error{Err: ErrEncoding}
}

// damagedUTF8 recognises a UTF-8 that was cut or mixed: most of it is valid
// longer sequences, which other encodings give by accident only. Read in one of
// those, it would be nonsense that no one notices before it is in the register.
func damagedUTF8(octets []byte) bool {
	valid, invalid := 0, 0
	for len(octets) > 0 {
		r, size := utf8.DecodeRune(octets)
		if size > 2 {
			valid++
		} else if r == utf8.RuneError {
			invalid++
		}
		octets = octets[size:]
	}
	return valid > 5*invalid
}

// decodeAs reports whether all octets belong to the encoding. A decoder puts
// U+FFFD where they do not, which no text in these encodings holds by itself.
func decodeAs(octets []byte, from encoding.Encoding) (string, bool) {
	text, err := from.NewDecoder().Bytes(octets)
	if err != nil || !utf8.Valid(text) {
		return "", false
	}
	if from != encoding.Nop && bytes.ContainsRune(text, utf8.RuneError) {
		return "", false
	}
	return string(text), true
}

// shiftJIS encodes one cell, or gives the first character that has no code.
// The encoder is exact: it never puts a sister in the place of a character, as
// a backslash for a yen sign.
func shiftJIS(cell string) (octets []byte, lost string) {
	octets, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(cell))
	if err == nil {
		return octets, ""
	}
	for _, r := range cell {
		if _, err := japanese.ShiftJIS.NewEncoder().String(string(r)); err != nil {
			return nil, string(r)
		}
	}
	return nil, cell
}
