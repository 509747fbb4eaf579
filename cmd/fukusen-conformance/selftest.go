package main

import (
	"fmt"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/selftest"
)

type selftestCommand struct{}

// Run lets the suite judge itself, without a node. Status 1: it is not sound.
func (selftestCommand) Run(t terminal) error {
	steps, err := selftest.Run(conformance.Version, time.Now())
	if err != nil {
		return err
	}
	bad := 0
	for _, s := range steps {
		for _, f := range s.Faults {
			fmt.Fprintf(t.Err, "%s: %s\n", s.Name, f)
		}
		fmt.Fprintf(t.Out, "%s: %d looked at, %d faults\n", s.Name, s.Done, len(s.Faults))
		bad += len(s.Faults)
	}
	if bad > 0 {
		return broken
	}
	_, err = fmt.Fprintln(t.Out, "selftest: ok")
	return err
}
