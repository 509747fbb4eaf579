package dav_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// password makes one for calendar programs.
func (h *home) password(operations ...string) string {
	h.t.Helper()
	if len(operations) == 0 {
		operations = []string{signin.CalendarLogin}
	}
	who := h.caller()
	who.Held = []access.Held{{Role: access.Person, Organisation: access.Home}}
	secret, err := h.Node("city").Door().MakeToken(h.Context(), who, "phone", who.Held[0], operations, 24*time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	return secret
}

// program finds a program of Debian, or skips.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s here: apt-get install %s", name, name)
	}
	return path
}

// syncer is vdirsyncer between a folder of files and the person's calendars.
type syncer struct {
	h      *home
	t      *testing.T
	binary string
	dir    string
}

func newSyncer(h *home) *syncer {
	h.t.Helper()
	s := &syncer{h: h, t: h.t, binary: program(h.t, "vdirsyncer"), dir: h.t.TempDir()}
	config := `[general]
status_path = "` + s.dir + `/status"
[pair city]
a = "files"
b = "node"
collections = ["own", "held"]
conflict_resolution = "b wins"
metadata = ["displayname", "color"]
[storage files]
type = "filesystem"
path = "` + s.dir + `/files"
fileext = ".ics"
[storage node]
type = "caldav"
url = "` + string(h.ID("city")) + `/"
username = "me"
password = "` + h.password() + `"
`
	if err := os.WriteFile(filepath.Join(s.dir, "config"), []byte(config), 0o600); err != nil {
		h.t.Fatal(err)
	}
	for _, name := range []string{"own", "held"} {
		if err := os.MkdirAll(filepath.Join(s.dir, "files", name), 0o700); err != nil {
			h.t.Fatal(err)
		}
	}
	s.run("discover")
	return s
}

