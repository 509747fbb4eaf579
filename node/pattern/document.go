package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The members that a document, a slot and a rule may have.
var (
	members     = []string{"uid", "sequence", "updated", "timeZone", "utcStart", "utcEnd", "priority", "busyStatus", "available"}
	slotMembers = []string{"start", "duration", "recurrenceRule", "excludedDates", "locationKind"}
	ruleMembers = []string{"@type", "frequency", "interval", "byDay", "byMonthDay", "until", "count", "firstDayOfWeek"}
)

// Read reads a pattern's document. Errors: ErrInvalid, with the member that is
// unknown, missing or of another JSON type. What the members say is left to
// Validate.
func Read(octets []byte) (Pattern, error) {
	var p Pattern
	var loose struct {
		Available []map[string]json.RawMessage `json:"available"`
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(octets, &whole); err != nil || whole == nil {
		return p, wrong("", "a JSON object is required")
	}
	if err := unknown("", whole, members); err != nil {
		return p, err
	}
	if _, there := whole["available"]; !there {
		return p, wrong("available", "a list of slots is required; it may be empty")
	}
	if err := json.Unmarshal(octets, &loose); err != nil {
		return p, wrong("available", "a list of slots is required; it may be empty")
	}
	for i, slot := range loose.Available {
		in := fmt.Sprintf("available[%d].", i)
		if err := unknown(in, slot, slotMembers); err != nil {
			return p, err
		}
		octets, there := slot["recurrenceRule"]
		if !there {
			continue
		}
		var rule map[string]json.RawMessage
		if err := json.Unmarshal(octets, &rule); err != nil {
			return p, wrong(in+"recurrenceRule", "one object is required, not a list")
		}
		if err := unknown(in+"recurrenceRule.", rule, ruleMembers); err != nil {
			return p, err
		}
	}
	if err := json.Unmarshal(octets, &p); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return p, wrong(kind.Field, "another JSON type is required")
		}
		return p, wrong("", "a JSON object is required")
	}
	if p.Available == nil {
		p.Available = []Slot{}
	}
	return p, nil
}

// unknown names the first member that is none of the known ones.
func unknown(in string, object map[string]json.RawMessage, known []string) error {
	var names []string
	for name := range object {
		if !slices.Contains(known, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	name := names[0]
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		name = ""
	}
	return wrong(in+name, "no such member; possible are the ones of the contract")
}

// Write is a pattern's document.
func Write(p Pattern) ([]byte, error) {
	if p.Available == nil {
		p.Available = []Slot{}
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(p); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
