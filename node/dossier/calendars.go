package dossier

import (
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/spec/wire"
)

// Calendars are a person's calendars in the contract's words, without what is in
// them. Of an address its host is told: the rest of it opens the calendar.
func Calendars(tx *store.Tx, person string) ([]wire.CalendarSummary, error) {
	out := []wire.CalendarSummary{}
	list, err := subscribe.Of(tx, person)
	for _, k := range list {
		out = append(out, calendarView(k))
	}
	return out, err
}

func calendarView(k subscribe.Calendar) wire.CalendarSummary {
	out := wire.CalendarSummary{Name: k.Name, Events: int64(k.Events), Problems: int64(k.Count), Updated: k.Updated}
	if k.Kind == "" {
		return out
	}
	out.Source = &wire.CalendarSource{
		Kind: wire.CalendarSourceKind(k.Kind), Address: k.Address, Title: k.Title, State: wire.CalendarSourceState(k.State),
		Failures: int64(k.Failures), User: unless(k.User), Reason: unless(k.Reason),
		TriedAt: unless(k.TriedAt), ReadAt: unless(k.ReadAt), ChangedAt: unless(k.ChangedAt),
	}
	if k.Kind != subscription.File {
		out.Source.NextAt = unless(k.NextAt)
	}
	return out
}

// unless is a member that is left out where there is nothing to say.
func unless[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}
