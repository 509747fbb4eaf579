package focus

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// Teams are where somebody sees the teams they are asked into.
const Teams = "/my/teams"

// leading is who looks after an organisation's teams.
func leading() access.Rule {
	return access.Rule{Roles: []access.Role{access.Coach, access.Coordinator, access.Clerk}, Anywhere: true}
}

func (d pages) teamRoutes() []shell.Route {
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	lead := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: "/organisations/:organisation/teams" + path, Rule: leading(), About: shell.AboutOrganisation, Do: do}
	}
	return []shell.Route{
		{Method: get, Path: "/teams", Rule: leading(), About: shell.AboutOwnGround, Do: d.grounds},
		own(get, Teams, d.places),
		own(get, "/my/teams/:team", d.place),
		own(post, "/my/teams/:team/join", d.join),
		own(post, "/my/teams/:team/part", d.part),
		lead(get, "", d.teams),
		lead(post, "", d.found),
		lead(get, "/:team", d.team),
		lead(post, "/:team/members", d.ask),
		lead(post, "/:team/members/drop", d.drop),
		lead(post, "/:team/practices", d.practise),
		lead(post, "/:team/practices/:practice/drop", d.callOff),
		lead(post, "/:team/practices/:practice/move", d.settle),
	}
}

func (d pages) places(p *shell.Page) error {
	list, err := d.Rhythm.Places(p.Request().Context(), p.Caller.Person)
	if err != nil {
		return err
	}
	return p.Show("team.mine", placesPage(list))
}

func (d pages) place(p *shell.Page) error {
	v, m, err := d.Rhythm.TeamFor(p.Request().Context(), p.Caller.Person, p.Param("team"))
	if err != nil {
		return err
	}
	return p.Show("team.one", placePage(v, m))
}

func (d pages) join(p *shell.Page) error {
	id := p.Param("team")
	if err := d.Rhythm.Join(p.Request().Context(), p.Caller.Person, id, p.Value("considered") != ""); err != nil {
		return err
	}
	return p.To(Teams+"/"+id, "good", "team.joined")
}

func (d pages) part(p *shell.Page) error {
	if err := d.Rhythm.Part(p.Request().Context(), p.Caller.Person, p.Param("team")); err != nil {
		return err
	}
	return p.To(Teams, "good", "team.parted")
}

// at is where an organisation's teams are, or one of them.
func at(p *shell.Page, id string) string {
	path := "/organisations/" + p.Param("organisation") + "/teams"
	if id != "" {
		path += "/" + id
	}
	return path
}

// ground is an organisation whose teams somebody looks after.
type ground struct{ Path, Name string }

