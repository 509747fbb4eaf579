package idptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
)

// furnish sets up what Debian's schema leaves to the administrator: the groups of
// a user, the scopes, the OpenID Connect plugin once for each kind of key, and the
// client.
func (g *Glewlwyd) furnish() error {
	s := g.session()
	s.signIn(admin, adminPassword)
	s.userProperties()
	for _, scope := range []struct{ method, path, name, display string }{
		{http.MethodPut, "scope/openid", "openid", "Who you are"},
		{http.MethodPost, "scope/", "profile", "Your name"},
		{http.MethodPost, "scope/", "email", "Your address"},
	} {
		s.call(scope.method, scope.path, map[string]any{
			"name": scope.name, "display_name": scope.display, "description": scope.display,
			"password_required": true, "password_max_age": 0, "scheme": map[string]any{},
		}, nil)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	if err := s.plugin("oidc", g.Issuer, "rsa", rsaKey, &rsaKey.PublicKey); err != nil {
		return err
	}
	if err := s.plugin("oidc-es256", g.IssuerES256, "ecdsa", ecKey, &ecKey.PublicKey); err != nil {
		return err
	}
	s.call(http.MethodPost, "client/", map[string]any{
		"client_id": g.ClientID, "client_secret": g.ClientSecret, "name": "A node of a test",
		"confidential": true, "enabled": true, "scope": []string{},
		"redirect_uri": []string{g.redirect}, "authorization_type": []string{"code"},
		"token_endpoint_auth_method": []string{"client_secret_basic"},
	}, nil)
	return s.err
}

// userProperties lets a user have groups, and a word on their address.
func (s *session) userProperties() {
	const backend = "mod/user/database"
	var module struct {
		Module     string         `json:"module"`
		Name       string         `json:"name"`
		Display    string         `json:"display_name"`
		Rank       int            `json:"order_rank"`
		Readonly   bool           `json:"readonly"`
		Parameters map[string]any `json:"parameters"`
	}
	s.call(http.MethodGet, backend, nil, &module)
	format, _ := module.Parameters["data-format"].(map[string]any)
	if format == nil {
		return // s.err says why
	}
	for name, many := range map[string]bool{"groups": true, "email_verified": false} {
		format[name] = map[string]any{
			"multiple": many, "read": true, "write": true, "profile-read": true, "profile-write": false,
		}
	}
	s.call(http.MethodPut, backend, module, nil)
	s.call(http.MethodPut, backend+"/reset", nil, nil)
}

// plugin opens an issuer that demands PKCE, names itself in its answers
// (RFC 9207) and says name, address and groups in the ID token.
func (s *session) plugin(name, issuer, kind string, private, public any) error {
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	publicDER, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	s.call(http.MethodPost, "mod/plugin/", map[string]any{
		"module": "oidc", "name": name, "display_name": name, "order_rank": 0,
		"parameters": map[string]any{
			"iss": issuer, "subject-type": "public", "oauth-as-iss-id": true,
			"jwt-type": kind, "jwt-key-size": "256", "jwks-show": true, "jwks-x5c": []string{},
			"key":                    string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER})),
			"cert":                   string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER})),
			"access-token-duration":  3600,
			"refresh-token-duration": 3600,
			"code-duration":          600,
			"refresh-token-rolling":  false,
			"allow-non-oidc":         false,

			"auth-type-code-enabled": true, "auth-type-code-revoke-replayed": true,
			"auth-type-token-enabled": false, "auth-type-id-token-enabled": true, "auth-type-none-enabled": false,
			"auth-type-password-enabled": false, "auth-type-client-enabled": false,
			"auth-type-device-enabled": false, "auth-type-refresh-enabled": false,

			"pkce-allowed": true, "pkce-required": true, "pkce-method-plain-allowed": false, "pkce-scopes": []string{},

			"scope": []string{}, "allowed-scope": []string{"openid", "profile", "email"},
			"name-claim": "mandatory", "name-claim-scope": []string{},
			"email-claim": "mandatory", "email-claim-scope": []string{},
			"scope-claim": "no", "scope-claim-scope": []string{},
			"address-claim": map[string]any{"type": "no"}, "additional-parameters": []any{},
			"claims": []any{
				map[string]any{"name": "groups", "user-property": "groups", "type": "string", "mandatory": true, "scope": []string{}},
				map[string]any{
					"name": "email_verified", "user-property": "email_verified", "type": "boolean",
					"boolean-value-true": "yes", "boolean-value-false": "no", "mandatory": true, "scope": []string{},
				},
			},
			"request-parameter-allow": false, "session-management-allowed": false,
		},
	}, nil)
	return s.err
}
