package evidence

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// A marked secret is kept nowhere that a target can send it to: a body that is
// not UTF-8, the name of a header, a method, and the end of what was cut.
func TestAMarkedSecretIsKeptNowhere(t *testing.T) {
	const secret = "Kai-no-Himitsu-0123456789"
	for name, x := range map[string]Exchange{
		"a body":                    {Got: BodyOf([]byte("a " + secret + " b"))},
		"a body that is not UTF-8":  {Got: BodyOf([]byte("\xff " + secret + " \xff"))},
		"a sent body of octets":     {Sent: BodyOf([]byte("\xff" + secret))},
		"the name of a header":      {Header: HeaderOf(http.Header{http.CanonicalHeaderKey("X-" + secret): {"1"}})},
		"the name of a sent header": {Request: map[string]string{strings.ToLower(secret): "1"}},
		"a method":                  {Method: secret},
		"the end of a cut body":     {Got: BodyOf([]byte(strings.Repeat("a", MostBody-len(secret)+1) + secret))},
		"the end of cut octets":     {Got: BodyOf([]byte("\xff" + strings.Repeat("a", MostBody-len(secret)) + secret))},
	} {
		var j Journal
		j.Hide(secret)
		kept := j.At(j.Keep(x))
		octets, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(octets), string(kept.Got.Octets()), string(kept.Sent.Octets())} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret[:len(secret)-1])) {
				t.Errorf("%s shows the secret", name)
			}
		}
	}
}

// What holds no secret is kept as it came, where it was not cut.
func TestWhatIsNoSecretIsKeptAsItCame(t *testing.T) {
	var j Journal
	j.Hide("another secret")
	for _, text := range []string{"", `{"a":1}`, "\xff\x00a"} {
		want := BodyOf([]byte(text))
		if got := j.At(j.Keep(Exchange{Got: want})).Got; got != want {
			t.Errorf("%q is kept as %+v", text, got)
		}
	}
}

// What a target sends decides neither how much is kept nor how long it goes on.
func TestAJournalIsBounded(t *testing.T) {
	var j Journal
	told := 0
	j.Bound(10_000, func() { told++ })
	for range 100 {
		j.Keep(Exchange{Got: BodyOf([]byte(strings.Repeat("a", 1000))), Header: map[string]string{"X": strings.Repeat("a", 1000)}})
	}
	size := 0
	for _, x := range j.All() {
		size += len(x.Got.Text) + len(x.Header["X"])
	}
	last := j.At(99)
	if !j.Full() || told != 1 || size > 12_000 || !last.Got.Cut || last.Got.Length != 1000 {
		t.Errorf("full: %v, told %d times, kept %d, the last: %+v", j.Full(), told, size, last)
	}
}
