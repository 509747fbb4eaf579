package spec

import (
	"sort"
	"strings"
)

// MaxEntry bounds one policy log entry.
const MaxEntry = 1 << 20

// PolicyEntry is one entry of the policy log as read: a document or a member
// admission, and its ballots. Signatures are judged by the register in force.
type PolicyEntry struct {
	Document  *SealedDocument  // nil in a member entry
	Admission *SealedAdmission // nil in a document entry
	Ballots   []*SealedBallot
	octets    string
}

// ID is base64url of SHA-256 over the entry's octets.
func (e *PolicyEntry) ID() ID { return Digest([]byte(e.octets)) }

// Octets is the entry as it stands in the log.
func (e *PolicyEntry) Octets() string { return e.octets }

// MakeEntry puts a document and its ballots in the order of section 13.
func MakeEntry(document string, ballots []string) string {
	sorted := append([]string(nil), ballots...)
	sort.Strings(sorted)
	return strings.Join(append([]string{document}, sorted...), "\n") + "\n"
}

// ReadEntry reads an entry strictly: one token a line, ballots sorted, nothing
// else (REQ-POL-007).
func ReadEntry(octets string) (*PolicyEntry, error) {
	bad := refuse("REQ-POL-007", "an entry is a document and its sorted ballots, one token a line, each line ended by a line feed")
	if len(octets) > MaxEntry || !strings.HasSuffix(octets, "\n") || strings.Contains(octets, "\r") {
		return nil, bad
	}
	lines := strings.Split(strings.TrimSuffix(octets, "\n"), "\n")
	e := &PolicyEntry{octets: octets}
	if a, ok := readAdmissionLines(lines); ok {
		var err error
		e.Admission, err = a()
		return e, err
	}
	var err error
	if e.Document, err = ReadDocument(lines[0]); err != nil {
		return nil, orElse(err, lines[0], bad)
	}
	for i, line := range lines[1:] {
		if i > 0 && line < lines[i] {
			return nil, bad
		}
		b, err := ReadBallot(line)
		if err != nil {
			return nil, orElse(err, line, bad)
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e, nil
}

// orElse keeps a token's own refusal, except where the line is no token at all.
func orElse(err error, line string, bad *Refusal) error {
	if strings.Count(line, ".") != 2 {
		return bad
	}
	return err
}
