// Package spec is the data-linking standard in code: it seals and opens signed
// records, requests, heads, feed pages and policy entries, and holds the text,
// contract and vectors they are judged by.
//
// It trusts nothing it reads and refuses everything that standard.md does not
// allow, naming the requirement. It imports nothing of ours and knows no
// store, no clock and no network: time, keys and octets come in as arguments.
package spec

import _ "embed"

// Version is the version of the standard that this package implements.
const Version = "1.0"

//go:embed standard.md
var standardText string

//go:embed openapi.yaml
var contractText []byte

// Standard returns the normative prose (Markdown).
func Standard() string { return standardText }

// Contract returns the HTTP contract (OpenAPI 3.1, YAML).
func Contract() []byte { return contractText }

// Bundle is the digest that a statement names: over the standard and the
// contract that this program was built from.
func Bundle() ID { return Digest(append([]byte(standardText), contractText...)) }
