package caldav_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/caldav"
	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/fetch"
)

// radicale starts Debian's CalDAV server on loopback and answers the address of
// an empty collection in it.
func radicale(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("radicale")
	if err != nil {
		t.Skip("radicale is not installed (Debian: apt-get install radicale)")
	}
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	users, config := filepath.Join(dir, "users"), filepath.Join(dir, "config")
	for name, text := range map[string]string{
		users: "rower:word\n",
		config: fmt.Sprintf("[server]\nhosts = %s\n[auth]\ntype = htpasswd\nhtpasswd_filename = %s\nhtpasswd_encryption = plain\n[storage]\nfilesystem_folder = %s\n[logging]\nlevel = error\n",
			address, users, filepath.Join(dir, "store")),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "--config", config)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	base := "http://" + address + "/rower/work/"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			break
		}
		if ctx.Err() != nil {
			t.Fatal("radicale did not begin to listen")
		}
	}
	send(t, "MKCALENDAR", base, "", http.StatusCreated)
	return base
}

// send is what a calendar program does to the server.
func send(t *testing.T, method, url, body string, want int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("rower", "word")
	req.Header.Set("Content-Type", "text/calendar")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != want {
		t.Fatalf("%s: %d, want %d", method, res.StatusCode, want)
	}
}

func event(uid, start string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" + start +
		"\r\nDURATION:PT1H\r\nSUMMARY:" + uid + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

// without is a reader under which a server offers no sync-collection.
type without struct{ caldav.Doer }

func (w without) Do(ctx context.Context, ask fetch.Ask) (fetch.Answer, error) {
	a, err := w.Doer.Do(ctx, ask)
	a.Body = []byte(strings.ReplaceAll(string(a.Body), "sync-collection", "sync-elsewhere"))
	return a, err
}

// TestACollectionOfRadicaleIsFollowed: what a program puts, changes and deletes at
// a real server is found, and nothing else is read again: by sync-collection, and
// by ETags where there is none.
func TestACollectionOfRadicaleIsFollowed(t *testing.T) {
	base := radicale(t)
	guard := dial.Guard{Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	reader := fetch.New(guard.Dialer(), nil, true, fetch.Limits{Bytes: 1 << 20, Time: 20 * time.Second})
	t.Cleanup(reader.Close)
	for way, doer := range map[string]caldav.Doer{"by sync-collection": reader, "by ETags": without{reader}} {
		t.Run(way, func(t *testing.T) {
			c := caldav.Collection{Doer: doer, URL: base, User: "rower", Password: "word", Bytes: 1 << 20}
			state := caldav.State{ETags: map[string]string{}}
			look := func(whole bool, put, gone int) {
				t.Helper()
				got, err := c.Read(t.Context(), state, whole)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Put) != put || len(got.Gone) != gone {
					t.Fatalf("%d resources came and %d went, want %d and %d", len(got.Put), len(got.Gone), put, gone)
				}
				state.Token = got.Token
				for _, r := range got.Put {
					if !strings.Contains(string(r.Text), "BEGIN:VEVENT") || r.ETag == "" {
						t.Errorf("%s: %q", r.Path, r.Text)
					}
					state.ETags[r.Path] = r.ETag
				}
				for _, name := range got.Gone {
					delete(state.ETags, name)
				}
			}
			send(t, http.MethodPut, base+"a.ics", event("a", "20260105T090000Z"), http.StatusCreated)
			send(t, http.MethodPut, base+"b%20c.ics", event("b", "20260106T090000Z"), http.StatusCreated)
			look(false, 2, 0)
			look(false, 0, 0)
			send(t, http.MethodPut, base+"a.ics", event("a", "20260107T090000Z"), http.StatusCreated)
			look(false, 1, 0)
			send(t, http.MethodDelete, base+"b%20c.ics", "", http.StatusOK)
			look(false, 0, 1)
			look(true, 1, 0)
			state.Token = "http://radicale.org/ns/sync/nonsense"
			again := 0
			if way == "by sync-collection" {
				again = 1 // a token that means nothing begins anew
			}
			look(false, again, 0)
			send(t, http.MethodDelete, base+"a.ics", "", http.StatusOK)
			look(false, 0, 1)
		})
	}
	wrong := caldav.Collection{Doer: reader, URL: base, User: "rower", Password: "other", Bytes: 1 << 20}
	if _, err := wrong.Read(t.Context(), caldav.State{}, true); err == nil {
		t.Error("a wrong password reads")
	}
	home := caldav.Collection{Doer: reader, URL: strings.TrimSuffix(base, "work/"), User: "rower", Password: "word", Bytes: 1 << 20}
	if _, err := home.Read(t.Context(), caldav.State{}, true); err == nil {
		t.Error("a home of calendars is read as a calendar")
	}
}
