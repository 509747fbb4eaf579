package spec

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec/strict"
	"github.com/fukusen/fukusen/spec/work"
)

// Gig offers work with a measurable outcome (standard section 12.4). It names
// no person, and stands in the public log or in one reader's.
type Gig struct {
	Envelope
	work.Gig
}

// Proposal is a firm offer of a gig's units to one person, from the gig's owner
// to the person's home (standard section 12.5). It is not taken back before
// offerUntil.
type Proposal struct {
	Envelope
	Gig      ID  `json:"gig"` // the gig's record
	Decision *ID `json:"decision,omitempty"`
	work.Offer
}

// Hold is time that a person's home keeps for one proposal (standard section
// 12.6). Only the home writes it.
type Hold struct {
	Envelope
	Proposal          ID      `json:"proposal"`
	EngagementSubject Subject `json:"engagementSubject,omitempty"` // of a confirmed one
	work.Hold
}

// Risk is a red that is raised early, by either side of a hold (standard
// section 12.7).
type Risk struct {
	Envelope
	Of ID `json:"hold"`
	work.Risk
}

// Delivery says which units of a hold were done and what came out, from the
// home to the owner (standard section 12.8).
type Delivery struct {
	Envelope
	Of ID `json:"hold"`
	work.Delivery
}

// Acceptance answers a delivery, from the owner to the home (standard section
// 12.9).
type Acceptance struct {
	Envelope
	Delivery ID `json:"delivery"`
	work.Answer
}

// Calendar is what a club publishes for everybody (standard section 12.10). It
// names no person.
type Calendar struct {
	Envelope
	work.Calendar
}

// Kind is gig.
func (*Gig) Kind() Kind { return KindGig }

// Kind is proposal.
func (*Proposal) Kind() Kind { return KindProposal }

// Kind is hold.
func (*Hold) Kind() Kind { return KindHold }

// Kind is risk.
func (*Risk) Kind() Kind { return KindRisk }

// Kind is delivery.
func (*Delivery) Kind() Kind { return KindDelivery }

// Kind is acceptance.
func (*Acceptance) Kind() Kind { return KindAcceptance }

// Kind is calendar.
func (*Calendar) Kind() Kind { return KindCalendar }

// MaxPublicLife is how long a public record may live, in seconds.
const MaxPublicLife = 400 * 24 * 3600

func (e *Envelope) checkPublic(requirement string) *Refusal {
	if e.Expires == 0 || e.Expires-e.IssuedAt > MaxPublicLife {
		return refuseField(requirement, "exp", "the record expires within 400 days")
	}
	if e.Subject != "" {
		return refuseField(requirement, "sub", "the record names no person")
	}
	return nil
}

func (g *Gig) check() *Refusal {
	if r := g.checkPublic("REQ-GIG-001"); r != nil {
		return r
	}
	return ofFault(g.Gig.Check())
}

func (c *Calendar) check() *Refusal {
	if r := c.checkPublic("REQ-CAL-001"); r != nil {
		return r
	}
	return ofFault(c.Calendar.Check())
}

func (p *Proposal) check() *Refusal {
	if !p.Gig.Valid() {
		return refuseField("REQ-PRP-001", "gig", "a proposal names the record of its gig")
	}
	if p.Decision != nil && !p.Decision.Valid() {
		return refuseField("REQ-PRP-001", "decision", "a decision is 43 base64url characters")
	}
	return ofFault(p.Offer.Check(time.Unix(p.IssuedAt, 0)))
}

func (h *Hold) check() *Refusal {
	if !h.Proposal.Valid() {
		return refuseField("REQ-HLD-001", "proposal", "a hold names the proposal it answers")
	}
	return ofFault(h.Hold.Check(h.EngagementSubject != ""))
}

func (k *Risk) check() *Refusal {
	if !k.Of.Valid() {
		return refuseField("REQ-RSK-001", "hold", "a red names its hold")
	}
	return ofFault(k.Risk.Check())
}

func (d *Delivery) check() *Refusal {
	if !d.Of.Valid() {
		return refuseField("REQ-DLV-001", "hold", "a delivery names its hold")
	}
	return ofFault(d.Delivery.Check())
}

func (a *Acceptance) check() *Refusal {
	if !a.Delivery.Valid() {
		return refuseField("REQ-ACC-001", "delivery", "an acceptance names its delivery")
	}
	return ofFault(a.Answer.Check())
}

// RefuseFault is the refusal of a value, or nil.
func RefuseFault(f *strict.Fault) error {
	if r := ofFault(f); r != nil {
		return r
	}
	return nil
}

func ofFault(f *strict.Fault) *Refusal {
	if f == nil {
		return nil
	}
	return refuseField(f.Requirement, f.Field, f.Detail)
}

// shapes are the members that the inner objects of closed kinds define.
var shapes = map[Kind]map[string][]string{
	KindProposal: {"units": {"index", "utcStart", "utcEnd"}},
	KindHold: {
		"units": {"index", "utcStart", "utcEnd"}, "freeBusyRef": {"uid", "sequence"}, "party": {"name", "contact"}, "travel": {"utcStart", "utcEnd"},
	},
	KindDelivery: {"outcome": {"value", "evidence"}},
}

// decodeWork decodes the payload of a kind of sections 12.4 to 12.10. A member
// of the wrong JSON type breaks the kind's own requirement, or the envelope's;
// one that an inner object of a closed kind does not define, the requirement
// that closes it.
func (f *form) decodeWork(octets []byte, body Body) error {
	if err := json.Unmarshal(octets, body); err != nil {
		name, envelope := wrongMember(err)
		if envelope {
			return refuseField("REQ-ENV-001", name, "the member has the wrong JSON type")
		}
		_, member, _ := strings.Cut(name, ".") // behind the name of the embedded part
		return refuseField(f.wrong, member, "the member has the wrong JSON type")
	}
	for name, known := range shapes[body.Kind()] {
		if f.closed != "" && !strict.OnlyKnown(octets, name, known) {
			return refuseField(f.closed, name, "the object has no such member")
		}
	}
	if f.units != "" && !strict.Have(octets, "units", "index") {
		return refuseField(f.units, "units.index", "units are numbered from 0")
	}
	return nil
}
