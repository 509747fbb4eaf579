package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// format is what a cell's style makes of a number.
type format struct {
	day, clock bool
	zeros      int // shown with leading zeros up to this many digits
}

// maxFormats is how many styles of cells a workbook may have.
const maxFormats = 65_536

// formats reads the number format of every style of cells.
func (p *pack) formats(part string) ([]format, error) {
	own := map[string]format{}
	var found []format
	inCells := false
	err := p.walk(part, func(e element) error {
		switch {
		case e.name == "cellXfs":
			inCells = !e.ended
		case e.ended:
		case e.name == "numFmt":
			own[e.attr("numFmtId")] = readFormat(e.attr("formatCode"))
		case e.name == "xf" && inCells:
			shape, known := own[e.attr("numFmtId")]
			if !known {
				shape = builtIn(e.attr("numFmtId"))
			}
			found = append(found, shape)
		}
		if len(found) > maxFormats || len(own) > maxFormats {
			return &Error{Err: ErrUnpacksTooLarge, Limit: maxFormats}
		}
		return nil
	})
	return found, err
}

// builtIn knows the formats that have a number and no code. Those from 27 on
// are dates in the Japanese program, but for two.
func builtIn(id string) format {
	n, err := strconv.Atoi(id)
	switch {
	case err != nil:
		return format{}
	case n == 22:
		return format{day: true, clock: true}
	case n >= 14 && n <= 17, n >= 27 && n <= 31, n >= 34 && n <= 36, n >= 50 && n <= 58:
		return format{day: true}
	case n >= 18 && n <= 21, n == 32, n == 33, n >= 45 && n <= 47:
		return format{clock: true}
	}
	return format{}
}

// readFormat finds out what a format code shows: days, hours, or a number with
// leading zeros such as a municipal code. Only the part for positive numbers
// counts, without what stands in quotation marks or brackets.
func readFormat(code string) format {
	var plain strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				end = len(code) - i - 1
			}
			// [h] is elapsed time, [$-411] and [Red] are not.
			if inside := strings.ToLower(code[i+1 : i+end]); strings.Trim(inside, "hms") == "" {
				plain.WriteString(inside)
			}
			i += end
		case '\\', '_', '*':
			i++
		case ';':
			code = code[:i]
		default:
			plain.WriteByte(c)
		}
	}
	letters := strings.ToLower(plain.String())
	if strings.Contains(letters, "general") || strings.ContainsAny(letters, "#?") {
		return format{}
	}
	if letters != "" && strings.Trim(letters, "0") == "" {
		return format{zeros: len(letters)}
	}
	if strings.Contains(letters, "e+") || strings.Contains(letters, "e-") {
		return format{}
	}
	clock := strings.ContainsAny(letters, "hs")
	return format{
		day:   strings.ContainsAny(letters, "ydge") || strings.Contains(letters, "m") && !clock,
		clock: clock,
	}
}

// show gives a number as text: a day as 2026-04-01, a time as 09:30, and every
// other number in full, without an exponent, in the 15 digits a cell holds.
func (f format) show(value string, is1904 bool) string {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return value
	}
	if (f.day || f.clock) && number >= 0 && number < 2_958_466 {
		return f.moment(number, is1904)
	}
	text := value
	if strings.Trim(value, "0123456789") != "" {
		short, _ := strconv.ParseFloat(strconv.FormatFloat(number, 'e', 14, 64), 64)
		text = strconv.FormatFloat(short, 'f', -1, 64)
	}
	if pad := f.zeros - len(text); pad > 0 && strings.Trim(text, "0123456789") == "" {
		text = strings.Repeat("0", pad) + text
	}
	return text
}

// moment reads a serial number: days since the end of 1899 in which, as in the
// program, 1900 has a 29 February, or days since 1 January 1904.
func (f format) moment(number float64, is1904 bool) string {
	days, fraction := math.Modf(number)
	minutes := int(math.Round(fraction * 24 * 60))
	if minutes == 24*60 {
		days, minutes = days+1, 0
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case is1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		start = start.AddDate(0, 0, 1)
	}
	at := start.AddDate(0, 0, int(days)).Add(time.Duration(minutes) * time.Minute)
	switch {
	case !f.day:
		return at.Format("15:04")
	case f.clock && minutes != 0:
		return at.Format("2006-01-02 15:04")
	}
	return at.Format(time.DateOnly)
}
