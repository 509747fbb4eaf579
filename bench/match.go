package main

import (
	"context"
	"path/filepath"

	"github.com/fukusen/fukusen/bench/matching"
)

// matchStudy: who could do a gig, beside PostgreSQL on the same data and with
// the same answers.
func matchStudy() study {
	return study{
		name: "match",
		rows: []plan{
			{"match-regional", "queries/s", 30, most},
			{"match-nationwide", "queries/s", 15, most},
			{"match-p99", "ms", 1.0 / 15, least},
			{"match-updates", "queries/s", 2.0 / 3, most},
			{"match-memory", "bytes", 1, least},
		},
		run:   match,
		asked: true,
	}
}

func match(ctx context.Context, g *ground) ([]measured, error) {
	f, err := matching.Run(ctx, matching.Work{Folder: filepath.Join(g.given, "matching"), Say: g.say, Size: g.size})
	return []measured{
		{"match-regional", f.Regional.Value, f.Regional.Limit},
		{"match-nationwide", f.Nationwide.Value, f.Nationwide.Limit},
		{"match-p99", f.Tail.Value, f.Tail.Limit},
		{"match-updates", f.Updates.Value, f.Updates.Limit},
		{"match-memory", f.Memory.Value, f.Memory.Limit},
	}, err
}
