package dossier

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/spec/wire"
)

// agreed adds what the person was offered, and the time they have given.
func agreed(tx *store.Tx, person string, out *wire.Export) error {
	proposals, err := Proposals(tx, person)
	if err != nil {
		return err
	}
	holds, err := Holds(tx, person)
	if err != nil {
		return err
	}
	follows, err := Follows(tx, person)
	if err != nil {
		return err
	}
	came, err := Came(tx, person)
	out.Proposals, out.Holds, out.Follows, out.Work = proposals, holds, follows, came
	return err
}

// feeds adds the addresses at which the person's programs read their time.
func feeds(tx *store.Tx, person string, out *wire.Export) error {
	list, err := caldav.In(tx).Feeds(person)
	for _, f := range list {
		out.Feeds = append(out.Feeds, wire.FeedKept{Kind: f.Kind, Label: f.Label, Created: f.CreatedAt, Used: when(f.UsedAt), Ended: when(f.RevokedAt)})
	}
	return err
}

// Proposals are what a person was offered, the newest first. The title of a gig
// that cannot be read here is empty.
func Proposals(tx *store.Tx, person string) ([]wire.Proposal, error) {
	list := []wire.Proposal{}
	rows, err := diary.In(tx).Proposals(person)
	if err != nil {
		return nil, err
	}
	for _, p := range rows {
		out := wire.Proposal{
			ID: string(p.ID), Owner: string(p.Owner), Gig: string(p.Gig), OfferUntil: p.OfferUntil,
			State: wire.ProposalState(p.State), ReceivedAt: p.ReceivedAt,
		}
		if p.Hold != "" {
			out.Hold = &p.Hold
		}
		switch g, err := engage.GigAt(tx, p); {
		case err == nil:
			out.Title = g.Title
		case !errors.Is(err, engage.ErrUnread):
			return nil, err
		}
		if err := json.Unmarshal([]byte(p.Units), &out.Units); err != nil {
			return nil, fmt.Errorf("stored units: %w", err)
		}
		list = append(list, out)
	}
	return list, nil
}

// Follows are the published calendars that flow into a person's week.
func Follows(tx *store.Tx, person string) ([]wire.Follow, error) {
	list := []wire.Follow{}
	rows, err := timetable.In(tx).Followed(person)
	for _, f := range rows {
		out := wire.Follow{Issuer: string(f.Issuer), ID: f.UID, FollowedAt: f.FollowedAt}
		if f.Record != "" {
			record := string(f.Record)
			out.Record = &record
		}
		list = append(list, out)
	}
	return list, err
}

// Holds are the time that a person has given, the newest first.
func Holds(tx *store.Tx, person string) ([]wire.HoldKept, error) {
	list := []wire.HoldKept{}
	rows, err := diary.In(tx).Holds(person)
	for _, h := range rows {
		list = append(list, Hold(h))
	}
	return list, err
}

// Hold is one stretch of given time in the contract's words.
func Hold(h diary.Hold) wire.HoldKept {
	out := wire.HoldKept{
		ID: h.ID, Owner: string(h.Owner), Proposal: string(h.Proposal), Title: h.Title, State: wire.HoldKeptState(h.State), CreatedAt: h.CreatedAt,
	}
	if h.ReleaseAt != 0 {
		out.ReleaseAt = &h.ReleaseAt
	}
	if h.Consent != "" {
		out.Consent = &h.Consent
	}
	return out
}
