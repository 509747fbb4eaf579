package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

type resumeCommand struct {
	Dir      string `help:"The data directory of a stopped node." type:"path" required:"" placeholder:"DATA"`
	Node     string `help:"Read on in the logs of this neighbour, which had shown two." placeholder:"NODE"`
	Policy   bool   `help:"Follow the policy log again, which had been forked."`
	Operator string `help:"Who looked at the proofs and decided it; it stands in the audit log." required:"" placeholder:"NAME"`
}

// Run ends one stop and lists the proofs that stand. It is the only way on
// after a fork: a node never decides by itself that a lie is over.
func (c *resumeCommand) Run(ctx context.Context, t terminal) error {
	if (c.Node == "") == !c.Policy {
		return errors.New("one of --node and --policy is required: whose log is to be read again")
	}
	cfg, err := node.LoadConfig(configPath(c.Dir))
	if err != nil {
		return err
	}
	what, proofs := "the policy log", []store.Proof(nil)
	if c.Policy {
		proofs, err = node.ResumePolicy(ctx, cfg, c.Operator, time.Now())
	} else {
		what = "the logs of " + c.Node
		proofs, err = node.Resume(ctx, cfg, spec.NodeID(c.Node), c.Operator, time.Now())
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "At the next start %s will be read on, by decision of %s, in the audit log.\n", what, c.Operator)
	for _, p := range proofs {
		fmt.Fprintf(t.Out, "  %s  %s  %s\n", time.Unix(p.At, 0).UTC().Format(time.RFC3339), p.Kind, p.ID)
	}
	_, err = fmt.Fprintf(t.Out, "%d proofs stand against it and stay, at /v1/proofs. This is right only if you have looked at them and asked who signed\n"+
		"both sides which one holds. If that is not known, do not start the node. A further fork stops it again.\n", len(proofs))
	return err
}
