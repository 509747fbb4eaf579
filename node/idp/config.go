package idp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// openID is the scope that makes a request one of OpenID Connect.
const openID = "openid"

// Config is what the operator agreed with whoever runs the provider.
type Config struct {
	// Issuer is the provider's name for itself, letter by letter as its discovery
	// document says it: an https URL. http on loopback only with Development.
	Issuer string
	// ClientID and ClientSecret are the node's own, registered as a confidential
	// client at the provider.
	ClientID     string
	ClientSecret string
	// RedirectURL is where the provider sends people back to: a page of this node,
	// registered at the provider, letter by letter.
	RedirectURL string
	// Scopes to ask for. Empty means openid, profile and email; openid is added
	// where it is missing.
	Scopes []string
	// GroupsClaim names the claim that lists a person's groups, in the ID token or
	// at the userinfo endpoint. Empty means "groups". It is one name at the top of
	// the claims, no path.
	GroupsClaim string
	// Roles gives a role of this node to a group of the provider, by its exact
	// name. A group that is not here gives nothing. Without any, no group has a
	// say and ErrNoRole does not occur.
	Roles map[string]string
	// CAs are the authorities that may vouch for the provider's certificate; nil
	// means those of the system.
	CAs *x509.CertPool
	// Development allows http on loopback, for the issuer and the redirect.
	Development bool
}

// grantable are the roles a group can give. A person is one by having an account,
// not by a group.
func grantable() []string {
	return []string{"coach", "coordinator", "council", "desk", "educator", "evaluator", "operator"}
}

// Check names every field that cannot work, with the way out. It asks nobody.
func (c Config) Check() error {
	var found []error
	bad := func(field, format string, args ...any) {
		found = append(found, fmt.Errorf("%s: "+format, append([]any{field}, args...)...))
	}
	if why := c.unusable(c.Issuer); why != "" {
		bad("issuer", "%s", why)
	} else if strings.ContainsAny(c.Issuer, "?#") {
		bad("issuer", "an issuer has no query and no fragment; copy it from the provider's discovery document")
	}
	if c.ClientID == "" {
		bad("client id", "register this node as a confidential client at the provider and write the id that it got")
	}
	if c.ClientSecret == "" {
		bad("client secret", "register this node as a confidential client at the provider and write the secret that it got")
	}
	if why := c.unusable(c.RedirectURL); why != "" {
		bad("redirect url", "%s", why)
	} else if strings.Contains(c.RedirectURL, "#") {
		bad("redirect url", "a redirect has no fragment; write the page of this node that is registered at the provider")
	}
	for _, scope := range c.Scopes {
		if scope == "" || strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r == '"' || r == '\\' || r > '~' }) {
			bad("scopes", "%q is no scope; write one name an entry, such as email", scope)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(c.Roles)) {
		switch role := c.Roles[group]; {
		case group == "":
			bad("roles", "a group without a name gives %q; write the group's exact name at the provider", role)
		case role == "person":
			bad("roles", "group %q gives person, which everybody with an account is; take the line out", group)
		case !slices.Contains(grantable(), role):
			bad("roles", "group %q gives %q, which is no role; write one of %s", group, role, strings.Join(grantable(), ", "))
		}
	}
	return errors.Join(found...)
}

// unusable says why an address cannot be used, with the way out, or "".
func (c Config) unusable(address string) string {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return "is empty; write an https URL"
	case err != nil || u.Host == "" || u.Opaque != "":
		return fmt.Sprintf("%q is no absolute URL; write one such as https://id.example", address)
	case u.User != nil:
		return "holds a user name; write the URL without it"
	case u.Scheme == "https":
		return ""
	case u.Scheme != "http":
		return fmt.Sprintf("%q is not https; write an https URL", address)
	case !onLoopback(u.Hostname()):
		return fmt.Sprintf("%q would travel in the clear; write an https URL", address)
	case !c.Development:
		return fmt.Sprintf("%q is http, which only a development node may use; write an https URL", address)
	}
	return ""
}

func onLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// filled is the configuration with what was left empty, in a copy of its own.
func (c Config) filled() Config {
	c.Roles = maps.Clone(c.Roles)
	if len(c.Scopes) == 0 {
		c.Scopes = []string{openID, "profile", "email"}
	} else {
		c.Scopes = slices.Clone(c.Scopes)
	}
	if !slices.Contains(c.Scopes, openID) {
		c.Scopes = append([]string{openID}, c.Scopes...)
	}
	if c.GroupsClaim == "" {
		c.GroupsClaim = "groups"
	}
	return c
}
