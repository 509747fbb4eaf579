package idp

import (
	"encoding/json"
	"slices"
)

// claims are what a provider says of a person, by name and not yet read.
type claims map[string]json.RawMessage

// has says whether the claim is there. null is not.
func (c claims) has(name string) bool {
	return len(c[name]) > 0 && string(c[name]) != "null"
}

func (c claims) read(name string, into any) error {
	if !c.has(name) {
		return nil
	}
	return json.Unmarshal(c[name], into)
}

// complete takes over what is missing. An address comes with the word on whether
// it was verified, so that one source never vouches for the other's.
func (c claims) complete(more claims, groups string) {
	const email, verified = "email", "email_verified"
	if !c.has(email) {
		c[email], c[verified] = more[email], more[verified]
	}
	for _, name := range []string{"name", groups} {
		if !c.has(name) {
			c[name] = more[name]
		}
	}
}

// verified reads email_verified, which some providers write as a string.
func (c claims) verified() bool {
	said := string(c["email_verified"])
	return c.has("email") && (said == "true" || said == `"true"`)
}

// rolesOf gives the roles of exactly these groups.
func (c Config) rolesOf(groups []string) []string {
	var roles []string
	for _, group := range groups {
		if role, known := c.Roles[group]; known {
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}
