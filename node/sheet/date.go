package sheet

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Why a text is no date; each is the stable code of its sentence.
var (
	// ErrDateForm: it is written in no form that is read without guessing.
	ErrDateForm = errors.New("sheet.date-form")
	// ErrDateEra: the era had ended or not begun on that day.
	ErrDateEra = errors.New("sheet.date-era")
	// ErrNoSuchDay: the calendar does not have the day.
	ErrNoSuchDay = errors.New("sheet.no-such-day")
)

// eras by the name that normal writing gives them, with the first day and the
// day after the last (Era Name Act and the edicts before it).
var eras = map[string]struct{ begins, ended time.Time }{
	"令和": {date(2019, 5, 1), date(9999, 1, 1)},
	"平成": {date(1989, 1, 8), date(2019, 5, 1)},
	"昭和": {date(1926, 12, 25), date(1989, 1, 8)},
	"大正": {date(1912, 7, 30), date(1926, 12, 25)},
}

var (
	eraLetters  = map[string]string{"r": "令和", "h": "平成", "s": "昭和", "t": "大正"}
	plainDate   = regexp.MustCompile(`^(\d{4})(?:/(\d{1,2})/|-(\d{1,2})-|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?$`)
	packedDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	eraDate     = regexp.MustCompile(`^(令和|平成|昭和|大正|[rhst])\.?(元|\d{1,2})(?:/(\d{1,2})/|-(\d{1,2})-|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?$`)
	weekday     = regexp.MustCompile(`\(([日月火水木金土])(?:曜日?)?\)$`)
	midnight    = regexp.MustCompile(`[ t]0?0:00(:00)?$`)
	dateHyphens = strings.NewReplacer("−", "-", "‐", "-", "‑", "-", "–", "-", "—", "-", "―", "-", "ー", "-")
)

// Years outside of these are typing errors.
const (
	firstYear = 1868
	lastYear  = 2199
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Date reads a day as Japanese offices write it: 2026/4/1, 2026-04-01,
// 2026.4.1, 20260401, 2026年4月1日, 令和8年4月1日, R8.4.1, with 元年 and
// full-width digits, and with midnight or a right day of the week behind it.
// Two digits for a year are never guessed at.
func Date(text string) (year, month, day int, err error) {
	text = strings.ToLower(norm.NFKC.String(text))
	text = midnight.ReplaceAllString(strings.TrimSpace(text), "")
	text = dateHyphens.Replace(strings.Join(strings.Fields(text), ""))
	named := weekday.FindStringSubmatch(text)
	text = weekday.ReplaceAllString(text, "")
	at, err := readDate(text)
	if err != nil {
		return 0, 0, 0, err
	}
	if named != nil && named[1] != string([]rune("日月火水木金土")[at.Weekday()]) {
		return 0, 0, 0, ErrNoSuchDay
	}
	return at.Year(), int(at.Month()), at.Day(), nil
}

func readDate(text string) (time.Time, error) {
	if parts := packedDate.FindStringSubmatch(text); parts != nil {
		return theDay(number(parts[1]), number(parts[2]), number(parts[3]))
	}
	if parts := plainDate.FindStringSubmatch(text); parts != nil {
		return theDay(number(parts[1]), number(strings.Join(parts[2:6], "")), number(parts[6]))
	}
	parts := eraDate.FindStringSubmatch(text)
	if parts == nil {
		return time.Time{}, ErrDateForm
	}
	name := parts[1]
	if long := eraLetters[name]; long != "" {
		name = long
	}
	count := 1
	if parts[2] != "元" {
		count = number(parts[2])
	}
	era := eras[name]
	if count == 0 {
		return time.Time{}, ErrDateEra
	}
	at, err := theDay(era.begins.Year()+count-1, number(strings.Join(parts[3:7], "")), number(parts[7]))
	if err != nil {
		return time.Time{}, err
	}
	if at.Before(era.begins) || !at.Before(era.ended) {
		return time.Time{}, ErrDateEra
	}
	return at, nil
}

func theDay(year, month, day int) (time.Time, error) {
	at := date(year, time.Month(month), day)
	if at.Year() != year || int(at.Month()) != month || at.Day() != day || year < firstYear || year > lastYear {
		return time.Time{}, ErrNoSuchDay
	}
	return at, nil
}

// number reads what an expression has already found to be a few digits.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
