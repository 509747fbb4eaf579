package policy

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// GenesisBody is the body of entry 0: the first register and charter. An
// entry of series genesis, register and charter each begins with it.
type GenesisBody struct {
	Development bool     `json:"development"`
	Register    Register `json:"register"`
	Charter     Charter  `json:"charter"`
}

// GenesisDraft is what the founders agree on before they sign.
type GenesisDraft struct {
	GenesisBody
	Title     spec.Text
	Text      spec.Text
	ValidFrom int64 // NumericDate; 0 means the iat
}

// Document makes the unsigned genesis document, for founders whose ballot
// keys never meet on one machine: each signs BallotFor(nil, …) at home.
func (g GenesisDraft) Document(drafter spec.NodeID, iat int64) (spec.Document, error) {
	body, err := json.Marshal(g.GenesisBody)
	if err != nil {
		return spec.Document{}, fmt.Errorf("draft genesis: %w", err)
	}
	d := spec.Document{
		Issuer: drafter, IssuedAt: iat, JTI: spec.RandomUUID(),
		Series: SeriesGenesis, Type: TypeGenesis, Version: 1,
		ValidFrom: g.ValidFrom, Title: g.Title, Text: g.Text, Body: body,
	}
	if d.ValidFrom == 0 {
		d.ValidFrom = iat
	}
	if d.Title == (spec.Text{}) {
		d.Title = spec.Text{JA: "連合の発足", EN: "Founding of the federation"}
	}
	if d.Text == (spec.Text{}) {
		d.Text = spec.Text{
			JA: "この文書は、連合の最初の参加名簿と憲章を定めます。評議会の発足メンバー全員が署名しています。",
			EN: "This document lays down the federation's first register and charter. Every founding council member has signed it.",
		}
	}
	return d, nil
}

// SealGenesis signs a genesis with the founders' ballot keys, all of which are
// at hand, and proves the result by opening it. It returns the octets of
// entry 0 and fed, the id that everyone pins.
func SealGenesis(g GenesisDraft, drafter spec.NodeID, ballots map[spec.NodeID]*spec.Signer, iat int64) (string, spec.ID, error) {
	d, err := g.Document(drafter, iat)
	if err != nil {
		return "", "", err
	}
	signer := ballots[drafter]
	if signer == nil {
		return "", "", fmt.Errorf("seal genesis for %s: %w", drafter, ErrNoSigner)
	}
	document, err := spec.SealDocument(signer, d)
	if err != nil {
		return "", "", err
	}
	sealed, err := spec.ReadDocument(document)
	if err != nil {
		return "", "", err
	}
	var votes []string
	for _, m := range g.Register.Council() {
		if ballots[m.Node] == nil {
			return "", "", fmt.Errorf("seal genesis for %s: %w", m.Node, ErrNoSigner)
		}
		vote, err := spec.SealBallot(ballots[m.Node], BallotFor(nil, sealed, m.Node, iat, Yes))
		if err != nil {
			return "", "", err
		}
		votes = append(votes, vote)
	}
	octets := spec.MakeEntry(document, votes)
	if _, err := NewBook(octets, sealed.ID()); err != nil {
		return "", "", fmt.Errorf("seal genesis: %w", err)
	}
	return octets, sealed.ID(), nil
}

// genesis is entry 0 once proven.
type genesis struct {
	entry    *spec.PolicyEntry
	document *Document
	body     GenesisBody
}

func openGenesis(octets string, fed spec.ID) (*genesis, error) {
	bad := func(field, detail string) error { return spec.RefuseField("REQ-POL-011", field, detail) }
	entry, err := spec.ReadEntry(octets)
	if err != nil {
		return nil, err
	}
	doc := entry.Document
	switch {
	case doc == nil || doc.Type != TypeGenesis || doc.Series != SeriesGenesis:
		return nil, bad("type", "entry 0 is a document of type genesis")
	case fed != "" && doc.ID() != fed:
		return nil, bad("fed", "the document is not the pinned genesis")
	case doc.Fed != "" || doc.Prev != "" || doc.Version != 1:
		return nil, bad("prev", "a genesis is version 1, without fed and prev")
	}
	g := &genesis{entry: entry, document: &Document{Document: doc.Document, ID: doc.ID()}}
	if err := g.readBody(); err != nil {
		return nil, err
	}
	return g, g.judge()
}

func (g *genesis) readBody() error {
	bad := func(field, detail string) error { return spec.RefuseField("REQ-POL-011", field, detail) }
	var parts struct {
		Development bool            `json:"development"`
		Register    json.RawMessage `json:"register"`
		Charter     json.RawMessage `json:"charter"`
	}
	if !decodeBody(g.document.Body, &parts) {
		return bad("body", "a genesis holds development, register and charter")
	}
	register, err := readRegister(parts.Register, parts.Development)
	if err != nil {
		return err
	}
	charter, err := readCharter(parts.Charter)
	if err != nil {
		return bad("body.charter", "a genesis holds a charter")
	}
	g.body = GenesisBody{Development: parts.Development, Register: *register, Charter: *charter}
	g.document.typed = &g.body
	return nil
}

// judge checks the founders' signatures: every council member of the genesis'
// own register has said yes (REQ-POL-011).
func (g *genesis) judge() error {
	doc, register := g.entry.Document, &g.body.Register
	if err := verifyDrafter(doc, register); err != nil {
		return err
	}
	ballot := wanted{document: doc.ID(), series: SeriesGenesis}
	yes, err := ballot.count(g.entry.Ballots, register)
	if err != nil {
		return err
	}
	if yes != len(register.Council()) {
		return spec.Refuse("REQ-POL-011", "a genesis has a yes ballot of every council member of its register")
	}
	return nil
}

// seats makes the first register and charter documents out of the genesis.
func (g *genesis) seats() (register, charter *Document) {
	first := func(series string, typed any) *Document {
		d := &Document{Document: g.document.Document, ID: g.document.ID, typed: typed}
		d.Series, d.Type = series, series
		d.Body, _ = json.Marshal(typed)
		return d
	}
	r := g.body.Register
	r.Members = slices.Clone(r.Members)
	return first(SeriesRegister, &r), first(SeriesCharter, &g.body.Charter)
}
