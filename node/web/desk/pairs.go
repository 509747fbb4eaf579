package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/shell"
)

const pairsMost = 50 // on one page; the next come when these are settled

// pairView is two people who may be one.
type pairView struct {
	A, B    enrol.Registered
	Reasons []string
}

type pairsView struct{ Pairs []pairView }

// duplicates lists who may be in the register twice, of the caller's people.
func (d pages) duplicates(p *shell.Page) error {
	if err := d.Fill(p.Request().Context()); err != nil {
		return err
	}
	var v pairsView
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		all, err := d.reached(tx, p)
		if err != nil {
			return err
		}
		known, by := make([]talent.Known, len(all)), make(map[string]enrol.Registered, len(all))
		for i, r := range all {
			known[i], by[r.Person] = r.Known(), r
		}
		for _, pair := range talent.Similar(known) {
			// One telephone is a household's; alone it makes nobody a duplicate.
			if len(v.Pairs) < pairsMost && !slices.Equal(pair.Reasons, []string{talent.SamePhone}) {
				v.Pairs = append(v.Pairs, pairView{by[pair.A], by[pair.B], pair.Reasons})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("desk.duplicates", pairsPage(v))
}

// reached are all people whose register the caller keeps.
func (d pages) reached(tx *store.Tx, p *shell.Page) ([]enrol.Registered, error) {
	g, err := groundOf(tx, p)
	if err != nil {
		return nil, err
	}
	if g.All {
		return enrol.Everybody(tx)
	}
	var ids []string
	for _, o := range g.Organisations {
		ids = append(ids, o.ID)
	}
	if len(ids) == 0 {
		ids = []string{nowhere}
	}
	return enrol.Everybody(tx, ids...)
}

// mergeView is what making one of two would do.
type mergeView struct {
	enrol.Merging
	Error string // key
	desk  *enrol.Desk
}

func (d pages) compare(p *shell.Page) error { return d.showMerge(p, http.StatusOK, "") }

func (d pages) showMerge(p *shell.Page, status int, wrong string) error {
	v := mergeView{Error: wrong, desk: d.Desk}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		if err := d.mayTouch(tx, p, p.Param("other")); err != nil {
			return err
		}
		var err error
		v.Merging, err = d.Compare(tx, p.Param("person"), p.Param("other"))
		return err
	})
	if err != nil {
		return err
	}
	for _, person := range []string{p.Param("person"), p.Param("other")} {
		if err := p.NoteOpened(person, store.OpenedEntry); err != nil {
			return err
		}
	}
	return p.Render(status, p.T("desk.merge"), mergePage(v))
}

// mayTouch holds the second person of a path against the caller's reach; of
// the first the route's rule has judged.
func (d pages) mayTouch(tx *store.Tx, p *shell.Page, person string) error {
	g, err := groundOf(tx, p)
	if err != nil {
		return err
	}
	at, err := shell.OrganisationsOf(tx, person)
	if err != nil {
		return err
	}
	if g.Keeps && (g.All || slices.ContainsFunc(at, func(id string) bool { return g.reach[id] })) {
		return nil
	}
	return store.ErrNotFound
}

func (d pages) merge(p *shell.Page) error {
	keep, drop := p.Param("person"), p.Param("other")
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error { return d.mayTouch(tx, p, drop) })
	if err != nil {
		return err
	}
	keepVersion, wrong := strconv.ParseInt(p.Value("keep"), 10, 64)
	dropVersion, wrongToo := strconv.ParseInt(p.Value("drop"), 10, 64)
	if errors.Join(wrong, wrongToo) != nil {
		return d.showMerge(p, http.StatusConflict, "desk.merge.stale")
	}
	err = d.Merge(p.Request().Context(), p.Session.Owner.ID, keep, drop, keepVersion, dropVersion)
	var invalid *enrol.Invalid
	switch {
	case errors.Is(err, enrol.ErrStale):
		return d.showMerge(p, http.StatusConflict, "desk.merge.stale")
	case errors.Is(err, enrol.ErrEvaluated):
		return d.showMerge(p, http.StatusConflict, "desk.merge.evaluated")
	case errors.As(err, &invalid):
		return d.showMerge(p, http.StatusUnprocessableEntity, "desk.merge.invalid")
	case err != nil:
		return err
	}
	return p.To("/people/"+url.PathEscape(keep), "good", "desk.merged")
}
