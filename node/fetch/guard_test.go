package fetch_test

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/dial/dialtest"
	"github.com/fukusen/fukusen/node/fetch"
)

// outside is the one address that these tests allow; it stands for the public
// network, because it is on this machine and yet not where the others are.
const outside = "127.9.9.9"

// recorder writes down every address that the guard lets through to be dialled.
type recorder struct {
	mu    sync.Mutex
	dials []netip.Addr
}

// reader reads through the guard with its recorder.
func (r *recorder) reader(t *testing.T, names *dialtest.Names) *fetch.Reader {
	t.Helper()
	g := dial.Guard{Private: []netip.Prefix{netip.MustParsePrefix(outside + "/32")}}
	if names != nil {
		g.Resolver = names.Resolver()
	} else {
		g.Resolver = (&dialtest.Names{Answers: [][]string{nil}}).Resolver()
	}
	d := g.Dialer()
	guard := d.Control
	d.Control = func(network, address string, c syscall.RawConn) error {
		err := guard(network, address, c)
		if err == nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.dials = append(r.dials, netip.MustParseAddrPort(address).Addr().Unmap())
		}
		return err
	}
	reader := fetch.New(d, nil, true, fetch.Limits{Bytes: 1 << 20, Time: 5 * time.Second})
	t.Cleanup(reader.Close)
	return reader
}

// strays are the dials to anywhere but the address that is allowed.
func (r *recorder) strays() []netip.Addr {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.dials), func(a netip.Addr) bool { return a == netip.MustParseAddr(outside) })
}

// forms are 120 ways to write an address inside as the host of a URL.
func forms(t *testing.T) []string {
	t.Helper()
	list := dialtest.Insiders()
	for _, more := range []string{
		"0x7f.0x0.0x0.0x1", "0177.0.0.01", "127.0.1", "0300.0250.1.1", "0xc0a80101", "3232235777", "0xa9fea9fe", "2852039166",
		"169.254.43518", "10.1", "[::ffff:127.0.0.1]", "user:word@127.0.0.1", "calendar.example@10.0.0.1", "127.0.0.1#@calendar.example",
		"127.0.0.1%00.calendar.example", "LOCALHOST.", "[0:0:0:0:0:ffff:7f00:1]", "[::ffff:0:127.0.0.1]",
	} {
		if !slices.Contains(list, more) {
			list = append(list, more)
		}
	}
	if len(list) < 120 {
		t.Fatalf("only %d forms", len(list))
	}
	return list
}

// leader answers every question with a redirect, at the address that is allowed.
type leader struct{ port string }

func openLeader(t *testing.T, to func(*http.Request) (string, int)) *leader {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(outside, "0"))
	if err != nil {
		t.Skipf("this machine has no address %s: %v", outside, err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		where, status := to(r)
		if where != "" {
			w.Header().Set("Location", where)
		}
		w.WriteHeader(status)
	})}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return &leader{port: port}
}

// TestNoCalendarLeadsInside: 120 forms, each as the first hop, behind a redirect,
// behind a name that changes its mind, and among several answers: nothing inside
// is dialled, whoever names it.
func TestNoCalendarLeadsInside(t *testing.T) {
	in := dialtest.OpenDoor(t)
	list := forms(t)
	cases := 0
	var rec recorder
	direct := rec.reader(t, nil)
	var target string
	lead := openLeader(t, func(*http.Request) (string, int) { return target, http.StatusFound })
	for _, host := range list {
		cases++
		if _, err := direct.Do(t.Context(), fetch.Ask{URL: "http://" + host + ":" + in.Port + "/basic.ics"}); err == nil {
			t.Errorf("%s: it answered", host)
		}
		cases++
		target = "http://" + host + ":" + in.Port + "/basic.ics"
		if _, err := direct.Do(t.Context(), fetch.Ask{URL: "http://" + outside + ":" + lead.port}); err == nil {
			t.Errorf("a redirect to %s: it answered", host)
		}
		// A name has no spelling of an address; where the form is none, what it would
		// lead to is.
		addr, named := dialtest.Literal(host)
		if !named {
			addr = netip.MustParseAddr("127.0.0.1")
		}
		inside := addr.WithZone("").Unmap().String()
		for way, answers := range map[string][][]string{
			"rebound": {{outside}, {inside}}, "among others": {{outside, inside, outside}},
		} {
			cases++
			n := &dialtest.Names{Answers: answers}
			r := rec.reader(t, n)
			for look := range answers {
				n.Look.Store(int64(look))
				_, err := r.Do(t.Context(), fetch.Ask{URL: "http://calendar.example:" + in.Port + "/basic.ics"})
				if err == nil || look == 1 && !errors.Is(err, fetch.ErrInside) {
					t.Errorf("%s, %s: %v", host, way, err)
				}
			}
			if n.Asked() == 0 {
				t.Fatalf("%s, %s: the name was not looked up", host, way)
			}
		}
	}
	if cases < 480 {
		t.Errorf("only %d cases", cases)
	}
	if strays := rec.strays(); len(strays) > 0 || in.Came() > 0 {
		t.Errorf("%d of %d cases came in, dialled: %v", in.Came(), cases, strays)
	}
	t.Logf("%d forms, %d cases", len(list), cases)
	// The twin: the recorder sees a dial where one is allowed.
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if len(rec.dials) < len(list) {
		t.Errorf("%d dials were recorded, so the recorder shows nothing", len(rec.dials))
	}
}

