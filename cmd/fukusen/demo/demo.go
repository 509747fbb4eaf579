// Package demo founds a small region on this machine and lives a day in it: a
// city, a university, a company and a sports club, each a process of its own
// with its own keys and store, spoken to over the public HTTP contract alone.
// It says nothing that it has not asked the nodes for, leaves no process and no
// file behind, and refuses to name anybody who exists.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Options say how the demo runs.
type Options struct {
	Once     bool      // end after the last check instead of staying up
	Dir      string    // an empty or new directory to keep; "" for a temporary one that is removed
	Out      io.Writer // where the story is told
	BasePort int       // of the city; the others follow, raft from +10 on. 0 means 8101
}

// DefaultPort is the city's.
const DefaultPort = 8101

var (
	// ErrFailed means that a claim did not hold; the last line that was written
	// to Out says which.
	ErrFailed = errors.New("the demo failed")
	// ErrTaken means that a port or directory is in use; nothing was changed.
	ErrTaken = errors.New("demo")
	// ErrInterrupted means a stop before the end; everything was stopped.
	ErrInterrupted = errors.New("demo: interrupted; everything it started was stopped")

	// errEnded is why the story breaks off when a node does.
	errEnded = errors.New("a node ended by itself")
)

// story is one run of the demo.
type story struct {
	out     *report
	dir     string
	base    int
	program string
	seats   []*seat // city, university, company, club
	vendor  *vendor
	founded *founding.Federation
	book    *policy.Book
	region  *region
	live    tally // what each reader should be able to use
	ended   chan error
}

// Run tells the story from the first key to the last receipt. It returns when
// the context ends, at Ctrl-C, or, with Once, after the last check; whatever
// happens, the nodes it started have ended before it returns.
func Run(ctx context.Context, o Options) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once, and the nodes with it
	s, err := prepare(o)
	if err != nil {
		return err
	}
	if o.Dir == "" {
		defer os.RemoveAll(s.dir)
	}
	return s.end(ctx, s.run(ctx, o.Once), o)
}

// end says how a run ended, when all that it started has.
func (s *story) end(ctx context.Context, err error, o Options) error {
	switch {
	case err == nil && o.Once:
		s.out.line("demo: ok")
	case err == nil:
		kept := "nothing is left behind"
		if o.Dir != "" {
			kept = "the directories stay in " + s.dir
		}
		s.out.line("demo: everything was stopped; %s  すべて終了しました。", kept)
	case err != nil && ctx.Err() != nil:
		return ErrInterrupted
	case err != nil:
		s.out.line("demo: FAILED: %s", err)
		return fmt.Errorf("%w: %w", ErrFailed, err)
	}
	return nil
}

// prepare looks whether there is room, and changes nothing where there is none.
func prepare(o Options) (*story, error) {
	s := &story{out: newReport(o.Out), base: o.BasePort, live: make(tally), ended: make(chan error, 8)}
	if s.base == 0 {
		s.base = DefaultPort
	}
	if err := portsFree(s.base); err != nil {
		return nil, err
	}
	var err error
	if s.program, err = os.Executable(); err != nil {
		return nil, fmt.Errorf("demo: find this program: %w", err)
	}
	if s.region, err = readRegion(); err != nil {
		return nil, err
	}
	s.dir, err = room(o.Dir)
	return s, err
}

// room is the directory of the run: the one asked for, if it is empty.
func room(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "fukusen-demo-")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	list, err := os.ReadDir(dir)
	if err == nil && len(list) > 0 {
		return "", fmt.Errorf("%w: the directory %s is not empty; name a new one, or remove it first", ErrTaken, dir)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("demo: %w", err)
	}
	return dir, os.MkdirAll(dir, 0o700)
}

func (s *story) run(ctx context.Context, once bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer s.stopAll()
	go func() {
		select {
		case err := <-s.ended: // a node that ends by itself ends the story
			cancel(err)
		case <-ctx.Done():
		}
	}()
	s.out.line("Fukusen demo: four nodes, one register, one policy. Every person and organisation is fictional.")
	s.out.line("複線デモ：四つのノード、一つの参加名簿、一つの方針。登場する人物・組織はすべて架空です。")
	s.out.line("")
	for _, chapter := range []func(context.Context) error{
		s.found, s.start, s.adopt, s.takeIn, s.cast, s.share, s.day, s.evaluate, s.bend, s.vote, s.withdraw, s.erase, s.balance,
	} {
		if err := chapter(ctx); err != nil {
			if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
				return cause
			}
			return err
		}
	}
	if once {
		return nil
	}
	s.out.line("  pages: %s/demo, where anybody may be somebody fictional", s.seats[0].id)
	s.out.line("  directories stand in %s", s.dir)
	s.out.line("  to ask as a clerk: fukusen token --dir %s --role clerk", s.seats[0].config.Data)
	s.out.line("")
	s.out.line("Ctrl-C stops all of it.  Ctrl-C で終了します。")
	<-ctx.Done()
	if cause := context.Cause(ctx); errors.Is(cause, errEnded) {
		return cause
	}
	return nil
}

// patience bounds every wait; a healthy federation takes milliseconds.
const patience = 15 * time.Second

// until waits for a claim to hold. missing says what is not so yet, or "".
// The contract has no channel for every fact, so this asks again and again.
func (s *story) until(ctx context.Context, claim string, missing func(context.Context) (string, error)) error {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		lack, err := missing(ctx)
		if err == nil && lack == "" {
			return nil
		}
		if err != nil {
			lack = err.Error()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return fmt.Errorf("%s: %s", claim, lack)
		}
	}
}

func (s *story) seat(name string) *seat {
	for _, x := range s.seats {
		if x.name == name {
			return x
		}
	}
	panic("demo: no seat " + name)
}

// nameOf is how the story calls a node.
func (s *story) nameOf(id spec.NodeID) string {
	for _, x := range s.seats {
		if x.id == id {
			return x.name
		}
	}
	if s.vendor != nil && s.vendor.self == id {
		return vendorName
	}
	return string(id)
}
