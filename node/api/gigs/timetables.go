package gigs

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/api/exchange"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
	"github.com/fukusen/fukusen/spec/work"
)

// ListTimetables answers the calendars that this node publishes.
func (s Handlers) ListTimetables(c echo.Context) error {
	list := wire.TimetableList{Items: []wire.Timetable{}}
	err := s.find(c, func(tx *store.Tx) error {
		list.Items = list.Items[:0]
		rows, err := timetable.In(tx).Open()
		for _, row := range rows {
			k, err := s.Calendars.Of(tx, timetable.Source{Issuer: s.Self, UID: row.ID})
			if errors.Is(err, publish.ErrUnknown) {
				continue
			}
			if err != nil {
				return err
			}
			view, err := published(k)
			if err != nil {
				return err
			}
			list.Items = append(list.Items, view)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, list)
}

func published(k publish.Known) (wire.Timetable, error) {
	out := wire.Timetable{ID: k.UID, Issuer: string(k.Issuer), Record: string(k.Record)}
	return out, exchange.Recast(k.Calendar, &out.Calendar)
}

func (s Handlers) timetable(c echo.Context, id string) (k publish.Known, err error) {
	err = s.find(c, func(tx *store.Tx) (err error) {
		k, err = s.Calendars.Of(tx, timetable.Source{Issuer: s.Self, UID: id})
		return err
	})
	return k, err
}

// GetTimetable answers one calendar that this node publishes.
func (s Handlers) GetTimetable(c echo.Context, id wire.TimetablePath) error {
	k, err := s.timetable(c, id)
	if err != nil {
		return err
	}
	view, err := published(k)
	if err != nil {
		return err
	}
	return s.write(c, view)
}

// GetTimetableFile answers it for calendar programs.
func (s Handlers) GetTimetableFile(c echo.Context, id wire.TimetablePath) error {
	k, err := s.timetable(c, id)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, ical.Type, k.ICS(""))
}

// PostTimetable publishes a calendar.
func (s Handlers) PostTimetable(c echo.Context) error {
	return s.putTimetable(c, "", http.StatusCreated)
}

// PutTimetable publishes a new version of one.
func (s Handlers) PutTimetable(c echo.Context, id wire.TimetablePath) error {
	return s.putTimetable(c, id, http.StatusOK)
}

func (s Handlers) putTimetable(c echo.Context, id string, status int) error {
	var in wire.NewTimetable
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	var said work.Calendar
	if err := exchange.Recast(in, &said); err != nil {
		return err
	}
	row, err := s.Calendars.Put(c.Request().Context(), access.Home, id, said)
	if err != nil {
		return err
	}
	k, err := s.timetable(c, row.ID)
	if err != nil {
		return err
	}
	view, err := published(k)
	if err != nil {
		return err
	}
	return c.JSON(status, view)
}

// DeleteTimetable takes a calendar back.
func (s Handlers) DeleteTimetable(c echo.Context, id wire.TimetablePath) error {
	if err := s.Calendars.Close(c.Request().Context(), access.Home, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ListFollows answers which published calendars flow into a person's week.
func (s Handlers) ListFollows(c echo.Context, person wire.PersonPath) error {
	var list []wire.Follow
	err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		list, err = dossier.Follows(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.FollowList{Items: list})
}

// PostFollow lets a published calendar flow into a person's week.
func (s Handlers) PostFollow(c echo.Context, person wire.PersonPath) error {
	var in wire.NewFollow
	if err := exchange.Read(c, &in); err != nil {
		return err
	}
	if err := s.Calendars.Follow(c.Request().Context(), person, timetable.Source{Issuer: spec.NodeID(in.Issuer), UID: in.ID}); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// DeleteFollow takes it out of the week again.
func (s Handlers) DeleteFollow(c echo.Context, person wire.PersonPath, id wire.TimetablePath) error {
	var rows []timetable.Follower
	if err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		rows, err = timetable.In(tx).Followed(person)
		return err
	}); err != nil {
		return err
	}
	for _, f := range rows {
		if f.UID != id {
			continue
		}
		if err := s.Calendars.Unfollow(c.Request().Context(), person, timetable.Source{Issuer: f.Issuer, UID: f.UID}); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusNoContent)
}
