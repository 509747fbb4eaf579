package reading

import "github.com/fukusen/fukusen/conformance/judge"

func statement() []judge.Check {
	return nil
}
