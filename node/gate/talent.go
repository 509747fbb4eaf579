package gate

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// talentLife is how long a talent record lives before it is said anew.
const talentLife = 30 * 24 * time.Hour

// PutTalent keeps a person's skills and says them to everyone the person
// consented to. It returns how many records were said.
func (g *Gate) PutTalent(ctx context.Context, p store.TalentProfile) (int, error) {
	if err := (&spec.Talent{Skills: p.Skills, Region: p.Region, Remote: &p.Remote, Languages: p.Languages}).CheckProfile(); err != nil {
		return 0, err
	}
	return g.tell(ctx, &telling{person: p.Person, kind: spec.KindTalent, talent: &p})
}

func (c *Change) composeTalent(person string, until int64) (spec.Body, error) {
	p, found, err := maybe(c.tx.TalentProfile(person))
	if err != nil || !found {
		return nil, err
	}
	return c.talentOf(p, until), nil
}

func (c *Change) talentOf(p store.TalentProfile, until int64) *spec.Talent {
	t := &spec.Talent{Skills: p.Skills, Region: p.Region, Remote: &p.Remote, Languages: p.Languages}
	t.Expires = min(c.now.Add(talentLife).Unix(), until)
	return t
}
