package gigs

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListProposals answers what a person is offered.
func (s Handlers) ListProposals(c echo.Context, person wire.PersonPath) error {
	var list []wire.Proposal
	err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		list, err = dossier.Proposals(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.ProposalList{Items: list})
}

// AnswerProposal carries out a person's yes or no.
func (s Handlers) AnswerProposal(c echo.Context, person wire.PersonPath, proposal wire.ProposalPath) error {
	var in wire.NewAnswer
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	a := engage.Answer{Person: person, Proposal: spec.ID(proposal), Yes: in.Answer == "accept", Language: "ja"}
	if in.Answer == "hold" {
		if in.Until == nil {
			return exchange.Invalid("until", "the time until which it is held is required")
		}
		a.Until = time.Unix(*in.Until, 0)
	}
	if in.Name != nil {
		a.Name = *in.Name
	}
	if in.Language != nil {
		a.Language = string(*in.Language)
	}
	h, err := s.Engagements.Answer(c.Request().Context(), a)
	if err != nil {
		return err
	}
	return s.write(c, dossier.Hold(h))
}

// ListHolds answers the time that a person has given.
func (s Handlers) ListHolds(c echo.Context, person wire.PersonPath) error {
	var list []wire.HoldKept
	err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		list, err = dossier.Holds(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.HoldList{Items: list})
}

// DeleteHold gives time back.
func (s Handlers) DeleteHold(c echo.Context, person wire.PersonPath, hold wire.HoldPath) error {
	if err := s.Engagements.Cancel(c.Request().Context(), person, hold); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
