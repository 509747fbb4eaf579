package mine

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
)

// profileView is a person's entry of the register as they read and change it.
type profileView struct {
	enrol.Registered
	Skills      string // own ones, one a line with the level
	Evaluated   []string
	New         talent.Item // on its way through the form that adds one
	Corrections []roster.Correction
	Wrong       []parts.FieldError
}

func (v profileView) wrong(field string) string { return giveView{Wrong: v.Wrong}.wrong(field) }

func (d pages) profile(p *shell.Page) error { return d.showProfile(p, http.StatusOK, nil, nil) }

// showProfile shows the entry as it stands, or as a form that was refused has it.
func (d pages) showProfile(p *shell.Page, status int, said *talent.Entry, wrong []parts.FieldError) error {
	v := profileView{Wrong: wrong, New: talent.Item{Kind: talent.Activity, Show: talent.Organisation}}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		if v.Registered, err = enrol.Of(tx, p.Caller.Person); err != nil {
			return err
		}
		v.Corrections, err = roster.In(tx).CorrectionsOf(p.Caller.Person)
		return err
	})
	if err != nil {
		return err
	}
	if said != nil {
		kept := len(v.Entry.Items)
		v.Entry = *said
		if len(said.Items) > kept {
			v.New, v.Entry.Items = said.Items[kept], said.Items[:kept]
		}
	}
	var own []string
	for _, s := range v.Entry.Skills {
		line := d.Desk.SkillName(s.URI) + ": " + strconv.Itoa(s.Level)
		if s.Basis == "evaluated" {
			v.Evaluated = append(v.Evaluated, line)
		} else {
			own = append(own, line)
		}
	}
	v.Skills = strings.Join(own, "\n")
	return p.Render(status, p.T("mine.profile"), profilePage(v))
}

// change reads the entry, lets a form change it, and writes it over the version
// that the form was made of.
func (d pages) change(p *shell.Page, how func(*talent.Entry) []parts.FieldError) error {
	var stands enrol.Registered
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		stands, err = enrol.Of(tx, p.Caller.Person)
		return err
	})
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(p.Value("version"), 10, 64)
	if err != nil || version != stands.Version {
		return p.To("/my/profile", "warn", "mine.profile.stale")
	}
	e := stands.Entry
	if wrong := how(&e); len(wrong) > 0 {
		return d.showProfile(p, http.StatusUnprocessableEntity, &e, wrong)
	}
	err = d.Desk.Change(p.Request().Context(), p.Caller.Account, p.Caller.Person, version, e)
	invalid := new(enrol.Invalid)
	switch {
	case errors.As(err, &invalid):
		var wrong []parts.FieldError
		for _, problem := range invalid.Problems {
			if !problem.Flag {
				wrong = append(wrong, parts.FieldError{Field: leads(problem.Field, e, len(stands.Entry.Items)), Text: p.T("desk.field."+fieldOf(problem.Field)) + p.T("mine.colon") + p.T(problem.Code)})
			}
		}
		return d.showProfile(p, http.StatusUnprocessableEntity, &e, wrong)
	case errors.Is(err, enrol.ErrStale):
		return p.To("/my/profile", "warn", "mine.profile.stale")
	case err != nil:
		return err
	}
	return p.To("/my/profile", "good", "mine.profile.changed")
}

// leads is the control at which a problem of an entry is put right: a field of
// the person's own forms, or else the request to the desk. Items behind those
// that are kept are on their way through the form that adds one.
func leads(field string, e talent.Entry, kept int) string {
	section, rest, _ := strings.Cut(field, ".")
	switch section {
	case "email", "phone", "region", "languages", "skills":
		return section
	case "show":
		return "show-" + rest
	case "items":
		row, name, _ := strings.Cut(rest, ".")
		at, err := strconv.Atoi(row)
		if err == nil && at < min(kept, len(e.Items)) {
			return "show-" + e.Items[at].ID
		}
		if slices.Contains([]string{"kind", "organisation", "from", "until", "note", "show"}, name) {
			return name
		}
		return "title"
	}
	return "wanted"
}

// fieldOf is the field of an entry under which the catalogue knows a part.
func fieldOf(field string) string {
	first, _, _ := strings.Cut(field, ".")
	if first == "show" {
		return "name"
	}
	return first
}

