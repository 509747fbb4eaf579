package mine

import (
	"strings"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/shell"
)

// brief is a person's entry of the register in a few words.
type brief struct {
	Name, Kana string
	Skills     int
	Belongs    []talent.Item // memberships
	Next       talent.Item   // the qualification that expires first
	Expires    bool          // whether there is one
	Expired    int           // qualifications that no longer hold
}

func (d pages) brief(p *shell.Page) (brief, error) {
	var e talent.Entry
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		registered, err := enrol.Of(tx, p.Caller.Person)
		e = registered.Entry
		return err
	})
	b := brief{
		Name: strings.TrimSpace(e.Family + " " + e.Given), Kana: strings.TrimSpace(e.FamilyKana + " " + e.GivenKana), Skills: len(e.Skills),
	}
	b.Next, b.Expires = talent.NextExpiry(e, d.Clock())
	for _, i := range e.Items {
		if i.Kind == talent.Membership {
			b.Belongs = append(b.Belongs, i)
		}
		if i.Expired(d.Clock()) {
			b.Expired++
		}
	}
	return b, err
}

// to is where an item stands on the page of the entry.
func (b brief) to(i talent.Item) string { return "/my/profile#f-show-" + i.ID }
