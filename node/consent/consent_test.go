package consent_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/spec"
)

var now = time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

func ask() consent.Ask {
	return consent.Ask{
		Person: "p", Home: "https://club.example", Recipient: "https://city.example", Kinds: []spec.Kind{spec.KindTalent},
		Purposes: []string{"matching"}, Until: now.Add(36 * time.Hour), Language: "ja",
	}
}

func terms() consent.Terms {
	return consent.Terms{
		Notice: "guideline", Purposes: []string{"matching", "statistics"}, Kinds: []spec.Kind{spec.KindTalent, spec.KindAvailability},
		Retention: 30 * 24 * time.Hour, WithdrawAt: "https://club.example/me",
	}
}

// TestAConsentSaysWhoGetsWhatWhatForAndUntilWhen, with parts of days counted up.
func TestAConsentSaysWhoGetsWhatWhatForAndUntilWhen(t *testing.T) {
	r, err := consent.New(ask(), terms(), now)
	if err != nil {
		t.Fatal(err)
	}
	for field, pair := range map[string][2]string{
		"principal": {r.PrincipalID, "p"}, "notice": {r.PrivacyNotice, "guideline"}, "state": {r.EventState, consent.Given},
		"validity": {r.ValidityDuration, "P2D"}, "retention": {r.RetentionPeriod, "P30D"}, "time": {r.EventTime, "2026-04-01T09:00:00Z"},
		"information": {strings.Join(r.Information, " "), "talent"}, "purposes": {strings.Join(r.Purposes, " "), "matching"},
		"recipient": {strings.Join(r.RecipientThirdParties, " "), "https://city.example"},
		"storage":   {strings.Join(r.StorageLocations, " "), "https://club.example https://city.example"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", field, pair[0], pair[1])
		}
	}
	if again, err := consent.New(ask(), terms(), now); err != nil || again.RecordID == r.RecordID {
		t.Errorf("two consents have one id: %v", err)
	}
}

// TestAConsentWithoutItsPartsIsRefused, and the text names the field.
func TestAConsentWithoutItsPartsIsRefused(t *testing.T) {
	cases := []struct {
		field  string
		change func(*consent.Ask)
	}{
		{"recipient", func(a *consent.Ask) { a.Recipient = "" }},
		{"recipient", func(a *consent.Ask) { a.Recipient = a.Home }},
		{"kinds", func(a *consent.Ask) { a.Kinds = nil }},
		{"kinds", func(a *consent.Ask) { a.Kinds = append(a.Kinds, spec.KindEvaluation) }},
		{"purposes", func(a *consent.Ask) { a.Purposes = nil }},
		{"purposes", func(a *consent.Ask) { a.Purposes = append(slices.Clone(a.Purposes), "sale") }},
		{"until", func(a *consent.Ask) { a.Until = now }},
		{"until", func(a *consent.Ask) { a.Until = now.AddDate(3, 0, 0).Add(time.Second) }},
		{"language", func(a *consent.Ask) { a.Language = "fr" }},
	}
	for _, c := range cases {
		a := ask()
		c.change(&a)
		_, err := consent.New(a, terms(), now)
		if !errors.Is(err, consent.ErrInvalid) || !strings.Contains(err.Error(), ": "+c.field+": ") {
			t.Errorf("%+v: %v, want a refusal of %s", a, err, c.field)
		}
	}
	last := ask()
	last.Until = now.AddDate(3, 0, 0)
	if _, err := consent.New(last, terms(), now); err != nil {
		t.Errorf("three years to the second: %v", err)
	}
}
