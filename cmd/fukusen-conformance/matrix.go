package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/twins"
	"github.com/fukusen/fukusen/spec"
)

type matrixCommand struct {
	Source  string   `help:"The source of the node whose twins are made." type:"existingdir" default:"."`
	Only    []string `help:"Requirements whose twins are judged; every MUST by default." placeholder:"REQ"`
	Port    int      `help:"First of the ports on loopback that are used." default:"21000"`
	Workers int      `help:"Twins side by side." default:"3"`
}

// Run prints requirement by twin, and ends with one line of totals. A survivor
// is exit status 1.
func (c *matrixCommand) Run(ctx context.Context, t terminal) error {
	dir, err := os.MkdirTemp("", "fukusen-matrix-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rows, err := twins.Matrix(ctx, twins.Work{
		Root: c.Source, Dir: dir, Only: c.Only, Port: c.Port, Workers: c.Workers,
		Progress: func(done, all int, r twins.Row) {
			fmt.Fprintf(t.Err, "%3d/%d %s %s %s\n", done, all, r.Requirement, r.Fate, r.Note)
		},
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		fmt.Fprintf(t.Out, "%-14s %-26s by %s; broken in %s\n", r.Requirement, r.Fate, orNone(r.By), orNone(r.Places))
	}
	musts, excused := 0, 0
	for _, q := range spec.Requirements() {
		if q.Keyword != "MUST" {
			continue
		}
		musts++
		if why := checks.Untested(q.Number); why != "" {
			excused++
			fmt.Fprintf(t.Out, "%-14s not tested because %s\n", q.Number, why)
		}
	}
	fmt.Fprintf(t.Out, "untested: %d of %d MUSTs\n", excused, musts)
	line, survivors := twins.Totals(rows)
	fmt.Fprintln(t.Out, line)
	if survivors > 0 {
		return broken
	}
	return nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
