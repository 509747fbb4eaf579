package twins

import (
	"slices"
	"strings"
)

// harmless begins the name of a patch that breaks nothing: the node differs
// from the reference node in a way that the standard allows.
const harmless = "HARMLESS-"

// Harmless lists the nodes that differ in an allowed way.
func Harmless() []string {
	var list []string
	for _, p := range harmlessPatches() {
		list = append(list, p.Requirement)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// IsHarmless reports whether a twin breaks nothing.
func IsHarmless(twin string) bool { return strings.HasPrefix(twin, harmless) }

// harmlessPatches are the differences that cannot be made from outside.
func harmlessPatches() []patch {
	return []patch{
		{
			Requirement: harmless + "small-pages", File: "node/api/feed.go",
			Old: "\treturn next, limit, nil\n}\n\n// waitFor", New: "\tif BROKEN {\n\t\tlimit = min(limit, 3)\n\t}\n\treturn next, limit, nil\n}\n\n// waitFor",
		},
		{
			Requirement: harmless + "no-long-poll", File: "node/api/feed.go",
			Old: "timer := time.NewTimer(waitOf(prefer))", New: "if BROKEN {\n\t\tprefer = nil\n\t}\n\ttimer := time.NewTimer(waitOf(prefer))",
		},
		{
			Requirement: harmless + "uid-style", File: "spec/signer.go",
			Old: `func RandomUUID() string { return "urn:uuid:" + uuid.NewString() }`,
			New: `func RandomUUID() string {
	if BROKEN {
		return "urn:uuid:" + uuid.Must(uuid.NewV7()).String()
	}
	return "urn:uuid:" + uuid.NewString()
}`,
		},
		{
			Requirement: harmless + "jti-style", File: "spec/signer.go",
			Old: `func NewUUID() string { return "urn:uuid:" + uuid.Must(uuid.NewV7()).String() }`,
			New: `func NewUUID() string {
	if BROKEN {
		return "urn:uuid:" + uuid.NewString()
	}
	return "urn:uuid:" + uuid.Must(uuid.NewV7()).String()
}`,
		},
		{
			Requirement: harmless + "uid-words", File: "node/gate/people.go",
			Old: "\tif p.pair.RecordID != row.RecordID {", New: "\tif BROKEN && len(p.pair.UID) > 9 && p.pair.UID[:4] == \"urn:\" {\n\t\tp.pair.UID = \"p-\" + p.pair.UID[9:]\n\t}\n\tif p.pair.RecordID != row.RecordID {",
		},
		{
			Requirement: harmless + "no-acks", File: "node/peer/ack.go",
			Old: "\tif under || p.ctx.Err() != nil {", New: "\tif under || p.ctx.Err() != nil || BROKEN {",
		},
		{
			Requirement: harmless + "no-granularity", File: "node/availability/availability.go",
			Old: "\ta.Expires = min(now", New: "\tif BROKEN {\n\t\ta.Granularity = \"\"\n\t}\n\ta.Expires = min(now",
		},
		{
			Requirement: harmless + "short-lives", File: "node/availability/availability.go",
			Old: "now.Add(terms.Life).Unix(), until)", New: "now.Add(terms.Life).Unix(), until)\n\tif BROKEN {\n\t\ta.Expires = min(now.Add(time.Hour).Unix(), until)\n\t}",
		},
		{
			Requirement: harmless + "more-roles", File: "node/serve.go",
			Old: "\tif n.seat() != nil {\n\t\troles = append", New: "\tif BROKEN {\n\t\troles = append(roles, \"weather-watcher\")\n\t}\n\tif n.seat() != nil {\n\t\troles = append",
		},
	}
}
