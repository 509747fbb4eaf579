package report

import (
	"encoding/xml"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

type testsuites struct {
	XMLName xml.Name    `xml:"testsuites"`
	Name    string      `xml:"name,attr"`
	Suites  []testsuite `xml:"testsuite"`
}

type testsuite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Class   string  `xml:"classname,attr"`
	Name    string  `xml:"name,attr"`
	Time    string  `xml:"time,attr"`
	Failure *remark `xml:"failure"`
	Error   *remark `xml:"error"`
	Skipped *remark `xml:"skipped"`
}

type remark struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
}

// JUnit is junit.xml, one testsuite a level. What was required and not seen is
// an error there: many CIs count a skipped test as a good one.
func JUnit(r *Report) ([]byte, error) {
	out := testsuites{Name: "Fukusen " + r.Standard + " " + string(r.Target.Node)}
	found := make(map[string]judge.Result)
	for _, c := range r.Checks {
		found[c.Requirement] = c
	}
	for _, level := range judge.Levels() {
		s := testsuite{Name: level, Cases: []testcase{}}
		millis := int64(0)
		for _, q := range spec.Requirements() {
			c, ran := found[q.Number]
			required := slices.Contains(r.Required, q.Number)
			if q.Level != level || !ran && !required {
				continue
			}
			if !ran {
				c = judge.Result{Requirement: q.Number, Outcome: judge.NotRun, Reason: judge.Why("検査がありません", "the suite has no check that ran")}
			}
			s.add(q, c, required)
			millis += c.Millis
		}
		s.Tests, s.Time = len(s.Cases), seconds(millis)
		out.Suites = append(out.Suites, s)
	}
	octets, err := xml.MarshalIndent(out, "", " ")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", JUnitFile, err)
	}
	return append([]byte(xml.Header), append(octets, '\n')...), nil
}

func (s *testsuite) add(q spec.Requirement, c judge.Result, required bool) {
	t := testcase{Class: "fukusen." + q.Level + "." + q.Section(), Name: q.Number + " " + q.Text, Time: seconds(c.Millis)}
	note := &remark{Type: string(c.Outcome), Message: c.Reason.EN}
	switch {
	case c.Outcome == judge.Fail, c.Outcome == judge.Warn && required:
		t.Failure = note
		s.Failures++
	case c.Outcome == judge.Pass:
	case c.Outcome == judge.NotClaimed, c.Outcome == judge.Warn, !required && c.Outcome != judge.Error:
		note.Type = ""
		note.Message = string(c.Outcome) + ": " + note.Message
		t.Skipped = note
		s.Skipped++
	default:
		t.Error = note
		s.Errors++
	}
	s.Cases = append(s.Cases, t)
}

func seconds(millis int64) string { return fmt.Sprintf("%d.%03d", millis/1000, millis%1000) }
