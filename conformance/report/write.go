package report

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Names of the files of a report.
const (
	ReportFile      = "report.json"
	PageFile        = "report.html"
	JUnitFile       = "junit.xml"
	ArchiveFile     = "evidence.tar.gz"
	ExchangesFile   = "exchanges.json" // inside the archive
	CertificateFile = "certificate.jws"
	BadgeFile       = "badge.svg"
)

// Files are the names of all files of a report.
func Files() []string {
	return []string{ReportFile, PageFile, JUnitFile, ArchiveFile, CertificateFile, BadgeFile}
}

// Run is all that a report is made of.
type Run struct {
	Report    Report
	Exchanges []evidence.Exchange
	Key       *spec.Signer // the runner's
	// Countersign shows the target a certificate and returns its word; nil
	// where there is no way to.
	Countersign func(certificate string) (string, error)
}

// Write judges a run and writes its files into a directory, each whole or not
// at all. It returns the report as written, and why the target did not
// countersign where it did not: that is no error, the certificate then has the
// runner's word alone.
func Write(dir string, run Run) (r *Report, silence string, err error) {
	exchanges, err := Exchanges(run.Exchanges)
	if err != nil {
		return nil, "", err
	}
	r = &run.Report
	r.Format, r.Standard = Format, spec.Version
	r.Evidence = Evidence{Exchanges: len(run.Exchanges), Digest: spec.Digest(exchanges)}
	r.Judge()
	report, err := r.Encode()
	if err != nil {
		return nil, "", err
	}
	archive, err := pack(time.Unix(r.Ended, 0), file{ExchangesFile, exchanges}, file{ReportFile, report})
	if err != nil {
		return nil, "", err
	}
	signed, err := certify(run, spec.Digest(report))
	if err != nil {
		return nil, "", err
	}
	page, err := Page(r, run.Exchanges, signed)
	if err != nil {
		return nil, "", err
	}
	junit, err := JUnit(r)
	if err != nil {
		return nil, "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", fmt.Errorf("report: %w", err)
	}
	for _, f := range []file{
		{ArchiveFile, archive},
		{CertificateFile, []byte(signed.text())},
		{PageFile, page},
		{JUnitFile, junit},
		{BadgeFile, Badge(r)},
		{ReportFile, report}, // last: it marks a whole report
	} {
		if err := put(dir, f); err != nil {
			return nil, "", err
		}
	}
	return r, signed.Silence, nil
}

// Clear takes the report of an earlier run out of a directory, and nothing else:
// a run without a verdict must not leave yesterday's for a CI to publish.
func Clear(dir string) error {
	for _, name := range Files() {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("report: %w", err)
		}
	}
	return nil
}

// file is a name with its octets.
type file struct {
	name   string
	octets []byte
}

func put(dir string, f file) error {
	next := filepath.Join(dir, f.name+".new")
	if err := os.WriteFile(next, f.octets, 0o644); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if err := os.Rename(next, filepath.Join(dir, f.name)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// pack makes an archive that depends on nothing but its files and the time.
func pack(at time.Time, files ...file) ([]byte, error) {
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	for _, f := range files {
		head := &tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.octets)), ModTime: at.UTC(), Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(head); err != nil {
			return nil, fmt.Errorf("%s: %w", ArchiveFile, err)
		}
		if _, err := archive.Write(f.octets); err != nil {
			return nil, fmt.Errorf("%s: %w", ArchiveFile, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("%s: %w", ArchiveFile, err)
	}
	if err := compressed.Close(); err != nil {
		return nil, fmt.Errorf("%s: %w", ArchiveFile, err)
	}
	return out.Bytes(), nil
}
