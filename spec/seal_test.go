package spec

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// ownSaying is what a node needs to say a record: its key, a payload, its own
// history and what its gate expects.
func ownSaying(t *testing.T) (*Signer, *Talent, *KeyHistory, Expect) {
	t.Helper()
	signer, root := freshSigner(t), freshSigner(t)
	now := time.Now().UTC()
	no := false
	body := &Talent{
		Envelope: Envelope{
			Issuer: "https://city.example", Audience: "https://club.example", Subject: Subject(RandomUUID()),
			IssuedAt: now.Unix(), Expires: now.Unix() + 3600, JTI: NewUUID(), UID: RandomUUID(), Sequence: 7, Policy: 1,
			Consent: RandomUUID(), Purpose: "matching", Until: now.Unix() + 3600,
		},
		Skills: []Skill{{URI: "https://skills.example/a?b=1&c=<2>", Level: 3, Basis: "self"}},
		Region: "141003", Remote: &no, Languages: []string{"ja", "en"},
	}
	history, err := SealKeys(root, KeyHistory{
		Issuer: body.Issuer, IssuedAt: body.IssuedAt, Serial: 1, Keys: []KeyEntry{
			{KID: signer.KID(), Use: UseRecord, X: EncodeKey(signer.Public()), From: body.IssuedAt},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := OpenKeys(history, body.Issuer, root.Public())
	if err != nil {
		t.Fatal(err)
	}
	return signer, body, keys, Expect{Issuer: body.Issuer, Audience: body.Audience, Kind: KindTalent, Now: now}
}

func freshSigner(t *testing.T) *Signer {
	t.Helper()
	s, err := GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestATokenIsSealedAsTheLibraryWouldSealIt(t *testing.T) {
	signer, body, _, _ := ownSaying(t)
	for typ, payload := range map[string]any{
		body.Kind().Typ(): body, typKeys: KeyHistory{Issuer: body.Issuer}, typBallot: Ballot{}, typRequest: RequestClaims{},
	} {
		quick, err := sealToken(signer, typ, payload)
		if err != nil {
			t.Fatal(err)
		}
		if slow := sealedByLibrary(t, signer, typ, payload); quick != slow {
			t.Errorf("%s\nhere    %s\nby jwx  %s", typ, quick, slow)
		}
	}
}

func sealedByLibrary(t *testing.T, s *Signer, typ string, payload any) string {
	t.Helper()
	octets, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	h := jws.NewHeaders()
	for name, value := range map[string]string{jws.KeyIDKey: s.kid, jws.TypeKey: typ} {
		if err := h.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	out, err := jws.Sign(octets, jws.WithKey(jwa.EdDSA, s.private, jws.WithProtectedHeaders(h)))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAnOwnRecordIsTheOneThatAnybodyOpens(t *testing.T) {
	signer, body, keys, want := ownSaying(t)
	own, err := SealOwn(signer, body, keys, want)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(own.Token(), keys, want)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(own, opened) {
		t.Errorf("sealed %+v\nopened %+v", own, opened)
	}
	if own.Body() == Body(body) {
		t.Error("the record has the caller's payload, which the caller may still change")
	}
}

// TestAnOwnRecordIsHeldToWhatAnybodysIs breaks one thing at a time that Open
// would refuse.
func TestAnOwnRecordIsHeldToWhatAnybodysIs(t *testing.T) {
	for name, c := range map[string]struct {
		requirement string
		spoil       func(s *Signer, b *Talent, keys *KeyHistory, want *Expect)
	}{
		"a key that the history lacks": {"REQ-KEY-007", func(s *Signer, _ *Talent, _ *KeyHistory, _ *Expect) { *s = *freshSigner(t) }},
		"another key under a listed name": {"REQ-OPEN-014", func(s *Signer, _ *Talent, _ *KeyHistory, _ *Expect) {
			s.private = freshSigner(t).private
		}},
		"a key that is not yet valid": {"REQ-KEY-008", func(_ *Signer, b *Talent, _ *KeyHistory, _ *Expect) { b.IssuedAt -= 100 }},
		"another issuer":              {"REQ-ENV-003", func(_ *Signer, b *Talent, _ *KeyHistory, _ *Expect) { b.Issuer = "https://mill.example" }},
		"another audience":            {"REQ-ENV-004", func(_ *Signer, b *Talent, _ *KeyHistory, _ *Expect) { b.Audience = "https://mill.example" }},
		"a time ahead":                {"REQ-ENV-006", func(_ *Signer, _ *Talent, _ *KeyHistory, want *Expect) { want.Now = want.Now.Add(-time.Hour) }},
		"over":                        {"REQ-ENV-005", func(_ *Signer, _ *Talent, _ *KeyHistory, want *Expect) { want.Now = want.Now.Add(2 * time.Hour) }},
		"another kind":                {"REQ-FEED-010", func(_ *Signer, _ *Talent, _ *KeyHistory, want *Expect) { want.Kind = KindReceipt }},
		"a payload against its rules": {"REQ-TAL-002", func(_ *Signer, b *Talent, _ *KeyHistory, _ *Expect) { b.Skills[0].Level = 6 }},
	} {
		t.Run(name, func(t *testing.T) {
			signer, body, keys, want := ownSaying(t)
			c.spoil(signer, body, keys, &want)
			record, err := SealOwn(signer, body, keys, want)
			if r := AsRefusal(err); record != nil || r == nil || r.Requirement != c.requirement {
				t.Errorf("got %v, %v; want %s", record, err, c.requirement)
			}
		})
	}
}
