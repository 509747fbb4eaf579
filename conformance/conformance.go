// Package conformance is the judge: it points the suite's own peers at a
// running node and says, requirement by requirement, what holds. It knows the
// standard and nothing of any product, and never calls a run a pass in which
// something required was not seen.
package conformance

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// Version is the suite's version.
const Version = "1.0.0"

// Config says what is judged and with what.
type Config struct {
	Target    spec.NodeID
	Base      string   // where the target is reached, where that is not its id
	Sandbox   string   // directory that prepare made, or empty
	Clerk     string   // bearer token
	Evaluator string   // bearer token
	Operator  string   // bearer token
	Secrets   []string // further texts that must appear nowhere
	CAFile    string
	Only      []string // requirement numbers; empty: all
	Levels    []string // L0 to L4; empty: all
	Roles     []string // of the statement; checks that bind none of them are left out; empty: all
	Demanded  []string // requirements that are judged whatever level and role they have
	ReadOnly  bool
	Seed      uint64 // 0: a fresh one
	Workers   int
	Patience  time.Duration
	Hooks     judge.Hooks
	Progress  func(done, all int, r judge.Result)
}

// ErrCannotJudge means that no verdict was possible: exit status 2.
var ErrCannotJudge = errors.New("cannot judge")

// Run judges a target. The error is ErrCannotJudge with the reason, or nil. A
// run that its context ends gives what it found until then.
func Run(ctx context.Context, cfg Config) (*Outcome, error) {
	list := choose(checks.All(), cfg)
	if len(list) == 0 {
		return nil, fmt.Errorf("%w: no check was selected; --level, --role and --only name none that exists", ErrCannotJudge)
	}
	w, err := world(cfg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCannotJudge, err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	w.Journal.Bound(mostKept, func() { stop(errFull) })
	began := w.Clock()
	// Before all else: a target that is not there need not be waited for.
	x, err := greet(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCannotJudge, err)
	}
	if w.Sandbox != nil {
		if err := w.Sandbox.Open(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCannotJudge, err)
		}
		defer w.Sandbox.Close()
	}
	if err := reached(ctx, w); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCannotJudge, err)
	}
	out := &Outcome{Config: cfg, World: w, Began: began, Target: meet(ctx, w, x)}
	out.Results = runAll(ctx, w, list, cfg)
	out.Ended, out.Partial = w.Clock(), ctx.Err() != nil
	return out, nil
}

// mostKept bounds in octets what a run keeps of all exchanges.
const mostKept = 256 << 20

var errFull = errors.New("the target and its visits to the suite's peers sent more than a run keeps, 256 MiB")

// Outcome is what a run found.
type Outcome struct {
	Config  Config
	World   *judge.World
	Began   time.Time
	Ended   time.Time
	Results []judge.Result // in the order of the register
	Partial bool           // the run was ended before all checks had run
	Target  Known
}

// Known is what proves offline who was judged: the statement and the key
// history as the target signed them, and the root key they hang on. What could
// not be had is empty.
type Known struct {
	Statement string // compact JWS
	Keys      string // compact JWS
	Root      string // public key, 32 octets in base64url
}

func choose(all []judge.Check, cfg Config) []judge.Check {
	known := make(map[string]spec.Requirement)
	for _, r := range spec.Requirements() {
		known[r.Number] = r
	}
	return slices.DeleteFunc(all, func(c judge.Check) bool {
		q := known[c.Requirement]
		if slices.Contains(cfg.Demanded, c.Requirement) {
			return false
		}
		return len(cfg.Only) > 0 && !slices.Contains(cfg.Only, c.Requirement) ||
			len(cfg.Levels) > 0 && !slices.Contains(cfg.Levels, q.Level) || !concerns(q, cfg.Roles)
	})
}

// concerns says whether a requirement binds every node or one of the roles.
func concerns(q spec.Requirement, roles []string) bool {
	binds := judge.Binds(q)
	return len(roles) == 0 || len(binds) == 0 ||
		slices.ContainsFunc(binds, func(r string) bool { return slices.Contains(roles, r) })
}

