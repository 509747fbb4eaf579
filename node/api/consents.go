package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// PostConsent keeps a consent and says what it allows.
func (s *Server) PostConsent(c echo.Context, person wire.PersonPath) error {
	var in wire.NewConsent
	if err := read(c, &in); err != nil {
		return err
	}
	ask := consent.Ask{
		Person: person, Recipient: spec.NodeID(in.Recipient), Purposes: in.Purposes,
		Until: time.Unix(in.Until, 0), Language: in.Language,
	}
	if in.Availability != nil {
		ask.Granularity, ask.Expiry = in.Availability.Granularity, in.Availability.Expiry
	}
	for _, k := range in.Kinds {
		ask.Kinds = append(ask.Kinds, spec.Kind(k))
	}
	record, err := s.Gate.Grant(ctxOf(c), ask)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, record)
}

// ListConsents answers every consent a person gave, ended ones too.
func (s *Server) ListConsents(c echo.Context, person wire.PersonPath) error {
	var list []consent.Record
	err := s.findOf(c, person, func(tx *store.Tx) error {
		var err error
		list, err = dossier.Consents(tx, person, s.Clock())
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, map[string]any{"items": list})
}

// DeleteConsent withdraws a consent; the feed shows it before the answer.
func (s *Server) DeleteConsent(c echo.Context, person wire.PersonPath, record wire.UUIDUrn) error {
	taken, err := s.Gate.Withdraw(ctxOf(c), person, record)
	if err != nil {
		return err
	}
	return s.write(c, wire.ConsentWithdrawn{Withdrawn: int64(taken.Records), ReceiptsDue: int64(taken.Records)})
}

// PostEngagement gives an evaluator a subject id for one engagement.
func (s *Server) PostEngagement(c echo.Context, person wire.PersonPath) error {
	var in wire.NewEngagement
	if err := read(c, &in); err != nil {
		return err
	}
	until := time.Unix(in.Until, 0)
	if !until.After(s.Clock()) {
		return invalid("until", "the end is a time in the future")
	}
	if in.Purpose != "evaluation" {
		return invalid("purpose", "the purpose of an engagement is evaluation")
	}
	e, err := s.Engagements.Engage(ctxOf(c), person, spec.NodeID(in.Evaluator), until)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.Engagement{Subject: string(e.Subject), Consent: e.Consent})
}
