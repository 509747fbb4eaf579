package forge

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// Ground is where a vector is laid anew: who says it now, to whom, with which
// key and when.
type Ground struct {
	Issuer   spec.NodeID
	Audience spec.NodeID
	Key      *spec.Signer
	Now      time.Time
}

var (
	urnForm  = regexp.MustCompile(`urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	timeForm = regexp.MustCompile(`\b1[5-9][0-9]{8}\b`)
	sizeForm = regexp.MustCompile(`"policy":7\b`) // the vectors' policy log
	kidForm  = regexp.MustCompile(`"kid":"[A-Za-z0-9_-]{43}"`)
)

// ownOctets are the requirements that a new signature over the same text keeps.
var ownOctets = map[string]bool{"REQ-OPEN-001": true, "REQ-OPEN-002": true, "REQ-OPEN-014": true, "REQ-OPEN-015": true}

// Rebase makes a record vector's token about today's peers: issuer, audience,
// key and times are theirs, and every random name is a fresh one, so that no
// answer to it can be known beforehand. ok is false where the vector's point is
// in its very octets (its signature, its spelling), which no new one can keep.
func Rebase(v vectors.Vector, g Ground) (token string, ok bool) {
	if v.File == "signature.json" || ownOctets[v.Requirement] {
		return "", false
	}
	parts := strings.Split(v.Input.Token, ".")
	if len(parts) != 3 {
		return "", false
	}
	header, err := base64.RawURLEncoding.Strict().DecodeString(parts[0])
	if err != nil {
		return "", false
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return "", false
	}
	head := kidForm.ReplaceAllString(string(header), `"kid":"`+g.Key.KID()+`"`)
	return Token(g.Key, head, g.move(v, string(payload))), true
}

// move rewrites names and times in a payload, as text: it may be no JSON.
func (g Ground) move(v vectors.Vector, text string) string {
	fresh := make(map[string]string)
	text = urnForm.ReplaceAllStringFunc(text, func(urn string) string {
		if fresh[urn] == "" {
			fresh[urn] = spec.RandomUUID()
		}
		return fresh[urn]
	})
	delta := g.Now.Unix() - v.Now
	text = timeForm.ReplaceAllStringFunc(text, func(digits string) string {
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return digits
		}
		return strconv.FormatInt(n+delta, 10)
	})
	text = sizeForm.ReplaceAllString(text, `"policy":1`)
	text = strings.ReplaceAll(text, spec.LogFor(v.Issuer), spec.LogFor(g.Issuer))
	// The longer id first: one may begin with the other.
	text = strings.ReplaceAll(text, string(v.Audience), "\x00aud")
	text = strings.ReplaceAll(text, string(v.Issuer), string(g.Issuer))
	return strings.ReplaceAll(text, "\x00aud", string(g.Audience))
}
