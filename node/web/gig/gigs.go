package gig

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// gigLine is a gig in the list.
type gigLine struct {
	board.Gig
	Work  work.Gig
	Taken int64
}

func (d pages) gigs(p *shell.Page) error {
	var list []gigLine
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list = nil
		b := board.In(tx)
		rows, err := b.Gigs(access.Home)
		if err != nil {
			return err
		}
		for _, row := range rows {
			l, err := lineOf(b, row)
			if err != nil {
				return err
			}
			list = append(list, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("gig.gigs", gigsPage(list))
}

func lineOf(b board.Board, row board.Gig) (gigLine, error) {
	l := gigLine{Gig: row}
	if err := json.Unmarshal([]byte(row.Body), &l.Work); err != nil {
		return l, fmt.Errorf("stored gig: %w", err)
	}
	var err error
	l.Taken, err = b.Taken(row.ID)
	return l, err
}

// offerLine is an offer as the organisation reads it.
type offerLine struct {
	board.Offer
	HomeName string
	Units    []span
	State    string // with awaiting where the home's word is not known yet
}

// candidate is somebody who could do the work, without a name.
type candidate struct {
	Subject  string
	Number   int
	HomeName string
	Score    int // of 100
	Skills   []string
	Fresh    int // of 100
	Proven   bool
	Units    []span
	Octets   string // the units as they are offered
}

// almost is somebody who misses one thing.
type almost struct {
	HomeName string
	Lack     string
}

// gigView is one gig with those who could do it.
type gigView struct {
	gigLine
	Skills  []string
	Offers  []offerLine
	Best    []candidate
	Near    []almost
	Looked  int
	Shut    int // whom the rules shut out
	Refused []string
}

func (d pages) gig(p *shell.Page) error { return d.showGig(p, http.StatusOK, nil) }

// shownCandidates bounds one page.
const shownCandidates = 20

func (d pages) showGig(p *shell.Page, status int, why []string) error {
	v := gigView{Refused: why}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		b := board.In(tx)
		row, err := b.Gig(p.Param("gig"))
		if err != nil {
			return err
		}
		if v.gigLine, err = lineOf(b, row); err != nil {
			return err
		}
		v.Offers, err = d.offersOf(p, b, row.ID)
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range v.Work.Skills {
		v.Skills = append(v.Skills, p.T("gig.skill", d.Desk.SkillName(s.URI), s.MinLevel))
	}
	if v.Gig.State == board.Open {
		if err := d.match(p, &v); err != nil {
			return err
		}
	}
	return p.Render(status, p.T("gig.gig"), gigPage(v))
}

func (d pages) offersOf(p *shell.Page, b board.Board, id string) ([]offerLine, error) {
	rows, err := b.Offers(id)
	if err != nil {
		return nil, err
	}
	var list []offerLine
	for _, row := range rows {
		l := offerLine{Offer: row, HomeName: d.nameOf(p, row.Home), State: row.State}
		if row.State == board.OfferOpen && row.OfferUntil <= d.Clock().Unix() {
			l.State = "awaiting"
		} else if row.State == board.OfferOpen && row.Hold != "" {
			l.State = work.HoldTentative
		}
		if l.Units, err = spansOf(row.Units); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// match fills in who could do it, and who nearly could.
func (d pages) match(p *shell.Page, v *gigView) error {
	page, looked, err := d.Work.Candidates(p.Request().Context(), v.Gig.ID, shownCandidates, shownCandidates)
	if err != nil {
		return absent(err)
	}
	v.Looked, v.Shut = looked, len(page.Excluded)
	for i, found := range page.Candidates {
		c := candidate{
			Subject: found.Key, Number: i + 1, HomeName: d.nameOf(p, found.Issuer), Score: percent(float64(found.Score)),
			Fresh: percent(found.Freshness), Proven: found.Evaluation.Count > 0,
		}
		for _, s := range found.Skills {
			c.Skills = append(c.Skills, p.T("gig.skill", d.Desk.SkillName(s.URI), int(s.Level)))
		}
		units := make([]work.Unit, len(found.Units))
		for j, u := range found.Units {
			units[j] = work.Unit{Index: j, Start: spec.FormatUTC(u.Start), End: spec.FormatUTC(u.End)}
			c.Units = append(c.Units, span{u.Start.Unix(), u.End.Unix()})
		}
		octets, err := json.Marshal(units)
		if err != nil {
			return err
		}
		c.Octets = string(octets)
		v.Best = append(v.Best, c)
	}
	for _, n := range page.Near {
		v.Near = append(v.Near, almost{d.nameOf(p, n.Issuer), d.lack(p, n)})
	}
	return nil
}

func (d pages) lack(p *shell.Page, n match.NearMiss) string {
	switch n.Lack {
	case match.LackSkill:
		return p.T("gig.lack.skill", d.Desk.SkillName(n.What))
	case match.LackLanguage:
		return p.T("gig.lack.language", n.What)
	case match.LackTime:
		return p.T("gig.lack.time", n.Units)
	}
	return p.T("gig.lack." + string(n.Lack))
}

func percent(part float64) int { return int(part*100 + 0.5) }

// propose offers the gig to a candidate, for the units that the page named.
func (d pages) propose(p *shell.Page) error {
	ask := engage.Ask{Gig: p.Param("gig"), Subject: spec.Subject(p.Value("subject")), By: p.Caller.Account}
	if err := json.Unmarshal([]byte(p.Value("units")), &ask.Units); err != nil {
		return d.showGig(p, http.StatusUnprocessableEntity, []string{p.T("gig.why.moved")})
	}
	_, err := d.Work.Propose(p.Request().Context(), ask)
	if why := whyNot(p, err); len(why) > 0 {
		return d.showGig(p, http.StatusUnprocessableEntity, why)
	}
	if err != nil {
		return absent(err)
	}
	return p.To("/gigs/"+ask.Gig, "good", "gig.offered")
}

func (d pages) open(p *shell.Page) (l gigLine, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		b := board.In(tx)
		row, err := b.Gig(p.Param("gig"))
		if err != nil {
			return err
		}
		l, err = lineOf(b, row)
		return err
	})
	return l, err
}

func (d pages) beforeClosing(p *shell.Page) error {
	l, err := d.open(p)
	if err != nil {
		return err
	}
	return p.Show("gig.close", closePage(l))
}

func (d pages) closeGig(p *shell.Page) error {
	if err := d.Work.Close(p.Request().Context(), p.Param("gig")); err != nil {
		return absent(err)
	}
	return p.To("/gigs", "good", "gig.closed")
}

// places says how many of a gig's places are taken.
func (l gigLine) places() string {
	return strconv.FormatInt(l.Taken, 10) + " / " + strconv.Itoa(l.Gig.Places)
}
