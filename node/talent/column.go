package talent

import (
	"regexp"
	"strconv"
	"strings"
)

// Codes of problems with a header.
const (
	CodeColumnTwice = "talent.column-twice"      // the second is not read
	CodeNoName      = "talent.no-name-column"    // nothing tells who a line is about
	CodeMyNumber    = "talent.my-number-column"  // the law lets nobody collect it here; it is not read
	CodeNoHeader    = "talent.column-no-header"  // on a line that has a cell there
	CodeItemColumn  = "talent.item-without-name" // a column about an item whose own column is missing
)

// Column is a header that was recognised.
type Column struct {
	Header string // as written
	Field  string // as in the JSON of an entry; name and kana stand for two
	index  int
}

// headers are the ways in which offices write each field, without spaces,
// brackets, hyphens and the の between two words.
func headers() map[string]string {
	return map[string]string{
		"id":                "登録番号 id 個人id personid memberid 会員id",
		"number":            "番号 no 整理番号 管理番号 number",
		"name":              "氏名 名前 姓名 お名前 氏名漢字 name fullname",
		"family":            "姓 名字 苗字 氏 姓漢字 family familyname lastname surname",
		"given":             "名 名漢字 given givenname firstname",
		"kana":              "フリガナ ふりがな カナ かな カナ氏名 かな氏名 氏名カナ 氏名かな 氏名フリガナ 氏名ふりがな よみ 読み よみがな ヨミガナ 読み仮名 読みがな kana namekana reading",
		"familyKana":        "セイ せい 姓カナ 姓かな 姓フリガナ 姓ふりがな フリガナ姓 ふりがな姓 フリガナセイ カナ姓 姓よみ 姓読み familykana familynamekana lastnamekana",
		"givenKana":         "メイ めい 名カナ 名かな 名フリガナ 名ふりがな フリガナ名 ふりがな名 フリガナメイ カナ名 名よみ 名読み givenkana givennamekana firstnamekana",
		"birth":             "生年月日 誕生日 birth birthdate birthday dateofbirth dob",
		"email":             "メール メールアドレス 電子メール 電子メールアドレス eメール email emailaddress mail mailaddress",
		"phone":             "電話 電話番号 携帯 携帯電話 携帯電話番号 連絡先電話番号 tel phone phonenumber telephone mobile",
		"region":            "市区町村コード 市町村コード 自治体コード 団体コード 地方公共団体コード 全国地方公共団体コード 地域コード 地域 市区町村 region municipality municipalcode municipalitycode",
		"remote":            "リモート リモート可 遠隔 遠隔可 オンライン オンライン可 remote online",
		"languages":         "言語 使用言語 話せる言語 language languages",
		"skills":            "技能 スキル skill skills",
		"guardian.name":     "保護者 保護者氏名 保護者名 保護者名前 guardian guardianname",
		"guardian.kana":     "保護者フリガナ 保護者ふりがな 保護者カナ 保護者かな 保護者氏名フリガナ guardiankana guardiannamekana",
		"guardian.relation": "続柄 保護者続柄 relation relationship guardianrelation guardianrelationship",
		"guardian.email":    "保護者メール 保護者メールアドレス guardianemail guardianemailaddress",
		"guardian.agreed":   "保護者同意日 保護者同意 guardianagreed guardianagreement guardianconsent guardianconsentdate",
		"my-number":         "マイナンバー 個人番号 mynumber",
	}
}

// itemWords and facetWords make the headers of items: 資格2の有効期限.
func itemWords() map[string]string {
	return map[string]string{
		Qualification: "資格 資格名 免許 qualification certificate",
		Activity:      "活動 活動名 activity",
		Achievement:   "実績 受賞 achievement award",
		Membership:    "所属 所属団体 membership",
	}
}

func facetWords() map[string]string {
	return map[string]string{
		"title":        "名称 title",
		"organisation": "団体 主催 発行者 発行元 発行機関 認定者 organisation organization issuer",
		"field":        "分野 field",
		"role":         "役割 役職 role",
		"level":        "級 レベル 水準 level",
		"from":         "開始日 取得日 加入日 from since",
		"until":        "有効期限 期限 満了日 終了日 until expiry expires",
		"note":         "備考 note",
	}
}

