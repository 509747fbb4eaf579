// Package vitals keeps what people chose to let this node know of their sleep
// and their heart, and the slots of focus they answered. Everything here is a
// person's own: it is read for them alone, goes into no record and no log, and
// is deleted when they change their mind. It refuses a value of somebody who did
// not choose so, and to know who asks.
package vitals

import (
	"fmt"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Choice says that somebody lets this node keep their vitals.
type Choice struct {
	Person   string
	Guard    string // whose least sleep is meant: adult or school
	Counted  bool   // counts in bands over at least ten people
	ChosenAt int64
}

func (c *Choice) fields() []any { return []any{&c.Person, &c.Guard, &c.Counted, &c.ChosenAt} }

// Sleep is one night or nap.
type Sleep struct {
	Person   string
	StartsAt int64
	EndsAt   int64
	Asleep   int64 // seconds; 0 where nobody measured it
}

func (s *Sleep) fields() []any { return []any{&s.Person, &s.StartsAt, &s.EndsAt, &s.Asleep} }

// Heart is one value of heart rate variability.
type Heart struct {
	Person  string
	Method  string // rmssd or sdnn
	TakenAt int64
	Micros  int64 // microseconds
}

func (h *Heart) fields() []any { return []any{&h.Person, &h.Method, &h.TakenAt, &h.Micros} }

// States of a slot.
const (
	Accepted = "accepted"
	Refused  = "refused" // not proposed again on its day
)

// Slot is a slot of focus that somebody answered.
type Slot struct {
	ID         string // of the held time too, where it is shown
	Person     string
	StartsAt   int64
	EndsAt     int64
	State      string
	Shown      bool // as busy, to those who may see when the person is busy
	AnsweredAt int64
}

func (s *Slot) fields() []any {
	return []any{&s.ID, &s.Person, &s.StartsAt, &s.EndsAt, &s.State, &s.Shown, &s.AnsweredAt}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Vitals are the tables of this room within one transaction.
type Vitals struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Vitals { return Vitals{tx.Rows()} }

const (
	upsertChoice = `
INSERT INTO vital_choice (person, guard, counted, chosen_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (person) DO UPDATE
SET guard = excluded.guard, counted = excluded.counted`

	choiceColumns = `
SELECT person, guard, counted <> 0, chosen_at
FROM vital_choice`

	selectChoice  = choiceColumns + ` WHERE person = $1`
	selectCounted = choiceColumns + ` WHERE counted <> 0 AND chosen_at <= $1 AND person > $2 ORDER BY person LIMIT $3`
	selectChosen  = choiceColumns + ` WHERE person > $1 ORDER BY person LIMIT $2`

	// A night that overlaps is another word about the same sleep.
	deleteMet = `
DELETE FROM vital_sleep
WHERE person = $1 AND starts_at < $2 AND ends_at > $3`

	insertSleep = `
INSERT INTO vital_sleep (person, starts_at, ends_at, asleep)
SELECT person, $1, $2, $3
FROM vital_choice
WHERE person = $4`

	selectSleep = `
SELECT person, starts_at, ends_at, asleep
FROM vital_sleep
WHERE person = $1 AND ends_at > $2
ORDER BY starts_at`

	upsertHeart = `
INSERT INTO vital_heart (person, method, taken_at, micros)
SELECT person, $1, $2, $3
FROM vital_choice
WHERE person = $4
ON CONFLICT (person, method, taken_at) DO UPDATE
SET micros = excluded.micros`

	selectHearts = `
SELECT person, method, taken_at, micros
FROM vital_heart
WHERE person = $1 AND taken_at > $2
ORDER BY taken_at, method`

	upsertSlot = `
INSERT INTO focus_slot (id, person, starts_at, ends_at, state, shown, answered_at)
SELECT $1, person, $2, $3, $4, $5, $6
FROM vital_choice
WHERE person = $7
ON CONFLICT (person, starts_at) DO UPDATE
SET state = excluded.state, shown = excluded.shown, answered_at = excluded.answered_at`

	slotColumns = `
SELECT id, person, starts_at, ends_at, state, shown <> 0, answered_at
FROM focus_slot`

	selectSlot  = slotColumns + ` WHERE person = $1 AND starts_at = $2`
	selectSlots = slotColumns + ` WHERE person = $1 AND starts_at < $2 AND ends_at > $3 ORDER BY starts_at`
	deleteSlot  = `DELETE FROM focus_slot WHERE person = $1 AND starts_at = $2`

	forgetValuesOf = `DELETE FROM vital_sleep WHERE person = $1`
	forgetHeartOf  = `DELETE FROM vital_heart WHERE person = $1`
	forgetSlotsOf  = `DELETE FROM focus_slot WHERE person = $1`
	forgetChoiceOf = `DELETE FROM vital_choice WHERE person = $1`

	forgetSleepBefore = `DELETE FROM vital_sleep WHERE ends_at < $1`
	forgetHeartBefore = `DELETE FROM vital_heart WHERE taken_at < $1`
	forgetSlotsBefore = `DELETE FROM focus_slot WHERE ends_at < $1`
)

// number is how a yes or no stands in both engines.
func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Choose writes somebody's choice; its first time stays.
func (v Vitals) Choose(c Choice) error {
	return v.rows.Run(upsertChoice, c.Person, c.Guard, number(c.Counted), c.ChosenAt)
}

// Choice answers whether somebody chose to have vitals kept.
func (v Vitals) Choice(person string) (Choice, error) {
	return engine.One(v.rows, (*Choice).fields, selectChoice, person)
}

// Chosen answers who chose so, in pages.
func (v Vitals) Chosen(after string, limit int) ([]Choice, error) {
	return engine.List(v.rows, (*Choice).fields, selectChosen, after, limit)
}

// Counted answers who chose before a time and lets themselves be counted, in pages.
func (v Vitals) Counted(before int64, after string, limit int) ([]Choice, error) {
	return engine.List(v.rows, (*Choice).fields, selectCounted, before, after, limit)
}

// PutSleep writes nights of people who chose so; one that overlaps goes.
func (v Vitals) PutSleep(list []Sleep) error {
	for _, s := range list {
		if err := v.rows.Run(deleteMet, s.Person, s.EndsAt, s.StartsAt); err != nil {
			return err
		}
		if err := v.put(insertSleep, s.StartsAt, s.EndsAt, s.Asleep, s.Person); err != nil {
			return err
		}
	}
	return nil
}

// put runs a statement that writes nothing where nobody chose so.
func (v Vitals) put(query string, args ...any) error {
	n, err := v.rows.Change(query, args...)
	if err == nil && n == 0 {
		err = fmt.Errorf("vitals of somebody who did not choose so: %w", engine.ErrNotFound)
	}
	return err
}

// Sleep answers somebody's nights that ended after a time, in order.
func (v Vitals) Sleep(person string, after int64) ([]Sleep, error) {
	return engine.List(v.rows, (*Sleep).fields, selectSleep, person, after)
}

// PutHearts writes values of people who chose so, over earlier ones of the same moment.
func (v Vitals) PutHearts(list []Heart) error {
	for _, h := range list {
		if err := v.put(upsertHeart, h.Method, h.TakenAt, h.Micros, h.Person); err != nil {
			return err
		}
	}
	return nil
}

// Hearts answers somebody's values after a time, in order.
func (v Vitals) Hearts(person string, after int64) ([]Heart, error) {
	return engine.List(v.rows, (*Heart).fields, selectHearts, person, after)
}

// PutSlot writes an answer, over an earlier one to the same slot, whose id stays.
func (v Vitals) PutSlot(s Slot) error {
	return v.put(upsertSlot, s.ID, s.StartsAt, s.EndsAt, s.State, number(s.Shown), s.AnsweredAt, s.Person)
}

// Slot answers what somebody said to a slot.
func (v Vitals) Slot(person string, startsAt int64) (Slot, error) {
	return engine.One(v.rows, (*Slot).fields, selectSlot, person, startsAt)
}

// Slots answers what somebody said to slots within a span, in order.
func (v Vitals) Slots(person string, from, to int64) ([]Slot, error) {
	return engine.List(v.rows, (*Slot).fields, selectSlots, person, to, from)
}

// DropSlot forgets an answer.
func (v Vitals) DropSlot(person string, startsAt int64) error {
	return v.rows.Run(deleteSlot, person, startsAt)
}

// ForgetValues removes somebody's nights and values; their choice stays.
func (v Vitals) ForgetValues(person string) error {
	return v.all(person, forgetValuesOf, forgetHeartOf)
}

// Forget removes everything of a person.
func (v Vitals) Forget(person string) error {
	return v.all(person, forgetValuesOf, forgetHeartOf, forgetSlotsOf, forgetChoiceOf)
}

// ForgetBefore removes what is older than a time.
func (v Vitals) ForgetBefore(at int64) error {
	return v.all(at, forgetSleepBefore, forgetHeartBefore, forgetSlotsBefore)
}

func (v Vitals) all(arg any, queries ...string) error {
	for _, query := range queries {
		if err := v.rows.Run(query, arg); err != nil {
			return err
		}
	}
	return nil
}
