// Package agreed answers the operations about work that was agreed: how it goes,
// reds, deliveries and their answers, and a person's statement of hours and pay.
// It is a part of the JSON edge, and refuses to decide who may call.
package agreed

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// Rooms are what these operations ask.
type Rooms struct {
	Store *store.Store
	Deeds interface {
		RaiseRed(ctx context.Context, person, hold string, r deed.Red) (progress.Red, error)
		RaiseOwners(ctx context.Context, offer spec.ID, r deed.Red) (progress.Red, error)
		CloseRed(ctx context.Context, person, hold, uid string) error
		CloseOwners(ctx context.Context, offer spec.ID, uid string) error
		Deliver(ctx context.Context, person, hold string, what deed.Delivered) (progress.Delivery, error)
		AnswerDelivery(ctx context.Context, offer spec.ID, a deed.Accepting) (progress.Delivery, error)
	}
	Book  func() *policy.Book
	Clock func() time.Time
}

// Operations answer them.
type Operations struct{ Rooms }

func (h Operations) find(c echo.Context, f func(*store.Tx) error) error {
	return h.Rooms.Store.Read(c.Request().Context(), f)
}

// findOf is find where the person is known here.
func (h Operations) findOf(c echo.Context, person string, f func(*store.Tx) error) error {
	return h.find(c, func(tx *store.Tx) error {
		if _, err := tx.Person(person); err != nil {
			return err
		}
		return f(tx)
	})
}

// GetProgress answers how a person's work goes.
func (h Operations) GetProgress(c echo.Context, person wire.PersonPath, hold wire.HoldPath) error {
	var out wire.WorkProgress
	if err := h.findOf(c, person, func(tx *store.Tx) (err error) {
		out, err = dossier.ProgressAtHome(tx, person, hold, h.Rooms.Clock())
		return err
	}); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

func (h Operations) red(c echo.Context) (deed.Red, error) {
	var in wire.NewRed
	err := exchange.Read(c, &in)
	return deed.Red{
		Severity: string(in.Severity), What: in.What, Ask: in.Ask, By: time.Unix(in.By, 0).UTC(), Account: exchange.CallerOf(c).Account,
	}, err
}

// PostRed raises a red of a person's.
func (h Operations) PostRed(c echo.Context, person wire.PersonPath, hold wire.HoldPath) error {
	r, err := h.red(c)
	if err != nil {
		return err
	}
	row, err := h.Rooms.Deeds.RaiseRed(c.Request().Context(), person, hold, r)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, dossier.RedView(row))
}

// DeleteRed closes a red of a person's.
func (h Operations) DeleteRed(c echo.Context, person wire.PersonPath, hold wire.HoldPath, red wire.RedPath) error {
	if err := h.Rooms.Deeds.CloseRed(c.Request().Context(), person, hold, red); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// PostDelivery hands work over.
func (h Operations) PostDelivery(c echo.Context, person wire.PersonPath, hold wire.HoldPath) error {
	var in wire.NewDelivery
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	what := deed.Delivered{Hours: in.Hours, Value: in.Value}
	if in.Evidence != nil {
		what.Evidence = *in.Evidence
	}
	for _, n := range in.Units {
		what.Units = append(what.Units, int(n))
	}
	row, err := h.Rooms.Deeds.Deliver(c.Request().Context(), person, hold, what)
	if err != nil {
		return err
	}
	return delivery(c, http.StatusCreated, row)
}

func delivery(c echo.Context, status int, row progress.Delivery) error {
	out, err := dossier.DeliveryView(row)
	if err != nil {
		return err
	}
	return c.JSON(status, out)
}

// GetWorkStatement answers a person's hours and pay of a year.
func (h Operations) GetWorkStatement(c echo.Context, person wire.PersonPath, params wire.GetWorkStatementParams) error {
	now := h.Rooms.Clock()
	year := now.In(availability.Home).Year()
	if params.Year != nil {
		year = int(*params.Year)
	}
	var all []statement.Work
	if err := h.findOf(c, person, func(tx *store.Tx) (err error) {
		all, err = dossier.Worked(tx, person, func(id string) string { return id })
		return err
	}); err != nil {
		return err
	}
	limits, source := dossier.Thresholds(h.Rooms.Book(), now)
	return c.JSON(http.StatusOK, dossier.StatementView(statement.Of(all, year, availability.Home, limits), limits, source))
}

// ListEngagements answers the board.
func (h Operations) ListEngagements(c echo.Context, params wire.ListEngagementsParams) error {
	only := ""
	if params.Stage != nil {
		only = string(*params.Stage)
	}
	var list []wire.BoardLine
	if err := h.find(c, func(tx *store.Tx) (err error) {
		list, err = dossier.Board(tx, access.Home, only, h.Rooms.Clock())
		return err
	}); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wire.EngagementList{Items: list})
}

// GetEngagement answers how the work of an offer goes.
func (h Operations) GetEngagement(c echo.Context, offer wire.OfferPath) error {
	var out wire.WorkProgress
	if err := h.find(c, func(tx *store.Tx) (err error) {
		out, err = dossier.ProgressAtOwner(tx, spec.ID(offer), h.Rooms.Clock())
		return err
	}); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// PostOwnerRed raises a red of this node's organisation.
func (h Operations) PostOwnerRed(c echo.Context, offer wire.OfferPath) error {
	r, err := h.red(c)
	if err != nil {
		return err
	}
	row, err := h.Rooms.Deeds.RaiseOwners(c.Request().Context(), spec.ID(offer), r)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, dossier.RedView(row))
}

// DeleteOwnerRed closes one.
func (h Operations) DeleteOwnerRed(c echo.Context, offer wire.OfferPath, red wire.RedPath) error {
	if err := h.Rooms.Deeds.CloseOwners(c.Request().Context(), spec.ID(offer), red); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// AnswerDelivery accepts or disputes what was delivered.
func (h Operations) AnswerDelivery(c echo.Context, offer wire.OfferPath) error {
	var in wire.NewAcceptance
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	a := deed.Accepting{Verdict: string(in.Answer), Account: exchange.CallerOf(c).Account, Turn: int(in.Turn)}
	if in.Reason != nil {
		a.Reason = *in.Reason
	}
	row, err := h.Rooms.Deeds.AnswerDelivery(c.Request().Context(), spec.ID(offer), a)
	if err != nil {
		return err
	}
	return delivery(c, http.StatusOK, row)
}
