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
	said := 0
	err := g.share(ctx, func(c *Change) error {
		if err := c.known(p.Person); err != nil {
			return err
		}
		p.UpdatedAt = c.now.Unix()
		err := c.tx.PutTalentProfile(p)
		if err != nil {
			return err
		}
		said, err = c.publishFor(p.Person, spec.KindTalent)
		return err
	})
	return said, err
}

func (c *Change) composeTalent(person string, until int64) (spec.Body, error) {
	p, found, err := maybe(c.tx.TalentProfile(person))
	if err != nil || !found {
		return nil, err
	}
	t := &spec.Talent{Skills: p.Skills, Region: p.Region, Remote: &p.Remote, Languages: p.Languages}
	t.Expires = min(c.now.Add(talentLife).Unix(), until)
	return t, nil
}
