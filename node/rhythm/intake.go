package rhythm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Refused is why nothing of a file was kept: line by line, or the whole of it.
type Refused struct {
	Faults []focus.Fault
	More   int
	Sheet  *sheet.Error // where it is no spreadsheet that can be read
}

func (r *Refused) Error() string {
	if r.Sheet != nil {
		return r.Sheet.Error()
	}
	if len(r.Faults) == 0 {
		return "the file was not taken"
	}
	f := r.Faults[0]
	return fmt.Sprintf("line %d, %s: %s", f.Line, f.Field, f.Code)
}

// Taken is what was kept of a file.
type Taken struct{ Nights, Hearts int }

// Import keeps what a file says of somebody's sleep and heart: Open mHealth
// JSON, or a spreadsheet. The file itself is not kept. Where anything of it is
// wrong nothing is. The same file again changes nothing. Errors: *Refused,
// ErrNotChosen, gate.ErrUnknownPerson.
func (r *Rhythm) Import(ctx context.Context, person, name string, octets []byte) (Taken, error) {
	in, err := Read(name, octets, r.gate.Clock())
	if err != nil {
		return Taken{}, err
	}
	err = r.gate.Change(ctx, func(g *gate.Change) error {
		if err := g.Known(person); err != nil {
			return err
		}
		if _, err := chosen(g.Tx(), person); err != nil {
			return err
		}
		nights := make([]vitals.Sleep, len(in.Nights))
		for i, n := range in.Nights {
			nights[i] = vitals.Sleep{Person: person, StartsAt: n.Start.Unix(), EndsAt: n.End.Unix(), Asleep: int64(n.Asleep / time.Second)}
		}
		hearts := make([]vitals.Heart, len(in.Hearts))
		for i, h := range in.Hearts {
			hearts[i] = vitals.Heart{Person: person, Method: string(h.Method), TakenAt: h.At.Unix(), Micros: int64(math.Round(h.Value * 1000))}
		}
		return errors.Join(vitals.In(g.Tx()).PutSleep(nights), vitals.In(g.Tx()).PutHearts(hearts))
	})
	return Taken{len(in.Nights), len(in.Hearts)}, err
}

// Read tells JSON from a spreadsheet by its first octet and reads it.
func Read(name string, octets []byte, now time.Time) (focus.Import, error) {
	var in focus.Import
	plain := bytes.TrimSpace(bytes.TrimPrefix(octets, []byte("\xef\xbb\xbf")))
	if len(plain) > 0 && (plain[0] == '{' || plain[0] == '[') {
		in = focus.ReadOpenMHealth(bytes.TrimPrefix(octets, []byte("\xef\xbb\xbf")), now)
	} else {
		table, err := sheet.Read(name, octets)
		var refused *sheet.Error
		if errors.As(err, &refused) {
			return in, &Refused{Sheet: refused}
		}
		if err != nil {
			return in, err
		}
		lines := make([]focus.Line, len(table.Rows))
		for i, row := range table.Rows {
			lines[i] = focus.Line{Number: row.Line, Cells: row.Cells}
		}
		in = focus.ReadTable(table.Columns, lines, now, zone())
	}
	if len(in.Faults) > 0 {
		return in, &Refused{Faults: in.Faults, More: in.More}
	}
	return in, nil
}
