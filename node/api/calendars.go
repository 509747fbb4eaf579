package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/spec/wire"
)

// ConnectCalendar keeps the address of a calendar of the outside and reads it.
func (s *Server) ConnectCalendar(c echo.Context, person wire.PersonPath, name wire.Name) error {
	var in wire.NewCalendarSource
	if err := read(c, &in); err != nil {
		return err
	}
	ask := subscribe.Ask{URL: in.URL, User: value(in.User), Password: value(in.Password), Title: value(in.Title)}
	if in.Kind != nil {
		ask.Kind = string(*in.Kind)
	}
	if err := s.Feeds.Connect(ctxOf(c), person, name, ask); err != nil {
		return err
	}
	return s.RefreshCalendar(c, person, name)
}

// RefreshCalendar reads a connected calendar now.
func (s *Server) RefreshCalendar(c echo.Context, person wire.PersonPath, name wire.Name) error {
	if err := s.Feeds.Refresh(ctxOf(c), person, name); err != nil {
		return err
	}
	return s.find(c, func(tx *store.Tx) error {
		list, err := dossier.Calendars(tx, person)
		at := slices.IndexFunc(list, func(k wire.CalendarSummary) bool { return k.Name == name })
		switch {
		case err != nil:
			return err
		case at < 0:
			return subscribe.ErrUnknown
		}
		return s.write(c, list[at])
	})
}

// DeleteCalendar takes a calendar away, connected or given as a file.
func (s *Server) DeleteCalendar(c echo.Context, person wire.PersonPath, name wire.Name) error {
	if err := s.Feeds.Remove(ctxOf(c), person, name); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
