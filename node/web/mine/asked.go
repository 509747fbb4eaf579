package mine

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
)

// question is a consent that somebody asks for, as the person reads it.
type question struct {
	roster.Asked
	summary
	Asker string // who asks, at which organisation
	Over  bool   // what is asked for would have ended by now
}

// waits says whether an answer is still wanted.
func (q question) waits() bool { return q.State == roster.Open && !q.Over }

// choiceOf is what an asked consent would be.
func choiceOf(a roster.Asked) choice {
	return choice{
		Recipient: a.Recipient, Kinds: strings.Fields(a.Kinds), Purposes: strings.Fields(a.Purposes),
		Until: time.Unix(a.Until, 0).In(japan()).Format(time.DateOnly), Shown: usual(),
	}
}

// questionsOf are all that a person was asked, those that wait first.
func (d pages) questionsOf(p *shell.Page) ([]question, error) {
	var list []question
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list = nil
		rows, err := roster.In(tx).AskedOf(p.Caller.Person)
		if err != nil {
			return err
		}
		for _, row := range rows {
			q := question{Asked: row, summary: d.summary(p, choiceOf(row)), Over: row.Until <= d.Clock().Unix()}
			if q.Asker, err = askerOf(tx, p, row); err != nil {
				return err
			}
			list = append(list, q)
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b question) int { return cmp.Compare(rank(a), rank(b)) })
	return list, err
}

func rank(q question) int {
	if q.waits() {
		return 0
	}
	return 1
}

// askerOf names the organisation and the account that asks.
func askerOf(tx *store.Tx, p *shell.Page, a roster.Asked) (string, error) {
	who, err := staffName(tx, p, &a.Account)
	if err != nil {
		return "", err
	}
	at := p.Shell.Name.In(p.Lang)
	if a.Organisation != access.Home {
		hosted, err := organisation.In(tx).Organisation(a.Organisation)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return "", err
		}
		if at = hosted.NameJA; p.Lang == "en" && hosted.NameEN != "" {
			at = hosted.NameEN
		}
	}
	return p.T("mine.asked.who", at, who), nil
}

// findQuestion answers the question that the path names.
func (d pages) findQuestion(p *shell.Page) (question, error) {
	list, err := d.questionsOf(p)
	if err != nil {
		return question{}, err
	}
	at := slices.IndexFunc(list, func(q question) bool { return q.Asked.ID == p.Param("asked") })
	if at < 0 {
		return question{}, store.ErrNotFound
	}
	return list[at], nil
}

func (d pages) asked(p *shell.Page) error {
	q, err := d.findQuestion(p)
	if err != nil {
		return err
	}
	return p.Show("mine.asked", askedPage(q))
}

// agree gives the consent that was asked for, as it was asked for.
func (d pages) agree(p *shell.Page) error {
	q, err := d.findQuestion(p)
	if err != nil {
		return err
	}
	if !q.waits() {
		return p.To("/my/asked/"+q.Asked.ID, "warn", "mine.asked.over")
	}
	record, err := d.grant(p, q.choice, func(tx *store.Tx, r consent.Record) error {
		return d.answer(tx, q.Asked, roster.Agreed, r.RecordID)
	})
	if errors.Is(err, errAnswered) {
		return p.To("/my/asked/"+q.Asked.ID, "warn", "mine.asked.over")
	}
	if refused, why := d.whyNot(p, q.choice, err); refused {
		q.Refused = why
		return p.Render(http.StatusUnprocessableEntity, p.T("mine.give.refused"), askedPage(q))
	}
	if err != nil {
		return err
	}
	return p.To("/my/consents/"+record.RecordID, "good", "mine.given", q.Name)
}

func (d pages) decline(p *shell.Page) error {
	q, err := d.findQuestion(p)
	if err != nil {
		return err
	}
	if !q.waits() {
		return p.To("/my/asked/"+q.Asked.ID, "warn", "mine.asked.over")
	}
	err = d.Store.Write(p.Request().Context(), func(tx *store.Tx) error { return d.answer(tx, q.Asked, roster.Declined, "") })
	if errors.Is(err, errAnswered) {
		return p.To("/my/asked/"+q.Asked.ID, "warn", "mine.asked.over")
	}
	if err != nil {
		return err
	}
	return p.To("/my/consents", "good", "mine.asked.declined")
}

