package main

import (
	"fmt"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/spec"
)

type versionCommand struct{}

// Run shows both versions.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.Out, "fukusen-conformance %s, standard %s, bundle %s\n", conformance.Version, spec.Version, spec.Bundle())
	return err
}
