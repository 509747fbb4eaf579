package enrol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/word"
)

// How long a preview waits, and how long there is a way back.
const (
	PreviewLife = time.Hour
	UndoLife    = 7 * 24 * time.Hour
)

// Codes of what keeps a line from being carried out or undone, besides those
// of the rooms of talents and sheets.
const (
	CodeChangedSince = "enrol.changed-since" // the entry is another than in the preview
	CodeAddedSince   = "enrol.added-since"   // somebody with this e-mail or birthday came meanwhile
	CodeSignedIn     = "enrol.signed-in"
	CodeInvited      = "enrol.invited"
	CodeShared       = "enrol.shared"   // a consent was given, or something said
	CodeCalendar     = "enrol.calendar" // a calendar was connected
	CodeMember       = "enrol.member"   // of another organisation, or with a role
	CodeGone         = "enrol.gone"     // there is no such person any more
)

// Planned is one line of a spreadsheet as it is kept.
type Planned struct {
	talent.Line
	Version int64 `json:"version,omitempty"` // that carrying it out made
}

// Sheet is a spreadsheet of the desk with its lines.
type Sheet struct {
	roster.Intake
	Lines   []Planned
	Unknown []string // headers that are not read
	Header  []talent.LineProblem
	Same    int
}

// header is kept as line 0 of a preview.
type header struct {
	Unknown  []string             `json:"unknown,omitempty"`
	Problems []talent.LineProblem `json:"problems,omitempty"`
}

// Plan reads a spreadsheet and keeps what it would do as a preview. Nobody is
// changed. A person of another organisation is as unknown as a stranger.
//
// Errors: *sheet.Error where the file is no table.
func (d *Desk) Plan(ctx context.Context, by, at, name string, octets []byte) (string, error) {
	table, err := sheet.Read(name, octets)
	if err != nil {
		return "", err
	}
	grid := talent.Grid{Columns: table.Columns}
	for _, row := range table.Rows {
		grid.Rows = append(grid.Rows, talent.GridRow{Line: row.Line, Cells: row.Cells})
	}
	if err := d.Fill(ctx); err != nil {
		return "", err
	}
	now := d.Clock()
	id := uuid.NewString()
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := roster.In(tx).Lapse(now.Unix()); err != nil {
			return err
		}
		everybody, err := Everybody(tx, at)
		if err != nil {
			return err
		}
		known := make([]talent.Known, len(everybody))
		before := make(map[string]Registered, len(everybody))
		for i, r := range everybody {
			known[i], before[r.Person] = r.Known(), r
		}
		plan := talent.MakePlan(grid, known, d.cells(by), now)
		return d.keepPlan(tx, roster.Intake{
			ID: id, Organisation: at, Account: by, Name: fileName(name), State: roster.Preview,
			CreatedAt: now.Unix(), Expires: now.Add(PreviewLife).Unix(),
		}, plan, before)
	})
	return id, err
}

// cells reads as offices write.
func (d *Desk) cells(by string) talent.Cells {
	return talent.Cells{
		Text: sheet.Digits, Date: sheet.Date, Kana: sheet.Kana, Yes: sheet.Yes, List: sheet.List,
		Skill: d.Skill, RecordedBy: by,
	}
}

// fileName keeps what a browser calls a file short and printable.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	runes := []rune(name)
	return string(runes[max(0, len(runes)-100):])
}

func (d *Desk) keepPlan(tx *store.Tx, i roster.Intake, plan talent.Plan, before map[string]Registered) error {
	i.Added, i.Changed, i.Refused = int64(plan.Counts.New), int64(plan.Counts.Change), int64(plan.Counts.Wrong)
	top, err := json.Marshal(header{plan.Unknown, plan.Problems})
	if err != nil {
		return err
	}
	err = errors.Join(roster.In(tx).PutIntake(i), roster.In(tx).PutLine(roster.Line{Intake: i.ID, State: headerState, After: string(top)}))
	for _, line := range plan.Lines {
		if err != nil {
			return err
		}
		kept := roster.Line{Intake: i.ID, Line: int64(line.Number), Person: line.Person, State: string(line.State)}
		if line.Person != "" {
			octets, err := json.Marshal(before[line.Person])
			if err != nil {
				return err
			}
			kept.Before = string(octets)
		}
		err = putLine(tx, kept, Planned{Line: line})
	}
	return errors.Join(err, d.note(tx, i.Account, "intake.preview", i.ID))
}

const headerState = "header"

func putLine(tx *store.Tx, kept roster.Line, p Planned) error {
	octets, err := json.Marshal(p)
	if err != nil {
		return err
	}
	kept.State, kept.Person, kept.After = string(p.State), p.Person, string(octets)
	return roster.In(tx).PutLine(kept)
}

