package api

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// opens says what of a person each reading operation opens; every reading
// operation whose path names a person has its word.
var opens = map[string]string{
	"getPerson": store.OpenedEntry, "listCalendars": store.OpenedWeek, "getBusy": store.OpenedWeek, "listPatterns": store.OpenedWeek,
	"listProposals": store.OpenedWork, "listHolds": store.OpenedWork, "listFollows": store.OpenedWork,
	"getProgress": store.OpenedWork, "getWorkStatement": store.OpenedWork,
	"listConsents": store.OpenedConsents, "listDisclosures": store.OpenedSeen, "listReceipts": store.OpenedReceipts,
	"listEvaluations": store.OpenedEvaluations, "getExport": store.OpenedExport, "getVitals": store.OpenedExport, "getFocus": store.OpenedExport,
}

// noteOpened notes under a person's own id who is about to read what is kept
// about them, before anything is answered. A person's own reading is not noted,
// nor one that is repeated within the minute, nor one of a person whom this
// node does not know.
func (s *Server) noteOpened(ctx context.Context, operation, person string, who caller) error {
	what, reads := opens[operation]
	if !reads || person == "" || person == who.Person {
		return nil
	}
	o := store.Opened{ID: spec.ID(person), At: s.Clock().Truncate(time.Minute).Unix(), Who: who.Called(), Purpose: what}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		known, err := tx.KnownPeople([]string{person})
		if err != nil || len(known) == 0 {
			return err
		}
		return tx.PutOpened(o)
	})
}
