package governing

import "github.com/fukusen/fukusen/conformance/judge"

func policylog() []judge.Check {
	return nil
}
