// Package did shows a node's keys the way W3C DID tools ask for them, as did:web.
//
// It decides nothing: what a key may sign is the key history's to say.
package did

import (
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Web is the node's did:web identifier; a port's colon is percent-encoded.
func Web(node spec.NodeID) string { return "did:web:" + strings.Replace(node.Host(), ":", "%3A", 1) }

// Document is the DID document of a node with the record keys that are current at
// a time (W3C DID Core 1.0 section 5).
func Document(node spec.NodeID, keys *spec.KeyHistory, now time.Time) map[string]any {
	did := Web(node)
	methods := []map[string]any{}
	refs := []string{}
	for i := range keys.Keys {
		k := &keys.Keys[i]
		if k.Use != spec.UseRecord || !k.CurrentAt(now) {
			continue
		}
		id := did + "#" + k.KID
		methods = append(methods, map[string]any{
			"id": id, "type": "JsonWebKey", "controller": did,
			"publicKeyJwk": map[string]string{"kty": "OKP", "crv": "Ed25519", "x": k.X, "kid": k.KID},
		})
		refs = append(refs, id)
	}
	return map[string]any{
		"@context":           []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"},
		"id":                 did,
		"verificationMethod": methods,
		"assertionMethod":    refs,
		"authentication":     refs,
	}
}