func world(cfg Config) (*judge.World, error) {
	if _, err := spec.ParseNodeID(string(cfg.Target), true); err != nil {
		return nil, fmt.Errorf("--target: %w", err)
	}
	client, err := client(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	w := &judge.World{
		Target: cfg.Target, Base: strings.TrimSuffix(cfg.Base, "/"), Clerk: cfg.Clerk, Evaluator: cfg.Evaluator, Operator: cfg.Operator, Hooks: cfg.Hooks,
		Seed: cfg.Seed, Journal: new(evidence.Journal), Client: client, Clock: time.Now, Patience: cfg.Patience,
	}
	if w.Patience == 0 {
		w.Patience = 5 * time.Second
	}
	if w.Seed == 0 {
		var octets [8]byte
		if _, err := rand.Read(octets[:]); err != nil {
			return nil, err
		}
		w.Seed = binary.BigEndian.Uint64(octets[:])
	}
	for _, secret := range append([]string{cfg.Clerk, cfg.Evaluator, cfg.Operator}, cfg.Secrets...) {
		w.Journal.Hide(secret)
	}
	if cfg.Sandbox != "" && !cfg.ReadOnly {
		if w.Sandbox, err = peer.Load(cfg.Sandbox, w.Journal, w.Clock); err != nil {
			return nil, err
		}
		if w.Sandbox.Target != cfg.Target {
			return nil, fmt.Errorf("--sandbox: it was prepared for %s, not for this target; prepare one for it", w.Sandbox.Target)
		}
	}
	return w, nil
}

func client(caFile string) (*http.Client, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, DisableCompression: true}
	if caFile != "" {
		octets, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("--ca-file: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(octets) {
			return nil, errors.New("--ca-file: the file holds no certificate in PEM")
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// reached waits until the target has been seen at the suite's reader: a target
// that cannot reach it could not be judged as a reader. One that met no peers
// there since an earlier run pauses longer and longer, so it is nudged; it must
// read of this run's peers too before they can be members to it.
func reached(ctx context.Context, w *judge.World) error {
	if w.Sandbox == nil {
		return nil
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	came, stop := context.WithCancel(ctx)
	defer stop()
	wg.Go(func() { nudge(came, w) })
	most, cancel := context.WithTimeout(ctx, 4*w.Patience)
	defer cancel()
	if err := w.Sandbox.Known(most, w.Sandbox.Reader); err != nil {
		return fmt.Errorf("the suite's peers are at %s and the next ports, and the target did not come: "+
			"start it with the sandbox's %s, and see that it can reach them: %w", w.Sandbox.Council.ID, peer.GenesisFile, err)
	}
	if w.Sandbox.Used() && !w.Sandbox.Halted() {
		most, cancel := context.WithTimeout(ctx, longestPause)
		defer cancel()
		w.Sandbox.Followed(most) // a target that does not come is for the checks
	}
	return resumed(ctx, w)
}

// longestPause is how long a target may leave a log alone that was away, as the
// suite's are between two runs (REQ-FEED-018), and a little more.
const longestPause = 65 * time.Second

// ErrHalted means a sandbox at the end of whose last run the target was shown
// two policy logs, so that it rightly follows neither.
var ErrHalted = errors.New("at its end the last run showed the target two policy logs (REQ-POL-009), and it follows this sandbox no further: " +
	"let its operator resume it, or prepare another sandbox")

// resumed waits until a target follows again that the last run had halted.
func resumed(ctx context.Context, w *judge.World) error {
	if !w.Sandbox.Halted() {
		return nil
	}
	entries := w.Sandbox.PolicyEntries()
	last := len(entries) - 1
	ask := func() evidence.Exchange {
		return w.Do(ctx, judge.Ask{Path: fmt.Sprintf("/v1/feed/policy?after=%d", last-1)})
	}
	follows := func(x evidence.Exchange) bool {
		return strings.Contains(x.See("body"), string(spec.Digest([]byte(entries[last]))))
	}
	if !follows(w.Until(ctx, ask, follows)) {
		return ErrHalted
	}
	return w.Sandbox.Resumed()
}

// nudge hints again and again that council and reader are there, at most once a
// second as the standard asks, until its context ends.
func nudge(ctx context.Context, w *judge.World) {
	tick := time.NewTicker(1100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		for _, p := range []*peer.Peer{w.Sandbox.Council, w.Sandbox.Reader} {
			w.Do(ctx, judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", As: p})
		}
	}
}

// longestGreeting is how long a target may take for its first answer, where
// the run's patience does not end before.
const longestGreeting = 10 * time.Second

// UsesUp says whether a run ends with a check after which the target follows its
// sandbox no further, such as that of REQ-POL-009, which shows it a fork.
func UsesUp(cfg Config) bool {
	return cfg.Sandbox != "" && !cfg.ReadOnly && len(inTurn(choose(checks.All(), cfg), judge.Final)) > 0
}

// greet asks the target who it is. Whoever does not answer at all, or answers
// as no node would, cannot be judged; a wrong answer is for the checks.
func greet(ctx context.Context, w *judge.World) (evidence.Exchange, error) {
	most := min(longestGreeting, 4*w.Patience)
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	x := w.Do(ctx, judge.Ask{Path: "/.well-known/fukusen"})
	kind := x.See("header.Content-Type")
	switch {
	case x.Status == 0 && ctx.Err() == context.DeadlineExceeded:
		return x, fmt.Errorf("the target %s hangs: it gave no answer within %s", w.Target, most)
	case x.Status == 0 && strings.Contains(x.Failure, "tls: "), x.Status == 0 && strings.Contains(x.Failure, "x509: "):
		return x, fmt.Errorf("the target %s is not trusted over TLS: %s (--ca-file names the authorities of its certificate)", w.Target, x.Failure)
	case x.Status == 0:
		return x, fmt.Errorf("the target %s cannot be reached: %s", w.Target, x.Failure)
	case x.Status == http.StatusOK && !strings.HasPrefix(kind, "application/jose"):
		return x, fmt.Errorf("the target %s answers /.well-known/fukusen with content type %q; a node answers application/jose", w.Target, kind)
	case x.Status != http.StatusOK && !strings.HasPrefix(kind, "application/problem+json"):
		return x, fmt.Errorf("at %s no node answers: /.well-known/fukusen gives %d with content type %q", w.Target, x.Status, kind)
	}
	return x, nil
}

// meet takes down who the target says it is, as far as that proves itself.
func meet(ctx context.Context, w *judge.World, x evidence.Exchange) Known {
	var known Known
	if root, err := w.Root(ctx); err == nil {
		known.Root = spec.EncodeKey(root)
	}
	keys, err := w.Keys(ctx)
	if err != nil {
		return known
	}
	known.Keys = keys.Token()
	token := strings.TrimSpace(x.See("body"))
	if s, err := spec.OpenStatement(token, w.Target, keys, w.Clock()); err == nil {
		w.Statement, known.Statement = s, token
	}
	return known
}

// runAll runs checks side by side, since most of their time is waiting, and then
// one at a time those that would disturb the others. What had not passed when
// the run was ended is not-run: the end may be why.
func runAll(ctx context.Context, w *judge.World, list []judge.Check, cfg Config) []judge.Result {
	results := make([]judge.Result, len(list))
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	run := func(i int) {
		r := list[i].RunUnless(ctx, w)
		mu.Lock()
		defer mu.Unlock()
		results[i] = r
		done++
		if cfg.Progress != nil {
			cfg.Progress(done, len(list), r)
		}
	}
	turns := make(chan struct{}, max(1, cfg.Workers))
	for _, i := range inTurn(list, judge.Together) {
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			run(i)
		})
	}
	wg.Wait()
	for _, turn := range []judge.Turn{judge.Alone, judge.Final} {
		for _, i := range inTurn(list, turn) {
			run(i)
		}
	}
	return results
}

// inTurn are the places of the checks whose turn it is.
func inTurn(list []judge.Check, turn judge.Turn) []int {
	var at []int
	for i, c := range list {
		if c.Turn == turn {
			at = append(at, i)
		}
	}
	return at
}
