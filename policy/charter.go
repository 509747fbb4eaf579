package policy

import (
	"encoding/json"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// Charter is what every member promises, and who may come in without a ballot.
type Charter struct {
	Rules    []CommonRule `json:"rules"`
	AutoRule AutoRule     `json:"autoRule"`
}

// CommonRule is one of the rules that hold for everyone.
type CommonRule struct {
	ID    string    `json:"id"` // such as outcomes-first
	Title spec.Text `json:"title"`
	Text  spec.Text `json:"text"`
}

// AutoRule says which kinds of organisation a council node may admit alone
// (REQ-POL-021). It can never admit a council member.
type AutoRule struct {
	Enabled bool     `json:"enabled"`
	Kinds   []string `json:"kinds"`
}

func readCharter(raw json.RawMessage) (*Charter, error) {
	c := new(Charter)
	if !decodeBody(raw, c) {
		return nil, refuseBody("rules", "a charter is rules and an autoRule")
	}
	seen := make(map[string]bool)
	for _, rule := range c.Rules {
		if rule.ID == "" || seen[rule.ID] || !complete(rule.Title) || !complete(rule.Text) {
			return nil, refuseBody("rules", "a common rule has an id of its own, and title and text in ja and in en")
		}
		seen[rule.ID] = true
	}
	for _, kind := range c.AutoRule.Kinds {
		if !slices.Contains(spec.NodeKinds, kind) {
			return nil, refuseBody("autoRule.kinds", "a kind is municipality, company, university, school, club or foundation")
		}
	}
	return c, nil
}

// complete reports whether a text stands in both languages.
func complete(t spec.Text) bool { return t.JA != "" && t.EN != "" }
