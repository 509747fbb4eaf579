// Package club is the pages about what organisations publish for everybody:
// calendars of trips, events and facilities, how staff write them, and how a
// person lets one flow into their week. It refuses to show who follows what.
package club

import (
	"errors"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Config is what these pages ask.
type Config struct {
	Self      spec.NodeID
	Store     *store.Store
	Calendars *publish.Calendars
	Book      func() *policy.Book
	Clock     func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{
		{Href: "/my/clubs", Key: "club.mine", Rule: access.Rule{Own: true}},
		{Href: "/calendars", Key: "club.calendars", Rule: publishing()},
	}
}

// publishing is who publishes for the organisation that runs the node.
func publishing() access.Rule {
	return access.Rule{Roles: []access.Role{access.Coordinator, access.Clerk}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	staff := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: publishing(), Do: do}
	}
	public := func(path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: get, Path: path, Rule: access.Rule{Public: true}, Do: do}
	}
	return []shell.Route{
		own(get, "/my/clubs", p.mine),
		own(post, "/my/clubs/follow", p.follow),
		own(post, "/my/clubs/leave", p.leave),
		public("/calendars", p.list),
		staff(get, "/calendars/new", p.blank),
		staff(post, "/calendars/new", p.publish),
		public("/calendars/:calendar", p.show),
		public("/calendars/:calendar/calendar.ics", p.ics),
		staff(get, "/calendars/:calendar/edit", p.edit),
		staff(post, "/calendars/:calendar/edit", p.change),
		staff(get, "/calendars/:calendar/close", p.beforeClosing),
		staff(post, "/calendars/:calendar/close", p.close),
	}
}

type pages struct{ Config }

// absent makes what an act did not find the shell's word for it.
func absent(err error) error {
	if errors.Is(err, publish.ErrUnknown) {
		return store.ErrNotFound
	}
	return err
}

// line is a published calendar in a list.
type line struct {
	publish.Known
	Owner   string
	Next    int64 // when its next entry begins, 0 where none is to come
	Follows bool
	Mine    bool // this node publishes it
}

func (l line) path() string { return "/calendars/" + l.UID }

// slots says whether a calendar lists times at which a facility can be used.
func (l line) slots() bool { return l.Calendar.Type == work.CalendarSlots }

func (d pages) lineOf(p *shell.Page, k publish.Known) line {
	l := line{Known: k, Owner: string(k.Issuer), Mine: k.Issuer == d.Self}
	if m := d.Book().Register().Find(k.Issuer); m != nil {
		l.Owner = m.Name.In(p.Lang)
	}
	now := d.Clock()
	for _, e := range k.Calendar.Entries {
		if start, _ := publish.Span(e); start.After(now) {
			l.Next = start.Unix()
			break
		}
	}
	return l
}

// mostListed bounds a page of calendars.
const mostListed = 200

func (d pages) list(p *shell.Page) error {
	var list []line
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list = nil
		rows, err := timetable.In(tx).Open()
		for _, row := range rows {
			k, err := d.Calendars.Of(tx, timetable.Source{Issuer: d.Self, UID: row.ID})
			if errors.Is(err, publish.ErrUnknown) {
				continue // it has run out
			}
			if err != nil {
				return err
			}
			list = append(list, d.lineOf(p, k))
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("club.calendars", listPage(list, access.Decide(publishing(), p.Caller, access.Object{}) == access.Yes))
}

func (d pages) own(p *shell.Page) (l line, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		k, err := d.Calendars.Of(tx, timetable.Source{Issuer: d.Self, UID: p.Param("calendar")})
		l = d.lineOf(p, k)
		return err
	})
	return l, absent(err)
}

func (d pages) show(p *shell.Page) error {
	l, err := d.own(p)
	if err != nil {
		return err
	}
	return p.Show("club.calendar", showPage(l, access.Decide(publishing(), p.Caller, access.Object{}) == access.Yes))
}

// ics is the same for programs, which ask again by its ETag.
func (d pages) ics(p *shell.Page) error {
	l, err := d.own(p)
	if err != nil {
		return err
	}
	head := p.Response().Header()
	head.Set("ETag", `"`+string(l.Record)+`"`)
	head.Set("Cache-Control", "public, max-age=900")
	if p.Request().Header.Get("If-None-Match") == head.Get("ETag") {
		return p.NoContent(http.StatusNotModified)
	}
	return p.Blob(http.StatusOK, ical.Type, l.ICS(p.Lang))
}

// mine shows what this node and its neighbours publish, and what of it flows
// into the person's week.
func (d pages) mine(p *shell.Page) error {
	var follows, others []line
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		follows, others = nil, nil
		mine, err := timetable.In(tx).Followed(p.Caller.Person)
		if err != nil {
			return err
		}
		known, _, err := d.Calendars.Known(tx, 0, mostListed)
		if err != nil {
			return err
		}
		in := make(map[timetable.Source]bool, len(mine))
		for _, f := range mine {
			in[timetable.Source{Issuer: f.Issuer, UID: f.UID}] = true
		}
		for _, k := range known {
			l := d.lineOf(p, k)
			if l.Follows = in[k.Source]; l.Follows {
				follows = append(follows, l)
				delete(in, k.Source)
			} else if !l.slots() {
				others = append(others, l)
			}
		}
		for _, f := range mine {
			if of := (timetable.Source{Issuer: f.Issuer, UID: f.UID}); in[of] {
				follows = append(follows, d.lineOf(p, publish.Known{Source: of})) // what was taken back
				follows[len(follows)-1].Follows = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("club.mine", minePage(follows, others))
}

func asked(p *shell.Page) timetable.Source {
	return timetable.Source{Issuer: spec.NodeID(p.Value("issuer")), UID: p.Value("uid")}
}

func (d pages) follow(p *shell.Page) error {
	if err := d.Calendars.Follow(p.Request().Context(), p.Caller.Person, asked(p)); err != nil {
		return absent(err)
	}
	return p.To("/my/clubs", "good", "club.followed")
}

func (d pages) leave(p *shell.Page) error {
	if err := d.Calendars.Unfollow(p.Request().Context(), p.Caller.Person, asked(p)); err != nil {
		return absent(err)
	}
	return p.To("/my/clubs", "good", "club.took-out")
}
