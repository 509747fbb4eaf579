// Package dialtest has what tests of the guard share: the spellings of addresses
// inside, a door that counts who comes in, and a resolver whose answers change
// between two looks.
package dialtest

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
)

// Insiders are addresses that nobody may lead us to, in every spelling
// that a URL, a resolver or a redirect may use.
func Insiders() []string {
	v4 := []string{
		"0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
		"127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1",
		"192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	}
	list := append([]string(nil), v4...)
	for _, a := range v4 {
		ip := netip.MustParseAddr(a).As4()
		hex := fmt.Sprintf("%02x%02x:%02x%02x", ip[0], ip[1], ip[2], ip[3])
		list = append(list, "[::ffff:"+a+"]", "[::ffff:"+hex+"]", "[64:ff9b::"+hex+"]", "[2002:"+hex+"::1]")
	}
	for _, hex := range []string{"7f00:1", "a00:1", "c0a8:1", "a9fe:a9fe"} {
		list = append(list, "[::"+hex+"]", "[::ffff:0:"+hex+"]", "[64:ff9b:1::"+hex+"]", "[2001:0:"+hex+"::1]")
	}
	return append(
		list, "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[100::1]", "[100:0:0:1::1]", "[2001::1]", "[2001:db8::1]", "[3fff::1]",
		"[5f00::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25lo]", "[::1%25lo]", "[fec0::1]", "[ff02::1]",
		"localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "2130706433",
		"017700000001", "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "good.example@127.0.0.1", "127.0.0.1%2f",
	)
}

// Door is a server inside, which counts who comes in.
type Door struct {
	Port string
	came atomic.Int64
}

// OpenDoor listens on loopback until the test ends.
func OpenDoor(t *testing.T) *Door {
	t.Helper()
	d := &Door{Port: "0"}
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, d.Port))
		if err != nil {
			t.Logf("nobody listens on %s: %v", host, err)
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		_, d.Port, _ = net.SplitHostPort(l.Addr().String())
		go d.welcome(l)
	}
	return d
}

// Came counts who came in.
func (d *Door) Came() int64 { return d.came.Load() }

func (d *Door) welcome(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		d.came.Add(1)
		_ = conn.Close()
	}
}

// Names answers every name with the addresses of the present look; it speaks
// DNS over a pipe (RFC 1035 section 4.2.2).
type Names struct {
	Answers [][]string
	Look    atomic.Int64
	asked   atomic.Int64
}

// Resolver asks these answers and nobody else.
func (n *Names) Resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// Asked counts the questions for an address.
func (n *Names) Asked() int64 { return n.asked.Load() }

func (n *Names) serve(c net.Conn) {
	defer c.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		answer := n.answer(query)
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func (n *Names) answer(query []byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5
	kind := binary.BigEndian.Uint16(query[end-4:])
	var found [][]byte
	if kind == 1 || kind == 28 {
		n.asked.Add(1)
		for _, text := range n.Answers[n.Look.Load()] {
			ip := netip.MustParseAddr(text)
			if octets := ip.AsSlice(); ip.Is4() == (kind == 1) {
				record := binary.BigEndian.AppendUint16([]byte{0xC0, 0x0C}, kind)
				record = append(record, 0, 1, 0, 0, 0, 0, 0, byte(len(octets)))
				found = append(found, append(record, octets...))
			}
		}
	}
	out := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, byte(len(found)), 0, 0, 0, 0}, query[12:end]...)
	for _, f := range found {
		out = append(out, f...)
	}
	return out
}

// Literal is the address that a form spells, where it is one.
func Literal(host string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.NewReplacer("[", "", "]", "", "%25lo", "%lo").Replace(host))
	return addr, err == nil
}
