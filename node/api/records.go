package api

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListRecords answers the current records that other nodes shared with this one.
func (s *Server) ListRecords(c echo.Context, params wire.ListRecordsParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	kind, issuer := "", ""
	if params.Kind != nil {
		kind = string(*params.Kind)
	}
	if params.Issuer != nil {
		issuer = *params.Issuer
	}
	page := wire.RecordPage{Items: []wire.RecordView{}}
	last := int64(0)
	var list []store.Listed
	err = s.find(c, func(tx *store.Tx) error {
		var err error
		list, err = tx.ListCurrent(spec.Kind(kind), spec.NodeID(issuer), s.Clock().Unix(), after, limit)
		for _, l := range list {
			last = l.Pos
			if l.Current.Issuer != s.Self {
				page.Items = append(page.Items, dossier.RecordView(l.Current, l.Token))
			}
		}
		if len(list) == limit {
			next := strconv.FormatInt(last, 10)
			page.Next = &next
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.opened(c, list); err != nil {
		return err
	}
	return s.write(c, page)
}

// opened keeps the receiver's log: what was opened here, by which role, and for
// which purpose it had been given.
func (s *Server) opened(c echo.Context, list []store.Listed) error {
	if len(list) == 0 {
		return nil
	}
	who, now := callerOf(c).Called(), s.Clock().Unix()
	return s.Store.Write(ctxOf(c), func(tx *store.Tx) error {
		for _, l := range list {
			purpose, _ := dossier.Payload(l.Token)["purpose"].(string)
			if err := tx.PutOpened(store.Opened{ID: l.Current.ID, At: now, Who: who, Purpose: purpose}); err != nil {
				return err
			}
		}
		return nil
	})
}
