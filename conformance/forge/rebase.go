package forge

import (
	"encoding/base64"
	"math/rand/v2"
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
	Subject  spec.Subject // that the audience gave the issuer, for credentials; or empty
	Purpose  string       // of credentials; that of the vector where empty
}

var (
	urnForm  = regexp.MustCompile(`urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	subForm  = regexp.MustCompile(`"sub":"(urn:uuid:[0-9a-f-]{36})"`)
	nameForm = regexp.MustCompile(`"(?:uid|sub)":"[^"]*"`)
	timeForm = regexp.MustCompile(`\b1[5-9][0-9]{8}\b`)
	utcForm  = regexp.MustCompile(`\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\b`)
	sizeForm = regexp.MustCompile(`"policy":7\b`) // the vectors' policy log
	kidForm  = regexp.MustCompile(`("kid"\s*:\s*)"[A-Za-z0-9_-]{43}"`)
	longForm = regexp.MustCompile(`x{1000,}`) // what fills a vector up to a length
)

// ownOctets are the requirements that a new signature over the same text keeps.
var ownOctets = map[string]bool{"REQ-OPEN-001": true, "REQ-OPEN-002": true, "REQ-OPEN-014": true, "REQ-OPEN-015": true}

// Unmoved is why a vector that is a token cannot be laid anew, or empty. What it is
// about is then forged by the checks themselves.
func Unmoved(v vectors.Vector) string {
	switch {
	case v.File == "signature.json" || ownOctets[v.Requirement]:
		return "its point is in its very octets, which a new signature does not keep"
	case v.File == "keys.json":
		return "its point is in the key history of its issuer"
	case v.Input.ID != "" && v.Requirement == "REQ-OPEN-017":
		return "its point is the id that it is delivered under"
	}
	return ""
}

// Rebase makes a vector's token, a record or a request, about today's peers: issuer, audience,
// key and times are theirs, and every random name is a fresh one, so that no
// answer to it can be known beforehand. ok is false where Unmoved says why.
func Rebase(v vectors.Vector, g Ground) (token string, ok bool) {
	if Unmoved(v) != "" {
		return "", false
	}
	parts := strings.Split(v.Input.Token, ".")
	if len(parts) != 3 {
		return "", false
	}
	header, ok := g.header(parts[0])
	if !ok {
		return "", false
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return "", false
	}
	return Token(g.Key, header, g.move(v, string(payload))), true
}

// Headed puts a vector's header, with its kind changed, on another payload, so
// that what is wrong with it is told to who takes that kind alone. ok is false
// where the header names no kind that could be changed.
func Headed(v vectors.Vector, g Ground, kind spec.Kind, payload string) (token string, ok bool) {
	part, _, _ := strings.Cut(v.Input.Token, ".")
	header, ok := g.header(part)
	if !ok || !strings.Contains(header, Kind(v.Input.Token).Typ()) {
		return "", false
	}
	return Token(g.Key, strings.Replace(header, Kind(v.Input.Token).Typ(), kind.Typ(), 1), payload), true
}

// header is a vector's header under the key of today's issuer.
func (g Ground) header(part string) (string, bool) {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(part)
	return kidForm.ReplaceAllString(string(octets), `${1}"`+g.Key.KID()+`"`), err == nil
}

// move rewrites names and times in a payload, as text: it may be no JSON.
func (g Ground) move(v vectors.Vector, old string) string {
	fresh := make(map[string]string)
	credential := Kind(v.Input.Token) == spec.KindEvaluation
	if m := subForm.FindStringSubmatch(old); m != nil && credential && g.Subject != "" {
		fresh[m[1]] = string(g.Subject)
	}
	text := urnForm.ReplaceAllStringFunc(old, func(urn string) string {
		if fresh[urn] == "" {
			fresh[urn] = spec.RandomUUID()
		}
		return fresh[urn]
	})
	text = nameForm.ReplaceAllStringFunc(text, otherLetters)
	delta := g.Now.Unix() - v.Now
	text = timeForm.ReplaceAllStringFunc(text, func(digits string) string {
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return digits
		}
		return strconv.FormatInt(n+delta, 10)
	})
	if Kind(v.Input.Token) == spec.KindProposal {
		text = utcForm.ReplaceAllStringFunc(text, func(old string) string { return later(old, delta) })
	}
	text = sizeForm.ReplaceAllString(text, `"policy":1`)
	text = strings.ReplaceAll(text, spec.LogFor(v.Issuer), spec.LogFor(g.Issuer))
	if credential && g.Purpose != "" {
		text = strings.Replace(text, `"purpose":"matching"`, `"purpose":"`+g.Purpose+`"`, 1)
	}
	// The audience by way of a mark: the new issuer may begin like the old audience.
	text = strings.ReplaceAll(text, string(v.Audience), "\x00aud")
	text = renamed(text, v.Issuer, g.Issuer)
	return sameLength(old, strings.ReplaceAll(text, "\x00aud", string(g.Audience)))
}

// later is a UTCDateTime moved by seconds; one that is no time stays.
func later(old string, seconds int64) string {
	at, err := time.Parse(spec.UTCDateTime, old)
	if err != nil {
		return old
	}
	return spec.FormatUTC(at.Add(time.Duration(seconds) * time.Second))
}

// renamed puts one node id in the place of another. One that is spelled in
// another case becomes the new one in capitals.
func renamed(text string, from, to spec.NodeID) string {
	form := regexp.MustCompile("(?i)" + regexp.QuoteMeta(string(from)))
	return form.ReplaceAllStringFunc(text, func(found string) string {
		if found == string(from) {
			return string(to)
		}
		return to.Scheme() + "://" + strings.ToUpper(to.Host())
	})
}

// otherLetters changes the letters of a uid or sub that is no UUID into others
// of the same length in octets: such a name belongs to whoever used it first.
func otherLetters(member string) string {
	name, value, _ := strings.Cut(member, `:"`)
	if strings.HasPrefix(value, "urn:uuid:") || len(value) < 64 {
		return member
	}
	return name + `:"` + strings.Map(func(c rune) rune {
		switch {
		case c == 'x':
			return 'a' + rand.Int32N(26)
		case c == 'あ':
			return 'ぁ' + rand.Int32N(80)
		}
		return c
	}, value)
}

// sameLength lengthens or shortens what fills a payload, so that a vector about
// a length keeps it.
func sameLength(old, text string) string {
	at := longForm.FindStringIndex(text)
	if at == nil {
		return text
	}
	run := at[1] - at[0] + len(old) - len(text)
	return text[:at[0]] + strings.Repeat("x", max(run, 0)) + text[at[1]:]
}
