package week

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/slots"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// travelOptions are the minutes that a person can choose, and the one that
// stands.
func travelOptions(minutes int, label func(int) string) []parts.Option {
	list := []int{0, 15, 30, 45, 60, 90, 120}
	known := false
	var options []parts.Option
	for _, m := range list {
		known = known || m == minutes
		options = append(options, parts.Option{Value: strconv.Itoa(m), Label: label(m), Selected: m == minutes})
	}
	if !known {
		options = append(options, parts.Option{Value: strconv.Itoa(minutes), Label: label(minutes), Selected: true})
	}
	return options
}

// travel keeps how long the person is on the way.
func (d pages) travel(p *shell.Page) error {
	before, err := strconv.Atoi(p.Value("before"))
	after, err2 := strconv.Atoi(p.Value("after"))
	if err = errors.Join(err, err2); err == nil {
		err = slots.PutTravel(p.Request().Context(), d.Gate, p.Caller.Person, before, after)
	} else {
		err = pattern.ErrInvalid
	}
	if errors.Is(err, pattern.ErrInvalid) {
		v, err := d.read(p, d.monday(p.Value("week")), false)
		if err != nil {
			return err
		}
		v.Wrong = []parts.FieldError{{Field: "before", Text: p.T("week.travel.wrong")}}
		return p.Render(http.StatusUnprocessableEntity, p.T("week.title"), weekPage(v))
	}
	if err != nil {
		return err
	}
	return p.To(v(d.monday(p.Value("week")), false, true), "good", "week.travel.saved")
}

func (d pages) beforeClearing(p *shell.Page) error { return p.Show("week.clear", clearPage()) }

// clear takes all slots back that the page has placed, and with them the rule
// that nothing else is offered.
func (d pages) clear(p *shell.Page) error {
	uid := ""
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		all, err := agenda.Patterns(tx, p.Caller.Person)
		uid = own(all).UID
		return err
	})
	if err != nil {
		return err
	}
	if uid != "" {
		if err := slots.Delete(p.Request().Context(), d.Gate, p.Caller.Person, uid); err != nil {
			return err
		}
	}
	return p.To(Page, "good", "week.cleared")
}
