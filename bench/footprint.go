package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// footprintStudy: the program as it is built for people, and one node of a
// federation of four in a process of its own. The limits are what we allow.
func footprintStudy() study {
	return study{
		name: "footprint",
		rows: []plan{
			{"footprint-binary", "MB", 1, least}, {"footprint-resident", "MB", 1, least}, {"footprint-ready", "ms", 1, least},
		},
		run: footprint,
	}
}

const (
	mostBinary   = 40  // MB
	mostResident = 80  // MB
	mostReady    = 300 // ms
	settleTime   = 5 * time.Second
)

func footprint(ctx context.Context, g *ground) ([]measured, error) {
	program, err := g.build(ctx)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	resident, ready, err := g.idleNode(ctx, program)
	if err != nil {
		return nil, err
	}
	binary := float64(info.Size()) / 1e6
	g.say("footprint: binary %.1f MB, resident %.1f MB after %v idle, ready after %v (median of starts)", binary, resident, settleTime, ready)
	return []measured{
		{"footprint-binary", binary, mostBinary},
		{"footprint-resident", resident, mostResident},
		{"footprint-ready", ms(ready), mostReady},
	}, nil
}

// idleNode runs a node that has read the starting documents and talks to a
// neighbour; it answers the resident memory in MB and the median time from
// start to ready.
func (g *ground) idleNode(ctx context.Context, program string) (float64, time.Duration, error) {
	t, err := g.found(1, "city", "university", "company", "club")
	if err != nil {
		return 0, 0, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return 0, 0, err
	}
	club := t.members[3]
	var starts []time.Duration
	var p *process
	for range 5 {
		if p != nil {
			p.kill()
		}
		began := time.Now()
		if p, err = club.serve(program); err != nil {
			return 0, 0, err
		}
		if err := p.awaitReady(ctx); err != nil {
			p.kill()
			return 0, 0, err
		}
		starts = append(starts, time.Since(began))
	}
	defer p.kill()
	idle := time.NewTimer(settleTime)
	defer idle.Stop()
	select {
	case <-idle.C:
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	if !p.ready(ctx) {
		return 0, 0, errors.New("the node that was measured no longer answers")
	}
	resident, err := residentMB(p.cmd.Process.Pid)
	return resident, percentile(starts, 50), err
}

// residentMB reads VmRSS, which Linux has in kB.
func residentMB(pid int) (float64, error) {
	octets, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(octets)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kb * 1024 / 1e6, err
		}
	}
	return 0, errors.New("the process has no VmRSS")
}
