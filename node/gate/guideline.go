package gate

import (
	"time"

	"github.com/fukusen/fukusen/policy"
)

// guideline is the data guideline in force, or nil before the council has
// adopted one; then nothing about a person is shared.
func (g *Gate) guideline(at time.Time) (*policy.Document, *policy.DataGuideline) {
	d := g.Trust.Book().InForce(policy.TypeDataGuideline, at)
	if d == nil {
		return nil, nil
	}
	return d, d.DataGuideline()
}
