package text

import "github.com/fukusen/fukusen/spec"

// partsTexts are the words that the components say themselves.
var partsTexts = map[string]spec.Text{
	"parts.skip":          {JA: "本文へ移動", EN: "Skip to content"},
	"parts.nav":           {JA: "メニュー", EN: "Main menu"},
	"parts.language":      {JA: "言語", EN: "Language"},
	"parts.inbox":         {JA: "受信箱", EN: "Inbox"},
	"parts.unread":        {JA: "未読{0}件", EN: "{0} unread"},
	"parts.sign-in":       {JA: "サインイン", EN: "Sign in"},
	"parts.sign-out":      {JA: "サインアウト", EN: "Sign out"},
	"parts.signed-in":     {JA: "{0}さん", EN: "{0}"},
	"parts.development":   {JA: "開発・実演用の連合です。登場する人物はすべて架空です。", EN: "This is a development federation. All people in it are fictional."},
	"parts.required":      {JA: "必須", EN: "required"},
	"parts.errors":        {JA: "入力内容を{0}か所確認してください", EN: "Please check {0} {0:field|fields}"},
	"parts.previous":      {JA: "前のページ", EN: "Previous page"},
	"parts.next":          {JA: "次のページ", EN: "Next page"},
	"parts.pages":         {JA: "ページ", EN: "Pages"},
	"parts.page-of":       {JA: "{1}ページ中{0}ページ目", EN: "Page {0} of {1}"},
	"parts.cancel":        {JA: "やめる", EN: "Cancel"},
	"parts.close":         {JA: "閉じる", EN: "Close"},
	"parts.notice.good":   {JA: "完了", EN: "Done"},
	"parts.notice.warn":   {JA: "ご注意", EN: "Please note"},
	"parts.notice.bad":    {JA: "エラー", EN: "Problem"},
	"parts.filter":        {JA: "表を絞り込む", EN: "Filter this table"},
	"parts.nothing-found": {JA: "当てはまる行はありません", EN: "No row matches"},
	"parts.yes":           {JA: "はい", EN: "Yes"},
	"parts.no":            {JA: "いいえ", EN: "No"},
}
