package evidence

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Operations of an assertion.
const (
	Equals    = "equals"
	OneOf     = "one-of"   // the value is a list of texts
	Contains  = "contains" // as text
	Lacks     = "lacks"    // the opposite of contains
	Present   = "present"
	Absent    = "absent"
	AtLeast   = "at-least" // as numbers
	AtMost    = "at-most"
	BeginWith = "begins-with"
	Matches   = "matches"        // a regular expression
	Differs   = "does-not-match" // the opposite, where there is a value
)

// Assertion is a statement about one exchange that can be judged again from
// the exchange alone. See names what is looked at: `status`, `failure`,
// `header.NAME`, `body`, `body.PATH` (members of a JSON body by dots, elements
// by numbers), `claims.PATH` (the payload of a body that is a compact JWS),
// `length` of the body, `digest` (base64url of SHA-256 over the body), `took` in
// milliseconds.
type Assertion struct {
	Exchange int      `json:"exchange"`
	See      string   `json:"see"`
	Op       string   `json:"op"`
	Want     []string `json:"want,omitempty"`
	Required bool     `json:"required"` // the check fails where it does not hold
	Held     bool     `json:"held"`
}

// Judge says whether the assertion holds of an exchange.
func (a Assertion) Judge(x Exchange) bool {
	value, there := x.see(a.See)
	want := ""
	if len(a.Want) > 0 {
		want = a.Want[0]
	}
	switch a.Op {
	case Present:
		return there
	case Absent:
		return !there
	case Lacks:
		return !strings.Contains(value, want)
	}
	if !there {
		return false
	}
	switch a.Op {
	case Equals:
		return value == want
	case OneOf:
		return slices.Contains(a.Want, value)
	case Contains:
		return strings.Contains(value, want)
	case BeginWith:
		return strings.HasPrefix(value, want)
	case Matches, Differs:
		form, err := regexp.Compile(want)
		return err == nil && form.MatchString(value) == (a.Op == Matches)
	case AtLeast, AtMost:
		v, err1 := strconv.ParseFloat(value, 64)
		w, err2 := strconv.ParseFloat(want, 64)
		if err1 != nil || err2 != nil {
			return false
		}
		return a.Op == AtLeast && v >= w || a.Op == AtMost && v <= w
	}
	return false
}

// See returns what an assertion would look at, as text.
func (x Exchange) See(what string) string {
	v, _ := x.see(what)
	return v
}

func (x Exchange) see(what string) (string, bool) {
	head, rest, _ := strings.Cut(what, ".")
	switch head {
	case "status":
		return strconv.Itoa(x.Status), x.Status != 0
	case "failure":
		return x.Failure, x.Failure != ""
	case "took":
		return strconv.FormatInt(x.Took, 10), true
	case "length":
		return strconv.Itoa(x.Got.Length), true
	case "digest":
		sum := sha256.Sum256(x.Got.Octets())
		return base64.RawURLEncoding.EncodeToString(sum[:]), true
	case "header":
		for name, value := range x.Header {
			if strings.EqualFold(name, rest) {
				return value, true
			}
		}
		return "", false
	case "body":
		if rest == "" {
			return string(x.Got.Octets()), x.Got.Length > 0
		}
		return member(x.Got.Octets(), rest)
	case "claims":
		return member(payloadOf(string(x.Got.Octets())), rest)
	}
	return "", false
}

// member walks a JSON text by member names and element numbers.
func member(octets []byte, path string) (string, bool) {
	decoder := json.NewDecoder(strings.NewReader(string(octets)))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return "", false
	}
	for _, step := range strings.Split(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[step]
			if !ok {
				return "", false
			}
			v = next
		case []any:
			if step == "#" {
				v = json.Number(strconv.Itoa(len(at)))
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return "", false
			}
			v = at[i]
		default:
			return "", false
		}
	}
	switch at := v.(type) {
	case string:
		return at, true
	case nil:
		return "null", true
	case map[string]any, []any:
		text, err := json.Marshal(at)
		return string(text), err == nil
	default:
		return fmt.Sprint(at), true
	}
}
