// Package report turns what a run found into what a person reads and what a
// CI parses, and judges a report again from its evidence. It refuses to call a
// level reached in which a required check did not run and pass.
package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// Report is report.json; schema.json beside this file describes it.
type Report struct {
	Format   string             `json:"format"`
	Suite    Suite              `json:"suite"`
	Standard string             `json:"standard"` // version
	Bundle   spec.ID            `json:"bundle"`
	Asked    Asked              `json:"asked"`
	Required []string           `json:"requirements"` // what had to hold for status 0, by the register and Asked
	Target   Target             `json:"target"`
	Seed     string             `json:"seed"`    // 16 hexadecimal digits
	Started  int64              `json:"started"` // NumericDate
	Ended    int64              `json:"ended"`
	Partial  bool               `json:"partial"` // ended before all checks had run
	Checks   []judge.Result     `json:"checks"`
	Coverage Coverage           `json:"coverage"`
	Levels   map[string]Verdict `json:"levels"` // L0 to L4
	Roles    map[string]Verdict `json:"roles"`  // of the statement
	Verdict  Final              `json:"verdict"`
	Evidence Evidence           `json:"evidence"`
}

// Format names the form of report.json.
const Format = "fukusen-report/1"

// Suite is the program that judged.
type Suite struct {
	Version string  `json:"version"`
	Digest  spec.ID `json:"digest"` // of the running program's file
}

// Target is what was judged. Statement and key history stand there as the
// target signed them; what could not be had is empty.
type Target struct {
	Node      spec.NodeID `json:"node"`
	Statement string      `json:"statement"`
	Keys      string      `json:"keys"`
	Root      string      `json:"root"` // x of its root key
	Roles     []string    `json:"roles"`
}

// Asked is what the runner wanted to know.
type Asked struct {
	Level        string   `json:"level"` // up to which
	Roles        []string `json:"roles"` // that must be claimed; empty: what the target claims
	Only         []string `json:"only"`  // requirements that alone were judged; empty: all
	ReadOnly     bool     `json:"readOnly"`
	Requirements []string `json:"requirements"` // demanded beside those of the level
}

// Coverage counts requirements of the whole register.
type Coverage struct {
	Musts    int                   `json:"musts"`
	Ran      int                   `json:"ran"`      // of those: passed or failed
	Untested []Untested            `json:"untested"` // MUSTs for which the suite has no check, with the reason
	Counts   map[judge.Outcome]int `json:"counts"`   // of checks
}

// Untested is a MUST that the suite says it cannot check.
type Untested struct {
	Requirement string `json:"requirement"`
	Reason      string `json:"reason"`
}

// Verdict is granted only where every MUST that belongs to it ran and passed.
type Verdict struct {
	Granted bool          `json:"granted"`
	Claimed bool          `json:"claimed"` // of a role, by the target's statement; true of a level
	Level   string        `json:"level"`   // of a role: the highest up to which it holds, or empty
	Outcome judge.Outcome `json:"outcome"` // the worst of all that belongs to it
	Missing []string      `json:"missing"` // required and not passed
}

// Final is what the program's exit status says.
type Final struct {
	Exit   int       `json:"exit"`
	Level  string    `json:"level"` // the highest that is granted, or empty
	Reason spec.Text `json:"reason"`
}

// Evidence says which octets the verdicts rest on.
type Evidence struct {
	Exchanges int     `json:"exchanges"`
	Digest    spec.ID `json:"digest"` // of exchanges.json
}

//go:embed schema.json
var schema string

// Schema is the JSON Schema of report.json.
func Schema() string { return schema }

// Bundle is one digest over all that decides what a run means: the standard,
// the contract, the register, the vectors and the suite's version.
func Bundle(version string) (spec.ID, error) {
	register, err := json.Marshal(spec.Requirements())
	if err != nil {
		return "", err
	}
	octets, err := vectors.Committed()
	if err != nil {
		return "", err
	}
	list := ""
	for _, part := range []struct {
		name   string
		octets []byte
	}{
		{"standard", []byte(spec.Standard())},
		{"contract", spec.Contract()},
		{"register", register},
		{"vectors", octets},
		{"suite", []byte(version)},
	} {
		list += fmt.Sprintf("%s %x\n", part.name, sha256.Sum256(part.octets))
	}
	return spec.Digest([]byte(list)), nil
}

// Encode is report.json, the same octets for the same report.
func (r *Report) Encode() ([]byte, error) {
	octets, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return nil, fmt.Errorf("report.json: %w", err)
	}
	return append(octets, '\n'), nil
}

// Exchanges is exchanges.json.
func Exchanges(list []evidence.Exchange) ([]byte, error) {
	if list == nil {
		list = []evidence.Exchange{}
	}
	octets, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return nil, fmt.Errorf("exchanges.json: %w", err)
	}
	return append(octets, '\n'), nil
}
