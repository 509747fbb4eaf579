package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

func text(t spec.Text) wire.Text { return wire.Text{Ja: t.JA, En: t.EN} }

func (s *Server) summary(b *policy.Book, d *policy.Document) wire.DocumentSummary {
	out := wire.DocumentSummary{
		ID: string(d.ID), Series: d.Series, Type: d.Type, Version: int32(d.Version), ValidFrom: d.ValidFrom,
		Title: text(d.Title), Status: wire.DocumentStatus(b.Status(d, s.Clock())),
	}
	if d.ValidUntil != 0 {
		out.ValidUntil = &d.ValidUntil
	}
	return out
}

// GetPolicy answers what is in force here and the anchor to compare.
func (s *Server) GetPolicy(c echo.Context) error {
	b := s.Trust.Book()
	out := wire.PolicyOverview{
		Fed: string(b.Fed()), Words: strings.Split(policy.Words(b.Fed()), "-"), Size: int64(b.Size()),
		Root: spec.EncodeRoot(b.Root()), Development: b.Development(),
		Documents: []wire.DocumentSummary{}, Council: []wire.NodeID{},
	}
	for _, d := range b.Documents() {
		out.Documents = append(out.Documents, s.summary(b, d))
	}
	for _, m := range b.Register().Council() {
		out.Council = append(out.Council, string(m.Node))
	}
	if seat := s.Council(); seat != nil {
		if leader := string(seat.Leader()); leader != "" {
			out.Leader = &leader
		}
	}
	return s.write(c, out)
}

// GetDocument answers one document of the policy log. A confidential one shows
// only its digest and readers, since that is all the log holds.
func (s *Server) GetDocument(c echo.Context, id wire.DocumentID) error {
	b := s.Trust.Book()
	for _, d := range b.Documents() {
		if string(d.ID) != id {
			continue
		}
		body := wire.AnyObject{}
		if err := json.Unmarshal(d.Body, &body); err != nil {
			return err
		}
		fed := string(d.Fed)
		sum := s.summary(b, d)
		out := wire.PolicyDocument{
			ID: id, Iss: string(d.Issuer), Iat: d.IssuedAt, Jti: d.JTI, Prev: string(d.Prev), Series: d.Series,
			Type: d.Type, Version: int32(d.Version), Status: sum.Status, Title: text(d.Title), Text: text(d.Text),
			ValidFrom: d.ValidFrom, ValidUntil: sum.ValidUntil, Body: body,
		}
		if fed != "" {
			out.Fed = &fed
		}
		return s.write(c, out)
	}
	return refusal(http.StatusNotFound, "not-found", "id")
}

// GetTile is routed by tilePath, since a tile index has several parts.
func (s *Server) GetTile(c echo.Context, level int32, index string) error {
	if level < 0 || level > 63 {
		return noTile("level", "a tile level is 0 to 63")
	}
	octets, err := s.Trust.Tile(ctxOf(c), int(level), index)
	if errors.Is(err, trust.ErrNoTile) {
		return noTile("index", "the policy log has no such tile")
	}
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, echo.MIMEOctetStream, octets)
}

// noTile is the 404 of REQ-POL-022, whose line names no problem of its own.
func noTile(field, need string) error {
	return refuseAs(http.StatusNotFound, &spec.Refusal{Problem: "not-found", Requirement: "REQ-POL-022", Field: field, Detail: need})
}

func (s *Server) tilePath(c echo.Context) error {
	level := int32(-1)
	if text := c.Param("level"); len(text) <= 2 && text != "" {
		level = 0
		for _, d := range text {
			if d < '0' || d > '9' {
				level = -1
				break
			}
			level = level*10 + (d - '0')
		}
	}
	return s.GetTile(c, level, c.Param("*"))
}

// GetConfidential gives a confidential body to the council and its readers,
// and notes each giving (REQ-POL-018).
func (s *Server) GetConfidential(c echo.Context, digest wire.RecordID, _ wire.GetConfidentialParams) error {
	who := callerOf(c).Node
	b := s.Trust.Book()
	for _, d := range b.Documents() {
		sealed := d.Sealed()
		if sealed == nil || string(sealed.Digest) != digest {
			continue
		}
		if !b.MayRead(d, who) {
			break
		}
		octets, err := s.confidential(c, sealed.Digest, who)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, echo.MIMEOctetStream, octets)
	}
	return refuseAs(http.StatusForbidden, spec.Refuse("REQ-POL-018", "a confidential body is given to the council and its readers"))
}

// confidential reads a confidential body and notes who was given it.
func (s *Server) confidential(c echo.Context, digest spec.ID, to spec.NodeID) ([]byte, error) {
	var octets []byte
	err := s.Store.Write(ctxOf(c), func(tx *store.Tx) error {
		body, err := tx.Confidential(digest)
		if err != nil {
			return err
		}
		octets = body
		return tx.PutAudit(store.Audit{At: s.Clock().Unix(), Actor: string(to), Act: "confidential.read", Object: string(digest)})
	})
	return octets, err
}

// seat is the node's place in the council, or a 501 (REQ-ERR-006).
func (s *Server) seat() (Council, error) {
	if seat := s.Council(); seat != nil {
		return seat, nil
	}
	return nil, refuseAs(http.StatusNotImplemented, spec.Refuse("REQ-ERR-006", "this node does not claim the council role"))
}

// PostEntry proposes an entry to the council.
func (s *Server) PostEntry(c echo.Context, _ wire.PostEntryParams) error {
	seat, err := s.seat()
	if err != nil {
		return err
	}
	octets := string(bodyOf(c))
	n, err := seat.Submit(ctxOf(c), octets)
	if err != nil {
		return err
	}
	place := int64(n)
	return s.write(c, wire.EntryPlace{ID: string(spec.Digest([]byte(octets))), N: &place})
}

// PostCosignature takes another council node's cosignature of a policy head.
func (s *Server) PostCosignature(c echo.Context, _ wire.PostCosignatureParams) error {
	seat, err := s.seat()
	if err != nil {
		return err
	}
	if err := seat.Cosignature(ctxOf(c), callerOf(c).Node, string(bodyOf(c))); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
