package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/judge"
)

// written is a sound report in a directory.
func written(t *testing.T, change func(*Run)) (string, Run) {
	t.Helper()
	run, err := Recorded("1.0.0", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&run)
	}
	dir := t.TempDir()
	if _, _, err := Write(dir, run); err != nil {
		t.Fatal(err)
	}
	return dir, run
}

func verified(t *testing.T, dir string, at time.Time) *Verification {
	t.Helper()
	v, err := Verify(dir, "1.0.0", at)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestASoundReportVerifies(t *testing.T) {
	dir, run := written(t, nil)
	v := verified(t, dir, time.Now())
	if len(v.Faults) > 0 || !v.Countersigned || v.Assertions != len(run.Exchanges) || v.Own != 0 || v.Report.Verdict.Level != "L4" {
		t.Errorf("%+v", v)
	}
	dir, _ = written(t, func(run *Run) { run.Countersign = nil })
	if v := verified(t, dir, time.Now()); len(v.Faults) > 0 || v.Countersigned {
		t.Errorf("without a witness: %+v", v)
	}
	dir, _ = written(t, func(run *Run) {
		run.Countersign = func(string) (string, error) { return "", errors.New("the target is gone") }
	})
	if v := verified(t, dir, time.Now()); len(v.Faults) > 0 || v.Countersigned {
		t.Errorf("a target that is gone: %+v", v)
	}
}

func TestOldCertificatesAndOtherSuitesAreTold(t *testing.T) {
	dir, _ := written(t, nil)
	if v := verified(t, dir, time.Now().AddDate(0, 0, 179)); len(v.Faults) > 0 {
		t.Errorf("after 179 days: %v", v.Faults)
	}
	if v := verified(t, dir, time.Now().AddDate(0, 0, 181)); len(v.Faults) != 1 || !strings.Contains(v.Faults[0], "ended on") {
		t.Errorf("after 181 days: %v", v.Faults)
	}
	if _, err := Verify(dir, "2.0.0", time.Now()); !errors.Is(err, ErrCannotVerify) {
		t.Errorf("another suite: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, ArchiveFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, "1.0.0", time.Now()); !errors.Is(err, ErrCannotVerify) {
		t.Errorf("without evidence: %v", err)
	}
}

// Every octet counts: one that is changed, in any file, is found.
func TestOneChangedOctetIsFound(t *testing.T) {
	dir, _ := written(t, nil)
	for _, name := range Files() {
		path := filepath.Join(dir, name)
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{1, len(sound) / 3, len(sound) / 2, len(sound) - 2} {
			bent := bytes.Clone(sound)
			bent[at] ^= 1
			if err := os.WriteFile(path, bent, 0o644); err != nil {
				t.Fatal(err)
			}
			if v, err := Verify(dir, "1.0.0", time.Now()); err == nil && len(v.Faults) == 0 {
				t.Errorf("%s: octet %d of %d was changed and not found", name, at, len(sound))
			}
		}
		if err := os.WriteFile(path, sound, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if v := verified(t, dir, time.Now()); len(v.Faults) > 0 {
		t.Errorf("put back: %v", v.Faults)
	}
}

// A forger who signs his report with a key of his own is still found where the
// evidence does not bear it out.
func TestAReportThatItsEvidenceDoesNotBearOutIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Run)
		fault  string
	}{
		"an assertion that does not hold": {func(run *Run) { run.Report.Checks[3].Assertions[0].Want = []string{"other"} }, "does not bear out"},
		"a pass without an assertion":     {func(run *Run) { run.Report.Checks[3].Assertions = nil }, "nothing was asserted"},
		"a pass over a broken assertion": {func(run *Run) {
			run.Report.Checks[3].Assertions[0].Want, run.Report.Checks[3].Assertions[0].Held = []string{"other"}, false
		}, "a required assertion does not hold"},
		"an exchange that is not there":  {func(run *Run) { run.Report.Checks[3].Assertions[0].Exchange = 9999 }, "not there"},
		"an exchange that is not listed": {func(run *Run) { run.Report.Checks[3].Exchanges = []int{} }, "does not list"},
		"a listed exchange that is not there": {func(run *Run) {
			run.Report.Checks[3].Outcome, run.Report.Checks[3].Exchanges = judge.Fail, []int{-1, 3}
		}, "lists exchange -1"},
		"a target that is no node":   {func(run *Run) { run.Report.Target.Node = "https://a.example\nverified" }, "no node id"},
		"a check twice":              {func(run *Run) { run.Report.Checks = append(run.Report.Checks, run.Report.Checks[3]) }, "stands twice"},
		"a MUST called SHOULD":       {func(run *Run) { run.Report.Checks[3].Keyword = "SHOULD" }, "register"},
		"a warning for a MUST":       {func(run *Run) { run.Report.Checks[3].Outcome = judge.Warn }, "cannot be"},
		"roles that are not claimed": {func(run *Run) { run.Report.Target.Roles = []string{"policy-follower"} }, "other roles"},
		"another root key":           {func(run *Run) { run.Report.Target.Root = strings.Repeat("A", 43) }, "does not open"},
		"exchanges in another order": {func(run *Run) { run.Exchanges[0].N = 1 }, "stands at place"},
	} {
		dir, _ := written(t, c.change)
		v := verified(t, dir, time.Now())
		if !strings.Contains(strings.Join(v.Faults, "\n"), c.fault) {
			t.Errorf("%s: %v, want %q", name, v.Faults, c.fault)
		}
	}
}

// A removed check takes its level away; whoever leaves the level in is found.
func TestARemovedCheckTakesItsLevelAway(t *testing.T) {
	dir, _ := written(t, gone("REQ-REQ-001"))
	v := verified(t, dir, time.Now())
	if len(v.Faults) > 0 || v.Report.Verdict.Level != "L1" {
		t.Fatalf("%v, level %q", v.Faults, v.Report.Verdict.Level)
	}
	path := filepath.Join(dir, ReportFile)
	octets, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal(octets, &r); err != nil {
		t.Fatal(err)
	}
	r.Verdict.Level = "L4"
	if octets, err = r.Encode(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, octets, 0o644); err != nil {
		t.Fatal(err)
	}
	if v := verified(t, dir, time.Now()); !strings.Contains(strings.Join(v.Faults, "\n"), "verdicts") {
		t.Errorf("%v", v.Faults)
	}
}

// A CI that counts skipped tests as good ones is not fooled.
func TestWhatWasNotSeenIsAnErrorToACI(t *testing.T) {
	dir, _ := written(t, together(became("REQ-REQ-001", judge.NotRun), became("REQ-REQ-002", judge.Fail), gone("REQ-REQ-003"),
		became("REQ-FEED-017", judge.Warn), became("REQ-STM-001", judge.Error)))
	octets, err := os.ReadFile(filepath.Join(dir, JUnitFile))
	if err != nil {
		t.Fatal(err)
	}
	var suites testsuites
	if err := xml.Unmarshal(octets, &suites); err != nil {
		t.Fatal(err)
	}
	if len(suites.Suites) != len(judge.Levels()) {
		t.Fatalf("%d suites", len(suites.Suites))
	}
	for level, want := range map[int][3]int{0: {0, 1, 0}, 1: {0, 0, 1}, 2: {1, 2, 0}, 3: {0, 0, 0}} {
		s := suites.Suites[level]
		if got := [3]int{s.Failures, s.Errors, s.Skipped}; got != want {
			t.Errorf("L%d: failures, errors, skipped are %v, want %v", level, got, want)
		}
	}
}

// The page loads nothing, runs nothing, and shows the exact assertion.
func TestThePageStandsAlone(t *testing.T) {
	dir, _ := written(t, func(run *Run) {
		c := &run.Report.Checks[1]
		run.Exchanges[1].Got.Text = `{"requirement":"<script>alert(1)</script>"}`
		c.Assertions[0].Held, c.Outcome = false, judge.Fail
		c.Reason = judge.Why("応答が違います", "the answer is another")
	})
	octets, err := os.ReadFile(filepath.Join(dir, PageFile))
	if err != nil {
		t.Fatal(err)
	}
	page := string(octets)
	for _, text := range []string{"応答が違います", "the answer is another", "body.requirement", "&lt;script&gt;alert(1)", "prefers-color-scheme", "width=device-width"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	for _, text := range []string{"<script", "src=", "href=", "url(", "@import", "ZgotmplZ"} {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

func TestTheBadgeTellsLevelAndAge(t *testing.T) {
	r := recorded(t, nil)
	badge := string(Badge(r))
	if !strings.Contains(badge, "L4 · "+day(r.Ended)) || !strings.Contains(badge, until(r)) {
		t.Errorf("%s", badge)
	}
	if badge := string(Badge(recorded(t, gone("REQ-STM-001")))); !strings.Contains(badge, "not conformant") {
		t.Errorf("%s", badge)
	}
	if err := xml.Unmarshal([]byte(badge), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}
