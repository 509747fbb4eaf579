package sheet

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Digits gives a text as it is compared and stored: full-width digits, letters
// and signs become half-width, half-width katakana full-width, any space one
// plain space, and the ends are trimmed. Kanji stay what they are: a full
// compatibility form would change the way people write their names.
func Digits(text string) string {
	var b strings.Builder
	narrow := 0 // where a run of half-width katakana began in the text, plus one
	flush := func(end int) {
		if narrow > 0 {
			b.WriteString(norm.NFKC.String(text[narrow-1 : end]))
			narrow = 0
		}
	}
	for i, r := range text {
		if r >= '｡' && r <= 'ﾟ' {
			if narrow == 0 {
				narrow = i + 1
			}
			continue
		}
		flush(i)
		switch {
		case r >= '！' && r <= '～':
			b.WriteRune(r - '！' + '!')
		case r == '\n' || r == '\r':
			b.WriteByte('\n')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r): // marks that nobody sees, such as a byte order mark
		default:
			b.WriteRune(r)
		}
	}
	flush(len(text))
	return strings.TrimSpace(blanks.ReplaceAllString(compose(b.String()), " "))
}

var blanks = regexp.MustCompile(` {2,}`)

// compose joins a letter and the marks after it into one character, and leaves
// alone the kanji that the standard form would replace by a sister.
func compose(text string) string {
	var b strings.Builder
	start := 0
	for i, r := range text {
		if r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f {
			b.WriteString(norm.NFC.String(text[start:i]))
			b.WriteRune(r)
			start = i + len(string(r))
		}
	}
	b.WriteString(norm.NFC.String(text[start:]))
	return b.String()
}

// Yes reads an answer as offices write it; known is false for anything else.
func Yes(text string) (yes, known bool) {
	switch strings.ToLower(Digits(text)) {
	case "はい", "○", "〇", "◯", "◎", "●", "有", "有り", "あり", "可", "済", "済み", "同意", "同意する", "する", "希望", "希望する", "可能", "要",
		"yes", "y", "1", "true", "t", "on", "ok", "✓", "✔", "☑", "レ":
		return true, true
	case "いいえ", "×", "✕", "✗", "✖", "無", "無し", "なし", "不可", "未", "同意しない", "しない", "希望しない", "不可能", "不要",
		"no", "n", "0", "false", "f", "off", "ng":
		return false, true
	}
	return false, false
}

// List splits a cell that holds several values: 、 ， , ; / or one a line. An
// address keeps its slashes.
func List(text string) []string {
	var items []string
	add := func(item string) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；;､\r\n", r) }) {
		if strings.Contains(part, "://") || strings.HasPrefix(strings.TrimSpace(part), "urn:") {
			add(part)
			continue
		}
		for _, item := range strings.FieldsFunc(part, func(r rune) bool { return r == '/' || r == '／' }) {
			add(item)
		}
	}
	return items
}
