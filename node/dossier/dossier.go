// Package dossier gathers everything that this node keeps about one person, as
// one document: for the contract's export and for the person's own pages alike,
// so that the two cannot differ. It refuses anything about somebody else, and it
// decides nothing: who may read a dossier is asked before.
package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// Document is the contract's Export. Consents stand in it as they were
// recorded, octet by octet of their fields.
type Document struct {
	wire.Export
	Consents []consent.Record `json:"consents"`
}

// Of gathers the dossier of a person in one snapshot. What was served is noted
// by the ledger beforehand, or the newest lines are missing. Errors:
// store.ErrNotFound where the person is not known here.
func Of(tx *store.Tx, person string, now time.Time) (Document, error) {
	p, err := tx.Person(person)
	if err != nil {
		return Document{}, err
	}
	d := Document{Export: wire.Export{At: now.Unix(), Person: PersonView(p), Calendars: []wire.CalendarText{}, Records: []wire.RecordView{}}}
	for _, gather := range []func() error{
		func() (err error) { d.Consents, err = Consents(tx, person, now); return err },
		func() (err error) { d.Disclosures, err = Disclosures(tx, person); return err },
		func() (err error) { d.Receipts, err = Receipts(tx, person, now); return err },
		func() (err error) { d.Evaluations, err = Evaluations(tx, person); return err },
		func() (err error) { d.Opened, err = opened(tx, person, d.Evaluations); return err },
		func() error { return kept(tx, person, &d.Export) },
		func() error { return said(tx, person, &d.Export) },
		func() error { return entry(tx, person, &d.Export) },
		func() error { return signIn(tx, person, now, &d.Export) },
		func() error { return agreed(tx, person, &d.Export) },
		func() error { return feeds(tx, person, &d.Export) },
		func() error { return placed(tx, person, &d.Export) },
	} {
		if err := gather(); err != nil {
			return Document{}, err
		}
	}
	return d, nil
}

// PersonView is a person in the contract's words.
func PersonView(p store.Person) wire.Person {
	return wire.Person{
		ID: p.ID, Demo: p.Demo, Name: wire.PersonName{Family: p.FamilyName, Given: p.GivenName},
		Kana: wire.PersonName{Family: p.FamilyKana, Given: p.GivenKana},
	}
}

// RecordView is a proven record in the contract's words.
func RecordView(r store.Current, token string) wire.RecordView {
	v := wire.RecordView{ID: string(r.ID), Issuer: string(r.Issuer), Kind: string(r.Kind), Body: Payload(token)}
	if r.Subject != "" {
		subject := string(r.Subject)
		v.Subject = &subject
	}
	if r.Audience != "" {
		audience := string(r.Audience)
		v.Audience = &audience
	}
	return v
}

// Payload shows a proven record's payload as JSON.
func Payload(token string) wire.AnyObject {
	out := wire.AnyObject{}
	if octets := spec.Payload(token); octets != nil {
		_ = json.Unmarshal(octets, &out) // the gate has read it strictly before
	}
	return out
}

// Consents are all that a person gave, ended ones too, as they stand now.
func Consents(tx *store.Tx, person string, now time.Time) ([]consent.Record, error) {
	list := []consent.Record{}
	rows, err := tx.ConsentsOf(person)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var r consent.Record
		if err := json.Unmarshal([]byte(row.Document), &r); err != nil {
			return nil, fmt.Errorf("stored consent: %w", err)
		}
		if r.EventState == consent.Given && row.Until <= now.Unix() {
			r.EventState = consent.Expired
		}
		list = append(list, r)
	}
	return list, nil
}

// kept adds what a person gave to this node.
func kept(tx *store.Tx, person string, out *wire.Export) error {
	calendars, err := tx.Calendars(person)
	if err != nil {
		return err
	}
	for _, k := range calendars {
		out.Calendars = append(out.Calendars, wire.CalendarText{Name: k.Name, Text: string(k.ICS)})
	}
	if out.Sources, err = Calendars(tx, person); err != nil {
		return err
	}
	profile, err := tx.TalentProfile(person)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	t := wire.Talent{Region: profile.Region, Remote: profile.Remote, Languages: profile.Languages, Skills: []wire.Skill{}}
	for _, k := range profile.Skills {
		t.Skills = append(t.Skills, wire.Skill{URI: k.URI, Level: int32(k.Level), Basis: wire.SkillBasis(k.Basis)})
	}
	out.Talent = &t
	return nil
}

// said adds what this node sealed last about a person for each reader.
func said(tx *store.Tx, person string, out *wire.Export) error {
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
				out.Records = append(out.Records, RecordView(store.Current{
					VersionKey: store.VersionKey{Issuer: r.Issuer, Audience: r.Audience, UID: r.UID},
					ID:         r.ID, Kind: r.Kind, Subject: r.Subject,
				}, r.Token))
			}
		}
	}
	return nil
}