// grounds are the organisations whose teams the caller looks after.
func (d pages) grounds(p *shell.Page) error {
	var list []ground
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list = nil
		if p.Caller.HasAt(access.Home, leading().Roles...) {
			list = append(list, ground{"/organisations/" + access.Home + "/teams", p.Shell.Name.In(p.Lang)})
		}
		all, err := organisation.In(tx).All()
		for _, o := range all {
			if o.ClosedAt == 0 && o.ID != access.Home && (p.Caller.HasAt(o.ID, leading().Roles...) || p.Caller.HasAt(access.Home, leading().Roles...)) {
				name := o.NameEN
				if p.Lang == "ja" {
					name = o.NameJA
				}
				list = append(list, ground{"/organisations/" + o.ID + "/teams", name})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("team.list", groundsPage(list))
}

// teamsView is the page of an organisation's teams.
type teamsView struct {
	Path  string
	List  []team.Team
	Wrong []parts.FieldError
}

func (d pages) teams(p *shell.Page) error { return d.showTeams(p, http.StatusOK, nil) }

func (d pages) showTeams(p *shell.Page, status int, wrong []parts.FieldError) error {
	list, err := d.Rhythm.Teams(p.Request().Context(), p.Param("organisation"))
	if err != nil {
		return err
	}
	return p.Render(status, p.T("team.list"), teamsPage(teamsView{at(p, ""), list, wrong}))
}

func (d pages) found(p *shell.Page) error {
	t, err := d.Rhythm.Found(p.Request().Context(), p.Param("organisation"), p.Value("name"))
	if errors.Is(err, rhythm.ErrName) {
		return d.showTeams(p, http.StatusUnprocessableEntity, []parts.FieldError{{Field: "name", Text: p.T("team.wrong.name")}})
	}
	if err != nil {
		return err
	}
	return p.To(at(p, t.ID), "good", "team.founded", t.Name)
}

// teamView is the page of one team for who looks after it.
type teamView struct {
	rhythm.TeamView
	Path    string
	Askable []rhythm.Member
	Value   map[string]string // of the form of a practice
	Wrong   []parts.FieldError
}

func (v teamView) wrong(field string) string {
	for _, w := range v.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// better says whether another time is proposed for a practice.
func (v teamView) better() bool {
	return slices.ContainsFunc(v.Sessions, func(s rhythm.Session) bool { return s.Move != nil })
}

func (d pages) team(p *shell.Page) error { return d.showTeam(p, http.StatusOK, nil) }

func (d pages) showTeam(p *shell.Page, status int, change func(*teamView)) error {
	v := teamView{Path: at(p, p.Param("team")), Value: map[string]string{"minutes": "90"}}
	var err error
	if v.TeamView, err = d.Rhythm.Team(p.Request().Context(), p.Param("organisation"), p.Param("team")); err != nil {
		return err
	}
	if v.Askable, err = d.Rhythm.Askable(p.Request().Context(), p.Param("organisation"), p.Param("team")); err != nil {
		return err
	}
	if change != nil {
		change(&v)
	}
	return p.Render(status, p.T("team.one"), teamPage(v))
}

func (d pages) ask(p *shell.Page) error {
	err := d.Rhythm.Ask(p.Request().Context(), p.Param("organisation"), p.Param("team"), p.Value("person"))
	if errors.Is(err, rhythm.ErrStranger) {
		return d.showTeam(p, http.StatusUnprocessableEntity, func(v *teamView) {
			v.Wrong = []parts.FieldError{{Field: "person", Text: p.T("team.wrong.person")}}
		})
	}
	if err != nil {
		return err
	}
	return p.To(at(p, p.Param("team")), "good", "team.asked")
}

func (d pages) drop(p *shell.Page) error {
	if err := d.Rhythm.Drop(p.Request().Context(), p.Param("organisation"), p.Param("team"), p.Value("person")); err != nil {
		return err
	}
	return p.To(at(p, p.Param("team")), "good", "team.dropped")
}

func (d pages) practise(p *shell.Page) error {
	value := map[string]string{"title": p.Value("title"), "day": p.Value("day"), "from": p.Value("from"), "minutes": p.Value("minutes")}
	refuse := func(field string) error {
		return d.showTeam(p, http.StatusUnprocessableEntity, func(v *teamView) {
			v.Value, v.Wrong = value, []parts.FieldError{{Field: field, Text: p.T("team.wrong." + field)}}
		})
	}
	start, err := time.ParseInLocation("2006-01-02 15:04", value["day"]+" "+value["from"], availability.Home)
	if err != nil {
		return refuse("day")
	}
	length, err := time.ParseDuration(value["minutes"] + "m")
	if err != nil {
		return refuse("minutes")
	}
	err = d.Rhythm.Practise(p.Request().Context(), p.Param("organisation"), p.Param("team"), value["title"], focus.Span{Start: start, End: start.Add(length)})
	switch {
	case errors.Is(err, rhythm.ErrName):
		return refuse("title")
	case errors.Is(err, rhythm.ErrTime):
		return refuse("day")
	case err != nil:
		return err
	}
	return p.To(at(p, p.Param("team")), "good", "team.practised")
}

func (d pages) callOff(p *shell.Page) error {
	if err := d.Rhythm.CallOff(p.Request().Context(), p.Param("organisation"), p.Param("team"), p.Param("practice")); err != nil {
		return err
	}
	return p.To(at(p, p.Param("team")), "good", "team.called-off")
}

func (d pages) settle(p *shell.Page) error {
	yes := p.Value("answer") == "accept"
	err := d.Rhythm.Settle(p.Request().Context(), p.Param("organisation"), p.Param("team"), p.Param("practice"), yes)
	if errors.Is(err, rhythm.ErrTime) {
		return p.To(at(p, p.Param("team")), "bad", "team.move.over")
	}
	if err != nil {
		return err
	}
	if yes {
		return p.To(at(p, p.Param("team")), "good", "team.moved")
	}
	return p.To(at(p, p.Param("team")), "good", "team.stays")
}
