// Package evidence keeps what a run saw: every exchange with the target, in
// both directions, and every assertion made about one, as data. A verdict can
// therefore be worked out again without the target. It refuses to keep a
// secret: what was marked as one is blanked before anything is stored.
package evidence

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Directions of an exchange.
const (
	ToTarget   = "to-target"   // the suite asked the target
	FromTarget = "from-target" // the target asked one of the suite's peers
)

// MostBody bounds the octets of a body that are kept.
const MostBody = 2 << 20

// Exchange is one request and its answer. Times are Unix milliseconds.
type Exchange struct {
	N         int               `json:"n"`
	At        int64             `json:"at"`
	Took      int64             `json:"tookMillis"`
	Direction string            `json:"direction"`
	Peer      string            `json:"peer,omitempty"` // the suite's peer that asked or was asked
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Request   map[string]string `json:"requestHeader,omitempty"`
	Sent      Body              `json:"requestBody"`
	Status    int               `json:"status"` // 0: no answer
	Header    map[string]string `json:"header,omitempty"`
	Got       Body              `json:"body"`
	Failure   string            `json:"failure,omitempty"` // why there was no answer
}

// Body is what was carried, in full or cut.
type Body struct {
	Text   string `json:"text,omitempty"`
	Base64 string `json:"base64,omitempty"` // where it is not UTF-8
	Length int    `json:"length"`
	Cut    bool   `json:"cut,omitempty"`
}

// BodyOf keeps octets.
func BodyOf(octets []byte) Body {
	b := Body{Length: len(octets)}
	if len(octets) > MostBody {
		octets, b.Cut = octets[:MostBody], true
	}
	if utf8.Valid(octets) {
		b.Text = string(octets)
	} else {
		b.Base64 = base64.StdEncoding.EncodeToString(octets)
	}
	return b
}

// Octets is what was kept.
func (b Body) Octets() []byte {
	if b.Base64 != "" {
		octets, err := base64.StdEncoding.DecodeString(b.Base64)
		if err == nil {
			return octets
		}
	}
	return []byte(b.Text)
}

// Journal numbers exchanges and keeps them. It may be used by many at once.
type Journal struct {
	mu      sync.Mutex
	list    []Exchange
	secrets []string
	kept    int
	most    int    // octets of all exchanges; 0: no bound
	full    func() // told once, when that is reached
}

// perExchange is what an exchange takes up beside its texts, at least.
const perExchange = 512

// Bound limits what is kept of all exchanges; full is told once when no more
// is. A target decides how much it sends, and memory is the suite's.
func (j *Journal) Bound(most int, full func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.most, j.full = most, full
}

// Full says that exchanges are no longer kept whole.
func (j *Journal) Full() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.isFull()
}

func (j *Journal) isFull() bool { return j.most > 0 && j.kept >= j.most }

// Blank is what stands where a secret stood.
const Blank = "[blanked]"

// Clean blanks every marked secret in a text.
func (j *Journal) Clean(text string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.clean(text)
}

func (j *Journal) clean(text string) string {
	for _, s := range j.secrets {
		text = strings.ReplaceAll(text, s, Blank)
	}
	return text
}

// Keep stores an exchange and returns its number.
func (j *Journal) Keep(x Exchange) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	x.N = len(j.list)
	if j.isFull() {
		x.Sent, x.Got = x.Sent.gone(), x.Got.gone()
		x.URL, x.Request, x.Header, x.Failure = "", nil, nil, "the suite keeps no more exchanges"
	}
	x.Method, x.URL, x.Failure = j.clean(x.Method), j.clean(x.URL), j.clean(x.Failure)
	j.cleanBody(&x.Sent)
	j.cleanBody(&x.Got)
	x.Request, x.Header = j.cleanHeader(x.Request), j.cleanHeader(x.Header)
	j.list = append(j.list, x)
	was := j.isFull()
	j.kept += x.size()
	if j.isFull() && !was && j.full != nil {
		j.full()
	}
	return x.N
}

func (x Exchange) size() int {
	n := perExchange + len(x.URL) + len(x.Sent.Text) + len(x.Sent.Base64) + len(x.Got.Text) + len(x.Got.Base64)
	for _, h := range []map[string]string{x.Request, x.Header} {
		for name, value := range h {
			n += len(name) + len(value)
		}
	}
	return n
}

// gone is a body of which only the length is kept.
func (b Body) gone() Body { return Body{Length: b.Length, Cut: b.Length > 0} }

// At returns a kept exchange.
func (j *Journal) At(n int) Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.list[n]
}

// All returns what was kept so far, in order.
func (j *Journal) All() []Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Exchange(nil), j.list...)
}

// HeaderOf keeps header fields, without cookies and with the credential of an
// Authorization header blanked: a bearer token opens doors, and a signed
// request is kept as the digest of itself.
func HeaderOf(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name, values := range h {
		switch name {
		case "Cookie", "Set-Cookie":
			continue
		case "Authorization":
			scheme, _, _ := strings.Cut(strings.Join(values, ", "), " ")
			out[name] = scheme + " " + Blank
		default:
			out[name] = strings.Join(values, ", ")
		}
	}
	return out
}

// Millis is a time as an exchange carries it.
func Millis(t time.Time) int64 { return t.UnixMilli() }
