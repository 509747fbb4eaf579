package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/gates"
	"github.com/fukusen/fukusen/conformance/twins"
)

type gatesCommand struct {
	Source  string   `help:"The source of the reference node." type:"existingdir" default:"."`
	Gate    []string `help:"Gates to pass: mutations, harmless, memory, repeats." default:"mutations,harmless,memory,repeats"`
	Seeds   int      `help:"Seeds over all harmless variants." default:"200"`
	Base    uint64   `help:"The first of the seeds, from 1." default:"1"`
	Repeats int      `help:"Clean repeats." default:"20"`
	Port    int      `help:"First of the ports on loopback that are used." default:"24000"`
	Workers int      `help:"Nodes side by side." default:"4"`
	Level   []string `help:"Levels that harmless variants are judged by." default:"L0,L1,L2"`
}

// Run holds the suite to account on the reference node. A deaf check, a false
// alarm or a reciter that passes is exit status 1.
func (c *gatesCommand) Run(ctx context.Context, t terminal) error {
	dir, err := os.MkdirTemp("", "fukusen-gates-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, program, err := twins.Build(ctx, c.Source, dir)
	if err != nil {
		return err
	}
	h := gates.Honest{Program: program, Dir: dir, Port: c.Port, Workers: c.Workers, Levels: c.Level}
	bad := 0
	for _, gate := range c.Gate {
		pass, known := map[string]func(context.Context, terminal, gates.Honest) (int, error){
			"mutations": c.mutations, "harmless": c.harmless, "memory": c.memory, "repeats": c.repeats,
		}[gate]
		if !known {
			return fmt.Errorf("%w: --gate: mutations, harmless, memory or repeats", conformance.ErrCannotJudge)
		}
		n, err := pass(ctx, t, h)
		if err != nil {
			return fmt.Errorf("%s: %w", gate, err)
		}
		bad += n
	}
	if bad > 0 {
		return broken
	}
	fmt.Fprintln(t.Out, "gates: ok")
	return nil
}

func (c *gatesCommand) mutations(ctx context.Context, t terminal, h gates.Honest) (int, error) {
	audits, err := h.Mutations(ctx, progress(t, "mutations"))
	if err != nil {
		return 0, err
	}
	return sayAudits(t, audits), nil
}

// sayAudits prints what noticed each mutation, and how many none did.
func sayAudits(t terminal, audits []gates.Audit) int {
	deaf, unused := 0, 0
	for _, a := range audits {
		switch {
		case a.Changed == 0:
			unused++
			fmt.Fprintf(t.Out, "%-26s never came up: %s\n", a.Mutation.Name, a.Mutation.About)
		case a.Deaf():
			deaf++
			fmt.Fprintf(t.Out, "%-26s NOT NOTICED: %s\n", a.Mutation.Name, a.Mutation.About)
		default:
			fmt.Fprintf(t.Out, "%-26s noticed by %s\n", a.Mutation.Name, strings.Join(a.Noticed, ", "))
		}
	}
	fmt.Fprintf(t.Out, "mutations: %d noticed, %d not noticed, %d never came up\n", len(audits)-deaf-unused, deaf, unused)
	return deaf
}

func (c *gatesCommand) harmless(ctx context.Context, t terminal, h gates.Honest) (int, error) {
	variants := gates.Variants()
	runs := make([]gates.Run, c.Seeds)
	for i := range runs {
		seed := c.Base + uint64(i)
		// A seed always has the same variant, however many are tried.
		runs[i] = gates.Run{Variant: variants[(seed-1)%uint64(len(variants))], Seed: seed}
	}
	alarms := h.All(ctx, runs, progress(t, "harmless"))
	sayAlarms(t, alarms)
	fmt.Fprintf(t.Out, "harmless: %d variants, %d seeds from %d, %d false alarms\n", len(variants), len(runs), c.Base, len(alarms))
	return len(alarms), nil
}

func (c *gatesCommand) repeats(ctx context.Context, t terminal, h gates.Honest) (int, error) {
	h.Levels = nil
	runs := make([]gates.Run, c.Repeats)
	for i := range runs {
		runs[i].Seed = uint64(i + 1)
	}
	alarms := h.All(ctx, runs, progress(t, "repeats"))
	sayAlarms(t, alarms)
	fmt.Fprintf(t.Out, "repeats: %d clean, %d alarms\n", len(runs)-len(slices.CompactFunc(alarms, sameRun)), len(alarms))
	return len(alarms), nil
}

func sameRun(a, b gates.Alarm) bool { return a.Seed == b.Seed }

func sayAlarms(t terminal, alarms []gates.Alarm) {
	for _, a := range alarms {
		fmt.Fprintf(t.Out, "false alarm: %s, seed %d: %s %s %s %v\n", a.Variant, a.Seed, a.Result.Requirement, a.Result.Outcome, a.Result.Reason.EN, a.Err)
	}
}

func (c *gatesCommand) memory(ctx context.Context, t terminal, h gates.Honest) (int, error) {
	failed, err := h.Recited(ctx, [2]uint64{1, 2})
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(t.Out, "memory: a target that recites fails %d checks\n", len(failed))
	if len(failed) == 0 {
		return 1, nil
	}
	return 0, nil
}

// progress says how far a gate is, at most at every twentieth step.
func progress(t terminal, gate string) func(done, all int) {
	return func(done, all int) {
		if done == all || done%max(1, all/20) == 0 {
			fmt.Fprintf(t.Err, "%s: %d/%d\n", gate, done, all)
		}
	}
}
