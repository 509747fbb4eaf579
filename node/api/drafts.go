package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// PostDraft puts a document before the council. It must continue the log as it
// stands and be signed by a ballot key of the register in force.
func (s *Server) PostDraft(c echo.Context) error {
	if _, err := s.seat(); err != nil {
		return err
	}
	var in wire.NewDraft
	if err := read(c, &in); err != nil {
		return err
	}
	d, err := spec.ReadDocument(in.Document)
	if err != nil {
		return err
	}
	if err := s.judgeDraft(d); err != nil {
		return err
	}
	clear, digest, err := clearBody(d, in.Confidential)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctxOf(c), func(tx *store.Tx) error {
		if clear != nil {
			if err := tx.PutConfidential(digest, clear); err != nil {
				return err
			}
		}
		return draft.In(tx).Put(draft.Draft{ID: d.ID(), Token: in.Document, At: s.Clock().Unix()})
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.DraftCreated{ID: string(d.ID())})
}

func (s *Server) judgeDraft(d *spec.SealedDocument) error {
	drafter := s.Trust.Book().Register().Find(d.Issuer)
	if drafter == nil || drafter.Role != policy.RoleCouncil {
		return spec.RefuseField("REQ-POL-001", "iss", "the drafter is a council member of the register in force")
	}
	key, err := spec.DecodeKey(drafter.Ballot)
	if err != nil {
		return err
	}
	return d.Verify(key)
}

// clearBody reads the body of a confidential draft, which the council fetches
// here once the log names its digest (REQ-POL-019). Most drafts have none.
func clearBody(d *spec.SealedDocument, text *string) ([]byte, spec.ID, error) {
	if text == nil {
		return nil, "", nil
	}
	var sealed policy.Sealed
	octets, err := base64.RawURLEncoding.Strict().DecodeString(*text)
	if err != nil || json.Unmarshal(d.Body, &sealed) != nil || spec.Digest(octets) != sealed.Digest || len(octets) > spec.MaxDocument {
		return nil, "", spec.RefuseField("REQ-POL-019", "confidential", "the confidential body has the digest that the document shows")
	}
	return octets, sealed.Digest, nil
}

type draftView struct {
	doc     *spec.SealedDocument
	ballots []*spec.SealedBallot
	status  wire.DraftStatus
}

// draft reads one draft with its ballots.
func (s *Server) draft(tx *store.Tx, row draft.Draft) (draftView, error) {
	doc, err := spec.ReadDocument(row.Token)
	if err != nil {
		return draftView{}, err
	}
	v := draftView{doc: doc, status: "open"}
	rows, err := draft.In(tx).Ballots(row.ID)
	if err != nil {
		return v, err
	}
	for _, r := range rows {
		b, err := spec.ReadBallot(r.Token)
		if err != nil {
			return v, err
		}
		v.ballots = append(v.ballots, b)
	}
	if head := s.Trust.Book().Head(doc.Series); head != nil {
		switch {
		case head.ID == doc.ID():
			v.status = "accepted"
		case head.ID != doc.Prev:
			v.status = "overtaken"
		}
	}
	return v, nil
}

// ListDrafts answers what lies before the council.
func (s *Server) ListDrafts(c echo.Context) error {
	out := wire.DraftList{Items: []wire.DraftSummary{}}
	err := s.find(c, func(tx *store.Tx) error {
		rows, err := draft.In(tx).All()
		if err != nil {
			return err
		}
		for _, row := range rows {
			v, err := s.draft(tx, row)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, wire.DraftSummary{
				ID: string(row.ID), Iss: string(v.doc.Issuer), Series: v.doc.Series, Type: v.doc.Type, Title: text(v.doc.Title),
				Version: int32(v.doc.Version), Ballots: int32(len(v.ballots)), Needed: s.needed(), Status: v.status,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.write(c, out)
}

func (s *Server) needed() int32 { return int32(s.Trust.Book().Register().Threshold) }

// GetDraft answers one draft with the ballots cast so far.
func (s *Server) GetDraft(c echo.Context, id wire.DocumentID) error {
	out := wire.Draft{ID: id, Ballots: []wire.BallotSeen{}, Needed: s.needed()}
	err := s.find(c, func(tx *store.Tx) error {
		row, err := draft.In(tx).Draft(spec.ID(id))
		if err != nil {
			return err
		}
		v, err := s.draft(tx, row)
		if err != nil {
			return err
		}
		out.Document, out.Status = row.Token, v.status
		for _, b := range v.ballots {
			out.Ballots = append(out.Ballots, wire.BallotSeen{
				Iss: string(b.Issuer), Iat: b.IssuedAt, Choice: wire.BallotSeenChoice(b.Choice),
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.write(c, out)
}

// PostBallot takes a ballot. It proves itself by its key, so no sign-in is
// asked; when the threshold is reached, the entry goes to the council.
func (s *Server) PostBallot(c echo.Context, id wire.DocumentID) error {
	seat, err := s.seat()
	if err != nil {
		return err
	}
	var in wire.NewBallot
	if err := read(c, &in); err != nil {
		return err
	}
	var v draftView
	err = s.Store.Write(ctxOf(c), func(tx *store.Tx) error {
		row, err := draft.In(tx).Draft(spec.ID(id))
		if err != nil {
			return err
		}
		if v, err = s.draft(tx, row); err != nil {
			return err
		}
		b, err := s.judgeBallot(v.doc, in.Ballot)
		if err != nil {
			return err
		}
		if err := draft.In(tx).PutBallot(draft.Ballot{Draft: row.ID, Issuer: b.Issuer, Token: in.Ballot}); err != nil {
			return err
		}
		v, err = s.draft(tx, row)
		return err
	})
	if err != nil {
		return err
	}
	return s.count(c, seat, v)
}

func (s *Server) judgeBallot(doc *spec.SealedDocument, token string) (*spec.SealedBallot, error) {
	b, err := spec.ReadBallot(token)
	if err != nil {
		return nil, err
	}
	if b.Document != doc.ID() {
		return nil, spec.RefuseField("REQ-POL-005", "document", "the ballot is about this draft")
	}
	m := s.Trust.Book().Register().Find(b.Issuer)
	if m == nil || m.Role != policy.RoleCouncil || m.Status != policy.StatusActive {
		return nil, spec.RefuseField("REQ-POL-003", "iss", "a ballot is cast by an active council member")
	}
	key, err := spec.DecodeKey(m.Ballot)
	if err != nil {
		return nil, err
	}
	return b, b.Verify(key)
}

func (s *Server) count(c echo.Context, seat Council, v draftView) error {
	var yes []string
	for _, b := range v.ballots {
		if b.Choice == "yes" {
			yes = append(yes, b.Token())
		}
	}
	out := wire.BallotCounted{Ballots: int32(len(v.ballots)), Needed: s.needed(), Accepted: v.status == "accepted"}
	if !out.Accepted && int32(len(yes)) >= out.Needed {
		n, err := seat.Submit(ctxOf(c), spec.MakeEntry(v.doc.Token(), yes))
		if err != nil {
			return err
		}
		place := int64(n)
		out.Accepted, out.N = true, &place
	}
	return s.write(c, out)
}
