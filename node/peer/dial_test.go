package peer

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/dial/dialtest"
	"github.com/fukusen/fukusen/spec"
)

func clientOver(t *testing.T, g dial.Guard) *Client {
	t.Helper()
	signer, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	transport := NewTransport(g)
	t.Cleanup(transport.CloseIdleConnections)
	return NewClient("https://city.example", func() *spec.Signer { return signer }, time.Now, transport, nil)
}

func (c *Client) try(t *testing.T, target string) error {
	t.Helper()
	_, err := c.Do(t.Context(), spec.NodeID(target), Ask{Method: http.MethodGet, Path: "/v1/health", Limit: 4096})
	return err
}

// TestNoNameLeadsInside: an address inside is dialled in no spelling, neither
// named outright nor by what a name resolves to, alone, among others, or only
// at the second look.
func TestNoNameLeadsInside(t *testing.T) {
	in := dialtest.OpenDoor(t)
	list := dialtest.Insiders()
	if len(list) < 120 {
		t.Fatalf("only %d forms", len(list))
	}
	t.Logf("%d forms", len(list))
	direct := clientOver(t, dial.Guard{})
	tried := 0
	for _, host := range list {
		tried++
		err := direct.try(t, "http://"+host+":"+in.Port)
		if _, named := dialtest.Literal(host); err == nil || named && !errors.Is(err, dial.ErrPrivate) {
			t.Errorf("%s: %v, want it refused before it is dialled", host, err)
		}
	}
	// Nobody listens on 127.9.9.9, so a dialler that may go there goes on.
	outside := netip.MustParsePrefix("127.9.9.9/32")
	for _, host := range list {
		addr, named := dialtest.Literal(host)
		if !named {
			continue
		}
		if (dial.Guard{}).Allowed(addr) {
			t.Errorf("%s is allowed", host)
		}
		inside := addr.WithZone("").Unmap().String()
		for way, answers := range map[string][][]string{
			"resolved": {{inside}}, "among others": {{"127.9.9.9", inside, "127.9.9.9"}}, "rebound": {{"127.9.9.9"}, {inside}},
		} {
			tried++
			n := &dialtest.Names{Answers: answers}
			c := clientOver(t, dial.Guard{Private: []netip.Prefix{outside}, Resolver: n.Resolver()})
			for look := range answers {
				n.Look.Store(int64(look))
				err := c.try(t, "http://neighbour.example:"+in.Port)
				if err == nil || look == len(answers)-1 && way != "among others" && !errors.Is(err, dial.ErrPrivate) {
					t.Errorf("%s, %s: %v", host, way, err)
				}
			}
			if n.Asked() == 0 {
				t.Fatalf("%s, %s: the name was not looked up", host, way)
			}
		}
	}
	if came := in.Came(); came != 0 || tried < 480 {
		t.Errorf("%d of %d tries came in", came, tried)
	}
	// The twin: where it is configured, the same address is dialled.
	configured := clientOver(t, dial.Guard{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err := configured.try(t, "http://127.0.0.1:"+in.Port); errors.Is(err, dial.ErrPrivate) || in.Came() == 0 {
		t.Errorf("a configured address is not dialled: %v", err)
	}
}

// TestNoRedirectLeadsInside, nor anywhere else: none is followed.
func TestNoRedirectLeadsInside(t *testing.T) {
	in := dialtest.OpenDoor(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, host := range dialtest.Insiders() {
			where := "http://" + host + ":" + in.Port + "/v1/health"
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", where)
				w.WriteHeader(status)
			}))
			c := clientOver(t, dial.Guard{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
			if err := c.try(t, s.URL); err == nil {
				t.Errorf("%d to %s: it answered", status, host)
			}
			s.Close()
		}
	}
	if came := in.Came(); came != 0 {
		t.Errorf("%d redirects were followed", came)
	}
}
