package spec

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// TestPlainReadingAgreesWithTheDecoder changes an availability payload at
// random: whatever the plain reader takes, the general decoder must take too,
// and read the same in it.
func TestPlainReadingAgreesWithTheDecoder(t *testing.T) {
	plain, other := 0, 0
	r := rand.New(rand.NewPCG(5, 6))
	start := availabilityPayload(t)
	shape := strict.ShapeOf(Availability{})
	for range 60_000 {
		text := bend(r, start)
		members, payload, fault := strict.Object(text, &shape)
		if fault != nil {
			continue
		}
		var quick, slow Availability
		if !quick.readPlain(members) {
			other++
			continue
		}
		plain++
		if err := slow.UnmarshalJSON([]byte(payload)); err != nil {
			t.Fatalf("read plainly, refused by the decoder: %v\n%s", err, text)
		}
		if !reflect.DeepEqual(quick, slow) {
			t.Fatalf("%s\nread plainly %+v\ndecoded      %+v", text, quick, slow)
		}
	}
	if plain < 2000 || other < 500 {
		t.Fatalf("%d read plainly and %d left to the decoder: the test shows too little", plain, other)
	}
}

func availabilityPayload(t *testing.T) string {
	t.Helper()
	now := time.Unix(1_790_000_000, 0)
	octets, err := json.Marshal(&Availability{
		Envelope: Envelope{
			Issuer: "https://club.example", Audience: "https://city.example", Subject: "urn:uuid:s", IssuedAt: now.Unix(),
			Expires: now.Unix() + 60, JTI: "urn:uuid:j", UID: "urn:uuid:u", Sequence: 7, Policy: 3,
			Consent: "urn:uuid:c", Purpose: "matching", Until: now.Unix() + 90,
		},
		Updated: FormatUTC(now), Start: FormatUTC(now), End: FormatUTC(now), Granularity: "PT15M",
		Busy: []BusyPeriod{{FormatUTC(now), FormatUTC(now), BusyConfirmed}, {FormatUTC(now), FormatUTC(now), BusyTentative}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(octets)
}

// bend exchanges, takes out or puts in a few of the pieces that JSON is made of.
func bend(r *rand.Rand, text string) string {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"`, `\`, " ", "0", "-1", "null", "true", `""`, "[]", "{}", `"x"`, `\u0041`,
		`,"x":1`, `,"x":"y"`, `{"utcStart":"a"}`, `,{"utcEnd":"a"}`, ",5", `,"x"`, "ſ", "3", "é",
	}
	octets := []byte(text)
	for range 1 + r.IntN(3) {
		at := r.IntN(len(octets))
		end := min(at+r.IntN(3), len(octets))
		octets = append(append(append([]byte{}, octets[:at]...), pieces[r.IntN(len(pieces))]...), octets[end:]...)
	}
	return string(octets)
}