// SheetOf answers a spreadsheet with its lines. What it said is gone when its
// preview or its way back has ended.
//
// Errors: store.ErrNotFound.
func SheetOf(tx *store.Tx, id string) (Sheet, error) {
	i, err := roster.In(tx).Intake(id)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Intake: i}
	rows, err := roster.In(tx).Lines(id)
	for _, row := range rows {
		if row.State == headerState {
			var h header
			if err := json.Unmarshal([]byte(row.After), &h); err != nil {
				return s, fmt.Errorf("stored spreadsheet: %w", err)
			}
			s.Unknown, s.Header = h.Unknown, h.Problems
			continue
		}
		p, err := planned(row)
		if err != nil {
			return s, err
		}
		if p.State == talent.Same {
			s.Same++
		}
		s.Lines = append(s.Lines, p)
	}
	return s, err
}

func planned(row roster.Line) (Planned, error) {
	var p Planned
	if err := json.Unmarshal([]byte(row.After), &p); err != nil {
		return p, fmt.Errorf("stored line of a spreadsheet: %w", err)
	}
	return p, nil
}

// Apply carries out all good lines of a preview in one transaction. A line
// whose person was changed since the preview is left out and counted, and so
// is somebody new who has come meanwhile. Applying twice is refused.
//
// Errors: ErrSettled, store.ErrNotFound.
func (d *Desk) Apply(ctx context.Context, by, id string) error {
	var people []string
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		people = nil
		i, err := roster.In(tx).Intake(id)
		if err != nil {
			return err
		}
		now := d.Clock()
		if i.State != roster.Preview || i.Expires <= now.Unix() {
			return ErrSettled
		}
		rows, err := roster.In(tx).Lines(id)
		if err != nil {
			return err
		}
		came, err := cameSince(tx, i.Organisation, rows)
		if err != nil {
			return err
		}
		i.Added, i.Changed = 0, 0
		for _, row := range rows {
			if row.State != string(talent.New) && row.State != string(talent.Change) {
				continue
			}
			p, err := planned(row)
			if err != nil {
				return err
			}
			if err := d.carryOut(tx, by, &i, row, &p, came); err != nil {
				return err
			}
			if p.State != talent.Wrong {
				people = append(people, p.Person)
			}
			if err := putLine(tx, row, p); err != nil {
				return err
			}
		}
		i.State, i.SettledAt, i.Expires = roster.Applied, now.Unix(), now.Add(UndoLife).Unix()
		return errors.Join(roster.In(tx).PutIntake(i), d.note(tx, by, "intake.apply", id),
			word.Tell(tx, now, by, word.Word{Kind: notice.ImportDone, Object: id, Link: "/people/import/" + id}))
	})
	if err != nil {
		return err
	}
	return d.keepInStep(ctx, people...)
}

// carryOut does what one line says, or makes an error of it.
func (d *Desk) carryOut(tx *store.Tx, by string, i *roster.Intake, row roster.Line, p *Planned, came map[string]bool) error {
	var err error
	refuse := func(code string) error {
		p.State = talent.Wrong
		p.Problems = append(p.Problems, talent.LineProblem{Code: code})
		i.Refused++
		return nil
	}
	if p.State == talent.New {
		if came[lineName(p.Number)] {
			return refuse(CodeAddedSince)
		}
		p.Person = uuid.NewString()
		p.Version, err = d.add(tx, p.Person, Newcomer{Entry: p.Entry, Organisation: i.Organisation, By: by})
		i.Added++
		return err
	}
	var before Registered
	if err := json.Unmarshal([]byte(row.Before), &before); err != nil {
		return fmt.Errorf("stored line of a spreadsheet: %w", err)
	}
	p.Version, err = d.change(tx, by, "person.change", p.Person, before.Version, p.Entry)
	var invalid *Invalid
	switch {
	case errors.Is(err, ErrStale):
		return refuse(CodeChangedSince)
	case errors.Is(err, store.ErrNotFound):
		return refuse(CodeGone)
	case errors.As(err, &invalid):
		for _, problem := range invalid.Problems {
			if !problem.Flag {
				return refuse(problem.Code)
			}
		}
	}
	i.Changed++
	return err
}

func lineName(number int) string { return fmt.Sprint("line ", number) }

// cameSince names the lines about somebody new who are in the register by now.
func cameSince(tx *store.Tx, at string, rows []roster.Line) (map[string]bool, error) {
	everybody, err := Everybody(tx, at)
	if err != nil {
		return nil, err
	}
	var list []talent.Known
	for _, r := range everybody {
		list = append(list, r.Known())
	}
	for _, row := range rows {
		if row.State != string(talent.New) {
			continue
		}
		p, err := planned(row)
		if err != nil {
			return nil, err
		}
		list = append(list, talent.Known{ID: lineName(p.Number), Entry: p.Entry})
	}
	came := map[string]bool{}
	for _, pair := range talent.Similar(list) {
		for _, reason := range pair.Reasons {
			if !strings.HasPrefix(pair.A, "line ") && (reason == talent.SameEmail || reason == talent.SameKanaAndBirth) {
				came[pair.B] = true
			}
		}
	}
	return came, nil
}
