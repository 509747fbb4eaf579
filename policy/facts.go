package policy

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Act is what is about to happen.
type Act string

// The acts that a book decides.
const (
	ActAdmit    Act = "admit"    // a neighbour's record enters the ledger
	ActDisclose Act = "disclose" // a record of our own is shown to another node
	ActEvaluate Act = "evaluate" // one organisation evaluates a person's work
	ActEngage   Act = "engage"   // a person takes on work for an organisation
)

// Facts are what is known about one act. Nothing in them names a person;
// parties are organisations. Members that an act does not speak of stay zero.
type Facts struct {
	Act      Act
	Issuer   spec.NodeID // who says it
	Audience spec.NodeID // who reads it
	Kind     spec.Kind
	Purpose  string
	Consent  *ConsentFacts
	Parties  []Party
	// AwardedAt is the day of an evaluation, whose conflicts are judged by the
	// rules of that day (REQ-EVL-012); zero means now.
	AwardedAt time.Time
	// Home is true where the deciding node is the person's home, which alone
	// answers for the red lists; any other node leaves them to it.
	Home bool

	Slots     []Interval      // what is firm in the person's week: slots, trips
	Units     []Interval      // what is proposed
	Zone      *time.Location  // local time where the person is; nil: the safety document's
	Minor     bool            // below the safety document's minorAge
	Contract  bool            // contract work: its hours are shown, not summed
	Overtime  []time.Duration // overtime and holiday work with Units, newest month first
	Trip      bool            // the work takes the person away
	Insurance *Insurance
}

// ConsentFacts are what the person agreed to.
type ConsentFacts struct {
	State      string // event_state of ISO/IEC TS 27560, see StateGiven
	Recipient  spec.NodeID
	Purposes   []string
	Kinds      []spec.Kind
	ValidFrom  int64 // NumericDate
	ValidUntil int64 // NumericDate, exclusive; 0 means until withdrawn
}

// The two states of consent under which data may travel (DPV ConsentStatus).
const (
	StateGiven   = "ConsentGiven"
	StateRenewed = "RenewedConsentGiven"
)

// Party is an organisation that an act touches.
type Party struct {
	ID          string // a node id or another public identifier
	Role        string // employer, sponsor, club, university, evaluator, client …
	Counterpart bool   // the other side of the act; false: the person's side
}

// Interval is a span of time, End exclusive.
type Interval struct{ Start, End time.Time }

// Insurance is what covers a trip.
type Insurance struct {
	Kind       string
	Insurer    string
	ValidUntil time.Time
}
