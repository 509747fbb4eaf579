package text

import "github.com/fukusen/fukusen/spec"

// shellTexts are what the shell says when a page cannot be shown.
var shellTexts = map[string]spec.Text{
	"parts.home":               {JA: "トップページへ", EN: "Back to the first page"},
	"parts.not-yours":          {JA: "ページが見つかりません", EN: "Page not found"},
	"parts.not-yours.way-out":  {JA: "このアドレスのページはないか、あなたには表示できません。", EN: "There is no page at this address, or it is not yours to see."},
	"parts.forbidden":          {JA: "この操作はできません", EN: "Not allowed"},
	"parts.forbidden.way-out":  {JA: "この操作に必要な役割がありません。必要なときは、組織の担当者に役割の追加を頼んでください。", EN: "Your account lacks the role for this. If you need it, ask your organisation's desk to add it."},
	"parts.forged":             {JA: "フォームの有効期限が切れました", EN: "This form is out of date"},
	"parts.forged.way-out":     {JA: "ページを開き直して、もう一度送信してください。入力した内容は保存されていません。", EN: "Open the page again and send the form once more. Nothing was saved."},
	"parts.too-large":          {JA: "送信したデータが大きすぎます", EN: "What you sent is too large"},
	"parts.too-large.way-out":  {JA: "ファイルを小さく分けて、もう一度送信してください。", EN: "Split the file into smaller ones and send them again."},
	"parts.signed-out":         {JA: "サインインが必要です", EN: "Please sign in"},
	"parts.signed-out.way-out": {JA: "サインインの期限が切れています。サインインしてから、もう一度お試しください。", EN: "Your session has ended. Sign in and try again."},
	"parts.failed":             {JA: "うまくいきませんでした", EN: "Something went wrong"},
	"parts.failed.way-out":     {JA: "ノードの内部で問題が起きました。少し待って、もう一度お試しください。続くときは担当者に知らせてください。", EN: "Something failed inside the node. Wait a moment and try again. If it goes on, tell the operator."},
}
