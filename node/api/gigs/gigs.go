package gigs

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
	"github.com/fukusen/fukusen/spec/work"
)

// PostGig offers work.
func (s Handlers) PostGig(c echo.Context) error {
	var in wire.NewGig
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	var audience spec.NodeID
	if in.Audience != nil {
		audience = spec.NodeID(*in.Audience)
		in.Audience = nil
	}
	var g work.Gig
	if err := exchange.Recast(in, &g); err != nil {
		return err
	}
	row, err := s.Engagements.Post(c.Request().Context(), access.Home, g, audience)
	if err != nil {
		return err
	}
	out, err := gigOffered(row)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, out)
}

func gigOffered(row board.Gig) (wire.GigOffered, error) {
	out := wire.GigOffered{ID: row.ID, Record: string(row.Record), State: wire.GigOfferedState(row.State), CreatedAt: row.CreatedAt}
	return out, json.Unmarshal([]byte(row.Body), &out.Gig)
}

// ListGigs answers what this node offers.
func (s Handlers) ListGigs(c echo.Context) error {
	var rows []board.Gig
	if err := s.find(c, func(tx *store.Tx) (err error) {
		rows, err = board.In(tx).Gigs("")
		return err
	}); err != nil {
		return err
	}
	list := make([]wire.GigOffered, len(rows))
	for i, row := range rows {
		var err error
		if list[i], err = gigOffered(row); err != nil {
			return err
		}
	}
	return s.write(c, wire.GigList{Items: list})
}

// DeleteGig takes a gig back.
func (s Handlers) DeleteGig(c echo.Context, gig wire.GigPath) error {
	if err := s.Engagements.Close(c.Request().Context(), gig); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ListCandidates answers who could do a gig, and who nearly could.
func (s Handlers) ListCandidates(c echo.Context, gig wire.GigPath, params wire.ListCandidatesParams) error {
	limit := match.MostPage
	if params.Limit != nil {
		limit = min(limit, int(*params.Limit))
	}
	page, looked, err := s.Engagements.Candidates(c.Request().Context(), gig, limit, limit)
	if err != nil {
		return err
	}
	out := wire.CandidateList{Looked: int64(looked), Items: make([]wire.Candidate, len(page.Candidates)), Near: make([]wire.NearMiss, len(page.Near))}
	for i, found := range page.Candidates {
		out.Items[i] = candidate(found)
	}
	for i, n := range page.Near {
		part, known := lacks[n.Lack]
		if !known {
			part = "time"
		}
		out.Near[i] = wire.NearMiss{
			Subject: n.Key, Home: string(n.Issuer), Missing: wire.Reason{Part: wire.ReasonPart(part), Value: float32(n.Units), About: n.What},
		}
	}
	return s.write(c, out)
}

// lacks are the words of the contract for what is missing.
var lacks = map[match.Lack]string{
	match.LackSkill: "skill", match.LackPlace: "place", match.LackLanguage: "language", match.LackTime: "time", match.LackWord: "freshness",
}

func candidate(found match.Candidate) wire.Candidate {
	out := wire.Candidate{Subject: found.Key, Home: string(found.Issuer), Score: found.Score, Units: []wire.WorkUnit{}}
	for i, u := range found.Units {
		out.Units = append(out.Units, wire.WorkUnit{Index: int32(i), UtcStart: spec.FormatUTC(u.Start), UtcEnd: spec.FormatUTC(u.End)})
	}
	reason := func(part string, value float64, about string) {
		out.Reasons = append(out.Reasons, wire.Reason{Part: wire.ReasonPart(part), Value: float32(value), About: about})
	}
	reason("evaluation", float64(found.Evaluation.Mean)/5, "")
	for _, f := range found.Skills {
		reason("skill", float64(f.Level)/5, f.URI)
	}
	reason("freshness", found.Freshness, "")
	reason("place", 1, found.Region)
	return out
}

// PostOffer offers a gig to one person.
func (s Handlers) PostOffer(c echo.Context, gig wire.GigPath) error {
	var in wire.NewOffer
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	ask := engage.Ask{Gig: gig, Subject: spec.Subject(in.Subject), By: exchange.CallerOf(c).Account}
	if in.OfferUntil != nil {
		ask.Until = time.Unix(*in.OfferUntil, 0).UTC()
	}
	if err := exchange.Recast(in.Units, &ask.Units); err != nil {
		return err
	}
	o, err := s.Engagements.Propose(c.Request().Context(), ask)
	if err != nil {
		return err
	}
	out, err := s.offer(o)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, out)
}

func (s Handlers) offer(o board.Offer) (wire.Offer, error) {
	out := wire.Offer{
		ID: string(o.ID), Gig: o.Gig, Home: string(o.Home), Subject: string(o.Subject), OfferUntil: o.OfferUntil, State: wire.OfferState(o.State),
	}
	if o.State == board.OfferOpen && o.OfferUntil <= s.Clock().Unix() {
		out.State = "awaiting-home"
	} else if o.State == board.OfferOpen && o.Hold != "" {
		out.State = "tentative"
	}
	if o.Party != "" {
		out.Party = &o.Party
	}
	return out, json.Unmarshal([]byte(o.Units), &out.Units)
}

// ListOffers answers whom a gig was offered to.
func (s Handlers) ListOffers(c echo.Context, gig wire.GigPath) error {
	var rows []board.Offer
	if err := s.find(c, func(tx *store.Tx) error {
		b := board.In(tx)
		if _, err := b.Gig(gig); err != nil {
			return err
		}
		var err error
		rows, err = b.Offers(gig)
		return err
	}); err != nil {
		return err
	}
	list := make([]wire.Offer, len(rows))
	for i, o := range rows {
		var err error
		if list[i], err = s.offer(o); err != nil {
			return err
		}
	}
	return s.write(c, wire.OfferList{Items: list})
}
