package subscribe

import (
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/node/fetch"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/subscription"
)

// Calendar is one calendar of a person as it may be shown: without what is in
// it, and without what only its address protects. Times are Unix seconds, and 0
// is none.
type Calendar struct {
	Name    string
	Title   string // what the person calls it
	Kind    string // of subscription, or empty for one that a program gave
	Address string // up to its host
	User    string

	Events  int
	Count   int   // of problems
	Updated int64 // when the times that count were read

	State    string
	Reason   string
	Failures int
	Problems []Problem

	TriedAt, ReadAt, ChangedAt, NextAt int64
}

// Of answers a person's calendars, uploaded and connected, by name. What other
// rooms keep among a person's calendars has a name that nobody can give, and its
// own page.
func Of(tx *store.Tx, person string) ([]Calendar, error) {
	kept, err := tx.Calendars(person)
	if err != nil {
		return nil, err
	}
	connected, err := subscription.In(tx).Of(person)
	if err != nil {
		return nil, err
	}
	var list []Calendar
	for _, k := range kept {
		if !named(k.Name) {
			continue
		}
		for len(connected) > 0 && connected[0].Name < k.Name {
			if list, err = with(list, Calendar{Name: connected[0].Name}, connected[0]); err != nil {
				return nil, err
			}
			connected = connected[1:]
		}
		c := Calendar{Name: k.Name, Title: k.Name, Events: k.Events, Count: k.Problems, Updated: k.ImportedAt}
		if len(connected) == 0 || connected[0].Name != k.Name {
			list = append(list, c)
			continue
		}
		if list, err = with(list, c, connected[0]); err != nil {
			return nil, err
		}
		connected = connected[1:]
	}
	for _, s := range connected {
		if list, err = with(list, Calendar{Name: s.Name}, s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// with appends a calendar with what is known of where it comes from.
func with(list []Calendar, c Calendar, s subscription.Subscription) ([]Calendar, error) {
	c.Title, c.Kind, c.User, c.State, c.Reason, c.Failures = s.Title, s.Kind, s.User, s.State, s.Reason, s.Failures
	c.TriedAt, c.ReadAt, c.ChangedAt, c.NextAt = s.TriedAt, s.ReadAt, s.ChangedAt, s.NextAt
	if s.URL != "" {
		c.Address = fetch.Short(s.URL)
	}
	if s.Problems != "" {
		if err := json.Unmarshal([]byte(s.Problems), &c.Problems); err != nil {
			return nil, fmt.Errorf("stored problems of a calendar: %w", err)
		}
	}
	return append(list, c), nil
}
