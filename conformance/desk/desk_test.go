package desk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

// counter is a desk in front of a judge that ends when the test lets it.
type counter struct {
	t      *testing.T
	server *httptest.Server
	client *http.Client
	desk   *Desk
	asked  chan Ask
	let    chan error // each value ends a run
}

func open(t *testing.T) *counter {
	t.Helper()
	c := &counter{t: t, asked: make(chan Ask, 1), let: make(chan error, 1)}
	var err error
	c.desk, err = New(t.Context(), t.TempDir(), func(ctx context.Context, ask Ask, progress func(int, int, judge.Result)) (*report.Report, error) {
		progress(1, 2, judge.Result{Requirement: "REQ-STM-001", Outcome: judge.Pass, Reason: judge.Why("要件を満たしています", "the requirement holds")})
		c.asked <- ask
		select {
		case err := <-c.let:
			if err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, errors.New("cannot judge: it was ended")
		}
		run, err := report.Recorded("1.0.0", time.Now())
		if err != nil {
			return nil, err
		}
		r, _, err := report.Write(ask.Out, run)
		return r, err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.server = httptest.NewServer(c.desk.Handler())
	t.Cleanup(c.server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.client = &http.Client{Jar: jar}
	return c
}

func (c *counter) do(req *http.Request) (int, http.Header, string) {
	c.t.Helper()
	res, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(octets)
}

func (c *counter) get(path string) (int, http.Header, string) {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.server.URL+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(req)
}

func (c *counter) post(path, origin string, form url.Values) (int, string) {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodPost, c.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", origin)
	status, _, body := c.do(req)
	return status, body
}

func TestOnlyWhoHoldsTheKeyComesIn(t *testing.T) {
	c := open(t)
	for _, path := range []string{"/", "/runs/1", "/desk.js", "/?key=wrong"} {
		if status, _, _ := c.get(path); status != http.StatusForbidden {
			t.Errorf("%s without the key: %d", path, status)
		}
	}
	if status, _, body := c.get("/?key=" + c.desk.Key()); status != http.StatusOK || strings.Contains(body, c.desk.Key()) {
		t.Fatalf("with the key: %d", status)
	}
	status, header, _ := c.get("/")
	if status != http.StatusOK || !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") ||
		strings.Contains(header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("%d under %q", status, header.Get("Content-Security-Policy"))
	}
	req, err := http.NewRequest(http.MethodGet, c.server.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "evil.example:80"
	if status, _, _ := c.do(req); status != http.StatusForbidden {
		t.Errorf("under a foreign name: %d", status)
	}
	if status, _ := c.post("/runs", "https://evil.example", url.Values{"target": {"https://node.example"}}); status != http.StatusForbidden {
		t.Errorf("from a foreign page: %d", status)
	}
}

// A run is started, watched with and without script, and its report read.
func TestARunIsStartedWatchedAndRead(t *testing.T) {
	c := open(t)
	c.get("/?key=" + c.desk.Key())
	if _, _, body := c.get("/?lang=ja"); !strings.Contains(body, "検査を始める") || strings.Contains(body, "<script") {
		t.Error("the first page in Japanese")
	}
	if _, _, body := c.get("/?lang=en"); !strings.Contains(body, "Judge a node") {
		t.Error("the first page in English")
	}
	status, body := c.post("/runs", c.server.URL, url.Values{
		"target": {"https://node.example"}, "level": {"L2"}, "sandbox": {"/s"}, "clerk": {"/c"}, "operator": {"/o"}, "read-only": {"on"},
	})
	ask := <-c.asked
	if status != http.StatusOK || ask.Target != "https://node.example" || ask.Level != "L2" || ask.Sandbox != "/s" || ask.Clerk != "/c" || ask.Operator != "/o" || !ask.ReadOnly {
		t.Fatalf("%d %+v", status, ask)
	}
	if !strings.Contains(body, `http-equiv="refresh"`) || !strings.Contains(body, "<noscript>") {
		t.Error("without script nothing would move")
	}
	if _, _, body := c.get("/runs/1?lang=ja"); !strings.Contains(body, "要件を満たしています") || !strings.Contains(body, "1/2") {
		t.Error("the page does not show what was heard")
	}
	if status, _, _ := c.get("/runs/1/report.html"); status != http.StatusNotFound {
		t.Errorf("a report before the end: %d", status)
	}
	// A second start leads to the run that is under way.
	if _, body := c.post("/runs", c.server.URL, url.Values{"target": {"https://other.example"}}); !strings.Contains(body, "https://node.example") {
		t.Error("a second run was started beside the first")
	}
	res, err := c.client.Get(c.server.URL + "/runs/1/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Scan()
	if lines.Text() != "event: check" {
		t.Errorf("the first event: %q", lines.Text())
	}
	c.let <- nil
	last := ""
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "event: ") {
			last = lines.Text()
		}
	}
	if last != "event: end" {
		t.Errorf("the last event: %q", last)
	}
	if _, _, body := c.get("/runs/1?lang=en"); !strings.Contains(body, "Level granted: L4") || strings.Contains(body, "refresh") {
		t.Error("the page does not show the verdict")
	}
	for _, name := range report.Files() {
		status, header, body := c.get("/runs/1/" + name)
		if status != http.StatusOK || body == "" || header.Get("Content-Type") == "" {
			t.Errorf("%s: %d", name, status)
		}
		if name == report.PageFile && header.Get("Content-Security-Policy") != report.Policy() {
			t.Errorf("the report is read under %q", header.Get("Content-Security-Policy"))
		}
	}
	for _, path := range []string{"/runs/2", "/runs/0", "/runs/x", "/runs/1/passwd", "/runs/1/..%2fsecret"} {
		if status, _, _ := c.get(path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
	if _, err := os.Stat(ask.Out); err != nil {
		t.Error(err)
	}
}

func TestARunThatEndsWithoutAVerdictSaysWhy(t *testing.T) {
	c := open(t)
	c.get("/?key=" + c.desk.Key())
	for name, end := range map[string]func(n string){
		"a target that is gone": func(string) { c.let <- errors.New("the target <b> cannot be reached") },
		"a run that is stopped": func(n string) { c.post("/runs/"+n+"/stop", c.server.URL, nil) },
	} {
		_, body := c.post("/runs", c.server.URL, url.Values{"target": {"https://node.example"}})
		<-c.asked
		n := body[strings.Index(body, `data-events="/runs/`)+len(`data-events="/runs/`):][:1]
		end(n)
		res, err := c.client.Get(c.server.URL + "/runs/" + n + "/events")
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, res.Body)
		if err := errors.Join(err, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		_, _, body = c.get("/runs/" + n + "?lang=en")
		if !strings.Contains(body, "No level is granted") || strings.Contains(body, "Read the report") ||
			!strings.Contains(body, "cannot be reached") && !strings.Contains(body, "it was ended") || strings.Contains(body, "target <b>") {
			t.Errorf("%s: %s", name, body)
		}
	}
}

// A later start writes beside the reports of an earlier one, and not over them.
func TestReportsOfAnEarlierStartStay(t *testing.T) {
	c := open(t)
	c.get("/?key=" + c.desk.Key())
	if err := os.MkdirAll(filepath.Join(c.desk.dir, "7"), 0o755); err != nil {
		t.Fatal(err)
	}
	later, err := New(t.Context(), c.desk.dir, c.desk.judge)
	if err != nil {
		t.Fatal(err)
	}
	c.desk.kept = later.kept
	c.post("/runs", "", url.Values{"target": {"https://node.example"}})
	if out := (<-c.asked).Out; out != filepath.Join(c.desk.dir, "8") {
		t.Errorf("the report goes to %s", out)
	}
	c.let <- errors.New("enough")
}
