package report

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

// ErrCannotVerify means that nothing can be said about a report.
var ErrCannotVerify = errors.New("cannot verify")

// mostUnpacked bounds what is read out of an archive.
const mostUnpacked = 1 << 30

// Verification is what was found about a report. It is sound without Faults.
type Verification struct {
	Report        *Report
	Faults        []string
	Assertions    int    // that were judged again
	Own           int    // failures that rest on the check's own word, and not on an assertion
	Runner        string // x of the key that signed the certificate
	Countersigned bool
}

func (v *Verification) fault(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}

// Verify judges a report again from its evidence alone: each assertion, the
// required set, every verdict, and the signatures. version is that of the suite
// that verifies; a report by another one is ErrCannotVerify.
func Verify(dir, version string, now time.Time) (*Verification, error) {
	held := make(map[string][]byte)
	for _, name := range Files() {
		octets, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCannotVerify, err)
		}
		held[name] = octets
	}
	v := &Verification{}
	r := decode(v, held[ReportFile])
	if r == nil {
		return v, nil
	}
	bundle, err := Bundle(version)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCannotVerify, err)
	}
	if r.Bundle != bundle {
		return nil, fmt.Errorf("%w: the report was made by suite %s with bundle %s, and this is %s with %s; verify it with the suite that made it",
			ErrCannotVerify, r.Suite.Version, r.Bundle, version, bundle)
	}
	exchanges := v.evidence(held)
	signed := v.certificate(held, now)
	v.target()
	v.checks(exchanges)
	v.verdicts(held[ReportFile])
	v.pages(held, exchanges, signed)
	return v, nil
}

// decode reads report.json strictly: no unknown member, and no other octets
// than this program would write for it.
func decode(v *Verification, octets []byte) *Report {
	d := json.NewDecoder(bytes.NewReader(octets))
	d.DisallowUnknownFields()
	var r Report
	if err := d.Decode(&r); err != nil {
		v.fault("%s does not read: %v", ReportFile, err)
		return nil
	}
	v.Report = &r
	if again, err := r.Encode(); err != nil || !bytes.Equal(again, octets) {
		v.fault("%s is not in the form that the suite writes", ReportFile)
	}
	return &r
}

// evidence unpacks the archive and holds it against the report.
func (v *Verification) evidence(held map[string][]byte) []evidence.Exchange {
	files, err := unpack(held[ArchiveFile])
	if err != nil {
		v.fault("%s does not unpack: %v", ArchiveFile, err)
		return nil
	}
	if !bytes.Equal(files[ReportFile], held[ReportFile]) {
		v.fault("the report in %s is another one", ArchiveFile)
	}
	if spec.Digest(files[ExchangesFile]) != v.Report.Evidence.Digest {
		v.fault("%s has another digest than the report names", ExchangesFile)
	}
	again, err := pack(time.Unix(v.Report.Ended, 0), file{ExchangesFile, files[ExchangesFile]}, file{ReportFile, files[ReportFile]})
	if err != nil || !bytes.Equal(again, held[ArchiveFile]) {
		v.fault("%s is not in the form that the suite writes", ArchiveFile)
	}
	var list []evidence.Exchange
	if err := json.Unmarshal(files[ExchangesFile], &list); err != nil {
		v.fault("%s does not read: %v", ExchangesFile, err)
	}
	if len(list) != v.Report.Evidence.Exchanges {
		v.fault("there are %d exchanges, and the report names %d", len(list), v.Report.Evidence.Exchanges)
	}
	return list
}

func unpack(octets []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(octets))
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	archive := tar.NewReader(io.LimitReader(z, mostUnpacked))
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if files[head.Name], err = io.ReadAll(archive); err != nil {
			return nil, err
		}
	}
	// The rest of the stream holds the checksum.
	_, err = io.Copy(io.Discard, io.LimitReader(z, mostUnpacked))
	return files, err
}

// certificate holds both signatures against the report.
func (v *Verification) certificate(held map[string][]byte, now time.Time) Signed {
	s, err := readSigned(string(held[CertificateFile]))
	if err != nil {
		v.fault("%v", err)
		return s
	}
	c, err := certificate.Read(s.Certificate)
	if err != nil {
		v.fault("the certificate does not open: %v", err)
		return s
	}
	v.Runner = c.X
	want := claimsOf(v.Report, spec.Digest(held[ReportFile]))
	want.X = c.X
	if got, asked := fmt.Sprint(*c), fmt.Sprint(want); got != asked {
		v.fault("the certificate says something else than the report")
	}
	if c.Expires <= now.Unix() {
		v.fault("the certificate ended on %s", day(c.Expires))
	}
	if s.Countersignature == "" {
		return s
	}
	keys, err := v.Report.Target.keys()
	if err == nil {
		_, err = certificate.OpenCountersignature(s.Countersignature, s.Certificate, v.Report.Target.Node, keys)
	}
	if err != nil {
		v.fault("the target's countersignature does not open: %v", err)
	}
	v.Countersigned = err == nil
	return s
}

