package peer

import (
	"encoding/base64"
	"strings"
)

// mostHeads is how many heads one message carries (REQ-HEAD-010).
const mostHeads = 8

// EncodeHeads writes notes for the Fukusen-Heads header.
func EncodeHeads(notes []string) string {
	parts := make([]string, 0, len(notes))
	for _, n := range notes[:min(len(notes), mostHeads)] {
		parts = append(parts, base64.RawURLEncoding.EncodeToString([]byte(n)))
	}
	return strings.Join(parts, ",")
}

// DecodeHeads reads the header; what is not a head is left out, and what is
// too much is not read.
func DecodeHeads(header string) []string {
	if header == "" || len(header) > mostHeads*8192 {
		return nil
	}
	var notes []string
	for _, part := range strings.Split(header, ",") {
		octets, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimSpace(part))
		if err == nil && len(notes) < mostHeads {
			notes = append(notes, string(octets))
		}
	}
	return notes
}
