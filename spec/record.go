package spec

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/fukusen/fukusen/spec/strict"
)

// Leeway is how far two clocks may stand apart (standard sections 4 and 5).
const Leeway = 60 * time.Second

// ErrUnknownKind means a record of a kind that this version does not know: a
// leaf to count and skip, not a fault (REQ-OPEN-007).
var ErrUnknownKind = errors.New("unknown kind of record")

// Envelope is the common part of every record (standard section 4). Times are
// NumericDate in seconds.
type Envelope struct {
	Issuer   NodeID  `json:"iss"`
	Audience NodeID  `json:"aud,omitempty"`
	Subject  Subject `json:"sub,omitempty"`
	IssuedAt int64   `json:"iat"`
	Expires  int64   `json:"exp,omitempty"`
	JTI      string  `json:"jti"`
	UID      string  `json:"uid"`
	Sequence uint64  `json:"sequence"`
	Policy   uint64  `json:"policy"`
	Consent  string  `json:"consent,omitempty"`
	Purpose  string  `json:"purpose,omitempty"`
	Until    int64   `json:"until,omitempty"`
}

// Claims makes every payload that embeds an Envelope give it.
func (e *Envelope) Claims() *Envelope { return e }

// Body is the payload of one kind, such as *Talent or *Gig.
type Body interface {
	Kind() Kind
	Claims() *Envelope
	check() *Refusal
}

// Record is a proven record: its form, its key and whose signature it bears are
// known, from its octets. One function makes it.
type Record struct {
	id    ID
	kid   string
	token string
	body  Body
}

// ID is the record's id.
func (r *Record) ID() ID { return r.id }

// KID names the key that signed it.
func (r *Record) KID() string { return r.kid }

// Token is the record byte for byte as it was signed.
func (r *Record) Token() string { return r.token }

// Kind is the record's kind.
func (r *Record) Kind() Kind { return r.body.Kind() }

// Envelope is the common part of its payload.
func (r *Record) Envelope() Envelope { return *r.body.Claims() }

// Body is its payload; treat it as read-only.
func (r *Record) Body() Body { return r.body }

// Expect says what the place of use calls for.
type Expect struct {
	Issuer   NodeID    // whose feed, snapshot or answer it came from
	Audience NodeID    // the reader; empty in a public log
	ID       ID        // the id it was delivered under, or empty
	Kind     Kind      // the kind it was announced as, or empty
	Vouched  bool      // it stands under a head signed by a good key
	Now      time.Time // the reader's clock

	past bool // exp is not judged
}

// Seal signs a payload with a record key and returns the compact token. It
// refuses what Open would refuse for its form, so that a publisher learns of
// its own mistakes before anybody else does.
func Seal(s *Signer, b Body) (string, error) {
	if r := checkBody(b); r != nil {
		return "", fmt.Errorf("seal %s: %w", b.Kind(), r)
	}
	return sealToken(s, b.Kind().Typ(), b)
}

// SealOwn is Seal for who keeps what it says: the octets are opened as anybody's,
// but for the signature, which was made a moment ago. In its place the key that
// the history gives for it must be the one that signed. A signature costs half
// as much to make as to verify.
func SealOwn(s *Signer, b Body, keys *KeyHistory, want Expect) (*Record, error) {
	text, err := Seal(s, b)
	if err != nil {
		return nil, err
	}
	return open(text, keys, want, func(t *token, key ed25519.PublicKey) *Refusal {
		if !key.Equal(s.Public()) {
			return errSignature()
		}
		return t.checkSignatureForm()
	})
}

// Open proves a record: strict form, one key of the issuer's history, the
// signature, the envelope and the kind's own rules, in that order. The error
// is a *Refusal, or ErrUnknownKind.
func Open(text string, keys *KeyHistory, want Expect) (*Record, error) {
	return open(text, keys, want, (*token).verify)
}

