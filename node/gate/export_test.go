package gate

import (
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// TellTogether is PutTalent for many that wait at one moment, in this order.
func (g *Gate) TellTogether(profiles ...store.TalentProfile) ([]error, error) {
	group := make([]*delivery, len(profiles))
	for i := range profiles {
		group[i] = &delivery{telling: &telling{person: profiles[i].Person, kind: spec.KindTalent, talent: &profiles[i]}}
	}
	err := g.write(group)
	refused := make([]error, len(profiles))
	for i, w := range group {
		refused[i] = w.telling.refused
	}
	return refused, err
}
