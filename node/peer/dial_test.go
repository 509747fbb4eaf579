package peer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// insiders are addresses that no neighbour may lead us to, in every spelling
// that a URL, a resolver or a redirect may use.
func insiders() []string {
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

// door is a server inside, which counts who comes in.
type door struct {
	port string
	came atomic.Int64
}

func openDoor(t *testing.T) *door {
	t.Helper()
	d := &door{port: "0"}
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, d.port))
		if err != nil {
			t.Logf("nobody listens on %s: %v", host, err)
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		_, d.port, _ = net.SplitHostPort(l.Addr().String())
		go d.welcome(l)
	}
	return d
}

func (d *door) welcome(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		d.came.Add(1)
		_ = conn.Close()
	}
}

// names answers every name with the addresses of the present look; it speaks
// DNS over a pipe (RFC 1035 section 4.2.2).
type names struct {
	answers [][]string
	look    atomic.Int64
	asked   atomic.Int64
}

func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

func (n *names) serve(c net.Conn) {
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

func (n *names) answer(query []byte) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5
	kind := binary.BigEndian.Uint16(query[end-4:])
	var found [][]byte
	if kind == 1 || kind == 28 {
		n.asked.Add(1)
		for _, text := range n.answers[n.look.Load()] {
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

func clientOver(t *testing.T, d Dialling) *Client {
	t.Helper()
	signer, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	transport := NewTransport(d)
	t.Cleanup(transport.CloseIdleConnections)
	return NewClient("https://city.example", func() *spec.Signer { return signer }, time.Now, transport, nil)
}

func (c *Client) try(t *testing.T, target string) error {
	t.Helper()
	_, err := c.Do(t.Context(), spec.NodeID(target), Ask{Method: http.MethodGet, Path: "/v1/health", Limit: 4096})
	return err
}

// literal is the address that a form spells, where it is one.
func literal(host string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.NewReplacer("[", "", "]", "", "%25lo", "%lo").Replace(host))
	return addr, err == nil
}

// TestNoNameLeadsInside: an address inside is dialled in no spelling, neither
// named outright nor by what a name resolves to, alone, among others, or only
// at the second look.
func TestNoNameLeadsInside(t *testing.T) {
	in := openDoor(t)
	list := insiders()
	if len(list) < 120 {
		t.Fatalf("only %d forms", len(list))
	}
	t.Logf("%d forms", len(list))
	direct := clientOver(t, Dialling{})
	tried := 0
	for _, host := range list {
		tried++
		err := direct.try(t, "http://"+host+":"+in.port)
		if _, named := literal(host); err == nil || named && !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: %v, want it refused before it is dialled", host, err)
		}
	}
	// Nobody listens on 127.9.9.9, so a dialler that may go there goes on.
	outside := netip.MustParsePrefix("127.9.9.9/32")
	for _, host := range list {
		addr, named := literal(host)
		if !named {
			continue
		}
		if (Dialling{}).Allowed(addr) {
			t.Errorf("%s is allowed", host)
		}
		inside := addr.WithZone("").Unmap().String()
		for way, answers := range map[string][][]string{
			"resolved": {{inside}}, "among others": {{"127.9.9.9", inside, "127.9.9.9"}}, "rebound": {{"127.9.9.9"}, {inside}},
		} {
			tried++
			n := &names{answers: answers}
			c := clientOver(t, Dialling{Private: []netip.Prefix{outside}, Resolver: n.resolver()})
			for look := range answers {
				n.look.Store(int64(look))
				err := c.try(t, "http://neighbour.example:"+in.port)
				if err == nil || look == len(answers)-1 && way != "among others" && !errors.Is(err, ErrPrivate) {
					t.Errorf("%s, %s: %v", host, way, err)
				}
			}
			if n.asked.Load() == 0 {
				t.Fatalf("%s, %s: the name was not looked up", host, way)
			}
		}
	}
	if came := in.came.Load(); came != 0 || tried < 480 {
		t.Errorf("%d of %d tries came in", came, tried)
	}
	// The twin: where it is configured, the same address is dialled.
	configured := clientOver(t, Dialling{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err := configured.try(t, "http://127.0.0.1:"+in.port); errors.Is(err, ErrPrivate) || in.came.Load() == 0 {
		t.Errorf("a configured address is not dialled: %v", err)
	}
}

// TestNoRedirectLeadsInside, nor anywhere else: none is followed.
func TestNoRedirectLeadsInside(t *testing.T) {
	in := openDoor(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, host := range insiders() {
			where := "http://" + host + ":" + in.port + "/v1/health"
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", where)
				w.WriteHeader(status)
			}))
			c := clientOver(t, Dialling{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
			if err := c.try(t, s.URL); err == nil {
				t.Errorf("%d to %s: it answered", status, host)
			}
			s.Close()
		}
	}
	if came := in.came.Load(); came != 0 {
		t.Errorf("%d redirects were followed", came)
	}
}
