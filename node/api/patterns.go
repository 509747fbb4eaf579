package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/slots"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListPatterns answers when a person offers their time.
func (s *Server) ListPatterns(c echo.Context, person wire.PersonPath) error {
	var list wire.PatternList
	err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		list, err = dossier.Patterns(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, list)
}

// PutPattern keeps when a person offers their time.
func (s *Server) PutPattern(c echo.Context, person wire.PersonPath, uid wire.PatternPath) error {
	octets := bodyOf(c)
	if len(octets) == 0 {
		return errNoBody
	}
	if err := spec.CheckJSON(octets); err != nil {
		return refuseAs(http.StatusBadRequest, spec.AsRefusal(err))
	}
	in, err := pattern.Read(octets)
	if err != nil {
		return err
	}
	in.UID = uid
	kept, err := slots.Put(ctxOf(c), s.Gate, person, in)
	if err != nil {
		return err
	}
	return s.write(c, kept)
}

// DeletePattern takes a pattern back.
func (s *Server) DeletePattern(c echo.Context, person wire.PersonPath, uid wire.PatternPath) error {
	if err := slots.Delete(ctxOf(c), s.Gate, person, uid); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// PutTravel keeps how long a person is on the way.
func (s *Server) PutTravel(c echo.Context, person wire.PersonPath) error {
	var in wire.Travel
	if err := read(c, &in); err != nil {
		return err
	}
	if err := slots.PutTravel(ctxOf(c), s.Gate, person, int(in.Before), int(in.After)); err != nil {
		return err
	}
	return s.write(c, in)
}
