// Package code reads the small codes that records are written in: identifiers
// of public registers with their check digits, BCP 47 language tags and ISO
// 8601 durations.
//
// It needs no registry, no clock and no network, so that all implementations
// agree about every code; it does not know whether a code is in use.
package code

import "regexp"

var schoolCode = regexp.MustCompile(`^[A-H][12](0[1-9]|[1-3]\d|4[0-7])[1-3]\d{8}$`)

// Identifier names an organisation in a public register.
type Identifier struct {
	Scheme string `json:"scheme"` // jp-municipality, jp-corporate-number, jp-school
	Value  string `json:"value"`
}

// ValidMunicipality checks a six-digit municipal code with its check digit:
// d6 = (11 - (6d1+5d2+4d3+3d4+2d5) mod 11) mod 10.
func ValidMunicipality(code string) bool {
	if len(code) != 6 || !Digits(code) {
		return false
	}
	sum := 0
	for i := range 5 {
		sum += int(code[i]-'0') * (6 - i)
	}
	return int(code[5]-'0') == (11-sum%11)%10
}

// ValidCorporateNumber checks a 13-digit corporate number: d1 = 9 - (Σ Pn·Qn mod 9),
// n from the right over 12 digits, Q = 1 for odd n and 2 for even. A local
// government's number carries its municipal code, whose check digit must hold too.
func ValidCorporateNumber(number string) bool {
	if len(number) != 13 || !Digits(number) {
		return false
	}
	sum := 0
	for n := 1; n <= 12; n++ {
		q := 2 - n%2
		sum += int(number[13-n]-'0') * q
	}
	if int(number[0]-'0') != 9-sum%9 {
		return false
	}
	if number[1:7] == "000020" {
		return ValidMunicipality(number[7:])
	}
	return true
}

// Valid reports whether the value fits its scheme; an unknown scheme is valid.
func (i Identifier) Valid() bool {
	switch i.Scheme {
	case "jp-municipality":
		return ValidMunicipality(i.Value)
	case "jp-corporate-number":
		return ValidCorporateNumber(i.Value)
	case "jp-school":
		return schoolCode.MatchString(i.Value)
	}
	return i.Scheme != "" && i.Value != ""
}

// Digits reports whether a text is one or more ASCII digits and nothing else.
func Digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
