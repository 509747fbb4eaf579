// Command bench measures each figure of the project beside its limit or its
// rival, in the same run on the same machine, and prints one line a figure.
//
// It refuses to call a figure met without having seen what it is held against,
// and to count work whose result it has not checked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// study is one piece of work; it answers one or more rows.
type study struct {
	name  string
	rows  []plan
	run   func(ctx context.Context, g *ground) ([]measured, error)
	asked bool // runs only when it is asked for by name
}

// studies are run in this order: what needs a quiet machine comes first.
func studies() []study {
	return []study{
		visibleStudy(), ingestStudy(), singleStudy(), catchUpStudy(), federatedStudy(),
		policyStudy(1), policyStudy(64), policyReadStudy(), failoverStudy(), decideStudy(), footprintStudy(),
		calendarStudy(), matchStudy(),
	}
}

func main() {
	quick := flag.Bool("quick", false, "a tenth of the work: to see that all rows run, not to report")
	profile := flag.String("cpuprofile", "", "write a CPU profile of the whole run to this file")
	given := flag.String("given", filepath.Join("..", "..", "shared", "bench"), "the folder of data and queries that rivals are given")
	flag.Usage = usage
	flag.Parse()
	os.Exit(run(os.Stdout, os.Stderr, flag.Args(), *given, *quick, *profile))
}

func usage() {
	out := flag.CommandLine.Output()
	fmt.Fprintln(out, "usage: bench [flags] [row or study ...]")
	flag.PrintDefaults()
	for _, s := range studies() {
		fmt.Fprintf(out, "  %-14s", s.name)
		for _, p := range s.rows {
			fmt.Fprint(out, " ", p.name)
		}
		fmt.Fprintln(out)
	}
}

// run answers the exit status: 0 when every chosen row was measured, met or
// short; 1 when one was not measured; 2 when it was asked for what there is not.
func run(out, progress io.Writer, wanted []string, given string, quick bool, profile string) int {
	chosen, err := choose(studies(), wanted)
	if err != nil {
		fmt.Fprintln(progress, "bench:", err)
		return 2
	}
	stop, err := startProfile(profile)
	if err != nil {
		fmt.Fprintln(progress, "bench:", err)
		return 2
	}
	defer stop()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	g, err := newGround(progress, given, quick)
	if err != nil {
		fmt.Fprintln(progress, "bench:", err)
		return 2
	}
	defer g.clear()
	fmt.Fprintf(progress, "bench: %s, %s/%s, %d cores\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	status := 0
	for _, s := range chosen {
		if !measure(ctx, out, g, s) {
			status = 1
		}
	}
	return status
}

// measure runs one study and prints all its rows, also those without a result.
func measure(ctx context.Context, out io.Writer, g *ground, s study) bool {
	began := time.Now()
	g.say("%s …", s.name)
	got, err := s.run(ctx, g)
	if err != nil {
		g.say("%s: unmeasured: %v", s.name, err)
	}
	all := err == nil
	for _, p := range s.rows {
		at := slices.IndexFunc(got, func(m measured) bool { return m.row == p.name })
		m := measured{row: p.name}
		if err == nil && at >= 0 {
			m = got[at]
		}
		row := p.row(m)
		if row.verdict() == unmeasured {
			all = false
		}
		fmt.Fprintln(out, row)
	}
	g.say("%s: %.1f s", s.name, time.Since(began).Seconds())
	return all
}

// choose takes studies by their name or by the name of one of their rows.
func choose(all []study, wanted []string) ([]study, error) {
	if len(wanted) == 0 {
		return slices.DeleteFunc(all, func(s study) bool { return s.asked }), nil
	}
	var chosen []study
	for _, s := range all {
		named := func(w string) bool {
			return w == s.name || slices.ContainsFunc(s.rows, func(p plan) bool { return p.name == w })
		}
		if slices.ContainsFunc(wanted, named) {
			chosen = append(chosen, s)
		}
		wanted = slices.DeleteFunc(slices.Clone(wanted), named)
	}
	if len(wanted) > 0 {
		return nil, errors.New("there is no row " + strings.Join(wanted, ", "))
	}
	return chosen, nil
}

func startProfile(path string) (func(), error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}
