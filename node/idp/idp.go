// Package idp asks an organisation's identity provider who somebody is: OpenID
// Connect by authorization code, with PKCE (RFC 7636, S256), state and nonce.
// What comes back is an identity with the roles that its groups have here.
//
// It refuses to know a store, a session or a page, to believe any answer that
// does not prove itself, and to keep a node from starting because a provider is
// down.
package idp

import (
	"errors"
	"strings"
)

var (
	// ErrState: the answer does not belong to the question that was asked: another
	// state, or (RFC 9207) another issuer. Nothing was sent to the provider.
	ErrState = errors.New("the answer belongs to another sign-in")
	// ErrDenied: the person, or the provider on their behalf, said no.
	ErrDenied = errors.New("sign-in was refused at the identity provider")
	// ErrToken: the provider answered, and the answer proves nobody: a code that
	// is spent, a signature, an audience, a nonce or a time that does not hold, or
	// a claim of the wrong type.
	ErrToken = errors.New("the identity provider's answer proves nobody")
	// ErrUnreachable: no usable answer: the provider is down, too slow, too long,
	// redirects elsewhere, or does not speak OpenID Connect.
	ErrUnreachable = errors.New("the identity provider gives no usable answer")
	// ErrNoRole: the person is proven, and none of their groups has a role here.
	// Finish gives it together with the identity.
	ErrNoRole = errors.New("none of the person's groups has a role on this node")
)

// Pending is what the node keeps, for one browser only, between sending a person
// to the provider and hearing the answer. Each is good for one answer. State may
// be seen by the provider and the browser; Nonce and Verifier are secrets of the
// node. All three are made of URL-safe characters.
type Pending struct {
	State    string
	Nonce    string
	Verifier string
}

// Identity is somebody as the provider knows them. Issuer and Subject together
// are the only lasting name (OpenID Connect Core 1.0, section 5.7): an address
// changes hands. Email is only worth something when EmailVerified is true.
type Identity struct {
	Issuer        string
	Subject       string // at most 255 octets of ASCII
	Email         string // "" when the provider tells none
	EmailVerified bool
	Name          string   // as shown to people, "" when the provider tells none
	Groups        []string // as the provider said them, in its order
	Roles         []string // of this node, sorted, each once; never "person"
}

// fault is a sentinel with what led to it. Its text is cut, because the libraries
// below put whole answers of the provider into theirs.
type fault struct {
	kind  error
	doing string
	cause error
}

// causeEnd bounds what a provider may write into our log, in runes.
const causeEnd = 240

func (f *fault) Error() string {
	text := f.kind.Error() + ": " + f.doing
	if f.cause == nil {
		return text
	}
	printable := func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}
	cause := []rune(strings.Map(printable, f.cause.Error()))
	if len(cause) > causeEnd {
		cause = append(cause[:causeEnd], '…')
	}
	return text + ": " + string(cause)
}

func (f *fault) Unwrap() []error {
	if f.cause == nil {
		return []error{f.kind}
	}
	return []error{f.kind, f.cause}
}