func (d pages) changeProfile(p *shell.Page) error {
	return d.change(p, func(e *talent.Entry) []parts.FieldError {
		e.Email, e.Phone, e.Region, e.Remote = p.Value("email"), p.Value("phone"), p.Value("region"), p.Value("remote") != ""
		e.Languages = strings.FieldsFunc(p.Value("languages"), func(r rune) bool { return strings.ContainsRune(" ,、　", r) })
		skills, wrong := d.skillsOf(p, p.Value("skills"))
		e.Skills = append(skills, slices.DeleteFunc(slices.Clone(e.Skills), func(s spec.Skill) bool { return s.Basis != "evaluated" })...)
		e.Show = map[string]talent.Audience{}
		for _, part := range talent.Parts() {
			e.Show[part] = talent.Audience(p.Value("show-" + part))
		}
		return wrong
	})
}

// skillsOf reads one skill a line, each with its level behind a colon.
func (d pages) skillsOf(p *shell.Page, text string) (list []spec.Skill, wrong []parts.FieldError) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.ReplaceAll(line, "：", ":"))
		if line == "" {
			continue
		}
		name, level := line, 1
		if at := strings.LastIndex(line, ":"); at > 0 {
			if n, err := strconv.Atoi(strings.TrimSpace(line[at+1:])); err == nil {
				name, level = strings.TrimSpace(line[:at]), n
			}
		}
		uri := name
		if !strings.Contains(name, "://") {
			var ok bool
			if uri, ok = d.Desk.Skill(name); !ok {
				wrong = append(wrong, parts.FieldError{Field: "skills", Text: line + " " + p.T("talent.skill")})
				continue
			}
		}
		list = append(list, spec.Skill{URI: uri, Level: level, Basis: "self"})
	}
	return list, wrong
}

func (d pages) addItem(p *shell.Page) error {
	return d.change(p, func(e *talent.Entry) []parts.FieldError {
		e.Items = append(slices.Clone(e.Items), talent.Item{
			ID: spec.NewUUID(), Kind: p.Value("kind"), Title: p.Value("title"), Organisation: p.Value("organisation"),
			From: p.Value("from"), Until: p.Value("until"), Note: p.Value("note"), Show: talent.Audience(p.Value("show")),
		})
		if kind := p.Value("kind"); kind != talent.Activity && kind != talent.Achievement {
			return []parts.FieldError{{Field: "kind", Text: p.T("talent.kind")}}
		}
		return nil
	})
}

// changeItem says to whom an item is shown, or takes an own one away.
func (d pages) changeItem(p *shell.Page) error {
	return d.change(p, func(e *talent.Entry) []parts.FieldError {
		e.Items = slices.Clone(e.Items)
		at := slices.IndexFunc(e.Items, func(i talent.Item) bool { return i.ID == p.Value("item") })
		switch {
		case at < 0:
		case p.Value("do") == "remove" && ownItem(e.Items[at]):
			e.Items = slices.Delete(e.Items, at, at+1)
		default:
			e.Items[at].Show = talent.Audience(p.Value("show"))
		}
		return nil
	})
}

// ownItem says whether a person keeps an item of this kind by themselves.
func ownItem(i talent.Item) bool { return i.Kind == talent.Activity || i.Kind == talent.Achievement }

// correctable are the fields that only a desk changes.
func correctable() []string { return []string{"name", "kana", "birth", "guardian", "skills", "items"} }

// correct asks the desk to put right what a person cannot change.
func (d pages) correct(p *shell.Page) error {
	field, wanted := p.Value("field"), p.Value("wanted")
	if !slices.Contains(correctable(), field) || wanted == "" || len([]rune(wanted)) > talent.MaxNote {
		return d.showProfile(p, http.StatusUnprocessableEntity, nil, []parts.FieldError{{Field: "wanted", Text: p.T("mine.correct.wrong")}})
	}
	c := roster.Correction{
		ID: spec.NewUUID(), Person: p.Caller.Person, Field: field, Wanted: wanted, CreatedAt: d.Clock().Unix(), State: roster.Open,
	}
	err := d.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		if err := roster.In(tx).PutCorrection(c); err != nil {
			return err
		}
		at, err := shell.OrganisationsOf(tx, c.Person)
		if err != nil {
			return err
		}
		return word.TellClerks(tx, d.Clock(), at, word.Word{Kind: notice.CorrectionAsked, Object: c.ID, Link: "/people/" + c.Person, ID: c.ID})
	})
	if err != nil {
		return err
	}
	return p.To("/my/profile", "good", "mine.correct.sent")
}

// audiences are the answers to who may see a part.
func audiences(chosen talent.Audience) []parts.Option {
	var list []parts.Option
	for _, a := range []talent.Audience{talent.None, talent.Organisation, talent.Node} {
		list = append(list, parts.Option{Value: string(a), Key: "audience." + string(a), Selected: a == chosen})
	}
	return list
}
