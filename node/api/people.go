package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// PostPerson registers a person at this home node.
func (s *Server) PostPerson(c echo.Context) error {
	var in wire.NewPerson
	if err := read(c, &in); err != nil {
		return err
	}
	for field, text := range map[string]string{
		"name.family": in.Name.Family, "name.given": in.Name.Given, "kana.family": in.Kana.Family, "kana.given": in.Kana.Given,
	} {
		if text == "" || len(text) > 200 {
			return invalid(field, "1 to 200 octets are required")
		}
	}
	id, err := s.Desk.Register(ctxOf(c), enrol.Newcomer{
		Entry: talent.Entry{
			Family: in.Name.Family, Given: in.Name.Given,
			FamilyKana: sheet.Kana(in.Kana.Family), GivenKana: sheet.Kana(in.Kana.Given),
		},
		FamilyKana: in.Kana.Family, GivenKana: in.Kana.Given, By: callerOf(c).Called(), Demo: in.Demo != nil && *in.Demo,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.PersonCreated{ID: id})
}

// ListPeople pages through the people of this home node.
func (s *Server) ListPeople(c echo.Context, params wire.ListPeopleParams) error {
	_, limit, err := cursor(nil, params.Limit)
	if err != nil {
		return err
	}
	after := ""
	if params.After != nil {
		after = *params.After
	}
	page := wire.PersonPage{Items: []wire.Person{}}
	err = s.find(c, func(tx *store.Tx) error {
		list, err := tx.People(after, limit)
		for _, p := range list {
			page.Items = append(page.Items, dossier.PersonView(p))
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Items) == limit {
		next := page.Items[limit-1].ID
		page.Next = &next
	}
	return s.write(c, page)
}

// GetPerson answers one person.
func (s *Server) GetPerson(c echo.Context, person wire.PersonPath) error {
	var p store.Person
	err := s.find(c, func(tx *store.Tx) error {
		var err error
		p, err = tx.Person(person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, dossier.PersonView(p))
}

// DeletePerson erases a person here and orders it everywhere else.
func (s *Server) DeletePerson(c echo.Context, person wire.PersonPath) error {
	taken, err := s.Gate.Erase(ctxOf(c), person)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, wire.ErasureStarted{
		Orders: int64(taken.Readers), ReceiptsDue: int64(taken.Records), Deadline: taken.Deadline.Unix(),
	})
}

// PutCalendar keeps an iCalendar file; only busy and free ever leave.
func (s *Server) PutCalendar(c echo.Context, person wire.PersonPath, name wire.Name) error {
	if len(bodyOf(c)) == 0 {
		return errNoCalendar
	}
	if err := s.find(c, func(tx *store.Tx) error { return subscribe.Free(tx, person, name) }); err != nil {
		return err
	}
	done, err := s.Gate.PutCalendar(ctxOf(c), person, name, bodyOf(c))
	if err != nil {
		return err
	}
	out := wire.CalendarRead{Events: int64(done.Events), Busy: int64(done.Busy), Problems: []wire.CalendarProblem{}}
	for _, p := range done.Problems {
		line, component := int32(p.Line), p.Component
		out.Problems = append(out.Problems, wire.CalendarProblem{Component: &component, Line: &line, Reason: p.Reason})
	}
	return s.write(c, out)
}

// ListCalendars answers the calendars a person has connected.
func (s *Server) ListCalendars(c echo.Context, person wire.PersonPath) error {
	var out wire.CalendarList
	err := s.findOf(c, person, func(tx *store.Tx) (err error) {
		out.Items, err = dossier.Calendars(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, out)
}

// longestBusy bounds a question about one's own time, as records are bounded.
const longestBusy = 56 * 24 * time.Hour

// GetBusy answers a person's own busy periods.
func (s *Server) GetBusy(c echo.Context, person wire.PersonPath, params wire.GetBusyParams) error {
	from, to := time.Unix(params.From, 0).UTC(), time.Unix(params.To, 0).UTC()
	if !to.After(from) || to.Sub(from) > longestBusy {
		return invalid("to", "the end of the span is after its beginning, at most 56 days later")
	}
	list, err := s.Gate.BusyOf(ctxOf(c), person, from, to)
	if err != nil {
		return err
	}
	out := wire.BusyList{UtcStart: spec.FormatUTC(from), UtcEnd: spec.FormatUTC(to), Busy: []wire.BusyPeriod{}}
	for _, p := range list {
		out.Busy = append(out.Busy, wire.BusyPeriod{
			UtcStart: spec.FormatUTC(p.Start), UtcEnd: spec.FormatUTC(p.End), BusyStatus: wire.BusyPeriodBusyStatus(p.Status),
		})
	}
	return s.write(c, out)
}

// PutTalent keeps a person's skills in the register, and says them where
// consent allows.
func (s *Server) PutTalent(c echo.Context, person wire.PersonPath) error {
	var in wire.Talent
	if err := read(c, &in); err != nil {
		return err
	}
	p := store.TalentProfile{Person: person, Region: in.Region, Remote: in.Remote, Languages: in.Languages}
	if in.Skills != nil {
		p.Skills = make([]spec.Skill, 0, len(in.Skills)) // none is an answer, left out is not
	}
	for _, k := range in.Skills {
		p.Skills = append(p.Skills, spec.Skill{URI: k.URI, Level: int(k.Level), Basis: string(k.Basis)})
	}
	said, err := s.Desk.PutTalent(ctxOf(c), callerOf(c).Called(), p)
	if err != nil {
		return err
	}
	return s.write(c, wire.TalentKept{Sealed: int64(said)})
}
