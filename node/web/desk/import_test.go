package desk_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// staff makes an account with a role in an organisation, and a desk's code that
// signs it in.
func staff(t *testing.T, f *nodetest.Federation, at, role, where string) (id, code string) {
	t.Helper()
	n := f.Node(at)
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		made, err := n.Door().Enrol(tx, account.Account{Name: "架空の " + role})
		if err != nil {
			return err
		}
		id = made.ID
		now := f.Clock.Now().Unix()
		if where != access.Home {
			if err := organisation.In(tx).Put(organisation.Organisation{ID: where, NameJA: where + "組織", NameEN: where, Kind: "club", CreatedAt: now}); err != nil {
				return err
			}
		}
		err = organisation.In(tx).PutMembership(organisation.Membership{
			Organisation: where, Account: id, Role: role, State: organisation.Active, CreatedAt: now, JoinedAt: now,
		})
		if err != nil {
			return err
		}
		code, _, err = n.Door().IssueCode(tx, id, "test", signin.AtDesk)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id, code
}

// enter signs a new browser in and leaves it at a path.
func enter(f *nodetest.Federation, b *browser.Browser, at, code, path string) *browser.Page {
	p := b.NewContext()
	p.Open(string(f.ID(at)) + path)
	p.Fill("コード", code)
	p.Submit("コードを使う")
	return p
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A clerk uploads three lines, sees what they would do, applies them, and the
// three people stand in the list in the order of their readings.
func TestAClerkImportsThreeLines(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	_, code := staff(t, f, "city", access.Clerk, access.Home)
	p := enter(f, b, "city", code, "/people/import")
	p.Upload("名簿のファイル", file(t, "meibo.csv", "氏名,フリガナ,市区町村コード,技能\n架空 花子,カクウ ハナコ,141003,漕艇（3）\n見本 太郎,ミホン タロウ,,\n仮野 さくら,カリノ サクラ,,\n"))
	p.Submit("内容を確かめる")
	p.WaitFor("まだ何も変わっていません")
	p.WaitFor("架空 花子")
	browser.CheckAll(t, p)
	p.Submit("名簿に反映する")
	p.WaitFor("名簿に反映しました")
	p.Open(string(f.ID("city")) + "/people")
	p.WaitFor("見本 太郎")
	if got := browser.Eval[string](p, `[...document.querySelectorAll("tbody th")].map(e => e.textContent.trim().split(/\s+/).slice(0, 2).join("")).join(",")`); got != "架空花子,仮野さくら,見本太郎" {
		t.Errorf("the list shows %s", got)
	}
	browser.CheckAll(t, p)
	p.Fill("名前で探す", "ﾐﾎﾝ")
	p.Submit("探す")
	if got := browser.Eval[int](p, `document.querySelectorAll("tbody tr").length`); got != 1 {
		t.Errorf("a search by half-width kana finds %d people", got)
	}
	p.NoComplaints(t)
}
