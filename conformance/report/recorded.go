package report

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

// Recorded makes the run of a target that never was and that kept everything:
// by it the suite judges itself, without a node. Keys are fresh each time.
func Recorded(version string, now time.Time) (Run, error) {
	const node = spec.NodeID("https://recorded.example")
	root, err := spec.GenerateSigner()
	if err != nil {
		return Run{}, err
	}
	record, err := spec.GenerateSigner()
	if err != nil {
		return Run{}, err
	}
	born := now.Add(-time.Hour).Unix()
	keys, err := spec.SealKeys(root, spec.KeyHistory{Issuer: node, IssuedAt: born, Serial: 1, Keys: []spec.KeyEntry{
		{KID: record.KID(), Use: spec.UseRecord, X: spec.EncodeKey(record.Public()), From: born},
	}})
	if err != nil {
		return Run{}, err
	}
	roles := judge.AllRoles()
	statement, err := spec.SealStatement(record, spec.Statement{
		Issuer: node, IssuedAt: now.Unix(), Expires: now.Unix() + 86400, Name: spec.Text{JA: "記録", EN: "Recorded"},
		Kind: "foundation", Keys: 1, Spec: []string{spec.Version}, Roles: roles,
	})
	if err != nil {
		return Run{}, err
	}
	bundle, err := Bundle(version)
	if err != nil {
		return Run{}, err
	}
	run := Run{Report: Report{
		Suite: Suite{Version: version, Digest: spec.Digest([]byte(version))}, Bundle: bundle,
		Asked:  Asked{Level: "L4", Roles: []string{}, Only: []string{}, Requirements: []string{}},
		Target: Target{Node: node, Statement: statement, Keys: keys, Root: spec.EncodeKey(root.Public()), Roles: roles},
		Seed:   fmt.Sprintf("%016x", now.UnixNano()), Started: now.Unix(), Ended: now.Unix(),
	}}
	for _, q := range spec.Requirements() {
		if checks.Untested(q.Number) == "" {
			run.keep(q, now)
		}
	}
	run.Countersign = func(text string) (string, error) {
		_, id := spec.Peek(text)
		return certificate.Countersign(record, certificate.Countersignature{Issuer: node, At: now.Unix(), Certificate: id})
	}
	run.Key, err = spec.GenerateSigner()
	return run, err
}

// keep records one exchange and the check that looked at it. Odd answers are
// JSON and even ones octets, so that both ways of keeping a body are used.
func (run *Run) keep(q spec.Requirement, now time.Time) {
	n := len(run.Exchanges)
	x := evidence.Exchange{
		N: n, At: evidence.Millis(now), Direction: evidence.ToTarget, Method: "GET",
		URL: string(run.Report.Target.Node) + "/v1/feed/public", Status: 200, Header: map[string]string{"Content-Type": "application/json"},
		Got: evidence.BodyOf(fmt.Appendf(nil, `{"requirement":%q}`, q.Number)),
	}
	a := evidence.Assertion{Exchange: n, See: "body.requirement", Op: evidence.Equals, Want: []string{q.Number}, Required: true, Held: true}
	if n%2 == 0 {
		octets := append([]byte{0xff}, q.Number...)
		x.Got = evidence.Body{Base64: base64.StdEncoding.EncodeToString(octets), Length: len(octets)}
		a = evidence.Assertion{Exchange: n, See: "status", Op: evidence.OneOf, Want: []string{"200", "204"}, Required: true, Held: true}
	}
	run.Exchanges = append(run.Exchanges, x)
	run.Report.Checks = append(run.Report.Checks, judge.Result{
		Requirement: q.Number, Keyword: q.Keyword, Level: q.Level, Role: q.Role, Outcome: judge.Pass,
		Reason: judge.Why("要件を満たしています", "the requirement holds"), Assertions: []evidence.Assertion{a}, Exchanges: []int{n},
	})
}