// TestRedirectsEnd: three hops are followed, a fourth is not; the password goes to
// the first origin alone.
func TestRedirectsEnd(t *testing.T) {
	hops := 0
	var other *leader
	passwords := map[string]int{}
	answer := func(r *http.Request) (string, int) {
		if _, _, ok := r.BasicAuth(); ok {
			passwords[r.Host]++
		}
		if hops == 0 {
			return "", http.StatusNoContent
		}
		hops--
		return "http://" + outside + ":" + other.port + "/next", http.StatusMovedPermanently
	}
	first := openLeader(t, answer)
	other = openLeader(t, answer)
	var rec recorder
	r := rec.reader(t, nil)
	for n, want := range map[int]error{0: nil, 1: nil, fetch.MaxHops: nil, fetch.MaxHops + 1: fetch.ErrHops, 50: fetch.ErrHops} {
		hops = n
		a, err := r.Do(t.Context(), fetch.Ask{URL: "http://" + outside + ":" + first.port + "/", User: "rower", Password: "word"})
		if !errors.Is(err, want) || err == nil && a.Status != http.StatusNoContent {
			t.Errorf("%d hops: %d, %v", n, a.Status, err)
		}
	}
	if len(passwords) != 1 || passwords[outside+":"+first.port] == 0 {
		t.Errorf("the password went to %v", passwords)
	}
}

// TestAnAddressIsReadInOneSpelling: what is no plain https address is refused
// before anything is looked up; what programs hand out is understood.
func TestAnAddressIsReadInOneSpelling(t *testing.T) {
	for text, want := range map[string]string{
		"https://calendar.example/a.ics":          "https://calendar.example/a.ics",
		"webcal://calendar.example/a.ics?k=s#top": "https://calendar.example/a.ics?k=s",
		" HTTPS://Calendar.Example/A.ics ":        "https://calendar.example/A.ics",
		"http://calendar.example:80/a.ics":        "https://calendar.example/a.ics",
		"https://192.0.2.7/a.ics":                 "https://192.0.2.7/a.ics",
		"https://xn--r8jz45g.example/a.ics":       "https://xn--r8jz45g.example/a.ics",
	} {
		if u, err := fetch.Check(text, false); err != nil || u.String() != want {
			t.Errorf("%q: %v, %v", text, u, err)
		}
	}
	for _, text := range []string{
		"", "calendar.example/a.ics", "ftp://calendar.example/a.ics", "file:///etc/passwd", "javascript:alert(1)", "https:", "https://",
		"https:///a.ics", "https://rower:word@calendar.example/", "https://calendar.example@10.0.0.1/", "https://例え.example/", "https://a..b/",
		"https://1.2.3/", "https://0x7f.1/", "https://2130706433/", "https://calendar.example\\@10.0.0.1/", "https://cal endar.example/",
		"https://calendar.example/\r\nHost: inside", "https://[fe80::1%25lo]/", "gopher://calendar.example/", "https://calendar.example:port/",
		"https://" + strings.Repeat("a", 2100) + ".example/",
	} {
		if u, err := fetch.Check(text, false); err == nil {
			t.Errorf("%q is read as %v", text, u)
		}
	}
	for text, want := range map[string]string{
		"https://calendar.example:8443/private/x.ics?key=1": "https://calendar.example:8443/…", "%": "…",
	} {
		if got := fetch.Short(text); got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}
