package gig

import (
	"context"

	"github.com/fukusen/fukusen/node/web/parts"
)

func gigRows(_ context.Context, list []gigLine) []parts.Row {
	rows := make([]parts.Row, len(list))
	for i, l := range list {
		rows[i] = parts.Cells(parts.ToName("/gigs/"+l.Gig.ID, l.Work.Title), gigState(l.Gig.State), l.places(), parts.Date(l.Gig.CreatedAt))
	}
	return rows
}

func offerRows(_ context.Context, list []offerLine) []parts.Row {
	rows := make([]parts.Row, len(list))
	for i, o := range list {
		rows[i] = parts.Cells(party(o), times(o.Units), stateOf(o), parts.Time(o.OfferUntil))
	}
	return rows
}

// options are the answers of a select, whose words begin alike.
func options(words, chosen string, values ...string) []parts.Option {
	list := make([]parts.Option, len(values))
	for i, v := range values {
		list[i] = parts.Option{Value: v, Key: words + v, Selected: v == chosen}
	}
	return list
}
