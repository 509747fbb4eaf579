// Package main is the program fukusen-conformance: it judges a running node by
// the standard. Its exit status is 0 where every required check held, 1 where
// one did not, and 2 where no verdict was possible; it is never 0 by accident.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/fukusen/fukusen/conformance"
)

type program struct {
	Prepare   prepareCommand   `cmd:"" help:"Found a sandbox federation that admits the suite's peers and the target."`
	Run       runCommand       `cmd:"" help:"Judge a running node."`
	Verify    verifyCommand    `cmd:"" help:"Judge a report again from its evidence, without the target."`
	Serve     serveCommand     `cmd:"" help:"Do all this in a browser on this machine."`
	Selftest  selftestCommand  `cmd:"" help:"Judge the suite itself, without any node."`
	SelfAudit selfAuditCommand `cmd:"" name:"self-audit" help:"Damage the target's own answers on their way, and show which checks notice."`
	Matrix    matrixCommand    `cmd:"" help:"Make a broken twin of the reference node for every requirement, and see which check kills it."`
	Gates     gatesCommand     `cmd:"" help:"Hold the suite itself to account on the reference node."`
	Reference referenceCommand `cmd:"" help:"Judge the reference node: a running region read-only, and a sandbox tenant of the same program in full."`
	Version   versionCommand   `cmd:"" help:"Show the version of the suite and of the standard."`
}

// terminal is where a command speaks: answers to Out, all else to Err.
type terminal struct{ Out, Err io.Writer }

// verdict is an exit status for which the command has already said why.
type verdict int

func (v verdict) Error() string { return fmt.Sprintf("exit %d", int(v)) }

// Exit statuses beside 0.
const (
	broken      verdict = 1
	cannotJudge verdict = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	code := run(ctx, os.Args[1:], terminal{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, t terminal) int {
	var p program
	parser, err := kong.New(&p, kong.Name("fukusen-conformance"),
		kong.Description("Judges a node by the Fukusen standard. Exit status: 0 it holds, 1 it does not, 2 no verdict was possible."),
		kong.Writers(t.Out, t.Err), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t),
		// --help is an answer; what kong would exit for otherwise is no verdict.
		kong.Exit(func(code int) { panic(verdict(code)) }))
	if err != nil {
		panic("fukusen-conformance: the command line is declared wrongly: " + err.Error())
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	return carryOut(parser, args, t)
}

func carryOut(parser *kong.Kong, args []string, t terminal) (code int) {
	defer func() {
		if v, ok := recover().(verdict); ok {
			code = int(v)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(t.Err, "fukusen-conformance: %s (--help lists what there is)\n", err)
		return int(cannotJudge)
	}
	var v verdict
	switch err := chosen.Run(); {
	case err == nil:
		return 0
	case errors.As(err, &v):
		return int(v)
	case errors.Is(err, conformance.ErrCannotJudge):
		fmt.Fprintf(t.Err, "fukusen-conformance: %s\n", err)
		return int(cannotJudge)
	default:
		fmt.Fprintf(t.Err, "fukusen-conformance: %s\n", err)
		return int(cannotJudge)
	}
}
