package reading

import "github.com/fukusen/fukusen/conformance/judge"

func keys() []judge.Check {
	return nil
}