// target holds the roles against what the target signed of itself.
func (v *Verification) target() {
	t := v.Report.Target
	if _, err := spec.ParseNodeID(string(t.Node), true); err != nil {
		v.fault("the target %q is no node id", t.Node)
	}
	claimed := []string{}
	if t.Statement != "" {
		keys, err := t.keys()
		if err != nil {
			v.fault("the target's key history does not open: %v", err)
			return
		}
		s, err := spec.OpenStatement(t.Statement, t.Node, keys, time.Unix(v.Report.Started, 0))
		if err != nil {
			v.fault("the target's statement does not open: %v", err)
			return
		}
		claimed = s.Roles
	}
	if !slices.Equal(claimed, t.Roles) {
		v.fault("the report gives the target other roles than its statement")
	}
}

// checks judges every assertion again, and each outcome by them.
func (v *Verification) checks(exchanges []evidence.Exchange) {
	known := make(map[string]spec.Requirement)
	for _, q := range spec.Requirements() {
		known[q.Number] = q
	}
	for i, x := range exchanges {
		if x.N != i {
			v.fault("exchange %d stands at place %d", x.N, i)
		}
	}
	seen := make(map[string]bool)
	for _, c := range v.Report.Checks {
		q, there := known[c.Requirement]
		switch {
		case !there || q.Keyword != c.Keyword || q.Level != c.Level || q.Role != c.Role:
			v.fault("%s is not what the register says", c.Requirement)
		case seen[c.Requirement]:
			v.fault("%s stands twice", c.Requirement)
		}
		seen[c.Requirement] = true
		v.check(c, exchanges)
	}
}

func (v *Verification) check(c judge.Result, exchanges []evidence.Exchange) {
	broken := false
	for _, a := range c.Assertions {
		v.Assertions++
		if a.Exchange < 0 || a.Exchange >= len(exchanges) {
			v.fault("%s rests on exchange %d, which is not there", c.Requirement, a.Exchange)
			continue
		}
		if a.Judge(exchanges[a.Exchange]) != a.Held {
			v.fault("%s: the evidence does not bear out the assertion on %s of exchange %d", c.Requirement, a.See, a.Exchange)
		}
		broken = broken || a.Required && !a.Held
		if !slices.Contains(c.Exchanges, a.Exchange) {
			v.fault("%s does not list exchange %d", c.Requirement, a.Exchange)
		}
	}
	for _, n := range c.Exchanges {
		if n < 0 || n >= len(exchanges) {
			v.fault("%s lists exchange %d, which is not there", c.Requirement, n)
		}
	}
	bad := c.Outcome == judge.Fail || c.Outcome == judge.Warn
	switch {
	case broken && !bad:
		v.fault("%s is %s, and a required assertion does not hold", c.Requirement, c.Outcome)
	case c.Outcome == judge.Pass && len(c.Assertions) == 0:
		v.fault("%s passed, and nothing was asserted", c.Requirement)
	case c.Outcome == judge.Fail && c.Keyword == "SHOULD", c.Outcome == judge.Warn && c.Keyword != "SHOULD":
		v.fault("%s is %s, which a %s cannot be", c.Requirement, c.Outcome, c.Keyword)
	case bad && !broken:
		v.Own++
	}
}

// verdicts works out again what the report concludes.
func (v *Verification) verdicts(octets []byte) {
	again := *v.Report
	again.Judge()
	if text, err := again.Encode(); err != nil || !bytes.Equal(text, octets) {
		v.fault("the verdicts are not those that the checks give")
	}
}

// pages holds what people and CIs read against the report.
func (v *Verification) pages(held map[string][]byte, exchanges []evidence.Exchange, signed Signed) {
	page, err := Page(v.Report, exchanges, signed)
	if err != nil || !bytes.Equal(page, held[PageFile]) {
		v.fault("%s does not show this report", PageFile)
	}
	junit, err := JUnit(v.Report)
	if err != nil || !bytes.Equal(junit, held[JUnitFile]) {
		v.fault("%s does not tell of this report", JUnitFile)
	}
	if !bytes.Equal(Badge(v.Report), held[BadgeFile]) {
		v.fault("%s is not the badge of this report", BadgeFile)
	}
}
