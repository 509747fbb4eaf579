package work

import (
	"regexp"
	"time"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// Gig offers work with a measurable outcome (standard section 12.4).
type Gig struct {
	Title   string      `json:"title"`
	Outcome *Outcome    `json:"outcome"`
	Units   *GigUnits   `json:"units"`
	Window  *Window     `json:"window"`
	Skills  []SkillNeed `json:"skills"`
	Place   string      `json:"place,omitempty"` // municipal code, six digits
	Remote  bool        `json:"remote,omitempty"`
	Pay     *Pay        `json:"pay"`
	Places  int         `json:"places"` // how many people, 1 to 1000
	Safety  *Safety     `json:"safety,omitempty"`
}

// Outcome is what has changed when the work is done, and how that is measured.
type Outcome struct {
	Statement string  `json:"statement"`
	Measure   string  `json:"measure"`
	Unit      string  `json:"unit"`
	Target    string  `json:"target"` // a decimal number
	Due       string  `json:"due"`    // UTCDateTime
	Evidence  *string `json:"evidence,omitempty"`
}

// GigUnits says how much work: count units, in so many sittings.
type GigUnits struct {
	Count    int    `json:"count"`        // 1 to 200
	Duration string `json:"unitDuration"` // ISO 8601 duration, PT15M to P1D
	Sittings int    `json:"sittings"`     // 1 to count
}

// Window is a span of time; the end is exclusive.
type Window struct {
	Start string `json:"utcStart"`
	End   string `json:"utcEnd"`
}

// SkillNeed is a skill that is asked for.
type SkillNeed struct {
	URI      string `json:"uri"`
	MinLevel int    `json:"minLevel"` // 1 to 5
}

// Pay is what the work is paid, in the minor unit of its currency (ISO 4217).
type Pay struct {
	Amount   *int64 `json:"amount"`
	Currency string `json:"currency"`
	Per      string `json:"per"`   // unit, hour, month or gig
	Basis    string `json:"basis"` // employment or contract
}

// Safety are the attributes that rules about safety ask for.
type Safety struct {
	Night     bool       `json:"night,omitempty"`
	Trip      bool       `json:"trip,omitempty"`
	Insurance *Insurance `json:"insurance,omitempty"`
	MinAge    int        `json:"minAge,omitempty"` // 0 to 99
}

// Insurance covers a trip.
type Insurance struct {
	Kind       string `json:"kind"`
	Insurer    string `json:"insurer"`
	ValidUntil string `json:"validUntil"` // UTCDateTime
}

const (
	maxGigSpan   = 400 * 24 * time.Hour
	maxGigSkills = 20
)

var (
	decimal  = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)
	currency = regexp.MustCompile(`^[A-Z]{3}$`)
)

// Check judges a gig.
func (g *Gig) Check() *strict.Fault {
	for _, m := range [...]struct {
		name    string
		missing bool
	}{
		{"outcome", g.Outcome == nil},
		{"units", g.Units == nil},
		{"window", g.Window == nil},
		{"skills", g.Skills == nil},
		{"pay", g.Pay == nil},
	} {
		if m.missing {
			return fault("REQ-GIG-001", m.name, "a gig has this member")
		}
	}
	if !sentence(g.Title, 200) {
		return fault("REQ-GIG-010", "title", sentenceNeed)
	}
	if r := g.Outcome.check(); r != nil {
		return r
	}
	if r := g.checkTime(); r != nil {
		return r
	}
	if r := checkNeeds(g.Skills); r != nil {
		return r
	}
	switch {
	case g.Place == "" && !g.Remote:
		return fault("REQ-GIG-006", "place", "a gig has a place or is remote")
	case g.Place != "" && !code.ValidMunicipality(g.Place):
		return fault("REQ-GIG-006", "place", "a place is six digits with a right check digit")
	case g.Places < 1 || g.Places > 1000:
		return fault("REQ-GIG-008", "places", "a gig has 1 to 1000 places")
	}
	if r := g.Pay.check(); r != nil {
		return r
	}
	return g.Safety.check()
}