func open(text string, keys *KeyHistory, want Expect, signed func(*token, ed25519.PublicKey) *Refusal) (*Record, error) {
	t, r := splitTyped(text, MaxToken, shapeOfTyp)
	if r != nil {
		return nil, r
	}
	kind, ok := strings.CutSuffix(t.typ, "+jwt")
	form := forms[Kind(kind)]
	if !ok {
		return nil, refuseField("REQ-OPEN-007", "typ", "a record's typ is its kind and +jwt")
	}
	if want.Kind != "" && Kind(kind) != want.Kind {
		return nil, refuseField("REQ-FEED-010", "kind", "the item's kind is not the record's typ")
	}
	if form == nil {
		return nil, ErrUnknownKind
	}
	id := t.id()
	if want.ID != "" && id != want.ID {
		return nil, refuseField("REQ-OPEN-017", "id", "the id is not the digest of the record's signing input")
	}
	body, r := form.read(t)
	if r != nil {
		return nil, r
	}
	env := body.Claims()
	if env.Issuer != want.Issuer {
		return nil, refuseField("REQ-ENV-003", "iss", "the record was not issued by the node it came from")
	}
	key, r := keys.recordKey(t.kid, env.IssuedAt, want.Vouched)
	if r != nil {
		return nil, r
	}
	if r := signed(t, key); r != nil {
		return nil, r
	}
	if r := checkBody(body); r != nil {
		return nil, r
	}
	if r := env.checkPlace(want); r != nil {
		return nil, r
	}
	return &Record{id: id, kid: t.kid, token: text, body: body}, nil
}

// Reopen is Open for a record of the past: one that this reader issued itself
// and another node kept. Its exp may be over.
func Reopen(text string, keys *KeyHistory, want Expect) (*Record, error) {
	want.past = true
	return Open(text, keys, want)
}

// form knows how to read the payload of one kind.
type form struct {
	fresh  func() Body
	shape  strict.Shape
	closed string // requirement that closes the kind, or empty
	wrong  string // requirement that a wrong JSON type breaks
	work   bool   // of sections 12.4 to 12.10
	units  string // requirement on units, where the kind has any
}

var forms = map[Kind]*form{
	KindTalent:       {func() Body { return new(Talent) }, strict.ShapeOf(Talent{}), "REQ-TAL-004", "REQ-ENV-001", false, ""},
	KindAvailability: {func() Body { return new(Availability) }, strict.ShapeOf(Availability{}), "REQ-AVL-012", "REQ-ENV-001", false, ""},
	KindEvaluation:   {func() Body { return new(Evaluation) }, strict.ShapeOf(Evaluation{}), "", "REQ-ENV-001", false, ""},
	KindErasure:      {func() Body { return new(Erasure) }, strict.ShapeOf(Erasure{}), "", "REQ-ENV-001", false, ""},
	KindReceipt:      {func() Body { return new(Receipt) }, strict.ShapeOf(Receipt{}), "", "REQ-ENV-001", false, ""},
	KindGig:          {func() Body { return new(Gig) }, strict.ShapeOf(Gig{}), "", "REQ-GIG-001", true, ""},
	KindProposal:     {func() Body { return new(Proposal) }, strict.ShapeOf(Proposal{}), "REQ-PRP-004", "REQ-PRP-001", true, "REQ-PRP-002"},
	KindHold:         {func() Body { return new(Hold) }, strict.ShapeOf(Hold{}), "REQ-HLD-006", "REQ-HLD-001", true, "REQ-HLD-003"},
	KindRisk:         {func() Body { return new(Risk) }, strict.ShapeOf(Risk{}), "REQ-RSK-003", "REQ-RSK-001", true, ""},
	KindDelivery:     {func() Body { return new(Delivery) }, strict.ShapeOf(Delivery{}), "REQ-DLV-003", "REQ-DLV-001", true, ""},
	KindAcceptance:   {func() Body { return new(Acceptance) }, strict.ShapeOf(Acceptance{}), "REQ-ACC-003", "REQ-ACC-001", true, ""},
	KindCalendar:     {func() Body { return new(Calendar) }, strict.ShapeOf(Calendar{}), "", "REQ-CAL-001", true, ""},
}

// shapeOfTyp is what a record's kind defines; nil where the kind is unknown.
func shapeOfTyp(typ string) *strict.Shape {
	kind, _ := strings.CutSuffix(typ, "+jwt")
	if f := forms[Kind(kind)]; f != nil {
		return &f.shape
	}
	return nil
}

func (f *form) read(t *token) (Body, *Refusal) {
	if f.closed != "" {
		for _, m := range t.members {
			if !f.shape.Top[m.Name] {
				return nil, refuse(f.closed, "the kind is closed and has no such member")
			}
		}
	}
	body := f.fresh()
	if r := checkGiven(t.members, body.Kind().Personal()); r != nil {
		return nil, r
	}
	if bulk, ok := body.(plainReader); !ok || !bulk.readPlain(t.members) {
		body = f.fresh()
		if r := f.decode(t, body); r != nil {
			return nil, r
		}
	}
	return body, body.Claims().checkEmpty(t.members)
}

