package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

// Signed is certificate.jws: one compact JWS a line, the runner's certificate
// and, where the target gave it, the target's countersignature.
type Signed struct {
	Certificate      string
	Countersignature string
	Silence          string // why there is no countersignature
}

func (s Signed) text() string {
	text := s.Certificate + "\n"
	if s.Countersignature != "" {
		text += s.Countersignature + "\n"
	}
	return text
}

// readSigned reads certificate.jws.
func readSigned(text string) (Signed, error) {
	lines := strings.Split(text, "\n")
	switch {
	case len(lines) == 2 && lines[1] == "":
		return Signed{Certificate: lines[0]}, nil
	case len(lines) == 3 && lines[2] == "":
		return Signed{Certificate: lines[0], Countersignature: lines[1]}, nil
	}
	return Signed{}, fmt.Errorf("%s is one or two lines", CertificateFile)
}

// certify signs what was found, and asks the target for its word where a level
// was granted: a certificate that grants nothing needs no witness.
func certify(run Run, digest spec.ID) (Signed, error) {
	text, err := certificate.Seal(run.Key, claimsOf(&run.Report, digest))
	if err != nil {
		return Signed{}, err
	}
	s := Signed{Certificate: text}
	switch {
	case run.Report.Verdict.Level == "":
		s.Silence = "no level was granted"
	case run.Countersign == nil:
		s.Silence = "there was neither a sandbox nor an operator's token to ask with"
	default:
		if s.Countersignature, err = run.countersigned(text); err != nil {
			s.Silence = err.Error()
		}
	}
	return s, nil
}

func (run Run) countersigned(text string) (string, error) {
	word, err := run.Countersign(text)
	if err != nil {
		return "", err
	}
	keys, err := run.Report.Target.keys()
	if err != nil {
		return "", err
	}
	if _, err := certificate.OpenCountersignature(word, text, run.Report.Target.Node, keys); err != nil {
		return "", fmt.Errorf("the target's countersignature does not open: %w", err)
	}
	return word, nil
}

// keys is the target's key history as it stands in a report, proven under the
// root key that stands there too.
func (t Target) keys() (*spec.KeyHistory, error) {
	root, err := spec.DecodeKey(t.Root)
	if err != nil {
		return nil, err
	}
	return spec.OpenKeys(t.Keys, t.Node, root)
}

// claimsOf is what a certificate says of a report, all but the runner's key.
func claimsOf(r *Report, digest spec.ID) certificate.Certificate {
	roles := []string{}
	for _, role := range judge.AllRoles() {
		v := r.Roles[role]
		if level := r.Verdict.Level; v.Claimed && level != "" && slices.Contains(judge.UpTo(v.Level), level) {
			roles = append(roles, role)
		}
	}
	return certificate.Certificate{
		Target: r.Target.Node, IssuedAt: r.Ended, Expires: r.Ended + certificate.Life, Spec: r.Standard, Bundle: r.Bundle,
		Suite: r.Suite.Version, Program: r.Suite.Digest, Level: r.Verdict.Level, Roles: roles, Report: digest, Evidence: r.Evidence.Digest,
	}
}

// until is the day on which a certificate ends.
func until(r *Report) string { return day(r.Ended + certificate.Life) }

// day is a NumericDate as a day in UTC.
func day(at int64) string { return time.Unix(at, 0).UTC().Format(time.DateOnly) }
