// Package own is the operations of the contract about somebody's own days: what
// they let this node keep of their sleep and heart, and slots of focus. Each is
// for its owner alone; it refuses anybody else, whatever their role, and knows of
// others nothing but a count over at least ten.
package own

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/wire"
)

// Days answers these operations.
type Days struct{ Rhythm *rhythm.Rhythm }

// refused makes of what the room refuses an answer with its way out.
func refused(err error) error {
	for _, known := range []struct {
		err    error
		status int
		field  string
		need   string
	}{
		{rhythm.ErrNotChosen, http.StatusConflict, "", needChoice},
		{rhythm.ErrGuard, http.StatusUnprocessableEntity, "guard", needGuard},
		{rhythm.ErrTaken, http.StatusConflict, "utcStart", needFree},
		{rhythm.ErrPast, http.StatusUnprocessableEntity, "utcStart", needAhead},
		{rhythm.ErrNoSlot, http.StatusUnprocessableEntity, "utcStart", needStart},
	} {
		if errors.Is(err, known.err) {
			problem := "invalid"
			if known.status == http.StatusConflict {
				problem = "conflict"
			}
			return &exchange.Answer{Status: known.status, Refusal: spec.Refusal{Problem: problem, Field: known.field}, Detail: known.need}
		}
	}
	return err
}

// What these operations need, as the catalogue of needs has them.
const (
	needChoice = "let this node keep your vitals first (PUT /v1/people/{person}/vitals)"
	needGuard  = "the guard is adult or school"
	needFree   = "the time is free and leaves the rest that the rules ask for"
	needAhead  = "the slot begins within the coming seven days"
	needStart  = "a slot begins on a full or half hour, from 6:00 to 20:30 of the region's clock"
	needFile   = "Open mHealth JSON or CSV without a wrong line; field names the first"
)

// PutVitalsChoice keeps that the person lets this node keep their vitals.
func (s Days) PutVitalsChoice(c echo.Context, person wire.PersonPath) error {
	var in wire.VitalsChoice
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	err := s.Rhythm.Choose(c.Request().Context(), person, rhythm.Choice{Guard: focus.Guard(in.Guard), Counted: in.Counted})
	if err != nil {
		return refused(err)
	}
	return c.NoContent(http.StatusNoContent)
}

// GetVitals answers what is kept.
func (s Days) GetVitals(c echo.Context, person wire.PersonPath) error {
	held, err := s.Rhythm.Everything(c.Request().Context(), person)
	if err != nil {
		return refused(err)
	}
	return c.JSON(http.StatusOK, dossier.Vitals(held.Choice, held.Nights, held.Hearts, held.Slots))
}

// PostVitals takes a file.
func (s Days) PostVitals(c echo.Context, person wire.PersonPath) error {
	octets := exchange.Body(c)
	if len(octets) == 0 {
		return exchange.ErrNoBody
	}
	taken, err := s.Rhythm.Import(c.Request().Context(), person, "vitals", octets)
	var wrong *rhythm.Refused
	if errors.As(err, &wrong) {
		field := ""
		if len(wrong.Faults) > 0 {
			field = "line " + strconv.Itoa(wrong.Faults[0].Line) + ": " + wrong.Faults[0].Code
		}
		return exchange.Invalid(field, needFile)
	}
	if err != nil {
		return refused(err)
	}
	return c.JSON(http.StatusOK, wire.VitalsRead{Nights: int32(taken.Nights), Hearts: int32(taken.Hearts)})
}

// DeleteVitals takes the choice back and deletes everything.
func (s Days) DeleteVitals(c echo.Context, person wire.PersonPath) error {
	if err := s.Rhythm.Leave(c.Request().Context(), person); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// GetFocus answers the day.
func (s Days) GetFocus(c echo.Context, person wire.PersonPath) error {
	d, err := s.Rhythm.Today(c.Request().Context(), person)
	if err != nil {
		return refused(err)
	}
	out := wire.FocusDay{Light: d.Light, Heart: wire.FocusDayHeart(d.Heart.State), Reasons: []wire.FocusDayReasons{}, Slots: []wire.FocusSlot{}}
	for _, r := range d.Reasons {
		out.Reasons = append(out.Reasons, wire.FocusDayReasons(r))
	}
	if d.Known {
		minutes := int32(d.Slept / time.Minute)
		out.SleptMinutes = &minutes
	}
	for _, slot := range d.Slots {
		sleepiness := float32(slot.KSS)
		out.Slots = append(out.Slots, wire.FocusSlot{
			UtcStart: spec.FormatUTC(slot.Start), UtcEnd: spec.FormatUTC(slot.End), State: "proposed", Sleepiness: &sleepiness,
		})
	}
	out.Slots = append(out.Slots, dossier.Slots(d.Accepted)...)
	return c.JSON(http.StatusOK, out)
}

// PostFocus answers a slot.
func (s Days) PostFocus(c echo.Context, person wire.PersonPath) error {
	var in wire.FocusAnswer
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	start, ok := code.ParseUTC(in.UtcStart)
	if !ok {
		return exchange.Invalid("utcStart", needStart)
	}
	a := rhythm.Answer{Person: person, Start: start, Yes: in.Answer == "accept", Shown: in.Shown != nil && *in.Shown}
	var err error
	switch in.Answer {
	case "accept", "refuse":
		err = s.Rhythm.Answer(c.Request().Context(), a)
	case "give-back":
		err = s.Rhythm.GiveBack(c.Request().Context(), person, start)
	default:
		return exchange.Invalid("answer", needAnswer)
	}
	if err != nil {
		return refused(err)
	}
	return c.NoContent(http.StatusNoContent)
}

const needAnswer = "the answer is accept, refuse or give-back"

// ListBands answers the newest count.
func (s Days) ListBands(c echo.Context) error {
	b, err := s.Rhythm.Counted(c.Request().Context())
	if err != nil {
		return err
	}
	out := wire.BandList{Items: []wire.Band{}}
	if len(b.Rows) > 0 {
		out.Month = &b.Month
	}
	for _, row := range b.Rows {
		band := wire.Band{Kind: wire.BandKind(row.Kind), Band: row.Band}
		if row.N >= 0 {
			n := int32(row.N)
			band.N = &n
		}
		out.Items = append(out.Items, band)
	}
	return c.JSON(http.StatusOK, out)
}
