package serving

import "github.com/fukusen/fukusen/conformance/judge"

func withdrawal() []judge.Check {
	return nil
}