func (f *form) decode(t *token, body Body) *Refusal {
	if f.work {
		if r := AsRefusal(f.decodeWork([]byte(t.payload), body)); r != nil {
			return r
		}
		return nil
	}
	if strict, ok := body.(json.Unmarshaler); ok {
		if err := strict.UnmarshalJSON([]byte(t.payload)); err != nil {
			if r := AsRefusal(err); r != nil {
				return r
			}
			return refuse(f.wrong, "the payload does not have the form that its kind calls for")
		}
		return nil
	}
	return t.decode(f.wrong, body)
}

func checkBody(b Body) *Refusal {
	e := b.Claims()
	if r := e.check(); r != nil {
		return r
	}
	if b.Kind().Personal() {
		if r := e.checkPerson(); r != nil {
			return r
		}
	} else if e.Audience == "" && !b.Kind().public() {
		return refuseField("REQ-ENV-004", "aud", "the record is addressed to one node")
	}
	return b.check()
}

func (e *Envelope) check() *Refusal {
	for _, m := range [...]struct {
		name    string
		missing bool
	}{
		{"iss", e.Issuer == ""},
		{"iat", e.IssuedAt <= 0},
		{"jti", e.JTI == ""},
		{"uid", e.UID == ""},
		{"sequence", e.Sequence == 0},
		{"policy", e.Policy == 0},
	} {
		if m.missing {
			return refuseField("REQ-ENV-001", m.name, "the member is required")
		}
	}
	if r := checkUUID("REQ-ENV-007", "jti", e.JTI); r != nil {
		return r
	}
	return checkName("uid", e.UID)
}

func (e *Envelope) checkPerson() *Refusal {
	for _, m := range [...]struct {
		name    string
		missing bool
	}{
		{"aud", e.Audience == ""},
		{"sub", e.Subject == ""},
		{"consent", e.Consent == ""},
		{"purpose", e.Purpose == ""},
		{"until", e.Until <= 0},
	} {
		if m.missing {
			return refuseField("REQ-ENV-002", m.name, "a record about a person has this member")
		}
	}
	if r := checkUUID("REQ-ENV-007", "consent", e.Consent); r != nil {
		return r
	}
	if e.Until < e.IssuedAt {
		return refuseField("REQ-ENV-008", "until", "until is not before iat")
	}
	if e.Expires > e.Until {
		return refuseField("REQ-ENV-008", "exp", "exp is not after until")
	}
	return checkName("sub", string(e.Subject))
}

func checkName(field, value string) *Refusal {
	if value == "" || len(value) > 255 || strings.ContainsFunc(value, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return refuseField("REQ-ENV-016", field, "an identifier is 1 to 255 octets without white space or control characters")
	}
	return nil
}

// checkPlace judges what depends on the reader and its clock.
func (e *Envelope) checkPlace(want Expect) *Refusal {
	if e.Audience != want.Audience {
		return refuseField("REQ-ENV-004", "aud", "the record is addressed to another node")
	}
	now := want.Now.Unix()
	if e.Expires != 0 && e.Expires <= now && !want.past {
		return refuseField("REQ-ENV-005", "exp", "the record has expired")
	}
	if e.IssuedAt > now+int64(Leeway/time.Second) {
		return refuseField("REQ-ENV-006", "iat", "the record was issued ahead of this clock")
	}
	return nil
}

// Peek tells kind and issuer of a token without proving anything, for notes
// about what was refused.
func Peek(text string) (Kind, ID) {
	t, r := splitToken(text, MaxToken, nil)
	if r != nil {
		return "", ""
	}
	return Kind(strings.TrimSuffix(t.typ, "+jwt")), t.id()
}

// Payload decodes the payload of a record that was opened before; nil where
// the text is no token. It proves nothing.
func Payload(text string) []byte {
	t, r := splitToken(text, MaxDocument, nil)
	if r != nil {
		return nil
	}
	return []byte(t.payload)
}

// CheckJSON judges a JSON body by the strict form of section 3.
func CheckJSON(octets []byte) error {
	if _, _, r := scanObject(string(octets), nil); r != nil {
		return r
	}
	return nil
}
