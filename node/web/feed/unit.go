package feed

import (
	"net/http"
	"strconv"

	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// unitsView is a hold, unit by unit.
type unitsView struct {
	Hold  diary.Hold
	Units []ical.Event
}

func (d pages) units(p *shell.Page) error {
	h, units, err := d.Planner.Held(p.Request().Context(), p.Caller.Person, p.Param("hold"))
	if err != nil {
		return err
	}
	return p.Show("feed.units", unitsPage(unitsView{h, units}))
}

// unitFile is one unit as a file that a calendar program opens.
func (d pages) unitFile(p *shell.Page) error {
	h, units, err := d.Planner.Held(p.Request().Context(), p.Caller.Person, p.Param("hold"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(p.QueryParam("unit"))
	if err != nil || n < 1 || n > len(units) {
		return store.ErrNotFound
	}
	organizer := string(h.Owner)
	if m := d.Book().Register().Find(h.Owner); m != nil {
		organizer = m.Name.In(p.Lang)
	}
	p.Response().Header().Set("Content-Disposition", `attachment; filename="unit-`+strconv.Itoa(n)+`.ics"`)
	return p.Blob(http.StatusOK, ical.Type, d.Planner.Message(h, units[n-1], organizer))
}

func (v unitsView) rows() parts.TableView {
	t := parts.TableView{CaptionKey: "feed.units", Columns: []parts.Column{{Key: "feed.unit.from"}, {Key: "feed.unit.to"}, {Key: "feed.unit.file"}}}
	for i, u := range v.Units {
		t.Rows = append(t.Rows, parts.Cells(parts.Time(u.Start.Unix()), parts.Time(u.End.Unix()), unitLink(v, i+1)))
	}
	return t
}

func (v unitsView) file(n int) string {
	return "/my/holds/" + v.Hold.ID + "/unit.ics?unit=" + strconv.Itoa(n)
}
