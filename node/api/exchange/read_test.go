package exchange

import (
	"errors"
	"strings"
	"testing"
)

// An unknown member is named; what cannot be read aloud is not repeated.
func TestAnUnknownMemberIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		`json: unknown field "nmae"`:                            "nmae",
		`json: unknown field "` + strings.Repeat("x", 64) + `"`: strings.Repeat("x", 64),
		`json: unknown field "` + strings.Repeat("x", 65) + `"`: "",
		`json: unknown field "a\nb"`:                            "",
		`json: something else about "a value"`:                  "",
	} {
		if got := unknownMember(errors.New(text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
