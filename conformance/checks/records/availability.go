package records

import "github.com/fukusen/fukusen/conformance/judge"

func availability() []judge.Check {
	return nil
}
