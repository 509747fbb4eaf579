package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// The words of exchange, as the handlers of this package say them.
type (
	caller = exchange.Caller
	answer = exchange.Answer
)

func callerOf(c echo.Context) caller { return exchange.CallerOf(c) }

func bodyOf(c echo.Context) []byte { return exchange.Body(c) }

func ctxOf(c echo.Context) context.Context { return c.Request().Context() }

func read(c echo.Context, into any) error { return exchange.Read(c, into) }

func invalid(field, need string) error { return exchange.Invalid(field, need) }

// errNoBody means that a body is needed and none came.
var errNoBody = exchange.ErrNoBody

func refusal(status int, problem, field string) error { return exchange.Refuse(status, problem, field) }

func refuseAs(status int, r *spec.Refusal) error { return exchange.RefuseAs(status, r) }

func cursor(after *string, limit *int32) (int64, int, error) { return exchange.Cursor(after, limit) }

func stretch[T any](all []T, after int64, limit int) ([]T, *string) {
	return exchange.Stretch(all, after, limit)
}

func spot(after *string) (store.Place, error) { return exchange.Spot(after) }

func onePage[T any](rows []T, from store.Place, limit int, at func(T) int64) ([]T, *string) {
	return exchange.OnePage(rows, from, limit, at)
}