func (s *syncer) run(args ...string) string {
	s.t.Helper()
	c := exec.CommandContext(s.h.Context(), s.binary, append([]string{"-v", "WARNING", "-c", filepath.Join(s.dir, "config")}, args...)...)
	c.Stdin = strings.NewReader(strings.Repeat("y\n", 10))
	c.Env = append(os.Environ(), "HOME="+s.dir, "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("vdirsyncer %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// files are the texts in one folder, by their names.
func (s *syncer) files(name string) map[string]string {
	s.t.Helper()
	list, err := filepath.Glob(filepath.Join(s.dir, "files", name, "*.ics"))
	if err != nil {
		s.t.Fatal(err)
	}
	found := map[string]string{}
	for _, path := range list {
		octets, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		found[filepath.Base(path)] = string(octets)
	}
	return found
}

// vevent is one event as a program writes it.
func vevent(uid, summary string, from time.Time, more ...string) string {
	lines := append([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:" + uid, "DTSTAMP:20260401T000000Z", "SUMMARY:" + summary,
		"DTSTART:" + from.UTC().Format("20060102T150405Z"), "DTEND:" + from.Add(time.Hour).UTC().Format("20060102T150405Z"),
	}, more...)
	return strings.Join(append(lines, "END:VEVENT", "END:VCALENDAR", ""), "\r\n")
}

// busy is when the person is not free in the three days from the home's day on.
func (h *home) busy() (list []string) {
	h.t.Helper()
	found, err := h.Node("city").Gate().BusyOf(h.Context(), h.person, h.day, h.day.AddDate(0, 0, 3))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range found {
		list = append(list, spec.FormatUTC(b.Start)+" "+b.Status)
	}
	return list
}

// A program from Debian syncs both ways: what is held comes to it, its own events go to the node and are busy there, and
// each side's changes and deletions reach the other.
func TestVdirsyncerSyncsBothWays(t *testing.T) {
	h := newHome(t)
	h.hold("Market day", work.HoldConfirmed, 1, 3)
	s := newSyncer(h)
	s.run("sync")
	held := s.files("held")
	if len(held) != 2 {
		t.Fatalf("%d files of what is held: %v", len(held), held)
	}
	path := filepath.Join(s.dir, "files", "own", "dentist.ics")
	if err := os.WriteFile(path, []byte(vevent("dentist", "Dentist", h.day.Add(6*time.Hour))), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run("sync")
	if got := h.busy(); len(got) != 3 || got[2] != spec.FormatUTC(h.day.Add(6*time.Hour))+" confirmed" {
		t.Errorf("after putting: %v", got)
	}
	if err := os.WriteFile(path, []byte(vevent("dentist", "Dentist", h.day.Add(9*time.Hour))), 0o600); err != nil {
		t.Fatal(err)
	}
	s.run("sync")
	if got := h.busy(); len(got) != 3 || got[2] != spec.FormatUTC(h.day.Add(9*time.Hour))+" confirmed" {
		t.Errorf("after moving: %v", got)
	}
	// The node's side changes: another program of the person's puts one and takes one.
	auth := h.basic(h.password())
	if got := h.ask(http.MethodPut, "/dav/"+h.person+"/own/run.ics", vevent("run", "Run", h.day.Add(12*time.Hour)), auth...); got.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	list := h.ask("PROPFIND", "/dav/"+h.person+"/own/", "", append(auth, "Depth", "1")...)
	gone := ""
	for _, part := range strings.Split(list.body, "<D:href>")[1:] {
		href, _, _ := strings.Cut(part, "<")
		if strings.HasSuffix(href, ".ics") && !strings.HasSuffix(href, "/run.ics") {
			gone = href
		}
	}
	if got := h.ask(http.MethodDelete, gone, "", auth...); got.StatusCode != http.StatusNoContent {
		t.Fatalf("delete %s: %d %s", gone, got.StatusCode, got.body)
	}
	h.hold("Evening match", work.HoldConfirmed, 15)
	s.run("sync")
	own := s.files("own")
	if len(own) != 1 || !strings.Contains(own["run.ics"], "SUMMARY:Run") {
		t.Errorf("what the node gained and lost: %v", own)
	}
	if len(s.files("held")) != 3 {
		t.Errorf("a new hold: %v", s.files("held"))
	}
	if err := os.Remove(filepath.Join(s.dir, "files", "own", "run.ics")); err != nil {
		t.Fatal(err)
	}
	s.run("sync", "--force-delete") // it asks back where a side is emptied
	if got := h.busy(); len(got) != 3 {
		t.Errorf("after deleting: %v", got)
	}
	s.run("metasync")
}

func (h *home) basic(password string) []string {
	r, _ := http.NewRequest(http.MethodGet, "http://localhost", nil)
	r.SetBasicAuth("me", password)
	return []string{"Authorization", r.Header.Get("Authorization")}
}

// A program of Debian's python3-caldav finds the calendars by itself, writes, searches, syncs, asks for busy times, names
// a calendar, and is refused what is not its own to do.
func TestPythonsCaldavFindsAndWrites(t *testing.T) {
	if err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", "import caldav").Run(); err != nil {
		t.Skip("there is no python3 with caldav here: apt-get install python3-caldav")
	}
	h := newHome(t)
	h.hold("Market day", work.HoldConfirmed, 1, 3)
	c := exec.CommandContext(h.Context(), "/usr/bin/python3", "testdata/client.py", string(h.ID("city"))+"/dav/", h.password(), h.day.Format("2006-01-02T15:04:05+00:00"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `calendars held own
held 2
own 3
that day Lesson Weekly
in two weeks Weekly
by uid Lesson
synced Lesson moved 1
busy 2
called Mine
put where it is read only was refused
another calendar was refused
what is not there was refused
a task was refused
`
	if string(out) != want {
		t.Errorf("it saw\n%s\nwant\n%s", out, want)
	}
	if got := h.busy(); len(got) != 4 {
		t.Errorf("busy at the node: %v", got)
	}
}

// Debian's khal shows what is held, and what it writes goes to the node by vdirsyncer.
func TestKhalShowsAndWrites(t *testing.T) {
	khal := program(t, "khal")
	h := newHome(t)
	h.hold("Market day", work.HoldConfirmed, 1)
	s := newSyncer(h)
	s.run("sync")
	config := filepath.Join(s.dir, "khal")
	if err := os.WriteFile(config, []byte(`[calendars]
[[own]]
path = `+s.dir+`/files/own
[[held]]
path = `+s.dir+`/files/held
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Tokyo
default_timezone = Asia/Tokyo
[default]
default_calendar = own
[sqlite]
path = `+s.dir+`/khal.db
`), 0o600); err != nil {
		t.Fatal(err)
	}
	use := func(args ...string) string {
		c := exec.CommandContext(h.Context(), khal, append([]string{"-c", config}, args...)...)
		c.Env = append(os.Environ(), "HOME="+s.dir, "LC_ALL=C.UTF-8")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("khal %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	tokyo := time.FixedZone("JST", 9*3600)
	day := h.day.Add(time.Hour).In(tokyo)
	if got := use("list", day.Format(time.DateOnly), "1d"); !strings.Contains(got, "10:00-11:30 Market day") {
		t.Errorf("khal shows:\n%s", got)
	}
	use("new", "-a", "own", day.Format(time.DateOnly), "15:00", "16:30", "歯医者")
	s.run("sync")
	if got := h.busy(); len(got) != 2 || got[1] != spec.FormatUTC(h.day.Add(6*time.Hour))+" confirmed" {
		t.Errorf("busy at the node: %v", got)
	}
}
