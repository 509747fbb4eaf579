package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/fukusen/fukusen/node/idp"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/spec"
)

// OIDC is what the operator agreed with whoever runs the organisation's
// identity provider.
type OIDC struct {
	// Issuer is the provider's name for itself, letter by letter.
	Issuer string `yaml:"issuer" env:"ISSUER"`
	// NameJA and NameEN are what the sign-in page calls it.
	NameJA string `yaml:"name_ja" env:"NAME_JA"`
	NameEN string `yaml:"name_en" env:"NAME_EN"`
	// ClientID and the only line of ClientSecretFile are this node's own at the
	// provider.
	ClientID         string `yaml:"client_id" env:"CLIENT_ID"`
	ClientSecretFile string `yaml:"client_secret_file" env:"CLIENT_SECRET_FILE"`
	// Scopes to ask for; empty means openid, profile and email.
	Scopes []string `yaml:"scopes" env:"SCOPES"`
	// GroupsClaim names the claim that lists groups; empty means groups.
	GroupsClaim string `yaml:"groups_claim" env:"GROUPS_CLAIM"`
	// Roles gives a role of the home organisation to a group, by its exact name.
	Roles map[string]string `yaml:"roles"`
}

// On says whether there is a provider.
func (o OIDC) On() bool { return o.Issuer != "" }

// providerBack is where the provider sends people back to.
const providerBack = "/sign-in/provider/back"

// provider is the settings as the room of providers reads them.
func (o OIDC) provider(c Config, development bool) (idp.Config, error) {
	wrong := func(err error) (idp.Config, error) { return idp.Config{}, fmt.Errorf("%w: oidc: %w", ErrConfig, err) }
	if o.ClientSecretFile == "" {
		return wrong(errors.New("client_secret_file: name the file that holds the secret which the provider gave this node"))
	}
	info, err := os.Stat(o.ClientSecretFile)
	if err != nil {
		return wrong(errors.New("client_secret_file: it cannot be read: name a file that the node's user can read"))
	}
	if info.Mode().Perm()&0o077 != 0 {
		return wrong(errors.New("client_secret_file: others can read it: take their right away (chmod 600)"))
	}
	secret, err := os.ReadFile(o.ClientSecretFile)
	if err != nil {
		return wrong(errors.New("client_secret_file: it cannot be read: name a file that the node's user can read"))
	}
	pool, err := authorities(c.TLS.CAFile)
	if err != nil {
		return idp.Config{}, err
	}
	p := idp.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: strings.TrimSpace(string(secret)), RedirectURL: c.ID + providerBack,
		Scopes: o.Scopes, GroupsClaim: o.GroupsClaim, Roles: o.Roles, CAs: pool, Development: development,
	}
	if err := p.Check(); err != nil {
		return wrong(err)
	}
	return p, nil
}

// openDoor opens the door, with the identity provider where there is one. The
// provider is asked nothing before somebody wants to sign in by it.
func (n *Node) openDoor(ctx context.Context, development bool) error {
	cfg := signin.Config{
		Self: n.self, Name: n.cfg.NameEN, Home: spec.Text{JA: n.cfg.NameJA, EN: n.cfg.NameEN}, Kind: n.cfg.Kind,
		Store: n.store, Clock: n.opt.Clock, Log: n.log, Demo: n.cfg.Demo,
		ProviderText: spec.Text{JA: n.cfg.OIDC.NameJA, EN: n.cfg.OIDC.NameEN},
	}
	if cfg.ProviderText == (spec.Text{}) {
		cfg.ProviderText = cfg.Home
	}
	if n.cfg.OIDC.On() {
		settings, err := n.cfg.OIDC.provider(n.cfg, development)
		if err != nil {
			return err
		}
		if cfg.Provider, err = idp.Open(n.ctx, settings); err != nil {
			return err
		}
	}
	var err error
	n.door, err = signin.Open(ctx, cfg)
	return err
}
