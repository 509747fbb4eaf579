package enrol

import (
	"context"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// PutTalent writes what a program says of a person's skills into the entry of
// the register, over what stood there of them, and says it to everyone the
// person consented to; it answers how many records were said. The profile is
// judged by the standard alone, so evaluated skills are taken as they are said.
// The entry is the source: a stop before anything is said is made good by the
// next change.
//
// Errors: *spec.Refusal, store.ErrNotFound, and those of the gate.
func (d *Desk) PutTalent(ctx context.Context, by string, p store.TalentProfile) (int, error) {
	if err := (&spec.Talent{Skills: p.Skills, Region: p.Region, Remote: &p.Remote, Languages: p.Languages}).CheckProfile(); err != nil {
		return 0, err
	}
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		r, err := Of(tx, p.Person)
		if err != nil {
			return err
		}
		r.Entry.Region, r.Entry.Remote, r.Entry.Languages, r.Entry.Skills = p.Region, p.Remote, p.Languages, p.Skills
		if _, err := put(tx, p.Person, r.Entry, r.Version, d.Clock().Unix()); err != nil {
			return err
		}
		return d.note(tx, by, "person.change", p.Person)
	})
	if err != nil {
		return 0, err
	}
	return d.Gate.PutTalent(ctx, p)
}
