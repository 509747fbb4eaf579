package web

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// view is what the status page says, every text already in one language.
type view struct {
	Lang, Other, OtherName string
	T                      map[string]string
	Name, Node, Fed        string
	Words                  []string
	Light, LightText       string
	Members                []memberView
	Documents              []documentView
	Size, Root             string
	Leader                 string
	Development            bool
	Year                   string
}

type memberView struct{ Name, Node, Kind, Role string }

type documentView struct{ Title, Version, Status, From string }

func (cfg Config) status(lang string) view {
	book, now := cfg.Trust.Book(), cfg.Clock()
	v := view{
		Lang: lang, Other: "en", OtherName: "English", T: map[string]string{}, Name: cfg.Name.In(lang), Node: string(cfg.Self),
		Fed: string(book.Fed()), Words: strings.Split(policy.Words(book.Fed()), "-"),
		Size: strconv.FormatUint(book.Size(), 10), Root: spec.EncodeRoot(book.Root()),
		Development: book.Development(), Leader: string(cfg.Leader()), Year: now.Format("2006"),
	}
	if lang == "en" {
		v.Other, v.OtherName = "ja", "日本語"
	}
	for key, text := range texts {
		v.T[key] = text.In(lang)
	}
	v.Light, v.LightText = cfg.light(v.T, now)
	for _, m := range book.Register().Members {
		if book.Register().Active(m.Node) {
			v.Members = append(v.Members, memberView{m.Name.In(lang), string(m.Node), v.T["kind."+m.Kind], v.T["role."+m.Role]})
		}
	}
	for _, d := range book.Documents() {
		title := d.Title.In(lang)
		if d.Version == 1 && d.Prev == "" && v.T["series."+d.Series] != "" {
			title = v.T["series."+d.Series] // the genesis is the first version of three series
		}
		v.Documents = append(v.Documents, documentView{
			title, strconv.Itoa(d.Version), v.T["status."+string(book.Status(d, now))],
			time.Unix(d.ValidFrom, 0).In(tokyo).Format("2006-01-02"),
		})
	}
	return v
}

// nowhere is a page that is not there, in both languages, the reader's first.
func (cfg Config) nowhere(lang string) []view {
	pages := make([]view, 0, 2)
	for _, l := range []string{lang, map[string]string{"ja": "en", "en": "ja"}[lang]} {
		v := view{Lang: l, Name: cfg.Name.In(l), T: make(map[string]string)}
		for key, text := range texts {
			v.T[key] = text.In(l)
		}
		pages = append(pages, v)
	}
	return pages
}

// tokyo is where dates on the page are meant.
var tokyo = time.FixedZone("JST", 9*3600)

// light is the state of the node as a visitor needs it.
func (cfg Config) light(t map[string]string, now time.Time) (string, string) {
	age, known := cfg.Trust.PolicyAge(now)
	switch {
	case errors.Is(cfg.Ready(), gate.ErrRestoring):
		return "amber", t["light.restoring"]
	case cfg.Ready() != nil:
		return "amber", t["light.joining"]
	case !known:
		return "amber", t["light.waiting"]
	case age > 7*24*time.Hour:
		return "red", t["light.old"]
	case age > time.Hour:
		return "amber", t["light.stale"]
	}
	return "green", t["light.good"]
}

// texts is the message catalogue of the pages.
var texts = map[string]spec.Text{
	"title":             {JA: "ノードの状態", EN: "Node status"},
	"intro":             {JA: "このページは公開情報だけを表示します。", EN: "This page shows public information only."},
	"federation":        {JA: "連合", EN: "Federation"},
	"words":             {JA: "合言葉", EN: "Fingerprint words"},
	"words.why":         {JA: "ほかのノードと電話などで読み合わせ、同じ連合であることを確かめるための言葉です。", EN: "Read these aloud with another node's operator to be sure that both belong to the same federation."},
	"members":           {JA: "参加組織", EN: "Members"},
	"member":            {JA: "組織", EN: "Organisation"},
	"kind":              {JA: "種別", EN: "Kind"},
	"role":              {JA: "役割", EN: "Role"},
	"address":           {JA: "ノード", EN: "Node"},
	"policy":            {JA: "方針文書", EN: "Policy documents"},
	"document":          {JA: "文書", EN: "Document"},
	"version":           {JA: "版", EN: "Version"},
	"state":             {JA: "状態", EN: "State"},
	"from":              {JA: "適用開始", EN: "In force from"},
	"entries":           {JA: "方針ログの件数", EN: "Policy log entries"},
	"root":              {JA: "ルート", EN: "Root"},
	"leader":            {JA: "評議会の進行役", EN: "Council leader"},
	"development":       {JA: "開発・実演用の連合です。登場する人物はすべて架空です。", EN: "This is a development federation. All people in it are fictional."},
	"for.programs":      {JA: "プログラム向け", EN: "For programs"},
	"skip":              {JA: "本文へ移動", EN: "Skip to content"},
	"light.good":        {JA: "正常に動いています", EN: "Working normally"},
	"light.waiting":     {JA: "評議会の連署を待っています", EN: "Waiting for the council's cosignatures"},
	"light.stale":       {JA: "方針の確認が1時間以上できていません", EN: "The policy has not been confirmed for over an hour"},
	"light.old":         {JA: "方針の確認が7日以上できていません", EN: "The policy has not been confirmed for over seven days"},
	"light.restoring":   {JA: "復元のあと、ほかのノードに記録を確かめています", EN: "Restored; reading what other nodes hold of this one"},
	"light.joining":     {JA: "参加名簿への登録を待っています", EN: "Waiting to be listed in the membership register"},
	"lost":              {JA: "ページが見つかりません", EN: "Page not found"},
	"lost.why":          {JA: "この住所のページはありません。", EN: "There is no page at this address."},
	"lost.home":         {JA: "ノードの状態を見る", EN: "See the node's status"},
	"series.genesis":    {JA: "連合の発足", EN: "Founding of the federation"},
	"series.register":   {JA: "参加名簿", EN: "Membership register"},
	"series.charter":    {JA: "憲章", EN: "Charter"},
	"kind.municipality": {JA: "自治体", EN: "Municipality"},
	"kind.company":      {JA: "企業", EN: "Company"},
	"kind.university":   {JA: "大学", EN: "University"},
	"kind.school":       {JA: "学校", EN: "School"},
	"kind.club":         {JA: "クラブ", EN: "Club"},
	"kind.foundation":   {JA: "財団", EN: "Foundation"},
	"role.council":      {JA: "評議会", EN: "Council"},
	"role.member":       {JA: "参加", EN: "Member"},
	"status.accepted":   {JA: "可決（適用前）", EN: "Accepted, not yet in force"},
	"status.effective":  {JA: "適用中", EN: "In force"},
	"status.superseded": {JA: "新しい版あり", EN: "Superseded"},
	"status.withdrawn":  {JA: "取り下げ", EN: "Withdrawn"},
	"status.expired":    {JA: "期限切れ", EN: "Expired"},
}
