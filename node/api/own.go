package api

import (
	"errors"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListDisclosures answers who has been shown what about a person.
func (s *Server) ListDisclosures(c echo.Context, person wire.PersonPath, params wire.ListDisclosuresParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	all, err := s.disclosuresOf(c, person)
	if err != nil {
		return err
	}
	items, next := stretch(all, after, limit)
	return s.write(c, wire.DisclosurePage{Items: items, Next: next})
}

func (s *Server) disclosuresOf(c echo.Context, person string) ([]wire.Disclosure, error) {
	if err := s.Gate.NoteServed(ctxOf(c)); err != nil {
		return nil, err
	}
	list := []wire.Disclosure{}
	err := s.findOf(c, person, func(tx *store.Tx) error {
		pairs, err := tx.PairwiseOf(person)
		if err != nil {
			return err
		}
		given := make(map[string]string, len(pairs)) // by uid: withdrawing takes back all that was said under it
		for _, p := range pairs {
			given[p.UID] = p.RecordID
		}
		seen := make(map[spec.Subject]bool)
		for _, p := range pairs {
			if seen[p.Subject] {
				continue
			}
			seen[p.Subject] = true
			if err := disclosedUnder(tx, p.Subject, given, &list); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// disclosedUnder lists what was served of the records about one subject, each
// with the consent record that a person withdraws. The consent that stands in
// the record is a name for the reader alone, and is shown where ours is gone.
func disclosedUnder(tx *store.Tx, subject spec.Subject, given map[string]string, list *[]wire.Disclosure) error {
	rows, err := tx.BySubject(subject)
	if err != nil {
		return err
	}
	byID := make(map[spec.ID]store.Entry, len(rows))
	ids := make([]spec.ID, len(rows))
	for i, r := range rows {
		byID[r.ID], ids[i] = r, r.ID
	}
	served, err := tx.DisclosuresOfIDs(ids)
	for _, d := range served {
		r := byID[d.ID]
		under := r.Consent
		if id := given[r.UID]; id != "" {
			under = id
		}
		*list = append(*list, wire.Disclosure{
			ID: string(d.ID), Kind: string(r.Kind), N: int64(d.N), Recipient: string(d.Reader), At: d.At,
			Purpose: r.Purpose, Consent: under,
		})
	}
	return err
}

// ListReceipts answers what other nodes owe or have confirmed. They outlive the
// person: what an erasure is still owed is to be seen after it.
func (s *Server) ListReceipts(c echo.Context, person wire.PersonPath, params wire.ListReceiptsParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	all, err := s.receiptsOf(c, person)
	if err != nil {
		return err
	}
	items, next := stretch(all, after, limit)
	return s.write(c, wire.ReceiptPage{Items: items, Next: next})
}

func (s *Server) receiptsOf(c echo.Context, person string) ([]wire.ReceiptLine, error) {
	list := []wire.ReceiptLine{}
	err := s.find(c, func(tx *store.Tx) error {
		rows, err := tx.ReceiptsOf(person)
		if err == nil && len(rows) == 0 {
			_, err = tx.Person(person)
		}
		for _, r := range rows {
			line := wire.ReceiptLine{
				Node: string(r.Reader), Ids: []wire.RecordID{string(r.ID)}, Due: r.Due,
				Overdue: r.Settled == 0 && r.Due < s.Clock().Unix(),
			}
			if r.Order != "" {
				order := string(r.Order)
				line.Order = &order
			}
			if r.Settled != 0 {
				action, at := wire.ReceiptLineAction(r.Action), r.Settled
				line.Action, line.At = &action, &at
			}
			list = append(list, line)
		}
		return err
	})
	return list, err
}

// GetExport answers everything that this home keeps about a person.
func (s *Server) GetExport(c echo.Context, person wire.PersonPath) error {
	consents, err := s.consentsOf(c, person)
	if err != nil {
		return err
	}
	out := wire.Export{At: s.Clock().Unix(), Calendars: []wire.CalendarText{}, Records: []wire.RecordView{}}
	if out.Disclosures, err = s.disclosuresOf(c, person); err != nil {
		return err
	}
	if out.Receipts, err = s.receiptsOf(c, person); err != nil {
		return err
	}
	if out.Evaluations, err = s.evaluationsOf(c, person); err != nil {
		return err
	}
	err = s.find(c, func(tx *store.Tx) error { return s.exportKept(tx, person, &out) })
	if err != nil {
		return err
	}
	return s.write(c, struct {
		wire.Export
		Consents any `json:"consents"`
	}{out, consents})
}

func (s *Server) exportKept(tx *store.Tx, person string, out *wire.Export) error {
	p, err := tx.Person(person)
	if err != nil {
		return err
	}
	out.Person = personView(p)
	calendars, err := tx.Calendars(person)
	if err != nil {
		return err
	}
	for _, k := range calendars {
		out.Calendars = append(out.Calendars, wire.CalendarText{Name: k.Name, Text: string(k.ICS)})
	}
	profile, err := tx.TalentProfile(person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		t := wire.Talent{Region: profile.Region, Remote: profile.Remote, Languages: profile.Languages, Skills: []wire.Skill{}}
		for _, k := range profile.Skills {
			t.Skills = append(t.Skills, wire.Skill{URI: k.URI, Level: int32(k.Level), Basis: wire.SkillBasis(k.Basis)})
		}
		out.Talent = &t
	}
	pairs, err := tx.PairwiseOf(person)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		rows, err := tx.BySubject(pair.Subject)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID == pair.LastID && r.Token != "" {
				out.Records = append(out.Records, recordView(store.Current{
					VersionKey: store.VersionKey{Issuer: r.Issuer, Audience: r.Audience, UID: r.UID},
					ID:         r.ID, Kind: r.Kind, Subject: r.Subject,
				}, r.Token))
			}
		}
	}
	return nil
}
