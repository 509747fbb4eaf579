package idp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// Provider is one organisation's identity provider. It is safe for use by many
// at once.
type Provider struct {
	config Config
	client *http.Client
	// life ends with the node. Discovery hangs on it and not on one person's
	// request, because everybody who waits shares one question.
	life   context.Context
	asking singleflight.Group
	known  atomic.Pointer[discovered]
}

// discovered is what the provider says of itself (OpenID Connect Discovery 1.0).
type discovered struct {
	provider  *oidc.Provider
	keys      *oidc.RemoteKeySet
	oauth     oauth2.Config
	namesSelf bool // it promises the parameter iss of RFC 9207
}

// Open prepares a provider and asks it nothing: its discovery document is read at
// the first need, again at the next need while that fails, and then kept as long
// as the node runs. Keys are read again whenever a token names one that is not
// known. The error is that of Check. ctx ends with the node.
func Open(ctx context.Context, c Config) (*Provider, error) {
	if err := c.Check(); err != nil {
		return nil, fmt.Errorf("identity provider: %w", err)
	}
	c = c.filled()
	return &Provider{config: c, client: client(c), life: ctx}, nil
}

// Begin gives the address at the provider to send a person to, and what has to be
// kept, bound to their browser, until Finish. The error is ErrUnreachable while
// the provider cannot be discovered.
func (p *Provider) Begin(ctx context.Context) (string, Pending, error) {
	d, err := p.discovered(ctx)
	if err != nil {
		return "", Pending{}, err
	}
	asked := Pending{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	address := d.oauth.AuthCodeURL(asked.State, oidc.Nonce(asked.Nonce), oauth2.S256ChallengeOption(asked.Verifier))
	return address, asked, nil
}

// discovered waits for the discovery document, which it asks for where it is not
// known yet, no longer than ctx.
func (p *Provider) discovered(ctx context.Context) (*discovered, error) {
	if d := p.known.Load(); d != nil {
		return d, nil
	}
	answer := p.asking.DoChan("", func() (any, error) {
		d, err := p.discover()
		if err == nil {
			p.known.Store(d)
		}
		return d, err
	})
	select {
	case <-ctx.Done():
		return nil, &fault{ErrUnreachable, "discovery", ctx.Err()}
	case a := <-answer:
		if a.Err != nil {
			return nil, &fault{ErrUnreachable, "discovery", a.Err}
		}
		return a.Val.(*discovered), nil
	}
}

func (p *Provider) discover() (*discovered, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(p.life, p.client), answerTime)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		JWKS      string   `json:"jwks_uri"`
		Methods   []string `json:"token_endpoint_auth_methods_supported"`
		NamesSelf bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	for _, said := range []struct{ name, address string }{
		{"authorization_endpoint", endpoint.AuthURL},
		{"token_endpoint", endpoint.TokenURL},
		{"jwks_uri", more.JWKS},
	} {
		if why := p.config.unusable(said.address); why != "" {
			return nil, fmt.Errorf("%s %s", said.name, why)
		}
	}
	// Chosen, not tried out: a second try would show the code twice, and a code
	// shown twice is a stolen one to a careful provider.
	switch {
	case len(more.Methods) == 0 || slices.Contains(more.Methods, "client_secret_basic"):
		endpoint.AuthStyle = oauth2.AuthStyleInHeader
	case slices.Contains(more.Methods, "client_secret_post"):
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	default:
		return nil, errors.New("token_endpoint takes neither client_secret_basic nor client_secret_post")
	}
	return &discovered{
		provider:  provider,
		keys:      oidc.NewRemoteKeySet(oidc.ClientContext(p.life, p.client), more.JWKS),
		namesSelf: more.NamesSelf,
		oauth: oauth2.Config{
			ClientID:     p.config.ClientID,
			ClientSecret: p.config.ClientSecret,
			RedirectURL:  p.config.RedirectURL,
			Scopes:       p.config.Scopes,
			Endpoint:     endpoint,
		},
	}, nil
}