// vocabulary is every header there is, by how it is compared.
type vocabulary struct {
	plain  map[string]string
	items  map[string]string
	facets map[string]string
}

func words(lists map[string]string) map[string]string {
	by := map[string]string{}
	for field, list := range lists {
		for _, word := range strings.Fields(list) {
			by[word] = field
		}
	}
	return by
}

// headerNoise is what headers have beside their words.
var headerNoise = regexp.MustCompile(`(\((必須|任意|required|optional)\)|[\s()\[\]{}<>【】〔〕「」・*※★☆_.:,/\-‐−の])`)

// field gives the field of a header, or "".
func (v vocabulary) field(header string) string {
	if field := v.plain[header]; field != "" {
		return field
	}
	at := strings.IndexFunc(header, func(r rune) bool { return r >= '0' && r <= '9' })
	number := "1"
	if at >= 0 {
		rest := strings.TrimLeft(header[at:], "0123456789")
		number = strings.TrimLeft(strings.TrimSuffix(header[at:], rest), "0")
		header = header[:at] + rest
	}
	if len(number) == 0 || len(number) > 2 {
		return ""
	}
	// 有効期限 and the like alone belong to a column 資格 beside them.
	switch header {
	case "有効期限", "発行者", "発行元", "発行機関", "認定者", "取得日":
		header = "資格" + header
	}
	if kind := v.items[header]; kind != "" {
		return "items." + kind + "." + number + ".title"
	}
	for word, kind := range v.items {
		if rest, found := strings.CutPrefix(header, word); found && v.facets[rest] != "" {
			return "items." + kind + "." + number + "." + v.facets[rest]
		}
	}
	return ""
}

// itemSlot takes apart items.qualification.2.until.
func itemSlot(field string) (kind string, slot int, facet string, ok bool) {
	parts := strings.Split(field, ".")
	if len(parts) != 4 || parts[0] != "items" {
		return "", 0, "", false
	}
	slot, err := strconv.Atoi(parts[2])
	return parts[1], slot, parts[3], err == nil
}

// columns recognises the headers of a grid.
func (p *planner) columns() {
	v := vocabulary{plain: words(headers()), items: words(itemWords()), facets: words(facetWords())}
	seen := map[string]bool{}
	for i, header := range p.grid.Columns {
		field := v.field(headerNoise.ReplaceAllString(strings.ToLower(p.cells.Text(header)), ""))
		if field == "number" && (seen["id"] || !p.holdsIDs(i)) {
			field = "" // most lists only count their lines
		} else if field == "number" {
			field = "id"
		}
		switch {
		case field == "my-number":
			p.problem(header, CodeMyNumber)
			field = ""
		case field != "" && seen[field]:
			p.problem(header, CodeColumnTwice)
			field = ""
		}
		if field == "" {
			if strings.TrimSpace(header) != "" {
				p.plan.Unknown = append(p.plan.Unknown, header)
			}
			continue
		}
		seen[field] = true
		p.plan.Columns = append(p.plan.Columns, Column{header, field, i})
	}
	for _, c := range p.plan.Columns {
		if kind, slot, facet, ok := itemSlot(c.Field); ok && facet != "title" && !seen["items."+kind+"."+strconv.Itoa(slot)+".title"] {
			p.problem(c.Header, CodeItemColumn)
		}
	}
	if !seen["id"] && !seen["name"] && !seen["family"] && !seen["email"] && !(seen["birth"] && (seen["kana"] || seen["familyKana"])) {
		p.problem("", CodeNoName)
	}
}

// holdsIDs reports whether a column of numbers names people of the register.
func (p *planner) holdsIDs(index int) bool {
	for _, row := range p.grid.Rows {
		if index < len(row.Cells) && p.byID[strings.TrimSpace(row.Cells[index])] != nil {
			return true
		}
	}
	return false
}

func (p *planner) problem(header, code string) {
	p.plan.Problems = append(p.plan.Problems, LineProblem{Column: header, Code: code})
}
