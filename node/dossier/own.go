package dossier

import (
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/vitals"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// Own is Of with what is for the person alone: their sleep and heart, their
// slots of focus, and what they chose in teams. Nobody else may be shown it,
// whatever their role.
func Own(tx *store.Tx, person string, now time.Time) (Document, error) {
	d, err := Of(tx, person, now)
	if err != nil {
		return d, err
	}
	if d.Vitals, err = ownVitals(tx, person); err != nil {
		return d, err
	}
	teams := team.In(tx)
	of, err := teams.Of(person)
	for _, m := range of {
		t, err := teams.Team(m.Team)
		if err != nil {
			return d, err
		}
		d.Teams = append(d.Teams, wire.TeamKept{Name: t.Name, Organisation: t.Organisation, State: m.State, Considered: m.Considered})
	}
	return d, err
}

func ownVitals(tx *store.Tx, person string) (*wire.Vitals, error) {
	const everything = 1 << 40
	own := vitals.In(tx)
	choice, err := own.Choice(person)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	sleep, err := own.Sleep(person, 0)
	if err != nil {
		return nil, err
	}
	hearts, err := own.Hearts(person, 0)
	if err != nil {
		return nil, err
	}
	slots, err := own.Slots(person, 0, everything)
	if err != nil {
		return nil, err
	}
	nights := make([]focus.Night, len(sleep))
	for i, s := range sleep {
		nights[i] = focus.Night{
			Span: focus.Span{Start: time.Unix(s.StartsAt, 0), End: time.Unix(s.EndsAt, 0)}, Asleep: time.Duration(s.Asleep) * time.Second,
		}
	}
	values := make([]focus.Heart, len(hearts))
	for i, h := range hearts {
		values[i] = focus.Heart{At: time.Unix(h.TakenAt, 0), Method: focus.Method(h.Method), Value: float64(h.Micros) / 1000}
	}
	out := Vitals(choice, nights, values, slots)
	return &out, nil
}

// Vitals are somebody's vitals in the contract's words.
func Vitals(choice vitals.Choice, nights []focus.Night, hearts []focus.Heart, slots []vitals.Slot) wire.Vitals {
	out := wire.Vitals{
		Choice: wire.VitalsChoice{Guard: wire.VitalsChoiceGuard(choice.Guard), Counted: choice.Counted},
		Nights: make([]wire.VitalNight, len(nights)), Hearts: make([]wire.VitalHeart, len(hearts)), Slots: Slots(slots),
	}
	for i, n := range nights {
		out.Nights[i] = wire.VitalNight{UtcStart: spec.FormatUTC(n.Start.UTC()), UtcEnd: spec.FormatUTC(n.End.UTC())}
		if n.Asleep > 0 {
			minutes := int32(n.Asleep / time.Minute)
			out.Nights[i].AsleepMinutes = &minutes
		}
	}
	for i, h := range hearts {
		out.Hearts[i] = wire.VitalHeart{At: h.At.Unix(), Method: wire.VitalHeartMethod(h.Method), Milliseconds: float32(h.Value)}
	}
	return out
}

// Slots are slots that were answered, in the contract's words.
func Slots(list []vitals.Slot) []wire.FocusSlot {
	out := make([]wire.FocusSlot, len(list))
	for i, s := range list {
		out[i] = wire.FocusSlot{
			UtcStart: spec.FormatUTC(time.Unix(s.StartsAt, 0).UTC()), UtcEnd: spec.FormatUTC(time.Unix(s.EndsAt, 0).UTC()),
			State: wire.FocusSlotState(s.State), Shown: s.Shown,
		}
	}
	return out
}
