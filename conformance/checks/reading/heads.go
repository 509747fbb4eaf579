package reading

import "github.com/fukusen/fukusen/conformance/judge"

func heads() []judge.Check {
	return nil
}
