package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// crowd gives an organisation a person with an account and an entry.
func (c *cast) crowd(at, name string) {
	c.t.Helper()
	person := c.Person("city", name)
	c.join(c.enrol(person, ""), role{"person", at}, organisation.Active)
	entry, err := json.Marshal(talent.Entry{Family: "Fiction", Given: name, FamilyKana: "ふぃくしょん", GivenKana: "ひと"})
	if err != nil {
		c.t.Fatal(err)
	}
	c.Talent("city", person)
	c.work(person)
	c.write(func(tx *store.Tx) error {
		_, err := roster.In(tx).Put(roster.Entry{Person: person, Reading: name, Search: name, Entry: string(entry), Version: 1, UpdatedAt: 1})
		if err != nil {
			return err
		}
		return roster.In(tx).PutIntake(roster.Intake{ID: spec.NewUUID(), Organisation: at, Account: c.ownAccount, Name: name + ".csv", State: roster.Preview, CreatedAt: 1, Expires: 1 << 40})
	})
}

// TestOneOrganisationsDataChangesNothingForAnother: all that the club's staff
// can reach is the same by octets before the school has people, entries and
// spreadsheets, and after; what the club itself gets does show.
func TestOneOrganisationsDataChangesNothingForAnother(t *testing.T) {
	worlds := 3
	if os.Getenv("FUKUSEN_SOAK") != "" {
		worlds = 1000
	}
	c := newCast(t)
	c.crowd(c.club, "Ours")
	for _, name := range []string{"clerk of the club", "coordinator of the club", "coach of the club", "operator of the club"} {
		v := c.visitor(name)
		secret := c.cookie(v)
		before := c.walkWith(secret, v, c.things("/:person")[0])
		for i := range worlds {
			c.crowd(c.school, fmt.Sprint("Secret", i))
			after := c.walkWith(secret, v, c.things("/:person")[0])
			for path, was := range before {
				if after[path] != was {
					t.Errorf("world %d: %s by %s is another page", i, path, name)
				}
			}
			for path, is := range after {
				if _, was := before[path]; !was || strings.Contains(is, "Secret") {
					t.Errorf("world %d: %s by %s shows the school's", i, path, name)
				}
			}
		}
	}
	clerk := c.visitor("clerk of the club")
	before := c.walk(clerk, c.things("/:person")[0])
	c.crowd(c.club, "Newcomer")
	if after := c.walk(clerk, c.things("/:person")[0]); !strings.Contains(fmt.Sprint(after), "Newcomer") || strings.Contains(fmt.Sprint(before), "Newcomer") {
		t.Error("nor does the club's own newcomer show: nothing was compared")
	}
}
