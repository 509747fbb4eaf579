package records

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"slices"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/spec"
)

// groupOrder is that of Ed25519 (RFC 8032 section 5.1), in hexadecimal.
const groupOrder = "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"

// octetsOf decodes a part that the suite itself wrote.
func octetsOf(part string) []byte {
	octets, _ := base64.RawURLEncoding.DecodeString(part)
	return octets
}

// signatures are the ways in which a signature is not the key's over the token.
func (s *scribe) signatures() []spelling {
	const n = "REQ-OPEN-014"
	var list []spelling
	put := func(name string, j jws, signature []byte) {
		j.signature = base64.RawURLEncoding.EncodeToString(signature)
		list = append(list, wrong(n, name, j, j.token()))
	}
	stranger, err := spec.GenerateSigner()
	if err != nil {
		s.err = err
		return nil
	}
	a := s.order()
	put("signed by another key than kid names", a, ed25519.Sign(stranger.Private(), []byte(a.header+"."+a.payload)))
	put("the signature of another record", s.order(), octetsOf(s.order().signature))
	b := s.order()
	put("a signature over the decoded payload", b, ed25519.Sign(s.from.Key.Private(), octetsOf(b.payload)))
	c := s.order()
	digest := sha256.Sum256([]byte(c.header + "." + c.payload))
	put("a signature over the digest", c, ed25519.Sign(s.from.Key.Private(), digest[:]))
	put("a signature of zeros", s.order(), make([]byte, ed25519.SignatureSize))
	for _, name := range []string{"one bit of R changed", "one bit of S changed"} {
		j := s.order()
		octets := octetsOf(j.signature)
		if s.err != nil {
			return nil
		}
		at := s.world.Pick(31)
		if len(list)%2 == 0 {
			at += 32
		}
		octets[at] ^= 1 << s.world.Pick(8)
		put(name, j, octets)
	}
	d := s.order()
	put("a payload changed after signing", jws{header: d.header, payload: s.order().payload}, octetsOf(d.signature))
	return list
}

// values are the other spellings of a good signature: S and the group order
// together, and too few or too many octets.
func (s *scribe) values() []spelling {
	const n = "REQ-OPEN-015"
	var list []spelling
	put := func(name string, change func([]byte) []byte) {
		j := s.order()
		if s.err != nil {
			return
		}
		j.signature = base64.RawURLEncoding.EncodeToString(change(octetsOf(j.signature)))
		list = append(list, wrong(n, name, j, j.token()))
	}
	more := 2 + s.world.Pick(14)
	for _, times := range []int{1, more} {
		put("S and the group order together", func(octets []byte) []byte { return addOrder(octets, times) })
	}
	put("63 octets", func(octets []byte) []byte { return octets[:63] })
	put("65 octets", func(octets []byte) []byte { return append(octets, byte(s.world.Pick(256))) })
	put("R alone", func(octets []byte) []byte { return octets[:32] })
	put("the signature twice", func(octets []byte) []byte { return append(octets, octets...) })
	return list
}

// addOrder adds a multiple of the group order, at most 15 times, to the S of a
// signature: the same value in another spelling.
func addOrder(signature []byte, times int) []byte {
	little := slices.Clone(signature[32:])
	slices.Reverse(little)
	order, _ := new(big.Int).SetString(groupOrder, 16)
	sum := new(big.Int).SetBytes(little)
	sum.Add(sum, order.Mul(order, big.NewInt(int64(times))))
	other := sum.FillBytes(make([]byte, 32))
	slices.Reverse(other)
	return append(slices.Clone(signature[:32]), other...)
}

// ids are sound orders under ids that are not theirs.
func (s *scribe) ids() []spelling {
	var list []spelling
	put := func(name string, id func(j jws) spec.ID) {
		j := s.order()
		if s.err != nil {
			return
		}
		list = append(list, spelling{"REQ-OPEN-017", name, j.token(), id(j), markOf(j.payload)})
	}
	put("under the id of another record", func(jws) spec.ID { return forge.ID(s.order().token()) })
	put("under the digest of the whole token", func(j jws) spec.ID { return spec.Digest([]byte(j.token())) })
	put("under the digest of the payload", func(j jws) spec.ID { return spec.Digest([]byte(j.payload)) })
	put("under the digest of the decoded payload", func(j jws) spec.ID { return spec.Digest(octetsOf(j.payload)) })
	return list
}
