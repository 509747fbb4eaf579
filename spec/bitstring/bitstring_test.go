package bitstring_test

import (
	"bytes"
	"testing"

	"github.com/fukusen/fukusen/spec/bitstring"
)

func TestBitsComeBackAsTheyWerePacked(t *testing.T) {
	bits := make([]byte, 16384)
	bits[0], bits[16383] = 0x80, 0x01
	packed, err := bitstring.Pack(bits)
	if err != nil {
		t.Fatal(err)
	}
	got := bitstring.Unpack(packed, 16384)
	if !bytes.Equal(got, bits) || !bitstring.Set(got, 0) || bitstring.Set(got, 1) || !bitstring.Set(got, 16384*8-1) {
		t.Fatal("the bits are others after packing")
	}
	if bitstring.Unpack(packed, 16383) != nil {
		t.Error("more is unpacked than was allowed")
	}
	for _, bad := range []string{"", "u", packed[1:], packed + "=", packed[:len(packed)-8], "z" + packed[1:]} {
		if bitstring.Unpack(bad, 16384) != nil {
			t.Errorf("%.20q is unpacked", bad)
		}
	}
}
