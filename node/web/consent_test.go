package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/spec"
)

const (
	skills = "技能と希望"
	hours  = "空き時間（予定の中身は含みません）"
	aim    = "本人に合う仕事や役割を探すため"
)

// lists is a city, a club beside it, and the staff of a choir that the city
// hosts.
type lists struct {
	*nodetest.Federation
	t *testing.T
	b *browser.Browser
}

func newLists(t *testing.T) lists {
	l := lists{nodetest.New(t, nodetest.City, nodetest.Club), t, browser.New(t, browser.Options{})}
	err := l.Node("city").Store().Write(t.Context(), func(tx *store.Tx) error {
		return organisation.In(tx).Put(organisation.Organisation{ID: "choir", NameJA: "架空合唱団", NameEN: "Fictional Choir", Kind: "club", CreatedAt: l.Clock.Now().Unix()})
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// person is somebody of the city with a skill, a calendar and an account.
func (l lists) person(given string) (person, id, code string) {
	l.t.Helper()
	person = l.Person("city", given)
	l.Talent("city", person)
	day := l.Clock.Now().AddDate(0, 0, 2).UTC().Format("20060102")
	ics := strings.ReplaceAll("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//fictional//EN\nBEGIN:VEVENT\nUID:1\nDTSTAMP:"+day+"T000000Z\nDTSTART:"+day+
		"T010000Z\nDTEND:"+day+"T020000Z\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n", "\n", "\r\n")
	if _, err := l.Node("city").Gate().PutCalendar(l.Context(), person, "own", []byte(ics)); err != nil {
		l.t.Fatal(err)
	}
	id, code = l.Account("city", person)
	return person, id, code
}

// at is a browser at which an account is signed in.
func (l lists) at(id string) *browser.Page {
	l.t.Helper()
	p := l.b.NewContext()
	name, secret := l.SignedIn("city", id)
	p.SetCookie(string(l.ID("city")), name, secret)
	return p
}

// choose fills in the form of a consent to the club.
func choose(p *browser.Page) {
	p.Fill("渡す相手", "club")
	p.Tick(skills, true)
	p.Tick(hours, true)
	p.Tick(aim, true)
}

// clubHolds waits until the club holds so many records of both kinds.
func (l lists) clubHolds(n int) {
	l.t.Helper()
	l.Eventually(fmt.Sprintf("the club holds %d records of both kinds", n), func() bool {
		return len(l.Current("club", spec.KindTalent)) == n && len(l.Current("club", spec.KindAvailability)) == n
	})
}

// People give a consent by themselves, or because somebody asked, and the other
// node has their records; they take it back, and see what the other node owes
// them and that it came. One does it all by the keyboard, one without script.
func TestConsentsGoOutAndComeBack(t *testing.T) {
	l := newLists(t)
	origin := string(l.ID("city"))
	_, first, _ := l.person("花子")
	second, asked, _ := l.person("桜")

	p := l.at(first)
	p.Open(origin + "/my/consents/new")
	choose(p)
	p.Submit("内容を確かめる")
	p.WaitFor("まだ何も渡していません")
	if n := len(l.Current("club", spec.KindTalent)); n != 0 {
		t.Errorf("before the agreement the club holds %d records", n)
	}
	p.Submit("同意する")
	p.WaitFor("clubへの同意を記録しました")
	l.clubHolds(1)

	l.asks(second)
	q := l.at(asked)
	q.Script(false)
	q.Open(origin + "/my")
	q.Submit("読んで答える")
	q.WaitFor("架空合唱団（架空 団長）から、次の内容への同意を求められています")
	q.Submit("同意する")
	q.WaitFor("clubへの同意を記録しました")
	l.clubHolds(2)

	l.Stop("club")
	q.Submit("同意を取り消す")
	q.WaitFor("取り消すとどうなるか")
	q.Submit("同意を取り消す")
	q.WaitFor("同意を取り消しました")
	due := parts.TimeText("ja", l.due(second))
	q.WaitFor("clubからの確認を待っています。期限は" + due + "です")
	l.Start("club")
	l.Eventually("the receipts have come", func() bool { return l.Settled("city", second, spec.ActionWithdrawn) == 2 })
	q.Reload()
	q.WaitFor("clubから、削除の確認が届きました（" + parts.DateText("ja", l.Clock.Now().Unix()))
	l.clubHolds(1)
	p.NoComplaints(t)
	q.NoComplaints(t)
}

// asks lets the choir's coordinator ask a person for a consent.
func (l lists) asks(person string) {
	l.t.Helper()
	coordinator := l.Staff("city", "架空 団長", access.Coordinator, "choir")
	err := l.Node("city").Store().Write(l.Context(), func(tx *store.Tx) error {
		who, err := account.In(tx).OfPerson(person)
		return errors.Join(err, organisation.In(tx).PutMembership(organisation.Membership{
			Organisation: "choir", Account: who.ID, Role: access.Person, State: organisation.Active, CreatedAt: 1, JoinedAt: 1,
		}))
	})
	if err != nil {
		l.t.Fatal(err)
	}
	c := l.at(coordinator)
	c.Open(string(l.ID("city")) + "/people/" + person + "/ask")
	choose(c)
	c.Submit("本人に依頼する")
	c.WaitFor("本人の受信箱に依頼を届けました")
	c.NoComplaints(l.t)
}

// due is by when the other node has to confirm a withdrawal.
func (l lists) due(person string) (at int64) {
	l.t.Helper()
	err := l.Node("city").Store().Read(l.Context(), func(tx *store.Tx) error {
		list, err := tx.ReceiptsOf(person)
		for _, r := range list {
			at = max(at, r.Due)
		}
		return err
	})
	if err != nil || at == 0 {
		l.t.Fatalf("due at %d, %v", at, err)
	}
	return at
}

// reach presses a key until the focus stands on what is called so.
func reach(t *testing.T, p *browser.Page, what string) {
	t.Helper()
	for range 80 {
		p.Press("Tab")
		if strings.Contains(p.Focused(), what) {
			return
		}
	}
	t.Fatalf("no key leads to %q:\n%s", what, p.Text())
}

// Nobody needs a mouse: by Tab, Enter, Space and the arrows somebody signs in,
// gives a consent and takes it back.
func TestAConsentNeedsNoMouse(t *testing.T) {
	l := newLists(t)
	origin := string(l.ID("city"))
	_, _, code := l.person("花子")
	p := l.b.NewContext()
	p.Passkey(browser.PasskeyOptions{})
	comeIn(p, origin, code)
	p.ForgetCookies()

	p.Open(origin + "/sign-in?next=/my/consents")
	reach(t, p, "パスキーを使う")
	p.Press("Enter")
	p.WaitFor("有効な同意はありません")
	reach(t, p, "新しく同意する")
	p.Press("Enter")
	reach(t, p, "渡す相手")
	p.Press("ArrowDown")
	for _, box := range []string{skills, hours, aim} {
		reach(t, p, box)
		p.Press("Space")
	}
	reach(t, p, "内容を確かめる")
	p.Press("Enter")
	p.WaitFor("まだ何も渡していません")
	reach(t, p, "同意する")
	p.Press("Enter")
	p.WaitFor("clubへの同意を記録しました")
	l.clubHolds(1)
	reach(t, p, "同意を取り消す")
	p.Press("Enter")
	p.WaitFor("取り消すとどうなるか")
	reach(t, p, "同意を取り消す")
	p.Press("Space")
	p.WaitFor("同意を取り消しました")
	l.clubHolds(0)
	p.NoComplaints(t)
}

// Whoever agrees many times at once has agreed once, whichever of the forms it
// was; so has whoever takes it back many times at once.
func TestAgreeingManyTimesAtOnceIsAgreeingOnce(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.PostgreSQL} {
		t.Run(engine, func(t *testing.T) {
			city := nodetest.City
			if engine == store.PostgreSQL {
				city.Store = storetest.Postgres(t)
			}
			l := lists{Federation: nodetest.New(t, city, nodetest.Club), t: t}
			person, id, _ := l.person("花子")
			_, secret := l.SignedIn("city", id)
			question := roster.Asked{
				ID: spec.NewUUID(), Person: person, Organisation: access.Home, Recipient: string(l.ID("club")), Kinds: "talent", Purposes: "matching",
				Until: l.Clock.Now().AddDate(0, 1, 0).Unix(), Account: l.Staff("city", "架空 窓口", access.Clerk, access.Home), CreatedAt: 1, State: roster.Open,
			}
			if err := l.Node("city").Store().Write(t.Context(), func(tx *store.Tx) error { return roster.In(tx).PutAsked(question) }); err != nil {
				t.Fatal(err)
			}
			l.manyTimes(secret, "/my/asked/"+question.ID+"/agree", nil)
			given := l.consents(person)
			if len(given) != 1 {
				t.Fatalf("one question was agreed to %d times", len(given))
			}
			l.manyTimes(secret, "/my/consents", url.Values{
				"recipient": {string(l.ID("club"))}, "kinds": {"talent", "availability"}, "purposes": {"matching"},
				"until": {l.Clock.Now().AddDate(0, 2, 0).Format(time.DateOnly)},
			})
			if given = l.consents(person); len(given) != 2 {
				t.Fatalf("one form was agreed to %d times", len(given)-1)
			}
			for _, c := range given {
				l.manyTimes(secret, "/my/consents/"+c.RecordID+"/withdraw", nil)
			}
			told := town{Federation: l.Federation}.told(t, id)
			if told[notice.ConsentGiven] != 2 || told[notice.WithdrawalDone] != 2 {
				t.Errorf("the person was told %v", told)
			}
		})
	}
}

// manyTimes sends one form from one browser eight times at once; each has to be
// answered by a way on.
func (l lists) manyTimes(secret, path string, form url.Values) {
	l.t.Helper()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			sent := url.Values{}
			for name, values := range form {
				sent[name] = values
			}
			if status, said := post(l.t, l.Federation, secret, path, sent); status != http.StatusSeeOther {
				l.t.Errorf("%s: %d %s", path, status, said)
			}
		})
	}
	all.Wait()
}

// consents are those that a person ever gave.
func (l lists) consents(person string) (given []store.Consent) {
	l.t.Helper()
	if err := l.Node("city").Store().Read(l.Context(), func(tx *store.Tx) error {
		var err error
		given, err = tx.ConsentsOf(person)
		return err
	}); err != nil {
		l.t.Fatal(err)
	}
	return given
}