// errAnswered means that another answer came first.
var errAnswered = errors.New("this question is answered already")

// answer keeps an answer, and tells who asked that there is one.
func (d pages) answer(tx *store.Tx, a roster.Asked, state, record string) error {
	now := d.Clock().Unix()
	a.State, a.AnsweredAt, a.Consent = state, now, record
	first, err := roster.In(tx).Answer(a)
	if err == nil && !first {
		err = errAnswered
	}
	if err != nil {
		return err
	}
	return word.Tell(tx, d.Clock(), a.Account, word.Word{ID: "answer " + a.ID, Kind: notice.ConsentGiven, Object: a.ID})
}

// called is what the register calls a person.
func (d pages) called(p *shell.Page, person string) (string, error) {
	var name string
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		row, err := tx.Person(person)
		name = row.FamilyName + " " + row.GivenName
		return err
	})
	return name, err
}

// beforeAsking is the form by which staff ask a person for a consent.
func (d pages) beforeAsking(p *shell.Page) error {
	c := choice{Until: d.Clock().In(japan()).AddDate(1, 0, 0).Format(time.DateOnly), Shown: usual()}
	return d.showAsk(p, http.StatusOK, d.form(p, c, nil))
}

func (d pages) showAsk(p *shell.Page, status int, v giveView) error {
	name, err := d.called(p, p.Param("person"))
	if err != nil {
		return err
	}
	if err := p.NoteOpened(p.Param("person"), store.OpenedAsk); err != nil {
		return err
	}
	v.Person, v.Called = p.Param("person"), name
	return p.Render(status, p.T("mine.ask"), askPage(v))
}

// ask keeps the question and tells the person that there is one.
func (d pages) ask(p *shell.Page) error {
	c := chosen(p)
	if wrong := d.faults(p, c); len(wrong) > 0 {
		return d.showAsk(p, http.StatusUnprocessableEntity, d.form(p, c, wrong))
	}
	if why := d.refusals(p, c); len(why) > 0 {
		return d.showAsk(p, http.StatusUnprocessableEntity, d.form(p, c, []parts.FieldError{{Field: "recipient", Text: strings.Join(why, " ")}}))
	}
	end, _ := lastMoment(c.Until, d.Clock())
	a := roster.Asked{
		ID: spec.NewUUID(), Person: p.Param("person"), Recipient: c.Recipient, Kinds: strings.Join(c.Kinds, " "),
		Purposes: strings.Join(c.Purposes, " "), Until: end.Unix(), Account: p.Caller.Account, CreatedAt: d.Clock().Unix(), State: roster.Open,
	}
	told := false
	err := d.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		at, err := shell.OrganisationsOf(tx, a.Person)
		if err != nil {
			return err
		}
		a.Organisation = access.Home
		if i := slices.IndexFunc(at, func(o string) bool { return p.Caller.HasAt(o, askers()...) }); i >= 0 {
			a.Organisation = at[i]
		}
		if err := roster.In(tx).PutAsked(a); err != nil {
			return err
		}
		who, err := account.In(tx).OfPerson(a.Person)
		if told = err == nil; errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return word.Tell(tx, d.Clock(), who.ID, word.Word{ID: a.ID, Kind: notice.ConsentAsked, Object: a.ID, Link: "/my/asked/" + a.ID})
	})
	if err != nil {
		return err
	}
	if !told {
		return p.To("/people/"+a.Person+"/ask", "warn", "mine.ask.no-account")
	}
	return p.To("/people/"+a.Person+"/ask", "good", "mine.ask.sent")
}

// askers are the roles that may ask for a consent.
func askers() []access.Role { return []access.Role{access.Clerk, access.Coordinator, access.Evaluator} }
