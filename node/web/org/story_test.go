package org_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

// staff makes an account with a role and answers a code for its first passkey.
func staff(t *testing.T, f *nodetest.Federation, name, role, at string) (id, code string) {
	t.Helper()
	n := f.Node("city")
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		made, err := n.Door().Enrol(tx, account.Account{Name: name, Demo: true})
		if err != nil {
			return err
		}
		id = made.ID
		now := f.Clock.Now().Unix()
		err = organisation.In(tx).PutMembership(organisation.Membership{
			Organisation: at, Account: id, Role: role, State: organisation.Active, CreatedAt: now, JoinedAt: now,
		})
		if err != nil {
			return err
		}
		code, _, err = n.Door().IssueCode(tx, id, "", signin.Invite)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, code
}

var printed = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// enter signs a browser in by a code and makes a passkey.
func enter(p *browser.Page, origin, code, then string) {
	p.Passkey(browser.PasskeyOptions{})
	p.Open(origin + "/sign-in#" + code)
	p.Submit("コードを使う")
	p.WaitFor("この端末にパスキーを作ります")
	p.Click("パスキーを作る")
	p.WaitFor(then)
}

// An operator adds a club, makes an account for its coordinator and prints the
// sheet; the coordinator comes in by it, accepts, and gives what a coordinator
// may give and no more.
func TestACoordinatorComesInByThePrintedSheet(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	origin := string(f.ID("city"))
	_, code := staff(t, f, "架空 係長", access.Operator, access.Home)

	p := b.NewContext()
	enter(p, origin, code, "ノードの状態")
	p.Open(origin + "/organisations")
	browser.CheckAll(t, p)
	p.Fill("日本語の名称", "架空クラブ")
	p.Fill("英語の名称", "Fictional Club")
	p.Submit("組織を追加")
	p.WaitFor("「架空クラブ」を追加しました")
	browser.CheckAll(t, p)
	club := strings.TrimPrefix(p.URL(), origin+"/organisations/")
	p.Submit("職員のアカウントを作る")
	p.WaitFor("人材台帳に載っていない職員")
	browser.CheckAll(t, p)
	p.Fill("氏名", "架空 調整")
	p.Tick("コーディネーター", true)
	p.Submit("アカウントを作る")
	p.WaitFor("1回だけ表示します")
	browser.CheckAll(t, p)
	if p.Count("svg[role=img]") != 1 {
		t.Error("no QR code is drawn")
	}
	given := printed.FindString(p.Text())
	if given == "" {
		t.Fatalf("no code stands on the sheet:\n%s", p.Text())
	}

	q := b.NewContext()
	enter(q, origin, given, "返答を待っている招待")
	browser.CheckAll(t, q)
	q.Submit("引き受ける")
	q.WaitFor("役割を引き受けました")
	browser.CheckAll(t, q)
	q.Open(origin + "/organisations/" + club + "/roles/new")
	browser.CheckAll(t, q)
	q.Open(origin + "/staff/new?organisation=" + club)
	if q.Count("input[name=role]") != 3 {
		t.Errorf("a coordinator is offered %d roles for staff", q.Count("input[name=role]"))
	}
	q.Open(origin + "/organisations/" + access.Home)
	if q.Status() != 404 {
		t.Errorf("a club's coordinator sees the home organisation: %d", q.Status())
	}
	q.Open(origin + "/account/roles")
	q.Submit("返す")
	q.WaitFor("新しい招待が必要です")
	browser.CheckAll(t, q)
	q.Submit("返す")
	q.WaitFor("役割を終えました")
	p.NoComplaints(t)
}

// The last operator stays, a desk's code is made for who stands at the desk,
// and a program's secret is shown once.
func TestAnOperatorLooksAfterTheNode(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	origin := string(f.ID("city"))
	rower := f.Person("city", "花子")
	_, code := staff(t, f, "架空 係長", access.Operator, access.Home)
	p := b.NewContext()
	enter(p, origin, code, "ノードの状態")

	p.Open(origin + "/account/roles")
	p.Submit("返す")
	p.WaitFor("新しい招待が必要です")
	p.Submit("返す")
	p.WaitFor("最後の運用担当です")

	p.Open(origin + "/desk/code?q=花子")
	browser.CheckAll(t, p)
	p.Submit("窓口のコードを作る")
	p.WaitFor("窓口の画面でこのコードを入力")
	browser.CheckAll(t, p)
	if printed.FindString(p.Text()) == "" {
		t.Error("no desk code is shown")
	}
	p.Open(origin + "/people/" + rower + "/invite")
	browser.CheckAll(t, p)
	p.Submit("用紙を作る")
	p.WaitFor("1回だけ表示します")

	p.Open(origin + "/account/tokens")
	browser.CheckAll(t, p)
	p.Submit("鍵を作る")
	p.WaitFor("必要なことだけを選んでください")
	browser.CheckAll(t, p)
	p.Fill("名前", "状態の記録")
	p.Tick("ノードの状態を見る・読み直す", true)
	p.Submit("作る")
	p.WaitFor("鍵ができました")
	browser.CheckAll(t, p)
	secret := regexp.MustCompile(signin.TokenPrefix + `[A-Za-z0-9_-]{43}`).FindString(p.Text())
	who, err := f.Node("city").Door().Token(f.Context(), secret)
	if err != nil || !who.HasAt(access.Home, access.Operator) || len(who.Scopes) != 7 {
		t.Errorf("the token speaks for %+v, %v", who, err)
	}
	p.Open(origin + "/account/tokens")
	if strings.Contains(p.HTML(), secret) {
		t.Error("the secret is shown twice")
	}
	browser.CheckAll(t, p)
	p.Submit("止める")
	p.WaitFor("鍵を止めました")
	if _, err := f.Node("city").Door().Token(f.Context(), secret); err == nil {
		t.Error("a revoked token still opens")
	}
	p.NoComplaints(t)
}
