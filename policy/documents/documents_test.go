package documents_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/fukusen/fukusen/policy/documents"
)

func TestEveryStartingDocumentSpeaksBothLanguages(t *testing.T) {
	list, err := documents.Starting()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 6 {
		t.Errorf("%d documents", len(list))
	}
	japanese := func(c rune) bool { return unicode.In(c, unicode.Hiragana, unicode.Katakana, unicode.Han) }
	for _, d := range list {
		for name, text := range map[string]string{"title": d.Title.JA, "text": d.Text.JA} {
			if !strings.ContainsFunc(text, japanese) {
				t.Errorf("%s: the Japanese %s has no Japanese", d.Series, name)
			}
		}
		for name, text := range map[string]string{"title": d.Title.EN, "text": d.Text.EN} {
			if text == "" || strings.ContainsFunc(text, japanese) {
				t.Errorf("%s: the English %s is empty or Japanese", d.Series, name)
			}
		}
		if ja, en := strings.Count(d.Text.JA, "\n\n"), strings.Count(d.Text.EN, "\n\n"); ja != en {
			t.Errorf("%s: %d paragraphs in Japanese, %d in English", d.Series, ja+1, en+1)
		}
		if !json.Valid(d.Body) {
			t.Errorf("%s: the body is not JSON", d.Series)
		}
		if d.Confidential != (d.Series == "red-list") {
			t.Errorf("%s: confidential is %v", d.Series, d.Confidential)
		}
	}
}

func TestStartingDocumentsNameFictionalPartiesOnly(t *testing.T) {
	list, err := documents.Starting()
	if err != nil {
		t.Fatal(err)
	}
	origin := regexp.MustCompile(`https?://[^"\s]+`)
	named := 0
	for _, d := range list {
		for _, party := range origin.FindAllString(string(d.Body)+d.Text.JA+d.Text.EN, -1) {
			named++
			if !strings.HasPrefix(party, "https://fictional-") || !strings.HasSuffix(party, ".example") {
				t.Errorf("%s names %s", d.Series, party)
			}
		}
	}
	if named == 0 {
		t.Error("no table has an example")
	}
}

func TestAStartingDocumentIsFoundByItsSeries(t *testing.T) {
	if d, err := documents.Find("safety"); err != nil || d.Title.EN != "Safety" {
		t.Errorf("got %v, %v", d.Title, err)
	}
	if _, err := documents.Find("weather"); err == nil {
		t.Error("found a document that does not exist")
	}
}
