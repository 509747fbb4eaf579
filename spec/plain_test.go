package spec

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// TestPlainReadingAgreesWithTheDecoder changes payloads at random: whatever the
// plain reader takes, the general decoder must take too, and read the same in it.
func TestPlainReadingAgreesWithTheDecoder(t *testing.T) {
	for kind, start := range map[Kind]string{KindAvailability: availabilityPayload(t), KindTalent: talentPayload(t)} {
		plain, other := 0, 0
		r := rand.New(rand.NewPCG(5, 6))
		form := forms[kind]
		for range 60_000 {
			text := bend(r, start)
			members, payload, fault := strict.Object(text, &form.shape)
			if fault != nil {
				continue
			}
			quick, slow := form.fresh(), form.fresh()
			if !quick.(plainReader).readPlain(members) {
				other++
				continue
			}
			plain++
			if err := slow.(json.Unmarshaler).UnmarshalJSON([]byte(payload)); err != nil {
				t.Fatalf("read plainly, refused by the decoder: %v\n%s", err, text)
			}
			if !reflect.DeepEqual(quick, slow) {
				t.Fatalf("%s\nread plainly %+v\ndecoded      %+v", text, quick, slow)
			}
		}
		if plain < 2000 || other < 500 {
			t.Fatalf("%s: %d read plainly and %d left to the decoder: the test shows too little", kind, plain, other)
		}
	}
}

// TestAPageIsReadPlainlyAsByTheDecoder does the same to pages.
func TestAPageIsReadPlainlyAsByTheDecoder(t *testing.T) {
	id := Digest([]byte("a"))
	octets, err := json.Marshal(Page{Head: "a\nb\n", Items: []Item{
		{0, id, KindTalent, Live, "a.b.c"}, {1, id, KindAvailability, Withdrawn, ""}, {2, id, KindHead, Live, "n"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	plain, other := 0, 0
	r := rand.New(rand.NewPCG(7, 8))
	for range 60_000 {
		text := bend(r, string(octets))
		members, payload, fault := strict.Object(text, &pageShape)
		if fault != nil {
			continue
		}
		quick := plainPage(members)
		if quick == nil {
			other++
			continue
		}
		plain++
		slow, refusal := decodePage(payload)
		if refusal != nil || !reflect.DeepEqual(quick, slow) {
			t.Fatalf("%s\nread plainly %+v\ndecoded      %+v (%v)", text, quick, slow, refusal)
		}
	}
	if plain < 2000 || other < 500 {
		t.Fatalf("%d read plainly and %d left to the decoder: the test shows too little", plain, other)
	}
}

func talentPayload(t *testing.T) string {
	t.Helper()
	_, body, _, _ := ownSaying(t)
	body.Skills = []Skill{{"https://skills.example/a", 3, "self"}, {"https://skills.example/b", 4, "evaluated"}}
	octets, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(octets)
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
		`,"x":1`, `,"x":"y"`, `{"utcStart":"a"}`, `,{"utcEnd":"a"}`, `,{"level":4}`, `"level":`, `,"n":7`, `"n":`, `,{"n":3,"kind":"a"}`, `"items":`, `,"record":"z"`, "false", "9007199254740993", ",5", `,"x"`, "ſ", "3", "é",
	}
	octets := []byte(text)
	for range 1 + r.IntN(3) {
		at := r.IntN(len(octets))
		end := min(at+r.IntN(3), len(octets))
		octets = append(append(append([]byte{}, octets[:at]...), pieces[r.IntN(len(pieces))]...), octets[end:]...)
	}
	return string(octets)
}
