package talent

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Clear is what a cell says to take away what the register holds; an empty
// cell changes nothing. Names and items are not taken away by a spreadsheet.
const Clear = "削除"

// Codes of problems with a line.
const (
	CodeNameSplit     = "talent.name-split"      // one cell for two names, without a space
	CodeKanaSplit     = "talent.kana-split"      //
	CodeUnknownID     = "talent.unknown-id"      // an id that the register does not have
	CodeSeveral       = "talent.several-matches" // more than one person fits: write the id
	CodeDoubtful      = "talent.doubtful-match"  // the e-mail of somebody with other names: write the id
	CodeTwiceInFile   = "talent.twice-in-file"   // LineProblem.Other is the other line
	CodeCannotClear   = "talent.cannot-clear"
	CodeYes           = "talent.yes"
	CodeEvaluated     = "talent.skill-evaluated" // an evaluation is not written over by a list
	CodeRegionUnclear = "talent.region-unclear"  // five digits that may have lost a zero
)

// Cells is how the texts of cells are read.
type Cells struct {
	Text func(string) string                            // widths evened, ends trimmed
	Date func(string) (year, month, day int, err error) // the text of the error is a stable code
	Kana func(string) string                            // hiragana
	Yes  func(string) (yes, known bool)                 //
	List func(string) []string                          // several values in one cell
	// Skill and Region find what a name stands for, and may be nil: then a
	// skill is written as its URI and a region as its code.
	Skill  func(string) (uri string, known bool)
	Region func(string) (code string, known bool)
	// RecordedBy is the account that brings the spreadsheet, and so notes what
	// it says of a guardian's agreement.
	RecordedBy string
}

// Grid is a table of texts: a header, and rows with the line that a
// spreadsheet program shows.
type Grid struct {
	Columns []string
	Rows    []GridRow
}

// GridRow is one line of a grid.
type GridRow struct {
	Line  int
	Cells []string
}

// State is what becomes of a line.
type State string

// States of a line.
const (
	New    State = "new"
	Change State = "change"
	Same   State = "same"
	Wrong  State = "error"
)

// Plan is what a spreadsheet would do, line by line. Nothing is done by it.
type Plan struct {
	Lines    []Line
	Counts   Counts
	Columns  []Column
	Unknown  []string      // headers that are not read
	Problems []LineProblem // of the header
}

// Counts says how many lines have each state.
type Counts struct{ New, Change, Same, Wrong int }

// Line is what one line would do.
type Line struct {
	Number   int           `json:"number"`
	State    State         `json:"state"`
	Person   string        `json:"person,omitempty"` // whom it is about; "" is somebody new, or unknown after an error
	Entry    Entry         `json:"entry"`            // as it would be
	Changes  []Changed     `json:"changes,omitempty"`
	Problems []LineProblem `json:"problems,omitempty"`
}

// Changed is one field before and after, as texts.
type Changed struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// LineProblem is one thing wrong with a line, or, as a flag, worth knowing.
type LineProblem struct {
	Column string `json:"column"` // the header as written, or the field where no column is to blame
	Code   string `json:"code"`
	Value  string `json:"value,omitempty"` // of the cell: short and printable, still to be escaped
	Other  int    `json:"other,omitempty"` // another line
	Flag   bool   `json:"flag,omitempty"`
}

// planner is the work on one grid.
type planner struct {
	grid  Grid
	cells Cells
	now   time.Time
	plan  Plan

	byID    map[string]*Known
	byEmail map[string][]*Known
	byBirth map[string][]*Known // kana and birth
}

// MakePlan holds a spreadsheet against the people of the register. A line is
// about whom its id names, else who has its e-mail, else who has its reading
// and day of birth, else about somebody new. A line with any problem that is
// no flag is an error and must not be carried out; the others stand.
func MakePlan(grid Grid, existing []Known, cells Cells, now time.Time) Plan {
	p := &planner{
		grid: grid, cells: cells, now: now,
		byID: map[string]*Known{}, byEmail: map[string][]*Known{}, byBirth: map[string][]*Known{},
	}
	for i := range existing {
		k := &existing[i]
		p.byID[k.ID] = k
		for _, l := range likenesses(k.Entry) {
			switch l.reason {
			case SameEmail:
				p.byEmail[l.value] = append(p.byEmail[l.value], k)
			case SameKanaAndBirth:
				p.byBirth[l.value] = append(p.byBirth[l.value], k)
			}
		}
	}
	p.columns()
	var drafts []*draft
	for _, row := range grid.Rows {
		if d := p.read(row); d != nil {
			p.match(d)
			drafts = append(drafts, d)
		}
	}
	refuseTwice(drafts)
	for _, d := range drafts {
		p.settle(d)
	}
	return p.plan
}

