package policy

import (
	"encoding/base64"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// fingerprintWords is how many words people compare: 8 of 16 bits, so 128 bits.
const fingerprintWords = 8

// Words spells the first 128 bits of a federation's id as eight proquints
// (Wilkerson, "A Proposal for Proquints", arXiv:0901.4016), joined by hyphens,
// so that two people can compare an anchor over the telephone. It is empty for
// what is not an id.
func Words(fed spec.ID) string {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(string(fed))
	if err != nil || len(octets) < 2*fingerprintWords {
		return ""
	}
	words := make([]string, fingerprintWords)
	for i := range words {
		words[i] = proquint(uint16(octets[2*i])<<8 | uint16(octets[2*i+1]))
	}
	return strings.Join(words, "-")
}

// proquint spells 16 bits as consonant, vowel, consonant, vowel, consonant.
func proquint(bits uint16) string {
	const consonants, vowels = "bdfghjklmnprstvz", "aiou"
	return string([]byte{
		consonants[bits>>12&15], vowels[bits>>10&3], consonants[bits>>6&15],
		vowels[bits>>4&3], consonants[bits&15],
	})
}
