// Package documents holds the starting documents: what a new federation can
// put to its first ballots, as a policymaker reads them in Japanese and
// English, each with the body that a program reads. It decides nothing, and
// refuses to speak of real people or real organisations: what stands in a
// table here is fictional and says so.
package documents

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Document is one starting document.
type Document struct {
	Series string // also its type
	Title  Text
	Text   Text
	// Body is what the log carries. That of the red list is the clear body:
	// it is sealed before it is proposed, and its digest stands in the log.
	Body         json.RawMessage
	Confidential bool
}

// Text is the same words in Japanese and in English.
type Text struct{ JA, EN string }

//go:embed *.md *.json
var files embed.FS

// order is that in which a new federation takes the documents up. The first
// two are part of the genesis.
var order = []string{"register", "charter", "data-guideline", "safety", "conflict-matrix", "red-list"}

// Starting returns the starting documents in the order in which a federation
// takes them up.
func Starting() ([]Document, error) {
	list := make([]Document, 0, len(order))
	for _, series := range order {
		d, err := read(series)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// Find returns one starting document by its series.
func Find(series string) (Document, error) {
	for _, known := range order {
		if known == series {
			return read(series)
		}
	}
	return Document{}, fmt.Errorf("find %s: there is no such starting document", series)
}

func read(series string) (Document, error) {
	d := Document{Series: series, Confidential: series == "red-list"}
	for lang, into := range map[string][2]*string{
		"ja": {&d.Title.JA, &d.Text.JA},
		"en": {&d.Title.EN, &d.Text.EN},
	} {
		name := series + "." + lang + ".md"
		octets, err := files.ReadFile(name)
		if err != nil {
			return Document{}, fmt.Errorf("read starting document: %w", err)
		}
		title, text, ok := strings.Cut(string(octets), "\n")
		if !ok || !strings.HasPrefix(title, "# ") {
			return Document{}, fmt.Errorf("read starting document %s: the first line is its title", name)
		}
		*into[0], *into[1] = strings.TrimPrefix(title, "# "), strings.TrimSpace(text)
	}
	body, err := files.ReadFile(series + ".json")
	if err != nil {
		return Document{}, fmt.Errorf("read starting document: %w", err)
	}
	d.Body = body
	return d, nil
}
