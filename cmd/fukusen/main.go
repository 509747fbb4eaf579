// Package main is the program fukusen: every act of an operator is one command
// and one file here. It refuses to hold rules of its own: a command reads what
// was asked, asks one room of the house, and says the answer in one sentence.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// program is everything that can be asked on the command line.
type program struct {
	Serve   serveCommand   `cmd:"" help:"Run a node."`
	Demo    demoCommand    `cmd:"" help:"Start a city, a university, a company and a club on this machine and live a day in it."`
	Init    initCommand    `cmd:"" help:"Make the data directory, keys and configuration of a new node."`
	Found   foundCommand   `cmd:"" help:"Found a federation of directories that init made, all on this machine."`
	Adopt   adoptCommand   `cmd:"" help:"Take up the starting documents at a council node."`
	Keys    keysCommand    `cmd:"" help:"Rotate or revoke the node's keys."`
	Invite  inviteCommand  `cmd:"" help:"Let somebody in: print a code by which they make a passkey."`
	Token   tokenCommand   `cmd:"" help:"Issue a bearer token for a person, for staff or for a program."`
	Policy  policyCommand  `cmd:"" help:"Propose, vote on and show policy documents."`
	Health  healthCommand  `cmd:"" help:"Ask a node whether it is ready; exit 0 when it is."`
	Check   checkCommand   `cmd:"" help:"Look through a stopped node's directory and say what does not add up; exit 0, 1 for faults, 2 where it cannot judge."`
	Restore restoreCommand `cmd:"" help:"Mark a directory as copied back from a backup, before its next start; or waive a member that does not answer it."`
	Recover recoverCommand `cmd:"" help:"Let the council go on after a majority of it is gone for good, from what this stopped node holds."`
	Resume  resumeCommand  `cmd:"" help:"Let a stopped node read on where a fork had stopped it, after you have looked at the proofs."`
	Version versionCommand `cmd:"" help:"Show the version of the program and of the standard."`
}

// terminal is where a command speaks: answers to Out, all else to Err.
type terminal struct{ Out, Err io.Writer }

// verdict is an exit code other than 0 and 1 for an answer that is no fault of
// the command itself; the command has already said why.
type verdict int

func (v verdict) Error() string { return fmt.Sprintf("exit %d", int(v)) }

// usage is the exit code for a command line that means nothing.
const usage = 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once, however long the first takes.
	context.AfterFunc(ctx, stop)
	code := run(ctx, os.Args[1:], terminal{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, t terminal) int {
	var p program
	parser, err := kong.New(&p,
		kong.Name("fukusen"),
		kong.Description("A node for people with several careers at once. The first ten minutes are in README.md, everything an operator does in docs/operate.md."),
		kong.Writers(t.Out, t.Err),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(t),
	)
	if err != nil {
		panic("fukusen: the command line is declared wrongly: " + err.Error())
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(joined(args))
	if err != nil {
		fmt.Fprintf(t.Err, "fukusen: %s (fukusen --help lists what there is)\n", err)
		return usage
	}
	var v verdict
	switch err := chosen.Run(); {
	case err == nil:
		return 0
	case errors.As(err, &v):
		return int(v)
	default:
		fmt.Fprintf(t.Err, "fukusen: %s\n", err)
		return 1
	}
}

// joined writes a flag and an id behind it as one argument. An id is base64url,
// so that one in 64 begins with a hyphen and would be taken for a flag.
func joined(args []string) []string {
	var all []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(all, args[i:]...)
		}
		if i+1 < len(args) && strings.HasPrefix(args[i], "--") && !strings.Contains(args[i], "=") && isID(args[i+1]) {
			all = append(all, args[i]+"="+args[i+1])
			i++
			continue
		}
		all = append(all, args[i])
	}
	return all
}

// isID says whether an argument is the base64url of a SHA-256 (RFC 4648,
// section 5).
func isID(arg string) bool {
	octets, err := base64.RawURLEncoding.Strict().DecodeString(arg)
	return err == nil && len(octets) == sha256.Size
}
