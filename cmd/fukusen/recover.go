package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/spec"
)

type recoverCommand struct {
	Dir       string   `help:"The data directory of a stopped council node that remains." type:"path" required:"" placeholder:"DATA"`
	Remaining []string `help:"A council node that remains, this one among them; one flag each or with commas." required:"" placeholder:"NODE"`
	From      string   `help:"A node that holds a longer policy log; its entries are proven and taken up first." placeholder:"URL"`
	CA        string   `name:"ca" help:"Further certificate authority to trust for --from (PEM)." type:"existingfile" placeholder:"FILE"`
	Operator  string   `help:"Who decided it; it stands in the audit log." default:"the operator at the command line" placeholder:"NAME"`
	Yes       bool     `help:"The others are gone for good, and this is to be done."`
}

// errNotConfirmed ends a recovery that was only looked at.
var errNotConfirmed = errors.New("nothing was changed; say --yes if the lost nodes are gone for good")

// Run lets the council go on after a majority of it is gone for good. It says
// what it would do and what it cannot know, and does it with --yes alone.
func (c *recoverCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := node.LoadConfig(configPath(c.Dir))
	if err != nil {
		return err
	}
	ask := node.Recovery{Operator: c.Operator, Confirm: func(r node.Remains) error {
		c.explain(t, r)
		if !c.Yes {
			return errNotConfirmed
		}
		return nil
	}}
	for _, n := range c.Remaining {
		ask.Remaining = append(ask.Remaining, spec.NodeID(n))
	}
	if c.From != "" {
		client, err := remote{URL: c.From, CA: c.CA}.client("")
		if err != nil {
			return fmt.Errorf("--from: %w", err)
		}
		ask.Further = client.policyBeyond
	}
	size, err := node.Recover(ctx, cfg, ask, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, afterRecovery, size)
	return err
}

func (c *recoverCommand) explain(t terminal, r node.Remains) {
	confirmed := "never confirmed by the council"
	if !r.Confirmed.IsZero() {
		confirmed = "last confirmed at " + r.Confirmed.UTC().Format(time.RFC3339)
	}
	lost := "nobody"
	if len(r.Lost) > 0 {
		lost = names(r.Lost)
	}
	fmt.Fprintf(t.Out, beforeRecovery, r.Self, r.Size, confirmed, names(r.Council), names(r.Remaining), lost)
	if len(r.Remaining) >= r.Majority {
		fmt.Fprintf(t.Out, "\nThose that remain are a majority of the register's council. If they can reach each other they need no recovery:\nstart them, and look at fukusen policy show.\n")
	}
	fmt.Fprintln(t.Out)
}

const beforeRecovery = `Recovery of the council on %[1]s

What is here
  The policy log here holds %[2]d entries under a cosigned head, %[3]s.
  The council of its register is %[4]s.
  You say that %[5]s remain, and that %[6]s are gone for good.

What this does
  Raft goes on from this log with those that remain as its only voters. No entry is added, changed or left out.
  What is voted on next still needs as many ballots as the register in force says, by its own ballot keys.

What it cannot know
  Whether the lost nodes agreed on entries that never came here. Ask the nodes that follow, with fukusen policy show:
  if one of them shows more entries, name it with --from.
  Whether a lost node still runs somewhere, or comes back. It then holds a second history of the policy, which every
  node would keep as evidence and stop at. Never start its old directory again.
`

const afterRecovery = `The council goes on from a policy log of %d entries.

What to do next
  1. Where several nodes remain: run the same command on each of the others, then start them all.
  2. Vote at once on a register of whose council those that remain are a majority (of 1, 3, 5 or 7): until then no head
     has enough cosignatures. It needs the ballots of the register in force.
  3. Then vote on a register with a full council again. Its new nodes take their seats by themselves.
`