func (o *Outcome) check() *strict.Fault {
	for _, m := range [...]struct {
		name, text string
		most       int
	}{{"outcome.statement", o.Statement, 1000}, {"outcome.measure", o.Measure, 200}, {"outcome.unit", o.Unit, 50}} {
		if !sentence(m.text, m.most) {
			return fault("REQ-GIG-002", m.name, sentenceNeed)
		}
	}
	if !decimal.MatchString(o.Target) {
		return fault("REQ-GIG-002", "outcome.target", "a target is a decimal number as a string")
	}
	if _, ok := code.ParseUTC(o.Due); !ok {
		return fault("REQ-GIG-002", "outcome.due", "a due time is a UTCDateTime such as 2026-04-01T09:00:00Z")
	}
	if o.Evidence != nil {
		if !sentence(*o.Evidence, 1000) {
			return fault("REQ-GIG-002", "outcome.evidence", sentenceNeed)
		}
		return nil
	}
	return nil
}

// checkTime judges units and window together: the window must have room.
func (g *Gig) checkTime() *strict.Fault {
	u := g.Units
	each, err := code.ParseDuration(u.Duration)
	switch {
	case u.Count < 1 || u.Count > maxUnits:
		return fault("REQ-GIG-003", "units.count", "a gig has 1 to 200 units")
	case err != nil || each < 15*time.Minute || each > 24*time.Hour:
		return fault("REQ-GIG-003", "units.unitDuration", "a unit lasts PT15M to P1D")
	case u.Sittings < 1 || u.Sittings > u.Count:
		return fault("REQ-GIG-003", "units.sittings", "sittings are 1 to count")
	}
	from, ok1 := code.ParseUTC(g.Window.Start)
	to, ok2 := code.ParseUTC(g.Window.End)
	if !ok1 || !ok2 {
		return fault("REQ-GIG-004", "window", "a window has UTCDateTime utcStart and utcEnd")
	}
	if span := to.Sub(from); span < time.Duration(u.Count)*each || span > maxGigSpan {
		return fault("REQ-GIG-004", "window.utcEnd", "a window has room for all units and is at most 400 days long")
	}
	return nil
}

func checkNeeds(list []SkillNeed) *strict.Fault {
	if len(list) > maxGigSkills {
		return fault("REQ-GIG-005", "skills", "a gig asks for at most 20 skills")
	}
	seen := make(map[string]bool, len(list))
	for _, s := range list {
		switch {
		case s.URI == "":
			return fault("REQ-GIG-005", "skills.uri", "a skill has a uri")
		case s.MinLevel < 1 || s.MinLevel > 5:
			return fault("REQ-GIG-005", "skills.minLevel", "a level is 1 to 5")
		case seen[s.URI]:
			return fault("REQ-GIG-005", "skills.uri", "a skill is listed once")
		}
		seen[s.URI] = true
	}
	return nil
}

func (p *Pay) check() *strict.Fault {
	switch {
	case p.Amount == nil || *p.Amount < 0:
		return fault("REQ-GIG-007", "pay.amount", "an amount is a whole number of the currency's minor unit, 0 or more")
	case !currency.MatchString(p.Currency):
		return fault("REQ-GIG-007", "pay.currency", "a currency is three letters of ISO 4217")
	case p.Per != "unit" && p.Per != "hour" && p.Per != "month" && p.Per != "gig":
		return fault("REQ-GIG-007", "pay.per", "pay is per unit, hour, month or gig")
	case p.Basis != BasisEmployment && p.Basis != BasisContract:
		return fault("REQ-GIG-007", "pay.basis", "a basis is employment or contract")
	}
	return nil
}

// On what ground work is paid.
const (
	BasisEmployment = "employment"
	BasisContract   = "contract"
)

func (s *Safety) check() *strict.Fault {
	if s == nil {
		return nil
	}
	if s.MinAge < 0 || s.MinAge > 99 {
		return fault("REQ-GIG-009", "safety.minAge", "a least age is 0 to 99 years")
	}
	in := s.Insurance
	if in == nil {
		if s.Trip {
			return fault("REQ-GIG-009", "safety.insurance", "a trip has an insurance")
		}
		return nil
	}
	if in.Kind == "" || in.Insurer == "" {
		return fault("REQ-GIG-009", "safety.insurance", "an insurance has kind, insurer and validUntil")
	}
	if _, ok := code.ParseUTC(in.ValidUntil); !ok {
		return fault("REQ-GIG-009", "safety.insurance.validUntil", "an insurance is valid until a UTCDateTime")
	}
	return nil
}
