package governing

import "github.com/fukusen/fukusen/conformance/judge"

func confidential() []judge.Check {
	return nil
}