// match finds whom a line is about.
func (p *planner) match(d *draft) {
	if d.id != "" {
		if d.known = p.byID[d.id]; d.known == nil {
			d.problem("id", CodeUnknownID, d.id)
		}
		return
	}
	var found []*Known
	field := "email"
	for _, l := range likenesses(d.said) {
		switch l.reason {
		case SameEmail:
			found = p.byEmail[l.value]
		case SameKanaAndBirth:
			if len(found) == 0 {
				found, field = p.byBirth[l.value], "birth"
			}
		}
	}
	switch {
	case len(found) > 1:
		d.problem(field, CodeSeveral, "")
	case len(found) == 1 && field == "email" && !sameSomebody(d, found[0].Entry):
		d.problem(field, CodeDoubtful, d.said.Email)
	case len(found) == 1:
		d.known = found[0]
	}
}

// sameSomebody guards against a household's one e-mail: of the name, the
// reading and the day of birth that a line gives, one at least has to fit.
func sameSomebody(d *draft, e Entry) bool {
	given := false
	for _, pair := range [][2]string{
		{fullName(d.said), fullName(e)}, {fullKana(d.said), fullKana(e)}, {d.said.Birth, e.Birth}, {d.unsplit, e.Family + e.Given},
	} {
		if pair[0] != "" && pair[0] == pair[1] {
			return true
		}
		given = given || pair[0] != ""
	}
	return !given
}

// refuseTwice makes errors of all lines that are about one person.
func refuseTwice(drafts []*draft) {
	first := map[string]*draft{}
	for _, d := range drafts {
		var keys [][2]string
		if d.known != nil {
			keys = append(keys, [2]string{"id", "id\x00" + d.known.ID})
		}
		for _, l := range likenesses(d.said) {
			switch {
			case l.reason == SameEmail && d.id == "":
				keys = append(keys, [2]string{"email", "email\x00" + l.value})
			case l.reason == SameKanaAndBirth:
				keys = append(keys, [2]string{"birth", "birth\x00" + l.value})
			}
		}
		for _, key := range keys {
			other := first[key[1]]
			if other == nil {
				first[key[1]] = d
				continue
			}
			d.twice(key[0], other)
			other.twice(key[0], d)
		}
	}
}

// twice notes another line about the same person, once for each line.
func (d *draft) twice(field string, other *draft) {
	if !slices.ContainsFunc(d.problems, func(p LineProblem) bool { return p.Code == CodeTwiceInFile && p.Other == other.line }) {
		d.problem(field, CodeTwiceInFile, "")
		d.problems[len(d.problems)-1].Other = other.line
	}
}

// settle works out the entry of a line, what changes, and its state.
func (p *planner) settle(d *draft) {
	line := Line{Number: d.line}
	var before Entry
	if d.known != nil {
		line.Person, before = d.known.ID, d.known.Entry
	}
	line.Entry = p.apply(d, before)
	line.Changes = changes(before, line.Entry)
	for _, found := range Validate(line.Entry, p.now) {
		field := d.written(found.Field)
		column := d.column(field)
		if !slices.ContainsFunc(d.problems, func(q LineProblem) bool { return !q.Flag && q.Column == column }) {
			d.problems = append(d.problems, LineProblem{Column: column, Code: found.Code, Value: d.value(field), Flag: found.Flag})
		}
	}
	line.Problems = d.problems
	switch {
	case slices.ContainsFunc(d.problems, func(q LineProblem) bool { return !q.Flag }):
		line.State = Wrong
		p.plan.Counts.Wrong++
	case d.known == nil:
		line.State = New
		p.plan.Counts.New++
	case len(line.Changes) > 0:
		line.State = Change
		p.plan.Counts.Change++
	default:
		line.State = Same
		p.plan.Counts.Same++
	}
	p.plan.Lines = append(p.plan.Lines, line)
}

// shown makes of a cell what can stand in a message: short, in one line, and
// without characters that turn or hide what follows.
func shown(cell string) string {
	cell = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(cell, ""))
	if runes := []rune(cell); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return cell
}
