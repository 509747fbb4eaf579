package api

import (
	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListDisclosures answers who has been shown what about a person.
func (s *Server) ListDisclosures(c echo.Context, person wire.PersonPath, params wire.ListDisclosuresParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	if err := s.Gate.NoteServed(ctxOf(c)); err != nil {
		return err
	}
	var all []wire.Disclosure
	err = s.findOf(c, person, func(tx *store.Tx) error {
		all, err = dossier.Disclosures(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	items, next := stretch(all, after, limit)
	return s.write(c, wire.DisclosurePage{Items: items, Next: next})
}

// ListReceipts answers what other nodes owe or have confirmed, also of a person
// who was erased.
func (s *Server) ListReceipts(c echo.Context, person wire.PersonPath, params wire.ListReceiptsParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	var all []wire.ReceiptLine
	err = s.find(c, func(tx *store.Tx) error {
		all, err = dossier.Receipts(tx, person, s.Clock())
		if err == nil && len(all) == 0 {
			_, err = tx.Person(person)
		}
		return err
	})
	if err != nil {
		return err
	}
	items, next := stretch(all, after, limit)
	return s.write(c, wire.ReceiptPage{Items: items, Next: next})
}

// GetExport answers everything that this home keeps about a person.
func (s *Server) GetExport(c echo.Context, person wire.PersonPath) error {
	if err := s.Gate.NoteServed(ctxOf(c)); err != nil {
		return err
	}
	var whole dossier.Document
	err := s.find(c, func(tx *store.Tx) error {
		var err error
		gather := dossier.Of
		if exchange.CallerOf(c).Person == person {
			gather = dossier.Own // what is for the person alone is in no other's copy
		}
		whole, err = gather(tx, person, s.Clock())
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, whole)
}
