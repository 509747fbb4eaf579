package gate

import (
	"context"
	"slices"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// telling is one person's change: what is kept of it, and the kind that is then
// said anew to everyone the person consented to. What many people change at one
// moment is read, sealed and written together: a statement for all of them
// costs little more than for one, and one flush of the disk serves all.
type telling struct {
	person   string
	kind     spec.Kind
	talent   *store.TalentProfile // what is kept is one of the two, or nothing
	calendar *store.Calendar

	consents []publication
	said     int
	refused  error // why nothing of it was kept; what others tell stands
}

// tell waits until a telling stands, and answers how many records it said.
func (g *Gate) tell(ctx context.Context, t *telling) (int, error) {
	err := g.queue.Do(ctx, &delivery{telling: t})
	if err == nil {
		err = t.refused
	}
	return t.said, err
}

// tellAll carries out tellings in their order; of one person there is one at a
// time, because each builds on what the one before said.
func (c *Change) tellAll(list []*telling) error {
	for len(list) > 0 {
		var wave, rest []*telling
		in := make(map[string]bool, len(list))
		for _, t := range list {
			if in[t.person] {
				rest = append(rest, t)
				continue
			}
			in[t.person] = true
			wave = append(wave, t)
		}
		if err := c.tellWave(wave); err != nil {
			return err
		}
		list = rest
	}
	return nil
}

// tellWave is tellAll for different people. What may refuse a telling comes
// before all that is written.
func (c *Change) tellWave(wave []*telling) error {
	facts, err := c.factsOf(wave)
	if err != nil {
		return err
	}
	var kept []*telling
	for _, t := range wave {
		t.said, t.consents = 0, nil
		if t.refused = c.permitted(t, facts); t.refused == nil {
			kept = append(kept, t)
		}
	}
	if err := c.keep(kept); err != nil {
		return err
	}
	var list []*publication
	for _, t := range kept {
		for i := range t.consents {
			p := &t.consents[i]
			body, err := c.composeTold(t, p.consent)
			if err != nil {
				return err
			}
			if body == nil {
				continue
			}
			c.name(p, facts.pairs, body)
			list = append(list, p)
			t.said++
		}
	}
	return c.publish(list)
}

// facts is what the store knows of the people of a wave.
type facts struct {
	known     map[string]bool
	consents  map[string][]store.Consent
	pairs     pairs
	restoring error
}

func (c *Change) factsOf(wave []*telling) (facts, error) {
	people := make([]string, len(wave))
	for i, t := range wave {
		people[i] = t.person
	}
	f := facts{known: make(map[string]bool, len(wave)), consents: make(map[string][]store.Consent, len(wave))}
	consents, err := c.tx.ConsentsOf(people...)
	if err != nil {
		return f, err
	}
	for _, row := range consents {
		f.consents[row.Person] = append(f.consents[row.Person], row)
		f.known[row.Person] = true // a person's consents go with the person
	}
	others := slices.DeleteFunc(slices.Clone(people), func(person string) bool { return f.known[person] })
	found, err := c.tx.KnownPeople(others)
	if err != nil {
		return f, err
	}
	for _, person := range found {
		f.known[person] = true
	}
	if f.pairs, err = c.pairsOf(people...); err != nil {
		return f, err
	}
	open, err := restore.Open(c.tx)
	if open {
		f.restoring = ErrRestoring
	}
	return f, err
}

// permitted lists under which consents a telling is said, or refuses it.
func (c *Change) permitted(t *telling, f facts) error {
	if !f.known[t.person] {
		return ErrUnknownPerson
	}
	for _, row := range f.consents[t.person] {
		if row.State != consent.Given || row.Until <= c.now.Unix() || !slices.Contains(row.Kinds, t.kind) {
			continue
		}
		if f.restoring != nil {
			return f.restoring
		}
		p, err := c.permit(row, t.kind)
		if err != nil {
			return err
		}
		t.consents = append(t.consents, p)
	}
	return nil
}

func (c *Change) keep(list []*telling) error {
	var talents []store.TalentProfile
	for _, t := range list {
		if t.calendar != nil {
			t.calendar.ImportedAt = c.now.Unix()
			if err := c.tx.PutCalendar(*t.calendar); err != nil {
				return err
			}
			continue
		}
		if t.talent == nil {
			continue // nothing new is kept, and what changed elsewhere is said anew
		}
		t.talent.UpdatedAt = c.now.Unix()
		talents = append(talents, *t.talent)
	}
	return c.tx.PutTalentProfile(talents...)
}

// composeTold is compose where the person has just said what there is to say.
func (c *Change) composeTold(t *telling, row store.Consent) (spec.Body, error) {
	if t.talent != nil {
		return c.talentOf(*t.talent, row.Until), nil
	}
	return c.composeAvailability(t.person, row)
}
