package spec

import (
	"crypto/ed25519"
	"testing"
	"time"
)

// BenchmarkOpen is the whole proof of one availability record; BenchmarkVerify
// is the signature alone, below which it cannot come.
func BenchmarkOpen(b *testing.B) {
	token, keys, want := openable(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(token, keys, want); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	token, keys, _ := openable(b)
	t, r := splitToken(token, MaxToken, nil)
	if r != nil {
		b.Fatal(r)
	}
	signing, key := []byte(t.signing), keys.Keys[0].Public()
	for b.Loop() {
		if !ed25519.Verify(key, signing, t.sig) {
			b.Fatal("the signature does not verify")
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	signer, body := sealable(b)
	for b.Loop() {
		if _, err := Seal(signer, body); err != nil {
			b.Fatal(err)
		}
	}
}

func sealable(b *testing.B) (*Signer, *Availability) {
	b.Helper()
	signer, err := GenerateSigner()
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now().UTC()
	return signer, &Availability{
		Envelope: Envelope{
			Issuer: "https://club.example", Audience: "https://city.example", Subject: Subject(RandomUUID()),
			IssuedAt: now.Unix(), Expires: now.Unix() + 3600, JTI: NewUUID(), UID: RandomUUID(), Sequence: 1, Policy: 1,
			Consent: RandomUUID(), Purpose: "matching", Until: now.Unix() + 3600,
		},
		Updated: FormatUTC(now), Start: FormatUTC(now), End: FormatUTC(now.Add(time.Hour)),
		Busy: []BusyPeriod{{FormatUTC(now), FormatUTC(now.Add(30 * time.Minute)), BusyConfirmed}},
	}
}

func openable(b *testing.B) (string, *KeyHistory, Expect) {
	b.Helper()
	signer, body := sealable(b)
	root, err := GenerateSigner()
	if err != nil {
		b.Fatal(err)
	}
	history, err := SealKeys(root, KeyHistory{
		Issuer: body.Issuer, IssuedAt: body.IssuedAt, Serial: 1, Keys: []KeyEntry{
			{KID: signer.KID(), Use: UseRecord, X: EncodeKey(signer.Public()), From: body.IssuedAt},
			{KID: root.KID(), Use: UseTLS, X: EncodeKey(root.Public()), From: body.IssuedAt},
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	keys, err := OpenKeys(history, body.Issuer, root.Public())
	if err != nil {
		b.Fatal(err)
	}
	token, err := Seal(signer, body)
	if err != nil {
		b.Fatal(err)
	}
	return token, keys, Expect{Issuer: body.Issuer, Audience: body.Audience, Now: time.Now()}
}
