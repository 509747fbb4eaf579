package records

import "github.com/fukusen/fukusen/conformance/judge"

func talent() []judge.Check {
	return nil
}
