package code_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec/code"
)

func TestADurationIsWholeDaysHoursMinutesAndSeconds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"PT15M": 15 * time.Minute, "PT1H30M": 90 * time.Minute, "P1D": 24 * time.Hour, "P1DT1S": 24*time.Hour + time.Second, "PT0S": 0,
	} {
		if got, err := code.ParseDuration(text); err != nil || got != want {
			t.Errorf("%s: got %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1DT", "P1W", "P1M", "P1Y", "PT1.5H", "PT1,5H", "-PT1M", "PT1M ", "pt1m", "PT99999999S"} {
		if got, err := code.ParseDuration(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestAnIdentifierHasItsCheckDigit(t *testing.T) {
	for _, c := range []struct {
		scheme, value string
		valid         bool
	}{
		{"jp-municipality", "141003", true},
		{"jp-municipality", "141004", false},
		{"jp-corporate-number", "3000020141003", true},
		{"jp-corporate-number", "2000020141004", false},
		{"jp-corporate-number", "", false},
		{"jp-school", "B127310001234", true},
		{"jp-school", "B148310001234", false},
		{"lei", "anything", true},
		{"lei", "", false},
		{"", "anything", false},
	} {
		if got := (code.Identifier{Scheme: c.scheme, Value: c.value}).Valid(); got != c.valid {
			t.Errorf("%s %s: valid is %v", c.scheme, c.value, got)
		}
	}
}
