// Package bitstring packs the bits of a status list as W3C Bitstring Status List
// 1.0 does: "u" and base64url of the gzipped octets.
//
// It refuses to unpack more than it is allowed to: a small file may unpack to
// gigabytes.
package bitstring

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
)

// Pack writes the encodedList of some bits.
func Pack(bits []byte) (string, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(bits); err != nil {
		return "", fmt.Errorf("pack bits: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("pack bits: %w", err)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}

// Unpack reads an encodedList of at most so many octets of bits; nil where it
// is not one.
func Unpack(encoded string, most int64) []byte {
	if len(encoded) < 2 || encoded[0] != 'u' {
		return nil
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(encoded[1:])
	if err != nil {
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	bits, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(bits)) > most {
		return nil
	}
	return bits
}

// Set reports one bit, counted from the most significant of the first octet.
// The index must lie within the bits.
func Set(bits []byte, index int) bool { return bits[index/8]&(1<<(7-index%8)) != 0 }
