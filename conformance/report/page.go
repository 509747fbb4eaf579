package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// Policy is the Content-Security-Policy under which a report is read: its own
// style, and nothing else.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// Most that a page shows of one thing.
const (
	mostShown     = 2000 // octets of a body
	mostExchanges = 6    // of one check
)

// sheet is what the page is made of.
type sheet struct {
	*Report
	Policy  string
	Style   template.CSS
	Signed  Signed
	Failed  []shown
	Levels  []standing
	Roles   []standing
	Groups  []group
	Started string
	Ended   string
	Until   string
	Runner  string
}

// standing is a level or a role with its verdict.
type standing struct {
	Name string
	Verdict
}

type group struct {
	Level string
	Rows  []shown
}

// shown is a check as a page shows it.
type shown struct {
	judge.Result
	Text        string // of the requirement
	Assertions  []claim
	Transcripts []transcript
	Left        int // exchanges that are in the evidence alone
}

// claim is an assertion with what was seen.
type claim struct {
	evidence.Assertion
	Wanted string
	Saw    string
}

// transcript is an exchange as a page shows it.
type transcript struct {
	evidence.Exchange
	RequestHeader, AnswerHeader []string
	RequestBody, AnswerBody     string
	ByTarget                    bool
}

// Page is report.html: one file that loads nothing and runs nothing.
func Page(r *Report, exchanges []evidence.Exchange, signed Signed) ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"word": word}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", PageFile, err)
	}
	s := sheet{
		Report: r, Policy: Policy(), Style: template.CSS(style), Signed: signed, Until: until(r),
		Started: moment(r.Started), Ended: moment(r.Ended), Runner: runnerOf(signed.Certificate),
	}
	texts := make(map[string]string)
	for _, q := range spec.Requirements() {
		texts[q.Number] = q.Text
	}
	for _, level := range judge.Levels() {
		g := group{Level: level}
		for _, c := range r.Checks {
			if c.Level == level {
				g.Rows = append(g.Rows, shown{Result: c, Text: texts[c.Requirement]})
			}
		}
		s.Groups = append(s.Groups, g)
		s.Levels = append(s.Levels, standing{level, r.Levels[level]})
	}
	for _, role := range judge.AllRoles() {
		s.Roles = append(s.Roles, standing{role, r.Roles[role]})
	}
	for _, c := range r.Checks {
		if c.Outcome == judge.Fail || c.Outcome == judge.Warn || c.Outcome == judge.Error || c.Outcome == judge.Indeterminate {
			s.Failed = append(s.Failed, look(c, texts[c.Requirement], exchanges))
		}
	}
	var out bytes.Buffer
	if err := t.Execute(&out, s); err != nil {
		return nil, fmt.Errorf("%s: %w", PageFile, err)
	}
	return out.Bytes(), nil
}

func moment(at int64) string { return time.Unix(at, 0).UTC().Format("2006-01-02 15:04:05 UTC") }

// runnerOf is the key that a certificate is signed by, for people to compare.
func runnerOf(token string) string {
	var c struct {
		X string `json:"x"`
	}
	if json.Unmarshal(spec.Payload(token), &c) != nil {
		return ""
	}
	return c.X
}

// look gathers what a reader needs to judge a verdict: the assertions, those
// that do not hold first, and the exchanges that they are about.
func look(c judge.Result, text string, exchanges []evidence.Exchange) shown {
	out := shown{Result: c, Text: text}
	for _, a := range c.Assertions {
		if a.Exchange < 0 || a.Exchange >= len(exchanges) {
			continue
		}
		out.Assertions = append(out.Assertions, claim{a, short(strings.Join(a.Want, " | "), 200), short(exchanges[a.Exchange].See(a.See), 200)})
	}
	sort.SliceStable(out.Assertions, func(i, j int) bool { return !out.Assertions[i].Held && out.Assertions[j].Held })
	var numbers []int
	for _, a := range out.Assertions {
		if !slices.Contains(numbers, a.Exchange) && len(numbers) < mostExchanges {
			numbers = append(numbers, a.Exchange)
		}
	}
	for i := len(c.Exchanges) - 1; i >= 0 && len(numbers) < mostExchanges; i-- {
		if n := c.Exchanges[i]; n >= 0 && n < len(exchanges) && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		x := exchanges[n]
		out.Transcripts = append(out.Transcripts, transcript{
			Exchange: x, RequestHeader: lines(x.Request), AnswerHeader: lines(x.Header),
			RequestBody: body(x.Sent), AnswerBody: body(x.Got), ByTarget: x.Direction == evidence.FromTarget,
		})
	}
	out.Left = max(0, len(c.Exchanges)-len(numbers))
	return out
}

func lines(header map[string]string) []string {
	var list []string
	for name, value := range header {
		list = append(list, name+": "+short(value, 400))
	}
	slices.Sort(list)
	return list
}

func body(b evidence.Body) string {
	if b.Base64 != "" {
		return short(b.Base64, mostShown)
	}
	return short(b.Text, mostShown)
}

func short(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

// word is an outcome in both languages.
func word(o judge.Outcome) spec.Text {
	return map[judge.Outcome]spec.Text{
		judge.Pass:          {JA: "適合", EN: "pass"},
		judge.Fail:          {JA: "不適合", EN: "fail"},
		judge.Warn:          {JA: "注意", EN: "warn"},
		judge.NotClaimed:    {JA: "対象外（名乗りなし）", EN: "not claimed"},
		judge.NotRun:        {JA: "未実施", EN: "not run"},
		judge.Error:         {JA: "検査側の障害", EN: "error of the suite"},
		judge.Indeterminate: {JA: "判定不能", EN: "indeterminate"},
	}[o]
}
