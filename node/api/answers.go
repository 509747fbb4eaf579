package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListProposals answers what a person is offered.
func (s *Server) ListProposals(c echo.Context, person wire.PersonPath) error {
	list := []wire.Proposal{}
	err := s.findOf(c, person, func(tx *store.Tx) error {
		rows, err := diary.In(tx).Proposals(person)
		if err != nil {
			return err
		}
		for _, p := range rows {
			out := wire.Proposal{
				ID: string(p.ID), Owner: string(p.Owner), Gig: string(p.Gig), OfferUntil: p.OfferUntil,
				State: wire.ProposalState(p.State), ReceivedAt: p.ReceivedAt,
			}
			if p.Hold != "" {
				out.Hold = &p.Hold
			}
			g, err := engage.GigAt(tx, p)
			if err == nil {
				out.Title = g.Title
			}
			if err := json.Unmarshal([]byte(p.Units), &out.Units); err != nil {
				return err
			}
			list = append(list, out)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.ProposalList{Items: list})
}

// AnswerProposal carries out a person's yes or no.
func (s *Server) AnswerProposal(c echo.Context, person wire.PersonPath, proposal wire.ProposalPath) error {
	var in wire.NewAnswer
	if err := read(c, &in); err != nil {
		return err
	}
	a := engage.Answer{Person: person, Proposal: spec.ID(proposal), Yes: in.Answer == "accept", Language: "ja"}
	if in.Name != nil {
		a.Name = *in.Name
	}
	if in.Language != nil {
		a.Language = string(*in.Language)
	}
	h, err := s.Engagements.Answer(ctxOf(c), a)
	if err != nil {
		return err
	}
	return s.write(c, holdKept(h))
}

func holdKept(h diary.Hold) wire.HoldKept {
	out := wire.HoldKept{
		ID: h.ID, Owner: string(h.Owner), Proposal: string(h.Proposal), Title: h.Title, State: wire.HoldKeptState(h.State), CreatedAt: h.CreatedAt,
	}
	if h.Consent != "" {
		out.Consent = &h.Consent
	}
	return out
}

// ListHolds answers the time that a person has given.
func (s *Server) ListHolds(c echo.Context, person wire.PersonPath) error {
	list := []wire.HoldKept{}
	err := s.findOf(c, person, func(tx *store.Tx) error {
		rows, err := diary.In(tx).Holds(person)
		for _, h := range rows {
			list = append(list, holdKept(h))
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.HoldList{Items: list})
}

// DeleteHold gives time back.
func (s *Server) DeleteHold(c echo.Context, person wire.PersonPath, hold wire.HoldPath) error {
	if err := s.Engagements.Cancel(ctxOf(c), person, hold); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
