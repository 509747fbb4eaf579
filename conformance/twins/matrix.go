package twins

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// Fates of a twin.
const (
	ByNamed   = "killed by the named check"
	ByAnother = "killed by another"
	Survived  = "survived"
)

// Row is one twin of the matrix.
type Row struct {
	Requirement string
	Fate        string
	By          []string // requirements whose checks failed
	Places      []string // files in which the twin is broken
	Note        string
}

// Work is a matrix to be made.
type Work struct {
	Root     string   // the product's source
	Dir      string   // where twins live meanwhile
	Only     []string // requirements; empty: every MUST that is not excused
	Port     int      // first port; each worker uses ports after it
	Workers  int
	Progress func(done, all int, r Row)
}

// portsEach is how many ports one node and the suite's peers about it use.
const portsEach = 200

// ErrHonest means that the honest node does not pass: no twin would prove
// anything.
var ErrHonest = errors.New("the honest node does not pass")

// Build compiles the twins: one program, all of them.
func Build(ctx context.Context, root, dir string) (*Plan, string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, "", err
	}
	source := filepath.Join(dir, "source")
	if err := os.MkdirAll(source, 0o755); err != nil {
		return nil, "", err
	}
	plan, err := Write(root, source)
	if err != nil {
		return nil, "", err
	}
	program := filepath.Join(dir, "fukusen-twin")
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "twin", "-overlay", plan.Overlay, "-o", program, "./cmd/fukusen")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("build the twins: %w: %s", err, out)
	}
	return plan, program, nil
}

// Matrix starts every twin and lets the suite judge it as any target.
func Matrix(ctx context.Context, w Work) ([]Row, error) {
	plan, program, err := Build(ctx, w.Root, w.Dir)
	if err != nil {
		return nil, err
	}
	if err := w.honest(ctx, program); err != nil {
		return nil, err
	}
	numbers := w.numbers()
	rows := make([]Row, len(numbers))
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	lanes := make(chan int, max(1, w.Workers))
	for lane := range cap(lanes) {
		lanes <- lane
	}
	for i, number := range numbers {
		lane := <-lanes
		wg.Go(func() {
			row := w.one(ctx, program, number, lane)
			row.Places = plan.Places[number]
			lanes <- lane
			mu.Lock()
			defer mu.Unlock()
			rows[i] = row
			done++
			if w.Progress != nil {
				w.Progress(done, len(numbers), row)
			}
		})
	}
	wg.Wait()
	return rows, nil
}

func (w Work) numbers() []string {
	if len(w.Only) > 0 {
		return w.Only
	}
	var list []string
	for _, r := range spec.Requirements() {
		if r.Keyword == "MUST" && checks.Untested(r.Number) == "" {
			list = append(list, r.Number)
		}
	}
	return list
}

// honest runs every check against the twin of nothing.
func (w Work) honest(ctx context.Context, program string) error {
	results, err := w.judge(ctx, program, "", 0, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrHonest, err)
	}
	for _, r := range results {
		if r.Outcome != judge.Pass && r.Outcome != judge.NotClaimed && r.Outcome != judge.Warn {
			return fmt.Errorf("%w: %s %s: %s", ErrHonest, r.Requirement, r.Outcome, r.Reason.EN)
		}
	}
	return nil
}

// one finds the fate of a twin: the named check first, then all others.
func (w Work) one(ctx context.Context, program, number string, lane int) Row {
	row := Row{Requirement: number, Fate: Survived}
	for _, only := range [][]string{{number}, nil} {
		results, err := w.judge(ctx, program, number, lane, only)
		if err != nil {
			row.Note = err.Error()
			continue
		}
		for _, r := range results {
			if r.Outcome == judge.Fail {
				if row.By = append(row.By, r.Requirement); r.Requirement == number {
					row.Note = r.Reason.EN
				}
			} else if r.Requirement == number && r.Outcome != judge.Pass {
				row.Note = string(r.Outcome) + ": " + r.Reason.EN
			}
		}
		if slices.Contains(row.By, number) {
			row.Fate = ByNamed
			return row
		}
		if len(row.By) > 0 {
			row.Fate = ByAnother
		}
	}
	return row
}

// patience is long with the honest node, which may be slow, and short with a
// twin, which is to fail.
func patience(twin string) time.Duration {
	if twin == "" {
		return 30 * time.Second
	}
	return 3 * time.Second
}

// judge runs checks against a fresh twin.
func (w Work) judge(ctx context.Context, program, twin string, lane int, only []string) ([]judge.Result, error) {
	dir, err := os.MkdirTemp(w.Dir, "twin-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	port := w.Port + lane*portsEach
	s, err := Settle(program, dir, port, portsEach, Variable+"="+twin)
	if err != nil {
		return nil, err
	}
	if err := s.Start(ctx); err != nil {
		return nil, err
	}
	defer s.Stop()
	out, err := conformance.Run(ctx, conformance.Config{
		Target: s.ID, Sandbox: s.Sandbox, Clerk: s.Clerk, Evaluator: s.Evaluator, Operator: s.Operator, Only: only, Workers: 16,
		Hooks: s.Hooks(), Patience: patience(twin),
	})
	if err != nil {
		return nil, err
	}
	return out.Results, nil
}

// Totals is the matrix's last line.
func Totals(rows []Row) (line string, survivors int) {
	count := make(map[string]int)
	for _, r := range rows {
		count[r.Fate]++
	}
	return fmt.Sprintf("matrix: %d %s, %d %s, %d %s", count[ByNamed], ByNamed, count[ByAnother], ByAnother, count[Survived], Survived), count[Survived]
}
