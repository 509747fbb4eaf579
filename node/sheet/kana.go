package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Kana gives a reading in its one normal form: hiragana, whatever kana and
// width it was typed in, one plain space between parts, and a long mark where
// a dash was typed after kana.
func Kana(text string) string {
	var b strings.Builder
	afterKana := false
	for _, r := range Digits(loose.Replace(text)) {
		switch {
		case r >= 'ァ' && r <= 'ヶ', r == 'ヽ', r == 'ヾ':
			r -= 'ァ' - 'ぁ'
		case afterKana && strings.ContainsRune("-−‐‑–—―─", r):
			r = 'ー'
		}
		afterKana = unicode.Is(unicode.Hiragana, r) || r == 'ー'
		b.WriteRune(r)
	}
	return b.String()
}

// loose turns marks that stand alone into those that join the letter before.
var loose = strings.NewReplacer("゛", "\u3099", "゜", "\u309a")

// Weights of the third level: of two readings that differ in nothing else, the
// one with the long mark comes first.
const (
	weightLong   = "1"
	weightSmall  = "2"
	weightRepeat = "3"
	weightPlain  = "4"
)

// KanaKey gives the key by which readings sort, octet by octet, as in a
// Japanese directory (JIS X 4061): first by letters without marks and size,
// where a long mark is the vowel before it; then plain before voiced before
// half-voiced; then long mark, small letter, repeat mark, ordinary letter.
func KanaKey(text string) string {
	var letters, voices, sizes strings.Builder
	last := rune(0)
	for _, r := range strings.ToLower(Kana(text)) {
		voice, size := "1", weightPlain
		switch {
		case r == 'ー' && last != 0:
			r, size = vowel(last), weightLong
		case (r == 'ゝ' || r == 'ゞ') && last != 0:
			if r == 'ゞ' {
				voice = "2"
			}
			r, size = last, weightRepeat
		default:
			if large, small := smallKana[r]; small {
				r, size = large, weightSmall
			}
			parts := []rune(norm.NFD.String(string(r)))
			if len(parts) == 2 && parts[1] == 0x3099 {
				r, voice = parts[0], "2"
			} else if len(parts) == 2 && parts[1] == 0x309a {
				r, voice = parts[0], "3"
			}
		}
		last = 0
		if unicode.Is(unicode.Hiragana, r) {
			last = r
		}
		letters.WriteRune(r)
		voices.WriteString(voice)
		sizes.WriteString(size)
	}
	return letters.String() + "\t" + voices.String() + "\t" + sizes.String()
}

var smallKana = map[rune]rune{
	'ぁ': 'あ', 'ぃ': 'い', 'ぅ': 'う', 'ぇ': 'え', 'ぉ': 'お', 'っ': 'つ', 'ゃ': 'や', 'ゅ': 'ゆ', 'ょ': 'よ', 'ゎ': 'わ', 'ゕ': 'か', 'ゖ': 'け',
}

// vowel is what a long mark after a letter stands for.
func vowel(letter rune) rune {
	for _, row := range []struct {
		letters string
		vowel   rune
	}{
		{"あかさたなはまやらわ", 'あ'},
		{"いきしちにひみりゐ", 'い'},
		{"うくすつぬふむゆる", 'う'},
		{"えけせてねへめれゑ", 'え'},
		{"おこそとのほもよろを", 'お'},
	} {
		if strings.ContainsRune(row.letters, letter) {
			return row.vowel
		}
	}
	return letter
}
