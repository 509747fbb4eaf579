package governing

import "github.com/fukusen/fukusen/conformance/judge"

func documents() []judge.Check {
	return nil
}
