package policy

import (
	"encoding/json"

	"github.com/fukusen/fukusen/spec"
)

// DataGuideline says which data there are, for which purposes they may travel,
// and how long they stay.
type DataGuideline struct {
	Classes            []DataClass `json:"classes"`
	Purposes           []Purpose   `json:"purposes"`
	RetentionDays      int         `json:"retentionDays"`      // log entries and their bodies
	DisclosureLogDays  int         `json:"disclosureLogDays"`  // who has seen what (APPI articles 29 and 30)
	WithdrawalDeadline int64       `json:"withdrawalDeadline"` // seconds until a withdrawn body is blank
	ErasureDeadline    int64       `json:"erasureDeadline"`    // seconds until an erased body is gone
	K                  int         `json:"k"`                  // smallest group that is published

	allowed map[use]bool
}

// DataClass names a class of data for the people who read the guideline.
type DataClass struct {
	ID   string    `json:"id"`
	Text spec.Text `json:"text"`
}

// Purpose is what a person can agree to, and the kinds of record it covers.
type Purpose struct {
	ID    string      `json:"id"`
	Kinds []spec.Kind `json:"kinds"`
	Text  spec.Text   `json:"text"`
}

type use struct {
	purpose string
	kind    spec.Kind
}

// Allows reports whether the guideline lists a purpose for a kind.
func (g *DataGuideline) Allows(purpose string, kind spec.Kind) bool {
	return g.allowed[use{purpose, kind}]
}

// Purpose returns the purpose of that id, or nil.
func (g *DataGuideline) Purpose(id string) *Purpose {
	for i := range g.Purposes {
		if g.Purposes[i].ID == id {
			return &g.Purposes[i]
		}
	}
	return nil
}

func readDataGuideline(raw json.RawMessage) (*DataGuideline, error) {
	g := &DataGuideline{allowed: make(map[use]bool)}
	if !decodeBody(raw, g) {
		return nil, refuseBody("purposes", "a data guideline is classes, purposes, deadlines and k")
	}
	for _, c := range g.Classes {
		if c.ID == "" || !complete(c.Text) {
			return nil, refuseBody("classes", "a class has an id and a text in ja and in en")
		}
	}
	seen := make(map[string]bool)
	for _, p := range g.Purposes {
		if p.ID == "" || seen[p.ID] || len(p.Kinds) == 0 || !complete(p.Text) {
			return nil, refuseBody("purposes", "a purpose has an id of its own, kinds, and a text in ja and in en")
		}
		seen[p.ID] = true
		for _, kind := range p.Kinds {
			g.allowed[use{p.ID, kind}] = true
		}
	}
	for field, value := range map[string]int64{
		"retentionDays": int64(g.RetentionDays), "disclosureLogDays": int64(g.DisclosureLogDays),
		"withdrawalDeadline": g.WithdrawalDeadline, "erasureDeadline": g.ErasureDeadline, "k": int64(g.K),
	} {
		if value <= 0 {
			return nil, refuseBody(field, "the member is a number above zero")
		}
	}
	return g, nil
}

// PurposeIDs are the purposes that the guideline lists, by id.
func (g *DataGuideline) PurposeIDs() []string {
	list := make([]string, len(g.Purposes))
	for i, p := range g.Purposes {
		list[i] = p.ID
	}
	return list
}
