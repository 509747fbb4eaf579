package mine

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
)

// eraseView is what a person reads before everything goes.
type eraseView struct {
	Told     []string // organisations that hold something
	Deadline int64    // when they have to have confirmed
	Wrong    string   // with the word that was typed
}

func (d pages) beforeErasure(p *shell.Page) error { return d.askErasure(p, http.StatusOK, "") }

func (d pages) askErasure(p *shell.Page, status int, wrong string) error {
	deadline := 720 * time.Hour
	if g := d.guideline(); g != nil {
		deadline = time.Duration(g.ErasureDeadline) * time.Second
	}
	v := eraseView{Deadline: d.Clock().Add(deadline).Unix(), Wrong: wrong}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		v.Told = nil
		pairs, err := tx.PairwiseOf(p.Caller.Person)
		if err != nil {
			return err
		}
		engagements, err := tx.EngagementsOf(p.Caller.Person)
		for _, pair := range pairs {
			v.Told = append(v.Told, d.nameOf(p, pair.Audience))
		}
		for _, e := range engagements {
			v.Told = append(v.Told, d.nameOf(p, e.Evaluator))
		}
		slices.Sort(v.Told)
		v.Told = slices.Compact(v.Told)
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("mine.erase"), erasePage(v))
}

// erase takes everything away. The reference stands before the erasure does, so
// that nobody is left without one; it shows nothing while the person is there.
func (d pages) erase(p *shell.Page) error {
	if !strings.EqualFold(p.Value("word"), p.T("mine.erase.word")) {
		return d.askErasure(p, http.StatusUnprocessableEntity, p.T("mine.erase.wrong", p.T("mine.erase.word")))
	}
	ctx, person, reference := p.Request().Context(), p.Caller.Person, rand.Text()
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		return enrol.Refer(tx, reference, person, d.Clock())
	})
	if err != nil {
		return err
	}
	if _, err := d.Gate.Erase(ctx, person); err != nil {
		return err
	}
	p.Leave()
	return p.To("/erasure/"+reference, "", "")
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

// erasureView is what became of an erasure.
type erasureView struct {
	Reference string
	At        int64
	Owed      []owed
}

func (v erasureView) done() bool {
	return !slices.ContainsFunc(v.Owed, func(o owed) bool { return o.Came < o.Records })
}

// erasure shows without an account whether the receipts have come. It names
// nobody, and only who has the reference finds it.
func (d pages) erasure(p *shell.Page) error {
	v := erasureView{Reference: p.Param("reference")}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		e, err := enrol.Referred(tx, v.Reference)
		v.At, v.Owed = e.At, d.owedOf(p, e.Receipts)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("mine.erased", erasedPage(v))
}

// beforeClosing asks staff before their account is closed. Whose account is a
// person's own goes by the erasure, which closes it too.
func (d pages) beforeClosing(p *shell.Page) error {
	if p.Caller.Person != "" {
		return p.To("/my/erase", "", "")
	}
	return p.Show("mine.close", closePage())
}

func (d pages) closeAccount(p *shell.Page) error {
	if p.Caller.Person != "" {
		return p.To("/my/erase", "", "")
	}
	err := p.Shell.Door.CloseAccount(p.Request().Context(), p.Caller.Account)
	if errors.Is(err, signin.ErrLastOperator) {
		return p.Refuse(http.StatusConflict, "mine.close.last", "mine.close.last.way-out")
	}
	if err != nil {
		return err
	}
	p.Leave()
	return p.To("/", "good", "mine.closed")
}
