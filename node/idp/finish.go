package idp

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// subjectEnd is the longest subject (OpenID Connect Core 1.0, section 2).
const subjectEnd = 255

// signatures are the algorithms with which a provider alone can sign. Neither
// none nor one whose key the node would share is among them.
func signatures() []string {
	return []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512,
		oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
	}
}

// Finish takes the query with which the provider sent a person back and gives who
// they are. asked is what Begin gave for this browser; it must not be used again.
//
// The error is one of the sentinels. With ErrNoRole, and with no other error, the
// identity is proven and given: whether somebody may come in who has no role here
// is for the caller to say.
func (p *Provider) Finish(ctx context.Context, asked Pending, query url.Values) (Identity, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), finishTime)
	defer cancel()
	if !same(asked.State, query["state"]) {
		return Identity{}, &fault{ErrState, "state", nil}
	}
	d, err := p.discovered(ctx)
	if err != nil {
		return Identity{}, err
	}
	code, err := p.code(d, query)
	if err != nil {
		return Identity{}, err
	}
	token, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(asked.Verifier))
	if err != nil {
		return Identity{}, exchangeFault(err)
	}
	proven, err := p.prove(ctx, d, asked, token)
	if err != nil {
		return Identity{}, err
	}
	told := claims{}
	if err := proven.Claims(&told); err != nil {
		return Identity{}, &fault{ErrToken, "claims of the id token", err}
	}
	if err := p.ask(ctx, d, token, proven.Subject, told); err != nil {
		return Identity{}, err
	}
	return p.identity(proven, told)
}

// same compares in constant time. Nothing is the same as nothing at all, or as
// something said twice.
func same(want string, said []string) bool {
	return want != "" && len(said) == 1 && subtle.ConstantTimeCompare([]byte(want), []byte(said[0])) == 1
}

// code reads the provider's answer, once its state has been held against ours.
func (p *Provider) code(d *discovered, query url.Values) (string, error) {
	if issuers := query["iss"]; (len(issuers) > 0 || d.namesSelf) && !same(p.config.Issuer, issuers) {
		return "", &fault{ErrState, "the answer is not from the issuer that was asked (RFC 9207)", nil}
	}
	switch said := query.Get("error"); said {
	case "":
	case "access_denied", "consent_required", "interaction_required", "login_required", "account_selection_required":
		return "", &fault{ErrDenied, said, nil}
	case "server_error", "temporarily_unavailable":
		return "", &fault{ErrUnreachable, said, nil}
	default:
		return "", &fault{ErrToken, "the provider refuses the question", errors.New(said)}
	}
	if codes := query["code"]; len(codes) != 1 || codes[0] == "" {
		return "", &fault{ErrToken, "not one code in the answer", nil}
	}
	return query.Get("code"), nil
}

// exchangeFault tells a provider that says no from one that says nothing.
func exchangeFault(err error) error {
	var said *oauth2.RetrieveError
	switch {
	case !errors.As(err, &said) || said.Response.StatusCode >= http.StatusInternalServerError:
		return &fault{ErrUnreachable, "exchange of the code", err}
	case said.ErrorCode == "invalid_client" || said.Response.StatusCode == http.StatusUnauthorized:
		return &fault{ErrToken, "the provider does not take the client id and secret of this node", err}
	case said.ErrorCode != "":
		return &fault{ErrToken, "exchange of the code", errors.New(said.ErrorCode)}
	}
	return &fault{ErrToken, "exchange of the code", err}
}

// prove holds the ID token against everything that OpenID Connect Core 1.0,
// sections 3.1.3.7 and 3.1.3.8, asks for.
func (p *Provider) prove(ctx context.Context, d *discovered, asked Pending, token *oauth2.Token) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, &fault{ErrToken, "no id token in the answer", nil}
	}
	keys := &heardKeys{KeySet: d.keys}
	verifier := oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: signatures(),
	})
	proven, err := verifier.Verify(ctx, raw)
	switch {
	case keys.absent != nil:
		return nil, &fault{ErrUnreachable, "keys", keys.absent}
	case err != nil:
		return nil, &fault{ErrToken, "id token", err}
	case !same(asked.Nonce, []string{proven.Nonce}):
		return nil, &fault{ErrToken, "id token: the nonce of another sign-in", nil}
	case !isSubject(proven.Subject):
		return nil, &fault{ErrToken, "id token: no subject of 1 to 255 ASCII characters", nil}
	}
	var party struct {
		AZP *string `json:"azp"`
	}
	if err := proven.Claims(&party); err != nil {
		return nil, &fault{ErrToken, "id token: azp", err}
	}
	if party.AZP == nil && len(proven.Audience) > 1 || party.AZP != nil && *party.AZP != p.config.ClientID {
		return nil, &fault{ErrToken, "id token: issued to another party (azp)", nil}
	}
	if proven.AccessTokenHash != "" {
		if err := proven.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, &fault{ErrToken, "access token", err}
		}
	}
	return proven, nil
}

func isSubject(s string) bool {
	outside := func(r rune) bool { return r < ' ' || r > '~' }
	return s != "" && len(s) <= subjectEnd && slices.IndexFunc([]rune(s), outside) < 0
}

// heardKeys remembers that the keys could not be fetched, which the verifier's
// error says in words only. The library wraps a cause in that case alone.
type heardKeys struct {
	oidc.KeySet
	absent error
}

func (k *heardKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, jwt)
	if errors.Unwrap(err) != nil {
		k.absent = err
	}
	return payload, err
}

// ask completes what the ID token leaves out by asking the userinfo endpoint,
// where there is one.
func (p *Provider) ask(ctx context.Context, d *discovered, token *oauth2.Token, subject string, told claims) error {
	if d.provider.UserInfoEndpoint() == "" || told.has(p.config.GroupsClaim) && told.has("email") && told.has("name") {
		return nil
	}
	info, err := d.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return &fault{ErrUnreachable, "userinfo", err}
	}
	// Otherwise one person's access token could lend another's groups.
	if info.Subject != subject {
		return &fault{ErrToken, "userinfo speaks of somebody else", nil}
	}
	more := claims{}
	if err := info.Claims(&more); err != nil {
		return &fault{ErrToken, "claims of userinfo", err}
	}
	told.complete(more, p.config.GroupsClaim)
	return nil
}

func (p *Provider) identity(proven *oidc.IDToken, told claims) (Identity, error) {
	who := Identity{Issuer: proven.Issuer, Subject: proven.Subject, EmailVerified: told.verified()}
	for name, into := range map[string]any{"email": &who.Email, "name": &who.Name, p.config.GroupsClaim: &who.Groups} {
		if err := told.read(name, into); err != nil {
			return Identity{}, &fault{ErrToken, fmt.Sprintf("claim %q", name), err}
		}
	}
	who.Roles = p.config.rolesOf(who.Groups)
	if len(who.Roles) == 0 && len(p.config.Roles) > 0 {
		return who, &fault{ErrNoRole, fmt.Sprintf("%d groups", len(who.Groups)), nil}
	}
	return who, nil
}
