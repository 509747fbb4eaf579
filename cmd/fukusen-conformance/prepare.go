package main

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

type prepareCommand struct {
	Target string `help:"The node id of the target." required:"" placeholder:"URL"`
	Root   string `help:"The target's public root key, 32 octets in base64url." required:"" placeholder:"KEY"`
	Kind   string `help:"The target's kind." default:"municipality" placeholder:"KIND"`
	Out    string `help:"The directory to make." type:"path" required:"" placeholder:"DIR"`
	Listen string `help:"Where the suite's peers listen; the council takes this port, the reader the next." default:"127.0.0.1:9470" placeholder:"ADDR"`
	Origin string `name:"peer-origin" help:"Scheme and host under which the target reaches the suite's peers." default:"http://localhost" placeholder:"URL"`
	Cert   string `name:"peer-cert" help:"Certificate chain of the suite's peers (PEM), where the origin is https." type:"existingfile" placeholder:"FILE"`
	Key    string `name:"peer-key" help:"Its private key (PEM)." type:"existingfile" placeholder:"FILE"`
	From   int    `name:"peer-port-from" help:"First port of further peers; by default those after the reader's." placeholder:"PORT"`
	To     int    `name:"peer-port-to" help:"Last port of further peers." placeholder:"PORT"`
}

// Run founds the sandbox.
func (c *prepareCommand) Run(t terminal) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: host and port, such as 127.0.0.1:9470: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1024 || n > 60000 {
		return fmt.Errorf("--listen: the port is a number from 1024 to 60000")
	}
	target, err := spec.ParseNodeID(c.Target, true)
	if err != nil {
		return fmt.Errorf("--target: %w", err)
	}
	if !slices.Contains(spec.NodeKinds, c.Kind) {
		return fmt.Errorf("--kind: one of %s", strings.Join(spec.NodeKinds, ", "))
	}
	if err := peer.Prepare(peer.Plan{
		Dir: c.Out, Target: target, Root: c.Root, Kind: c.Kind,
		Site: peer.Site{Listen: host, Origin: c.Origin, Port: n, Cert: c.Cert, Key: c.Key, From: c.From, To: c.To},
	}, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "sandbox: %s\nLet the target start with its %s, then: fukusen-conformance run --target %s --sandbox %s\n",
		c.Out, peer.GenesisFile, target, c.Out)
	return err
}
