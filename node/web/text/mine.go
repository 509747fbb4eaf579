package text

import "github.com/fukusen/fukusen/spec"

// mineTexts are the words of a person's own pages.
var mineTexts = map[string]spec.Text{
	"mine.home":                {JA: "マイページ", EN: "My page"},
	"mine.home.lead":           {JA: "このノードがあなたについて預かっている記録と、その使われ方を確かめられます。", EN: "See what this node keeps about you and how it is used."},
	"mine.and":                 {JA: "、", EN: ", "},
	"mine.consents":            {JA: "同意", EN: "Consents"},
	"mine.consents.lead":       {JA: "どこに、何を、何のために共有しているかの一覧です。いつでも取り消せます。", EN: "Whom you share with, what and why. You can withdraw at any time."},
	"mine.consents.count":      {JA: "有効な同意は{0}件です。", EN: "{0} {0:consent is|consents are} in force."},
	"mine.consents.open":       {JA: "同意を確かめる", EN: "Look at your consents"},
	"mine.consents.none":       {JA: "同意はまだありません", EN: "No consents yet"},
	"mine.consents.none.why":   {JA: "同意するまで、あなたの記録はほかの組織に渡りません。", EN: "Until you consent, nothing about you goes to another organisation."},
	"mine.consent.what":        {JA: "渡す記録", EN: "What is shared"},
	"mine.consent.why":         {JA: "目的", EN: "Why"},
	"mine.consent.given":       {JA: "同意した日時", EN: "Given"},
	"mine.consent.until":       {JA: "期限", EN: "Until"},
	"mine.consent.withdraw":    {JA: "同意を取り消す", EN: "Withdraw consent"},
	"mine.withdrawn":           {JA: "同意を取り消しました。相手のノードには、いま取り消しが伝わります。", EN: "The consent is withdrawn. The other node is being told now."},
	"record.talent":            {JA: "技能と希望", EN: "Skills and wishes"},
	"record.availability":      {JA: "空き時間（予定の中身は含みません）", EN: "Free and busy times, without what fills them"},
	"record.vc":                {JA: "評価", EN: "Evaluations"},
	"consent.ConsentGiven":     {JA: "有効", EN: "In force"},
	"consent.ConsentWithdrawn": {JA: "取り消し済み", EN: "Withdrawn"},
	"consent.ConsentExpired":   {JA: "期限切れ", EN: "Expired"},
}
