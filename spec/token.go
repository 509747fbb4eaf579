package spec

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/spec/strict"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

var (
	strict64    = base64.RawURLEncoding.Strict()
	headerShape = strict.Shape{
		Top:    map[string]bool{"alg": true, "kid": true, "typ": true},
		Folded: map[string]string{"alg": "alg", "kid": "kid", "typ": "typ"},
	}
)

// MaxToken bounds every token but policy documents (REQ-OPEN-003).
const MaxToken = 65536

// token is a compact JWS whose form is known to be strict; its signature is
// not looked at yet.
type token struct {
	text    string
	signing string // the signing input
	typ     string
	kid     string
	payload string // to decode; what was signed is signing
	sig     []byte
	members []strict.Member // top-level members of the payload
}

func (t *token) id() ID {
	sum := sha256.Sum256([]byte(t.signing))
	return ID(base64.RawURLEncoding.EncodeToString(sum[:]))
}

// splitToken reads a compact JWS as section 3 demands, before any signature.
// It is our own: jws.Verify would accept other spellings of the same token.
func splitToken(text string, limit int, sh *strict.Shape) (*token, *Refusal) {
	return splitTyped(text, limit, func(string) *strict.Shape { return sh })
}

// splitTyped is splitToken where the header's typ says what the payload may be.
func splitTyped(text string, limit int, shapeOf func(typ string) *strict.Shape) (*token, *Refusal) {
	if len(text) > limit {
		return nil, refuse("REQ-OPEN-003", "a token is at most 65536 octets long")
	}
	first := strings.IndexByte(text, '.')
	last := strings.LastIndexByte(text, '.')
	if first <= 0 || last <= first+1 || last == len(text)-1 || strings.Count(text, ".") != 2 {
		return nil, refuse("REQ-OPEN-001", "a token is three base64url parts joined by two dots")
	}
	var parts [3][]byte
	for i, p := range [3]string{text[:first], text[first+1 : last], text[last+1:]} {
		octets, r := decodePart(p)
		if r != nil {
			return nil, r
		}
		parts[i] = octets
	}
	t := &token{text: text, signing: text[:last], payload: string(parts[1]), sig: parts[2]}
	if r := t.readHeader(string(parts[0])); r != nil {
		return nil, r
	}
	if r := t.scan(shapeOf(t.typ)); r != nil {
		return nil, r
	}
	return t, nil
}

// scan reads the payload strictly for the shape of its kind.
func (t *token) scan(sh *strict.Shape) *Refusal {
	members, payload, r := scanObject(t.payload, sh)
	if r == nil {
		t.members, t.payload = members, payload
	}
	return r
}

// scanObject reads one JSON object strictly; sh lists what its kind defines.
func scanObject(text string, sh *strict.Shape) ([]strict.Member, string, *Refusal) {
	members, payload, f := strict.Object(text, sh)
	if f != nil {
		return nil, "", refuseField(f.Requirement, f.Field, f.Detail)
	}
	return members, payload, nil
}

func decodePart(p string) ([]byte, *Refusal) {
	octets, err := strict64.DecodeString(p)
	// A base64 reader skips line ends; every other octet outside the alphabet it refuses.
	if err == nil && strings.IndexByte(p, '\n') < 0 && strings.IndexByte(p, '\r') < 0 {
		return octets, nil
	}
	if strings.ContainsFunc(p, func(c rune) bool { return !inAlphabet(c) }) {
		return nil, refuse("REQ-OPEN-001", "a token part uses the base64url alphabet without padding")
	}
	if len(p)%4 == 1 {
		return nil, refuse("REQ-OPEN-001", "a token part is not base64url")
	}
	return nil, refuse("REQ-OPEN-002", "the unused bits of a base64url part are zero")
}

func inAlphabet(c rune) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func (t *token) readHeader(text string) *Refusal {
	members, _, r := scanObject(text, &headerShape)
	if r != nil {
		return r
	}
	for _, m := range members {
		if !headerShape.Top[m.Name] {
			return refuse("REQ-OPEN-005", "a header has the members alg, kid and typ and no other")
		}
		if m.Name == "alg" && m.First != '"' {
			return refuseField("REQ-OPEN-004", "alg", "alg is EdDSA")
		}
	}
	h := make(map[string]string, len(members))
	for _, m := range members {
		value, ok := strict.Text(m.Value)
		if !ok && json.Unmarshal([]byte(m.Value), &value) != nil {
			return refuse("REQ-OPEN-006", "header members are strings")
		}
		h[m.Name] = value
	}
	if h["alg"] != "EdDSA" {
		return refuseField("REQ-OPEN-004", "alg", "alg is EdDSA")
	}
	if h["kid"] == "" || h["typ"] == "" {
		return refuse("REQ-OPEN-006", "a header has kid and typ")
	}
	t.kid, t.typ = h["kid"], h["typ"]
	return nil
}

