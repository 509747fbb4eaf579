package text

import "github.com/fukusen/fukusen/spec"

// inboxTexts are the words of the inbox and the mails.
//
// The texts under "notice." and "mail." leave the node and are shown on locked
// screens: they name no person, no organisation and no subject matter.
var inboxTexts = map[string]spec.Text{
	"notice.invitation":         {JA: "招待が届いています", EN: "An invitation is waiting for you"},
	"notice.consent.asked":      {JA: "同意についての依頼が届いています", EN: "You have been asked for a consent"},
	"notice.consent.given":      {JA: "同意への回答が届きました", EN: "A consent has been answered"},
	"notice.withdrawal.done":    {JA: "同意の取りやめが完了しました", EN: "A consent has been withdrawn"},
	"notice.erasure.receipt":    {JA: "消去の確認が届きました", EN: "An erasure has been confirmed"},
	"notice.guardian.asked":     {JA: "保護者としての確認の依頼が届いています", EN: "You have been asked as a guardian"},
	"notice.sign-in.new-device": {JA: "新しい端末でサインインがありました", EN: "There was a sign-in from a new device"},
	"notice.passkey.added":      {JA: "パスキーが追加されました", EN: "A passkey has been added"},
	"notice.passkey.lost":       {JA: "パスキーの紛失が届け出されました", EN: "A passkey has been reported lost"},
	"notice.role.given":         {JA: "新しい役割が割り当てられました", EN: "You have been given a role"},
	"notice.role.ended":         {JA: "役割が終了しました", EN: "One of your roles has ended"},
	"notice.import.done":        {JA: "一括登録が完了しました", EN: "An import is complete"},
	"notice.correction.asked":   {JA: "訂正の依頼が届いています", EN: "A correction has been requested"},
	"notice.mail.undeliverable": {JA: "届かなかったメールがあります", EN: "A mail could not be delivered"},

	"mail.about":           {JA: "{0}。", EN: "{0}."},
	"mail.open":            {JA: "内容は、次のページにサインインしてご確認ください。", EN: "Please sign in at this page to read it:"},
	"mail.open.invitation": {JA: "次のページを開いて、手続きをお進めください。", EN: "Please open this page to go on:"},
	"mail.stop":            {JA: "この種類のメールは、受信箱の設定でいつでも停止できます。", EN: "You can switch off mail of this kind at any time, in the settings of your inbox."},
	"mail.always":          {JA: "アカウントに関する大切なお知らせなので、設定にかかわらずお送りしています。お心当たりがない場合は、窓口にご連絡ください。", EN: "Mail of this kind is about your account itself and cannot be switched off. If you did not expect it, please tell the desk."},
	"mail.unexpected":      {JA: "お心当たりがない場合は、このメールを破棄してください。", EN: "If you did not expect this, you can ignore this mail."},
	"mail.automatic":       {JA: "このメールは自動で送信しています。個人情報は書かれていません。返信はお受けできません。", EN: "This mail was sent automatically and holds no personal information. Replies are not read."},
}
