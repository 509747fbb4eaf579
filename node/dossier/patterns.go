package dossier

import (
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/store"
	offered "github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/spec/wire"
)

// Patterns are when a person offers their time, and how long they are on the way.
func Patterns(tx *store.Tx, person string) (wire.PatternList, error) {
	list := wire.PatternList{Items: []wire.Pattern{}}
	rows, err := offered.In(tx).Of(person)
	if err != nil {
		return list, err
	}
	for _, row := range rows {
		var p wire.Pattern
		if err := json.Unmarshal([]byte(row.Document), &p); err != nil {
			return list, fmt.Errorf("stored pattern: %w", err)
		}
		list.Items = append(list.Items, p)
	}
	before, after, err := agenda.Travel(tx, person)
	list.Travel = &wire.Travel{Before: int32(before), After: int32(after)}
	return list, err
}

// placed adds when the person offers their time.
func placed(tx *store.Tx, person string, out *wire.Export) error {
	list, err := Patterns(tx, person)
	out.Patterns, out.Travel = list.Items, list.Travel
	return err
}
