package gig

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec/work"
)

// mine reads the reader's engagement that the path names.
func (d pages) mine(p *shell.Page) (v engagement, err error) {
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		h, err := diary.In(tx).Hold(p.Param("hold"))
		if err == nil && h.Person != p.Caller.Person {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		v = engagement{
			Base: deed.HoldPage + h.ID, Side: progress.Home, Title: h.Title, Other: d.nameOf(p, h.Owner), Agreed: h.CreatedAt,
			Stands: h.State != work.HoldCancelled, Now: d.Clock().Unix(),
		}
		if err := v.came(tx, p, h.ID, h.Record); err != nil {
			return err
		}
		if err := v.terms(tx, h); err != nil {
			return err
		}
		from := int64(0)
		if len(v.Units) > 0 {
			from = v.Units[0].From
		}
		v.Stage = deed.StageOf(h.State, 0, from, v.Reds, v.turnsOf(), v.Now)
		return nil
	})
	return v, err
}

// terms fills in what was agreed, or, of a hold that was put back without it,
// when it is.
func (v *engagement) terms(tx *store.Tx, h diary.Hold) error {
	t, err := progress.In(tx).Term(h.ID)
	if errors.Is(err, store.ErrNotFound) {
		row, err := diary.In(tx).Proposal(h.Proposal)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			v.Units, err = spansOf(row.Units)
		}
		return err
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(t.Gig), &v.Work); err != nil {
		return fmt.Errorf("stored terms: %w", err)
	}
	v.Known, v.Title = true, v.Work.Title
	v.Units, err = spansOf(t.Units)
	return err
}

func (d pages) hold(p *shell.Page) error {
	v, err := d.mine(p)
	if err != nil {
		return err
	}
	return p.Show("work.mine", deedPage(v))
}

func (d pages) again(p *shell.Page, v engagement, title string) error {
	return p.Render(http.StatusUnprocessableEntity, p.T(title), deedPage(v))
}

func (d pages) raise(p *shell.Page) error {
	v, err := d.mine(p)
	if err != nil {
		return err
	}
	r, f := redOf(p)
	if len(f.Wrong) == 0 {
		if _, err = d.Work.RaiseRed(p.Request().Context(), p.Caller.Person, p.Param("hold"), r); err == nil {
			return p.To(v.Base, "good", "work.red.said")
		}
	}
	if v.refuse(p, f, err) {
		return d.again(p, v, "work.mine")
	}
	return absent(err)
}

func (d pages) closeRed(p *shell.Page) error {
	v, err := d.mine(p)
	if err != nil {
		return err
	}
	if err := d.Work.CloseRed(p.Request().Context(), p.Caller.Person, p.Param("hold"), p.Param("red")); err != nil {
		return absent(err)
	}
	return p.To(v.Base, "good", "work.red.closed")
}

func (d pages) deliver(p *shell.Page) error {
	v, err := d.mine(p)
	if err != nil {
		return err
	}
	what, f, err := deliveryOf(p)
	if err != nil {
		return err
	}
	if len(f.Wrong) == 0 {
		if _, err = d.Work.Deliver(p.Request().Context(), p.Caller.Person, p.Param("hold"), what); err == nil {
			return p.To(v.Base, "good", "work.delivered.said", v.Other)
		}
	}
	if v.refuse(p, f, err) {
		return d.again(p, v, "work.mine")
	}
	return absent(err)
}
