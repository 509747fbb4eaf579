package governing

import (
	"encoding/json"
	"sync"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// desk is where entries of the policy log are written, right and wrong ones. A
// desk that cannot write ends the check as an error of the suite.
type desk struct {
	*judge.Probe
	stranger func() *spec.Signer // of whom no register knows
}

func newDesk(p *judge.Probe) *desk {
	d := &desk{Probe: p}
	d.stranger = sync.OnceValue(func() *spec.Signer {
		s, err := spec.GenerateSigner()
		d.must(err)
		return s
	})
	return d
}

func (d *desk) must(err error) {
	if err != nil {
		d.Broken(err)
	}
}

// ballotKey is the key that the register pins for the council.
func (d *desk) ballotKey() *spec.Signer { return d.Sandbox.BallotKey() }

func words() spec.Text { return spec.Text{JA: "適合試験", EN: "Conformance test"} }

// next is the next document of a series, whose type has the same name.
func (d *desk) next(series string, body any) spec.Document {
	doc, err := d.Sandbox.Draft(series, body, words())
	d.must(err)
	return doc
}

// first is a document of a series that nobody has seen, of a type.
func (d *desk) first(kind string, body any) spec.Document {
	doc := d.next(kind+"-"+spec.RandomUUID()[len("urn:uuid:"):], body)
	doc.Type = kind
	return doc
}

// notice is a sound document that decides nothing.
func (d *desk) notice() spec.Document { return d.first("notice", map[string]any{}) }

// members are a document's as JSON, to be bent.
func (d *desk) members(doc any) map[string]any {
	octets, err := json.Marshal(doc)
	d.must(err)
	var m map[string]any
	d.must(json.Unmarshal(octets, &m))
	return m
}

// sealed signs a document.
func (d *desk) sealed(key *spec.Signer, doc any) string {
	token, err := forge.Sealed(key, "policy+jwt", d.members(doc))
	d.must(err)
	return token
}

// vote is the council's yes to a document's token.
func (d *desk) vote(doc spec.Document, token string) spec.Ballot {
	return d.Sandbox.Ballot(doc, forge.ID(token))
}

// cast signs a ballot.
func (d *desk) cast(key *spec.Signer, ballot any) string {
	token, err := forge.Sealed(key, "ballot+jwt", d.members(ballot))
	d.must(err)
	return token
}

// passed is the entry of a document with the council's yes.
func (d *desk) passed(doc spec.Document) string {
	token := d.sealed(d.ballotKey(), doc)
	return spec.MakeEntry(token, []string{d.cast(d.ballotKey(), d.vote(doc, token))})
}

// passedAs is the entry of a document whose members were bent, with the
// council's yes.
func (d *desk) passedAs(doc spec.Document, bend func(map[string]any)) string {
	m := d.members(doc)
	bend(m)
	token := d.sealed(d.ballotKey(), m)
	return spec.MakeEntry(token, []string{d.cast(d.ballotKey(), d.vote(doc, token))})
}

// votedOn is the entry of a document with these ballots.
func (d *desk) votedOn(doc spec.Document, ballots func(token string) []string) string {
	token := d.sealed(d.ballotKey(), doc)
	return spec.MakeEntry(token, ballots(token))
}

// balloted is the entry of a notice whose one ballot was bent.
func (d *desk) balloted(bend func(map[string]any)) string {
	doc := d.notice()
	return d.votedOn(doc, func(token string) []string {
		m := d.members(d.vote(doc, token))
		bend(m)
		return []string{d.cast(d.ballotKey(), m)}
	})
}

// cosigned is the head that the council gives to a log.
func cosigned(s *peer.Sandbox, items []spec.Item) string { return s.PolicyHead(items) }
