package web_test

import (
	"errors"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/word"
)

// told are the kinds of word that an account has, newest first.
func (v town) told(t *testing.T, id string) (kinds map[notice.Kind]int) {
	t.Helper()
	kinds = map[notice.Kind]int{}
	if err := v.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		list, err := inbox.In(tx).List(id, inbox.Place{}, 99)
		for _, m := range list {
			kinds[m.Kind]++
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return kinds
}

// A person reads of their consent, of its end and of what the reader did then,
// and chooses what comes by mail; another sees nothing of it.
func TestWordOfAConsentReachesItsPersonAlone(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	at, who := string(v.ID("city")), v.accounts[access.Person]
	p := v.tabs(b)(access.Person)
	unread := func() string {
		p.Open(at + "/inbox")
		return browser.Eval[string](p, "document.querySelector('[data-live-key=unread]').textContent")
	}
	var given string
	if err := v.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.ConsentsOf(v.rower)
		given = list[0].RecordID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Node("city").Gate().Withdraw(t.Context(), v.rower, given); err != nil {
		t.Fatal(err)
	}
	v.Eventually("the reader's receipt is told", func() bool { return v.told(t, who)[notice.ErasureReceipt] == 1 })
	if told := v.told(t, who); told[notice.WithdrawalDone] != 1 {
		t.Errorf("told %v", told)
	}
	if told := v.told(t, v.accounts[access.Clerk]); len(told) != 0 {
		t.Errorf("the clerk was told %v", told)
	}
	before := unread()
	p.Submit("同意の取りやめが完了しました")
	p.WaitFor("渡す記録")
	after := unread()
	if before != "2" || after != "1" {
		t.Errorf("unread %s, then %s", before, after)
	}
	p.Submit("すべて既読にする")
	p.WaitGone("未読のお知らせ")
	p.Open(at + "/inbox/settings")
	p.Tick("同意の取りやめが完了しました", false)
	p.Submit("選んだ種類を保存")
	p.WaitFor("設定を保存しました")
	if p.Ticked("同意の取りやめが完了しました") {
		t.Error("a switch does not stay off")
	}
	p.Fill("始まり", "22:00")
	p.Submit("時間帯を保存")
	p.WaitFor("終わりの時刻を")
	p.NoComplaints(t)
}

// What a transaction does not keep, nobody is told.
func TestThereIsNoWordOfWhatDidNotHappen(t *testing.T) {
	v := newTown(t)
	stop, who := errors.New("stop"), v.accounts[access.Person]
	had := v.told(t, who)[notice.NewDevice]
	err := v.Node("city").Store().Write(t.Context(), func(tx *store.Tx) error {
		if err := word.TellPerson(tx, v.Clock.Now(), v.rower, word.Word{Kind: notice.NewDevice}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) || v.told(t, who)[notice.NewDevice] != had {
		t.Errorf("%v; told %v", err, v.told(t, who))
	}
}
