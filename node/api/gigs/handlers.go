// Package gigs is the operations about work: what organisations offer and
// publish, what people answer, and the time they give. It refuses rules and SQL,
// as its edge does.
package gigs

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Handlers are the operations about work.
type Handlers struct{ Rooms }

// Rooms are what the operations ask.
type Rooms struct {
	Self        spec.NodeID
	Store       *store.Store
	Engagements *engage.Engagements
	Calendars   *publish.Calendars
	Clock       func() time.Time
}

func (s Handlers) write(c echo.Context, v any) error { return c.JSON(http.StatusOK, v) }

// find runs f on a read snapshot.
func (s Handlers) find(c echo.Context, f func(*store.Tx) error) error {
	return s.Store.Read(c.Request().Context(), f)
}

// findOf runs f on a read snapshot in which the person is known here.
func (s Handlers) findOf(c echo.Context, person string, f func(*store.Tx) error) error {
	return s.find(c, func(tx *store.Tx) error {
		if _, err := tx.Person(person); err != nil {
			return err
		}
		return f(tx)
	})
}
