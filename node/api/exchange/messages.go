package exchange

import (
	"strings"

	"github.com/fukusen/fukusen/node/api/need"
	"github.com/fukusen/fukusen/spec"
)

// messages is the catalogue of problem details, by problem name.
var messages = map[string]spec.Text{
	"bad-request":          {JA: "リクエストの形が正しくありません。契約（openapi.yaml）をご確認ください。", EN: "The request is not well formed; see the contract (openapi.yaml)."},
	"bad-json":             {JA: "JSON が規格の厳格な形に合いません。", EN: "The JSON does not have the strict form of the standard."},
	"bad-token":            {JA: "署名付きレコードの形が正しくありません。", EN: "The signed record does not have the strict compact form."},
	"bad-header":           {JA: "署名ヘッダーが規格に合いません。", EN: "The signature header does not follow the standard."},
	"bad-claims":           {JA: "項目が不足しているか、規格に合いません。", EN: "A member is missing or does not follow the standard."},
	"bad-signature":        {JA: "署名を確認できませんでした。", EN: "The signature does not verify."},
	"bad-digest":           {JA: "本文のダイジェストが一致しません。", EN: "The digest of the body does not match."},
	"clock-skew":           {JA: "時計が60秒以上ずれています。応答の now に合わせて送り直してください。", EN: "The clocks are more than 60 seconds apart; use the member now and send again."},
	"conflict":             {JA: "いまの状態と矛盾します。", EN: "This conflicts with the present state."},
	"expired":              {JA: "有効期限が切れています。", EN: "It has expired."},
	"forbidden":            {JA: "この操作は許可されていません。", EN: "You may not do this."},
	"gone":                 {JA: "保存期間が終わったため、もうありません。", EN: "It was kept as long as it may be and is gone."},
	"internal":             {JA: "このノードで問題が起きました。運用担当者にお知らせください。", EN: "Something went wrong in this node; please tell its operator."},
	"invalid":              {JA: "入力内容をご確認ください。", EN: "Please check what was entered."},
	"not-a-member":         {JA: "参加名簿に活動中のメンバーとして載っていません。", EN: "The register does not list it as an active member."},
	"not-allowed":          {JA: "この方法（メソッド）は使えません。", EN: "This method is not defined here."},
	"not-authenticated":    {JA: "呼び出し元を確認できません。", EN: "The caller is not known."},
	"not-available":        {JA: "現在ご利用いただけません。", EN: "Not available."},
	"not-claimed":          {JA: "このノードはその役割を担っていません。", EN: "This node does not claim that role."},
	"not-found":            {JA: "見つかりません。", EN: "There is no such thing here."},
	"purpose-not-allowed":  {JA: "データ指針がその目的を認めていません。", EN: "The data guideline in force does not list that purpose."},
	"replayed":             {JA: "一度使われた証明です。新しく署名して送り直してください。", EN: "This proof was used before; sign a new one."},
	"stale-entry":          {JA: "文書または参加名簿が先に更新されました。最新の版から作り直してください。", EN: "The document or the register has moved on; draft from the newest version."},
	"too-few-ballots":      {JA: "賛成票が足りません。", EN: "There are not enough yes ballots."},
	"bad-ballot":           {JA: "票が規格に合いません。", EN: "A ballot does not follow the standard."},
	"bad-document":         {JA: "文書が規格に合いません。", EN: "The document does not follow the standard."},
	"bad-entry":            {JA: "方針ログの項目が規格に合いません。", EN: "The policy entry does not follow the standard."},
	"bad-cosignature":      {JA: "連署を確認できませんでした。", EN: "The cosignature does not verify."},
	"too-large":            {JA: "大きすぎます。", EN: "It is larger than this operation takes."},
	"too-many-requests":    {JA: "回数が多すぎます。少し待ってからお試しください。", EN: "Too many requests; wait and try again."},
	"unavailable":          {JA: "いまは応答できません。少し待ってからお試しください。", EN: "Not just now; wait and try again."},
	"unknown-issuer":       {JA: "参加名簿にない組織からの呼び出しです。", EN: "The register does not list the caller."},
	"wrong-target":         {JA: "別の宛先に向けた証明です。", EN: "The proof is for another node, method or address."},
	"bad-credential":       {JA: "評価証明の形が規格に合いません。", EN: "The credential does not follow the standard."},
	"bad-genesis":          {JA: "発足文書が規格に合いません。", EN: "The genesis does not follow the standard."},
	"bad-certificate":      {JA: "適合証明書を確認できませんでした。", EN: "The certificate of conformance does not prove itself, or is not about this node."},
	"bad-keys":             {JA: "鍵の履歴を確認できませんでした。", EN: "The key history does not prove itself."},
	"bad-node-id":          {JA: "ノードの識別子が規格に合いません。", EN: "The node id does not follow the standard."},
	"bad-root":             {JA: "ログの内容とルートが一致しません。", EN: "The entries do not give the root."},
	"closed-kind":          {JA: "規格にない項目があります。", EN: "There is a member that the standard does not define here."},
	"policy-forked":        {JA: "方針ログの二つの先頭が食い違っています。証拠として保存しました。", EN: "Two heads of the policy log disagree; both are kept as evidence."},
	"wrong-audience":       {JA: "別のノードに宛てたレコードです。", EN: "The record is for another node."},
	"wrong-issuer":         {JA: "発行者が一致しません。", EN: "The issuer is another one."},
	"wrong-subject":        {JA: "対象者の識別子が一致しません。", EN: "The subject is another one."},
	"conflict-of-interest": {JA: "利益相反の定めにより受け付けられません。", EN: "The conflict-of-interest rules do not allow it."},
}

// Language picks ja or en by RFC 9110 section 12.5.4; English without a wish.
func Language(accept string) string {
	best, quality := "en", -1.0
	for _, part := range strings.Split(accept, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if primary != "ja" && primary != "en" {
			continue
		}
		q := weight(params)
		if q > quality && q > 0 {
			best, quality = primary, q
		}
	}
	return best
}

func weight(params string) float64 {
	text, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	whole, part, _ := strings.Cut(text, ".")
	q := 0.0
	if whole == "1" {
		return 1
	}
	scale := 0.1
	for _, c := range part {
		if c < '0' || c > '9' {
			return 0
		}
		q += float64(c-'0') * scale
		scale /= 10
	}
	return q
}

// In is what a person reads: the catalogue's sentence and what exactly is
// required. The standard's own requirements are written in English alone; in
// Japanese their number and the field lead to them.
func (a *Answer) In(lang string) string {
	text := messages[a.Refusal.Problem].In(lang)
	cause := a.Detail
	if cause == "" {
		cause = a.Refusal.Detail
	}
	if cause == "" || a.Refusal.Problem == "not-available" {
		return text
	}
	if lang == "en" {
		return strings.TrimSuffix(strings.TrimSpace(text), ".") + ": " + cause + "."
	}
	if ja, ok := need.In(cause); ok {
		text += ja
	}
	if a.Refusal.Field != "" {
		return text + "（項目: " + a.Refusal.Field + "）"
	}
	return text
}
