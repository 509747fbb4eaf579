package gate

import (
	"github.com/fukusen/fukusen/node/store"
)

const day = 24 * 3600

// ForgetOld keeps what the data guideline in force promises of retention: bodies
// that are used no more go after retentionDays, who has seen what after
// disclosureLogDays. Ids, leaves and the promise to erase stay. It may be repeated.
func (g *Gate) ForgetOld(tx *store.Tx) error {
	now := g.Clock()
	_, guideline := g.guideline(now)
	if guideline == nil {
		return nil
	}
	if _, err := tx.StripRetained(now.Unix() - int64(guideline.RetentionDays)*day); err != nil {
		return err
	}
	_, err := tx.ForgetDisclosures(now.Unix() - int64(guideline.DisclosureLogDays)*day)
	return err
}
