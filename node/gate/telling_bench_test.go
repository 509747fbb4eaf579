package gate_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/store"
)

// BenchmarkTelling is one change of one person among 64 in a transaction, by a
// node that has 2,000 people.
func BenchmarkTelling(b *testing.B) {
	n := meet(b, time.Unix(founded+86400, 0), company, city, university, club)
	g := n.gateAt(club)
	crew := n.crew(g, 2000)
	group := make([]store.TalentProfile, 64)
	at := 0
	b.ResetTimer()
	for done := 0; done < b.N; done += len(group) {
		for i := range group {
			group[i] = profileOf(crew[at%len(crew)], 1+at%5)
			at++
		}
		if _, err := g.TellTogether(group...); err != nil {
			b.Fatal(err)
		}
	}
}
