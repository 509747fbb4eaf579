package report

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Names of the files of a report.
const (
	ReportFile = "report.json"
)

// Run is all that a report is made of.
type Run struct {
	Report    Report
	Exchanges []evidence.Exchange
}

// Write judges a run and writes its files into a directory, each whole or not
// at all. It returns the report as written.
func Write(dir string, run Run) (*Report, error) {
	exchanges, err := Exchanges(run.Exchanges)
	if err != nil {
		return nil, err
	}
	r := &run.Report
	r.Format, r.Standard = Format, spec.Version
	r.Evidence = Evidence{Exchanges: len(run.Exchanges), Digest: spec.Digest(exchanges)}
	r.Judge()
	report, err := r.Encode()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return r, put(dir, ReportFile, report)
}

func put(dir, name string, octets []byte) error {
	next := filepath.Join(dir, name+".new")
	if err := os.WriteFile(next, octets, 0o644); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return os.Rename(next, filepath.Join(dir, name))
}
