package mine

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// look is one thing that somebody has seen on one day.
type look struct {
	What, Why   string
	First, Last int64
	Times       int
}

// lookers are what one organisation, or one of the staff here, saw on one day.
type lookers struct {
	Who   string
	Here  bool // at this node
	Looks []look
}

// seenDay is one day with all who saw something on it.
type seenDay struct {
	Day string
	Who []lookers
}

// seenView is one page of days, the newest first.
type seenView struct {
	Days []seenDay
	parts.PagerView
}

// daysOnPage is how many days a page shows.
const daysOnPage = 14

func (d pages) seen(p *shell.Page) error {
	days, err := d.seenBy(p)
	if err != nil {
		return err
	}
	v := seenView{PagerView: parts.PagerView{Href: "/my/seen", Last: max(1, (len(days)+daysOnPage-1)/daysOnPage)}}
	asked, _ := strconv.Atoi(p.QueryParam("page"))
	v.Page = min(max(1, asked), v.Last)
	v.Days = days[(v.Page-1)*daysOnPage : min(len(days), v.Page*daysOnPage)]
	return p.Show("mine.seen", seenPage(v))
}

// glance is one line of either log.
type glance struct {
	at        int64
	who       string
	here      bool
	what, why string
}

// seenBy is who has seen what, by day, the newest first: the giver's log of
// what was served to others, and what staff of this node opened.
func (d pages) seenBy(p *shell.Page) ([]seenDay, error) {
	if err := d.Gate.NoteServed(p.Request().Context()); err != nil {
		return nil, err
	}
	var all []glance
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		all = nil
		served, err := dossier.Disclosures(tx, p.Caller.Person)
		if err != nil {
			return err
		}
		for _, s := range served {
			all = append(all, glance{s.At, d.nameOf(p, spec.NodeID(s.Recipient)), false, p.T("record." + s.Kind), d.purpose(p, s.Purpose)})
		}
		opened, err := dossier.Opened(tx, p.Caller.Person)
		if err != nil {
			return err
		}
		for _, o := range opened {
			who, err := staffName(tx, p, o.Who)
			if err != nil {
				return err
			}
			all = append(all, glance{at: o.At, who: who, here: true, what: openedWord(p, o.Purpose)})
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b glance) int { return cmp.Compare(b.at, a.at) })
	return byDay(all), err
}

// openedWord says what of a person was opened; a credential is opened for a
// purpose, which then stands as it was given.
func openedWord(p *shell.Page, what string) string {
	switch what {
	case store.OpenedEntry, store.OpenedWeek, store.OpenedAccount, store.OpenedAsk, store.OpenedConsents, store.OpenedSeen,
		store.OpenedReceipts, store.OpenedEvaluations, store.OpenedExport:
		return p.T("opened." + what)
	}
	return p.T("mine.seen.record", what)
}

// staffName is what an account of this node is called, where it still is there.
func staffName(tx *store.Tx, p *shell.Page, id *string) (string, error) {
	if id == nil {
		return p.T("mine.seen.staff"), nil
	}
	who, err := account.In(tx).Account(*id)
	if errors.Is(err, store.ErrNotFound) || err == nil && who.Name == "" && who.Person == "" {
		return p.T("mine.seen.staff"), nil
	}
	if err != nil || who.Name != "" {
		return who.Name, err
	}
	person, err := tx.Person(who.Person)
	return person.FamilyName + " " + person.GivenName, err
}

// byDay sums up what was seen, from the newest glance to the oldest.
func byDay(all []glance) []seenDay {
	var days []seenDay
	for _, g := range all {
		day := time.Unix(g.at, 0).In(japan()).Format(time.DateOnly)
		if len(days) == 0 || days[len(days)-1].Day != day {
			days = append(days, seenDay{Day: day})
		}
		today := &days[len(days)-1]
		at := slices.IndexFunc(today.Who, func(w lookers) bool { return w.Who == g.who && w.Here == g.here })
		if at < 0 {
			at = len(today.Who)
			today.Who = append(today.Who, lookers{Who: g.who, Here: g.here})
		}
		by := &today.Who[at]
		same := slices.IndexFunc(by.Looks, func(l look) bool { return l.What == g.what && l.Why == g.why })
		if same < 0 {
			by.Looks = append(by.Looks, look{What: g.what, Why: g.why, First: g.at, Last: g.at, Times: 1})
			continue
		}
		by.Looks[same].First = g.at
		by.Looks[same].Times++
	}
	return days
}
