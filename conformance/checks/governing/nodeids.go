package governing

import (
	"context"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// mostIDs bounds the wrong node ids of one run, each of which costs a follower's
// pause; the seed says which.
const mostIDs = 2

// nodeIDs checks REQ-STM-007 where node ids come into force: in an admission.
func nodeIDs() judge.Check {
	check := obeys("REQ-STM-007", func(d *desk) []string { return []string{d.admission(nil)} })
	check.Negative = func(ctx context.Context, p *judge.Probe) {
		list := wrongIDs(p)
		for range min(mostIDs, len(list)) {
			i := p.Pick(len(list))
			v := list[i]
			list = append(list[:i], list[i+1:]...)
			refused(ctx, newDesk(p), lie{
				ja: "形式に合わないノード識別子: " + v.Name, en: "a node id with " + v.What,
				entry: func(d *desk) string {
					return d.admission(func(a *spec.Admission, _ *signing) { a.Node = spec.NodeID(v.Input.NodeID) })
				},
			})
		}
	}
	return check
}

// wrongIDs are the vectors that are no node id under a development genesis
// either, which the sandbox's is.
func wrongIDs(p *judge.Probe) []vectors.Vector {
	all, err := vectors.All()
	if err != nil {
		p.Broken(err)
	}
	sound := make(map[string]bool)
	for _, v := range all {
		if v.About == "node-id" && v.Verdict == vectors.Admit {
			sound[v.Input.NodeID] = true
		}
	}
	var list []vectors.Vector
	for _, v := range all {
		if v.About == "node-id" && v.Verdict == vectors.Refuse && !sound[v.Input.NodeID] {
			list = append(list, v)
		}
	}
	return list
}
