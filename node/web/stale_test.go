package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// work gives a person an open offer and a confirmed hold, and answers their ids.
func (c *cast) work(person string) (offer spec.ID, hold string) {
	c.t.Helper()
	now := c.Clock.Now()
	at := now.Add(48 * time.Hour).UTC()
	units := fmt.Sprintf(`[{"index":0,"utcStart":%q,"utcEnd":%q}]`, spec.FormatUTC(at), spec.FormatUTC(at.Add(time.Hour)))
	p := diary.Proposal{
		ID: spec.Digest([]byte(spec.NewUUID())), Person: person, Owner: c.ID("city"), Gig: spec.Digest([]byte("gig")), Subject: spec.Subject(spec.RandomUUID()),
		Units: units, StartsAt: at.Unix(), OfferUntil: at.Unix(), State: diary.Open, ReceivedAt: now.Unix(),
	}
	h := diary.Hold{
		ID: spec.RandomUUID(), Person: person, Owner: p.Owner, Proposal: p.ID, Gig: p.Gig, Title: "Secret work", State: work.HoldConfirmed,
		UID: spec.RandomUUID(), CreatedAt: now.Unix(),
	}
	c.write(func(tx *store.Tx) error {
		return errors.Join(diary.In(tx).AddProposal(p), diary.In(tx).PutHold(h))
	})
	return p.ID, h.ID
}

// TestAnotherOnesOfferIsNowhere: whoever has pages of their own is answered by
// the same octets about another's offer and hold as about none, and changes
// neither.
func TestAnotherOnesOfferIsNowhere(t *testing.T) {
	c := newCast(t)
	offer, hold := c.work(c.other)
	before := c.contents()
	v := c.visitor("the person")
	secret := c.cookie(v)
	cases := 0
	for _, r := range c.Node("city").Pages() {
		if !strings.HasPrefix(r.Path, "/my/offers/:") && !strings.HasPrefix(r.Path, "/my/holds/:") {
			continue
		}
		cases++
		there := strings.NewReplacer(":proposal", string(offer), ":hold", hold).Replace(r.Path)
		not := strings.NewReplacer(":proposal", string(spec.Digest([]byte("none"))), ":hold", spec.RandomUUID()).Replace(r.Path)
		var said [2]string
		for i, path := range []string{there, not} {
			a := c.send(c.askWith(secret, v, r.Method, path, nil))
			a.header.Del("Date")
			said[i] = strings.NewReplacer(path, "PATH", url.QueryEscape(path), "PATH").Replace(fmt.Sprint(a.status, a.header, a.body))
		}
		if said[0] != said[1] || !strings.HasPrefix(said[0], "404 ") {
			t.Errorf("%s %s:\n%s\n%s", r.Method, r.Path, said[0], said[1])
		}
	}
	if cases != 12 {
		t.Errorf("%d routes", cases)
	}
	for _, change := range storetest.Changed(before, c.contents(), append(itself(), "session")...) {
		t.Error("changed: ", change)
	}
}

// TestARoleThatIsGoneSendsNoForm: forms that were open when a role was taken
// away are refused, each of them, and change nothing.
func TestARoleThatIsGoneSendsNoForm(t *testing.T) {
	for _, who := range []string{"clerk of the node", "coordinator of the node", "operator of the node", "clerk of the club"} {
		t.Run(who, func(t *testing.T) {
			c := newCast(t)
			c.t = t
			v := c.visitor(who)
			secret := c.cookie(v)
			var forms []form
			for _, page := range c.walkWith(secret, v, c.things("/:person")[0]) {
				forms = append(forms, formsOf(page)...)
			}
			c.join(v.account, role{v.roles[0].name, v.roles[0].at}, organisation.Ended)
			before, sent := c.contents(), 0
			for _, f := range forms {
				if own := []string{"/account", "/sign", "/language", "/inbox", "/my", "/prove", "/demo", "/style"}; hasPrefix(f.action, own) {
					continue
				}
				sent++
				a := c.send(c.askWith(secret, v, http.MethodPost, f.action, f.fields))
				if a.status != http.StatusForbidden && a.status != http.StatusNotFound {
					t.Errorf("%s: %d %s", f.action, a.status, a.header.Get("Location"))
				}
			}
			if sent == 0 {
				t.Error("no form was open")
			}
			for _, change := range storetest.Changed(before, c.contents(), append(itself(), "session", "audit")...) {
				t.Error("changed: ", change)
			}
		})
	}
}

func hasPrefix(text string, list []string) bool {
	for _, p := range list {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

// TestNobodyIsACharacterOutsideADemo: where no demo runs there are no
// characters, and no account is entered as one.
func TestNobodyIsACharacterOutsideADemo(t *testing.T) {
	c := newCast(t)
	nobody := c.visitor("nobody")
	for _, id := range []string{c.ownAccount, c.visitor("operator of the node").account, spec.NewUUID(), ""} {
		a := c.send(c.ask(nobody, http.MethodPost, "/demo", url.Values{"account": {id}}))
		if a.status != http.StatusNotFound || a.header.Get("Set-Cookie") != "" {
			t.Errorf("account %q: %d, cookie %q", id, a.status, a.header.Get("Set-Cookie"))
		}
	}
	if a := c.send(c.ask(nobody, http.MethodGet, "/demo", nil)); a.status != http.StatusNotFound {
		t.Errorf("the list of characters: %d", a.status)
	}
}
