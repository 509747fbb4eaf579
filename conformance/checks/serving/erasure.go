package serving

import "github.com/fukusen/fukusen/conformance/judge"

func erasure() []judge.Check {
	return nil
}
