package sheet_test

import (
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/node/sheet"
)

func TestWidthsAreEvenedAndNamesKeepTheirKanji(t *testing.T) {
	for text, want := range map[string]string{
		"０９０－１２３４":       "090-1234",
		"ＡＢＣ＠ｅｘａｍｐｌｅ．ｊｐ": "ABC@example.jp",
		"　架空　　太郎　":       "架空 太郎",
		"ｶﾞｸ ﾊﾟｰｸ":       "ガク パーク",
		"髙﨑 神 福":         "髙﨑 神 福",
		"株式会社①":          "株式会社①",
		"か\u3099":        "が",
		"a\ufeffb":       "ab",
	} {
		if got := sheet.Digits(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

func TestADateIsReadInTheFormsOfOffices(t *testing.T) {
	for _, text := range []string{
		"2026/4/1", "2026/04/01", "2026-04-01", "2026-4-1", "2026.4.1", "20260401", "2026年4月1日", "２０２６年４月１日", "２０２６／４／１",
		"令和8年4月1日", "令和８年４月１日", "令和08年04月01日", "R8.4.1", "r8.4.1", "R.8.4.1", "Ｒ８．４．１", "R8/4/1", "R8-4-1", "㋿8年4月1日",
		" 2026/4/1 ", "2026/4/1 0:00", "2026-04-01 00:00:00", "2026-04-01T00:00:00", "2026年4月1日(水)", "2026年4月1日（水曜日）", "令和 8年 4月 1日", "2026−4−1",
	} {
		if y, m, d, err := sheet.Date(text); err != nil || y != 2026 || m != 4 || d != 1 {
			t.Errorf("%q: %d-%d-%d, %v", text, y, m, d, err)
		}
	}
}

func TestAnEraCountsOnlyWithinItsDays(t *testing.T) {
	for _, c := range []struct {
		text, want string
		err        error
	}{
		{"昭和64年1月7日", "1989-1-7", nil},
		{"昭和64年1月8日", "", sheet.ErrDateEra},
		{"平成元年1月7日", "", sheet.ErrDateEra},
		{"平成元年1月8日", "1989-1-8", nil},
		{"平成1年1月8日", "1989-1-8", nil},
		{"平成31年4月30日", "2019-4-30", nil},
		{"平成31年5月1日", "", sheet.ErrDateEra},
		{"令和元年5月1日", "2019-5-1", nil},
		{"令和元年4月30日", "", sheet.ErrDateEra},
		{"令和0年5月1日", "", sheet.ErrDateEra},
		{"H1.1.8", "1989-1-8", nil},
		{"S1.12.25", "1926-12-25", nil},
		{"S1.12.24", "", sheet.ErrDateEra},
		{"T15.12.24", "1926-12-24", nil},
		{"T15.12.25", "", sheet.ErrDateEra},
		{"大正元年7月30日", "1912-7-30", nil},
		{"大正元年7月29日", "", sheet.ErrDateEra},
		{"昭和63年2月29日", "1988-2-29", nil},
		{"昭和62年2月29日", "", sheet.ErrNoSuchDay},
		{"2026/2/29", "", sheet.ErrNoSuchDay},
		{"2024/2/29", "2024-2-29", nil},
		{"2026/13/1", "", sheet.ErrNoSuchDay},
		{"2026/0/1", "", sheet.ErrNoSuchDay},
		{"2026/4/31", "", sheet.ErrNoSuchDay},
		{"0026/4/1", "", sheet.ErrNoSuchDay},
		{"2026年4月1日(木)", "", sheet.ErrNoSuchDay},
		{"26/4/1", "", sheet.ErrDateForm},
		{"2026/4", "", sheet.ErrDateForm},
		{"4月1日", "", sheet.ErrDateForm},
		{"2026/4-1", "", sheet.ErrDateForm},
		{"46113", "", sheet.ErrDateForm},
		{"2026/4/1 9:30", "", sheet.ErrDateForm},
		{"慶応3年1月1日", "", sheet.ErrDateForm},
		{"", "", sheet.ErrDateForm},
	} {
		y, m, d, err := sheet.Date(c.text)
		if !errors.Is(err, c.err) || err == nil && fmt.Sprintf("%d-%d-%d", y, m, d) != c.want {
			t.Errorf("%q: %d-%d-%d, %v", c.text, y, m, d, err)
		}
	}
}

func TestAReadingHasOneForm(t *testing.T) {
	for text, want := range map[string]string{
		"ｶｸｳ　ﾀﾛｳ": "かくう たろう", "カクウ タロウ": "かくう たろう", "ｶﾞｯｺｳ": "がっこう", "ヴァン": "ゔぁん", "ジョ-ジ": "じょーじ", "ｼﾞｮｰｼﾞ": "じょーじ",
		"か゛": "が", "オオタ": "おおた", "Smith-Lee": "Smith-Lee", "サゝキ": "さゝき", "ヶ": "ゖ",
	} {
		if got := sheet.Kana(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

// TestReadingsSortAsInADirectory: the list is in the order of JIS X 4061.
func TestReadingsSortAsInADirectory(t *testing.T) {
	want := []string{
		"Abe", "あ", "あい", "かいと", "がいと", "がいど", "かき", "かぎ", "がき", "きゃ", "きや", "こうた", "ごうた", "さき", "じょーじ", "じょおじ",
		"はーと", "はあと", "ばあと", "ぱあと", "はっとり", "はつとり", "はとり", "ひーろう", "ひいろう",
	}
	got := slices.Clone(want)
	rand.New(rand.NewSource(1)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, func(a, b string) int {
		x, y := sheet.KanaKey(a), sheet.KanaKey(b)
		if x < y {
			return -1
		} else if x > y {
			return 1
		}
		return 0
	})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sorted\n%v, not\n%v", got, want)
	}
	if sheet.KanaKey("ｼﾞｮｰｼﾞ") != sheet.KanaKey("じょーじ") {
		t.Error("width and script move a reading")
	}
}

func TestAnAnswerIsReadOrUnknown(t *testing.T) {
	for _, text := range []string{"はい", "○", "〇", "有", "あり", "yes", "YES", "Ｙ", "1", "１", "TRUE", "可", "済"} {
		if yes, known := sheet.Yes(text); !yes || !known {
			t.Errorf("%q is not yes", text)
		}
	}
	for _, text := range []string{"いいえ", "×", "無", "なし", "no", "N", "0", "０", "FALSE", "不可"} {
		if yes, known := sheet.Yes(text); yes || !known {
			t.Errorf("%q is not no", text)
		}
	}
	for _, text := range []string{"", "たぶん", "2"} {
		if _, known := sheet.Yes(text); known {
			t.Errorf("%q is an answer", text)
		}
	}
}

func TestSeveralValuesStandInOneCell(t *testing.T) {
	for text, want := range map[string][]string{
		"日本語、英語":      {"日本語", "英語"},
		"ja,en;ko/zh": {"ja", "en", "ko", "zh"},
		"漕艇\n指導，　審判":  {"漕艇", "指導", "審判"},
		"https://skills.example/rowing、https://skills.example/a/b": {"https://skills.example/rowing", "https://skills.example/a/b"},
		" 、 ": nil,
	} {
		if got := sheet.List(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}
