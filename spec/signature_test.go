package spec

import (
	"crypto/ed25519"
	"encoding/base64"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// order is L, written in decimal as RFC 8032 section 5.1 has it.
func order(t testing.TB) *big.Int {
	t.Helper()
	c, ok := new(big.Int).SetString("27742317777372353535851937790883648493", 10)
	if !ok {
		t.Fatal("the group order is misspelt")
	}
	return c.Add(c, new(big.Int).Lsh(big.NewInt(1), 252))
}

func littleEndian(n *big.Int) []byte {
	out := n.FillBytes(make([]byte, 32))
	for i := range 16 {
		out[i], out[31-i] = out[31-i], out[i]
	}
	return out
}

func TestBelowOrderAgreesWithArithmetic(t *testing.T) {
	l := order(t)
	r := rand.New(rand.NewPCG(1, 2))
	check := func(n *big.Int) {
		t.Helper()
		if got, want := belowOrder(littleEndian(n)), n.Cmp(l) < 0; got != want {
			t.Fatalf("%v below the order: got %v, want %v", n, got, want)
		}
	}
	for _, near := range []int64{-2, -1, 0, 1, 2} {
		check(new(big.Int).Add(l, big.NewInt(near)))
	}
	for range 20000 {
		octets := make([]byte, 32)
		for i := range octets {
			octets[i] = byte(r.Uint32())
		}
		octets[0] &= 0x1f // around the order, where it matters
		check(new(big.Int).SetBytes(octets))
	}
}

// TestVerificationAgreesWithTheStandardLibrary changes good signatures at
// random: both ways of this package, jwx and crypto/ed25519 must say the same
// of each, and a signature of another length is refused by both.
func TestVerificationAgreesWithTheStandardLibrary(t *testing.T) {
	seed := make([]byte, ed25519.SeedSize)
	r := rand.New(rand.NewPCG(3, 4))
	l := order(t)
	good, bad := 0, 0
	for n := range 1500 {
		seed[0], seed[1] = byte(n), byte(n>>8)
		private := ed25519.NewKeyFromSeed(seed)
		public := private.Public().(ed25519.PublicKey)
		signing := "eyJhbGciOiJFZERTQSJ9." + base64.RawURLEncoding.EncodeToString([]byte{byte(n), byte(r.Uint32()), 1, 2})
		sig := ed25519.Sign(private, []byte(signing))
		malleate(r, sig, l)
		want := ed25519.Verify(public, []byte(signing), sig)
		text := signing + "." + base64.RawURLEncoding.EncodeToString(sig)
		tok := &token{text: text, signing: signing, sig: sig}
		bulk, single := tok.verify(public), tok.verifyJOSE(public)
		if (bulk == nil) != want {
			t.Fatalf("signature %x: got %v, crypto/ed25519 says %v", sig, bulk, want)
		}
		if (single == nil) != want || bulk != nil && bulk.Requirement != single.Requirement {
			t.Fatalf("signature %x: in bulk %v, alone %v", sig, bulk, single)
		}
		short := &token{text: text, signing: signing, sig: sig[:63]}
		if short.verify(public) == nil || short.verifyJOSE(public) == nil {
			t.Fatal("a signature of 63 octets verifies")
		}
		if _, err := jws.Verify([]byte(text), jws.WithCompact(), jws.WithKey(jwa.EdDSA, public)); (err == nil) != want {
			t.Fatalf("signature %x: jwx says %v, crypto/ed25519 says %v", sig, err, want)
		}
		if want {
			good++
		} else {
			bad++
		}
	}
	if good < 100 || bad < 500 {
		t.Fatalf("%d good and %d bad signatures: the test shows too little", good, bad)
	}
}

// malleate changes a signature in one of the ways that verifiers differ about.
func malleate(r *rand.Rand, sig []byte, l *big.Int) {
	s := new(big.Int)
	switch r.IntN(6) {
	case 0: // left as it is
	case 1: // one bit anywhere
		at := r.IntN(512)
		sig[at/8] ^= 1 << (at % 8)
	case 2: // S plus a multiple of the order
		s.SetBytes(reversed(sig[32:]))
		s.Add(s, new(big.Int).Mul(l, big.NewInt(int64(1+r.IntN(14)))))
		if s.BitLen() <= 256 {
			copy(sig[32:], littleEndian(s))
		}
	case 3: // S negated
		s.Sub(l, s.SetBytes(reversed(sig[32:])))
		copy(sig[32:], littleEndian(s))
	case 4: // the sign bit of R
		sig[31] ^= 0x80
	case 5: // R and S exchanged
		half := append([]byte(nil), sig[:32]...)
		copy(sig, sig[32:])
		copy(sig[32:], half)
	}
}

func reversed(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[len(b)-1-i] = b[i]
	}
	return out
}
