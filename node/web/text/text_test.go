package text

import (
	"regexp"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

var placeholder = regexp.MustCompile(`\{(\d+)(?::[^}|]+\|[^}]+)?\}`)

// numbers are the placeholders of a pattern, each once.
func numbers(pattern string) []string {
	var found []string
	for _, m := range placeholder.FindAllStringSubmatch(pattern, -1) {
		found = append(found, m[1])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryTextStandsInBothLanguages(t *testing.T) {
	seen := make(map[string]bool)
	for _, subject := range subjects() {
		for key, words := range subject {
			if seen[key] {
				t.Errorf("%s stands in two subjects", key)
			}
			seen[key] = true
			if words.JA == "" || words.EN == "" {
				t.Errorf("%s lacks a language", key)
			}
			if words.JA == words.EN && !slices.Contains(numbers(words.JA), "0") {
				t.Errorf("%s says the same in both languages: %q", key, words.JA)
			}
			if ja, en := numbers(words.JA), numbers(words.EN); !slices.Equal(ja, en) {
				t.Errorf("%s has the placeholders %v in Japanese and %v in English", key, ja, en)
			}
		}
	}
	if len(seen) != len(All()) {
		t.Errorf("the catalogue has %d texts, its subjects %d", len(All()), len(seen))
	}
}

// What somebody agrees to and who has seen it are said in words, of whatever kind.
func TestEveryKindOfRecordHasItsWords(t *testing.T) {
	for _, kind := range []spec.Kind{
		spec.KindTalent, spec.KindAvailability, spec.KindEvaluation, spec.KindGig, spec.KindProposal, spec.KindHold, spec.KindRisk,
		spec.KindDelivery, spec.KindAcceptance, spec.KindCalendar,
	} {
		if !Has("record." + string(kind)) {
			t.Errorf("a record of kind %s has no name", kind)
		}
	}
	for _, kind := range []spec.Kind{spec.KindTalent, spec.KindAvailability, spec.KindEvaluation, spec.KindHold, spec.KindRisk, spec.KindDelivery} {
		if !Has("record." + string(kind) + ".what") {
			t.Errorf("nobody can read what a consent to %s gives away", kind)
		}
	}
}

func TestPlaceholdersAreFilledOnce(t *testing.T) {
	for _, c := range []struct {
		pattern string
		args    []any
		want    string
	}{
		{"{1} of {0}", []any{7, 2}, "2 of 7"},
		{"{0} {0:person|people}", []any{1}, "1 person"},
		{"{0} {0:person|people}", []any{40}, "40 people"},
		{"said {0}", []any{"{0} {1}"}, "said {0} {1}"},
		{"{2} and {", []any{"a"}, "{2} and {"},
		{"no holes", []any{1}, "no holes"},
	} {
		if got := fill(c.pattern, c.args); got != c.want {
			t.Errorf("%q with %v says %q, not %q", c.pattern, c.args, got, c.want)
		}
	}
}

func TestAnUnknownKeyIsSeen(t *testing.T) {
	if got := Of("ja", "nobody.knows"); got != "⟦nobody.knows⟧" || Has("nobody.knows") {
		t.Errorf("an unknown key says %q", got)
	}
	if Of("ja", "parts.cancel") == Of("en", "parts.cancel") || !Has("parts.cancel") {
		t.Error("a key says the same in both languages")
	}
	All()["parts.cancel"] = All()["parts.close"]
	if Of("en", "parts.cancel") == Of("en", "parts.close") {
		t.Error("a copy of the catalogue changes it")
	}
}
