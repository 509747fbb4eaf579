package main

import (
	"fmt"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/spec"
)

type versionCommand struct{}

// Run prints the program's version, the standard's, and the digest of the
// standard as it was built in, which a node's statement repeats.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.Out, "fukusen %s, standard %s, bundle %s\n", node.Version, spec.Version, spec.Bundle())
	return err
}
