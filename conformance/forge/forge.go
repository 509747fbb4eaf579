// Package forge makes tokens octet by octet, right and wrong ones: what a
// hostile or careless node might send. It refuses nothing, and is therefore
// for the suite's peers alone.
package forge

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// Token is a compact JWS of two texts, signed as they are.
func Token(key *spec.Signer, header, payload string) string {
	input := part(header) + "." + part(payload)
	return input + "." + Signature(key, input)
}

// Signature is the last part of a token over its signing input.
func Signature(key *spec.Signer, input string) string {
	return base64.RawURLEncoding.EncodeToString(ed25519.Sign(key.Private(), []byte(input)))
}

// Header is the header of a kind under a key.
func Header(key *spec.Signer, typ string) string {
	return fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":%q}`, key.KID(), typ)
}

// Sealed signs members as a token of a typ; json.Marshal orders them.
func Sealed(key *spec.Signer, typ string, members map[string]any) (string, error) {
	octets, err := json.Marshal(members)
	if err != nil {
		return "", fmt.Errorf("forge %s: %w", typ, err)
	}
	return Token(key, Header(key, typ), string(octets)), nil
}

func part(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// ID is the id of a token: the digest of its signing input, however wrong the
// token is.
func ID(token string) spec.ID {
	if dot := strings.LastIndexByte(token, '.'); dot >= 0 {
		token = token[:dot]
	}
	return spec.Digest([]byte(token))
}

var kindForm = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Kind is the kind that a token's header names, with or without `+jwt`, or
// talent where it names none.
func Kind(token string) spec.Kind {
	header, _, _ := strings.Cut(token, ".")
	octets, err := base64.RawURLEncoding.DecodeString(header)
	if err != nil {
		return spec.KindTalent
	}
	var h struct {
		Typ string `json:"typ"`
	}
	_ = json.Unmarshal(octets, &h) // a header that is no JSON names no kind
	if kind := strings.TrimSuffix(h.Typ, "+jwt"); kindForm.MatchString(kind) {
		return spec.Kind(kind)
	}
	return spec.KindTalent
}