// verify checks the signature with the key that kid names, for what comes in
// bulk: records, documents, ballots. The token is strict already, so of a JOSE
// library's work only the signature itself is left, and crypto/ed25519 does it
// alone, one by one: batch verification has acceptance rules of its own, on
// which two nodes could disagree.
func (t *token) verify(key ed25519.PublicKey) *Refusal {
	if r := t.checkSignatureForm(); r != nil {
		return r
	}
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, []byte(t.signing), t.sig) {
		return errSignature()
	}
	return nil
}

// verifyJOSE is verify for the single tokens that other JOSE software makes and
// reads too: statements, key histories, requests, access tokens, admissions and
// status lists. It accepts the same signatures.
func (t *token) verifyJOSE(key ed25519.PublicKey) *Refusal {
	if r := t.checkSignatureForm(); r != nil {
		return r
	}
	if _, err := jws.Verify([]byte(t.text), jws.WithCompact(), jws.WithKey(jwa.EdDSA, key)); err != nil {
		return errSignature()
	}
	return nil
}

func (t *token) checkSignatureForm() *Refusal {
	if len(t.sig) != ed25519.SignatureSize || !belowOrder(t.sig[32:]) {
		return refuse("REQ-OPEN-015", "a signature is 64 octets and its S is below the group order")
	}
	return nil
}

func errSignature() *Refusal {
	return refuse("REQ-OPEN-014", "the signature does not verify under the key that kid names")
}

// groupOrder is L = 2^252 + 27742317777372353535851937790883648493, big-endian.
var groupOrder = [32]byte{
	0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed,
}

func belowOrder(s []byte) bool {
	for i := range 32 {
		if c := s[31-i]; c != groupOrder[i] {
			return c < groupOrder[i]
		}
	}
	return false
}

// decode fills out from the payload; requirement is what a wrong type breaks.
func (t *token) decode(requirement string, out any) *Refusal {
	err := json.Unmarshal([]byte(t.payload), out)
	if err == nil {
		return nil
	}
	var wrong *json.UnmarshalTypeError
	if asType(err, &wrong) {
		return refuseField(requirement, wrong.Field, "the member has the wrong JSON type")
	}
	return refuse(requirement, "the payload does not have the form that its kind calls for")
}

// sealToken signs a payload. Ed25519 is deterministic, so a test holds its
// octets against those of the JOSE library, which takes half as long again.
func sealToken(s *Signer, typ string, payload any) (string, error) {
	octets, err := json.Marshal(payload)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", typ, err)
	}
	signing := base64.RawURLEncoding.AppendEncode(nil, []byte(`{"alg":"EdDSA","kid":"`+s.kid+`","typ":"`+typ+`"}`))
	signing = base64.RawURLEncoding.AppendEncode(append(signing, '.'), octets)
	sig := ed25519.Sign(s.private, signing)
	return string(base64.RawURLEncoding.AppendEncode(append(signing, '.'), sig)), nil
}

// SealAs signs a payload under a typ that another room of the standard defines.
func SealAs(s *Signer, typ string, payload any) (string, error) { return sealToken(s, typ, payload) }

// OpenAs opens a token of such a typ, of at most limit octets, strictly into out, a pointer to a struct
// whose members sh lists; a member of the wrong type breaks the requirement. key
// is asked last, when out is filled in, for the key that kid names, or why there
// is none.
func OpenAs(text string, limit int, typ, requirement string, sh *strict.Shape, out any, key func(kid string) (ed25519.PublicKey, error)) error {
	t, r := splitToken(text, limit, sh)
	if r != nil {
		return r
	}
	if t.typ != typ {
		return refuseField("REQ-OPEN-007", "typ", "typ is "+typ)
	}
	if r := t.decode(requirement, out); r != nil {
		return r
	}
	public, err := key(t.kid)
	if err != nil {
		return err
	}
	if r := t.verifyJOSE(public); r != nil {
		return r
	}
	return nil
}
