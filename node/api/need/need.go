// Package need says in Japanese what exactly an operation of the contract
// requires, by the English text that the code states. It holds every need of our
// own operations; those of the standard are named by their number. It refuses a
// value from a request: a need says what would be right, not what was wrong.
package need

import (
	"maps"
	"slices"
)

// In answers a need in Japanese, and whether the text is one.
func In(english string) (string, bool) {
	text, known := needs[english]
	return text, known
}

// All are the English texts of all needs.
func All() []string { return slices.Sorted(maps.Keys(needs)) }

var needs = map[string]string{
	// Work that was agreed.
	"this side raised no such red":                  "この側から出した、その約束についてのレッドはありません。",
	"too many reds of one engagement are open":      "開いたままのレッドが多すぎます。解決したものを取り下げてください。",
	"the work was delivered":                        "すでに納品されていて、返事待ちか検収済みです。",
	"nothing was delivered yet":                     "まだ納品がありません。",
	"another delivery is the newest; read it first": "より新しい納品があります。先にその内容を確かめてください。",
	"each unit is one of those that are held":       "確保したコマの番号を指定してください。",
	"a unit is delivered when its time is over":     "コマの時間が終わってから納品してください。",
	"at most 10000 hours are delivered":             "時間は10000以下にしてください。",

	// The body as a whole.
	"the body is missing; send JSON (application/json)":                 "本文がありません。JSON（application/json）を送ってください。",
	"the body is missing; send an iCalendar file (text/calendar)":       "本文がありません。iCalendar ファイル（text/calendar）を送ってください。",
	"the member has the wrong JSON type":                                "この項目の JSON の型が違います。",
	"the body has a member that the contract does not define":           "契約にない項目が本文にあります。",
	"send the body as it is":                                            "本文は圧縮せずに送ってください。",
	"the body is longer than this operation takes":                      "本文がこの操作の上限を超えています。",
	"after is the next of an earlier answer":                            "after には、前の応答の next を指定してください。",
	"after is a whole number from 0":                                    "after には、0以上の整数を指定してください。",
	"limit is a whole number from 1 to 500":                             "limit には、1から500までの整数を指定してください。",
	"the contract defines no such path":                                 "このパスは契約（openapi.yaml）にありません。",
	"an entry begins within the next 365 days":                          "予定の開始は、いまから365日以内にしてください。",
	"send an Authorization header":                                      "Authorization ヘッダーを付けてください。",
	"one Authorization header is sent":                                  "Authorization ヘッダーは一つだけ送ってください。",
	"the scheme is one that this operation names":                       "この操作が受け付ける認証の方式を使ってください。",
	"this proof was used before":                                        "証明は一度しか使えません。",
	"a reader's log is read with a signed request":                      "受信者宛てのログは、署名付きのリクエストで読んでください。",
	"a reader's log is served to that reader alone":                     "受信者宛てのログは、その受信者だけが読めます。",
	"a log is public, policy, or to- and a digest":                      "ログの名前は public、policy、または to- とダイジェストです。",
	"one nudge a second is heard":                                       "知らせは1秒に1回まで受け付けます。",
	"this node does not claim the council role":                         "このノードに評議会の席はありません。評議会のノードにお送りください。",
	"a confidential body is given to the council and its readers":       "非公開の本文は、評議会と閲覧を認められた組織だけが読めます。",
	"the confidential body has the digest that the document shows":      "非公開の本文が、文書に示されたダイジェストと一致しません。",
	"the drafter is a council member of the register in force":          "起案できるのは、適用中の参加名簿にある評議会の組織です。",
	"the ballot is about this draft":                                    "この起案に対する票を送ってください。",
	"a ballot is cast by an active council member":                      "票を投じられるのは、評議会で活動中の組織です。",
	"1 to 200 octets are required":                                      "1バイト以上、200バイト以下で入力してください。",
	"the end of the span is after its beginning, at most 56 days later": "終わり（to）は始まり（from）より後、56日以内にしてください。",
	"the end is a time in the future":                                   "終わりには未来の時刻を指定してください。",
	"the purpose of an engagement is evaluation":                        "目的は evaluation を指定してください。",
	"an achievement has the members of Open Badges 3.0":                 "達成内容は Open Badges 3.0 の項目で書いてください。",
	"next is a whole number from 0":                                     "next には、0以上の整数を指定してください。",
	"the nodes are active members of the register":                      "参加名簿で活動中の組織を指定してください。",

	// Focus.
	"let this node keep your vitals first (PUT /v1/people/{person}/vitals)":          "先に、データの保存を始めてください（PUT /v1/people/{person}/vitals）。",
	"the guard is adult or school":                                                   "guard には adult または school を指定してください。",
	"the time is free and leaves the rest that the rules ask for":                    "予定と重ならず、規則が求める休息を残す時間を指定してください。",
	"the slot begins within the coming seven days":                                   "枠の始まりは、これから7日以内にしてください。",
	"a slot begins on a full or half hour, from 6:00 to 20:30 of the region's clock": "枠の始まりは、地域の時刻で6時から20時30分までの、毎時0分か30分にしてください。",
	"Open mHealth JSON or CSV without a wrong line; field names the first":           "Open mHealth の JSON または CSV を、誤りのない形で送ってください。最初の誤りは field に示します。",
	"the answer is accept, refuse or give-back":                                      "answer には accept、refuse、give-back のいずれかを指定してください。",

	// Consent.
	"a minor's guardian has to agree first":                 "未成年の方の同意には、先に保護者の同意の登録が必要です。",
	"no active consent covers this":                         "これを認める有効な同意がありません。先に本人の同意を記録してください。",
	"the node id of another organisation is required":       "相手となる別の組織のノード識別子を指定してください。",
	"the register lists no such active member":              "その組織は参加名簿で活動中ではありません。",
	"at least one kind of record is required":               "共有する記録の種類を一つ以上選んでください。",
	"talent, availability and vc can be shared":             "共有できる種類は talent、availability、vc です。",
	"at least one purpose is required":                      "目的を一つ以上選んでください。",
	"no data guideline is in force yet":                     "適用中のデータ指針がまだありません。",
	"the data guideline in force does not list one of them": "適用中のデータ指針にない目的が含まれています。",
	"an end in the future is required":                      "終わりには未来の時刻を指定してください。",
	"an end within three years is required":                 "終わりは3年以内にしてください。",
	"ja or en is required":                                  "ja か en を指定してください。",

	// Work.
	"this node offers no such gig":                                        "このノードは、その仕事を募集していません。",
	"this node made no such offer":                                        "このノードは、その提案をしていません。",
	"the gig is closed":                                                   "この募集は終了しています。",
	"every place of the gig is offered or held":                           "この仕事の枠は、すべて提案中か確定済みです。辞退や期限切れで空くのをお待ちください。",
	"this person already has an offer of this gig":                        "この方には、この仕事をすでに提案しています。",
	"no consented record names such a person":                             "同意に基づく記録に、その方は見あたりません。",
	"a time in the future is required":                                    "未来の時刻を指定してください。",
	"as many units as the gig has are offered":                            "仕事に定めた数だけコマを指定してください。",
	"each unit lasts as long as the gig says":                             "各コマの長さは、仕事に定めた長さにしてください。",
	"each unit lies within the gig's window":                              "各コマは、仕事の期間の中に入れてください。",
	"the units lie in at most as many sittings as the gig has":            "コマの分け方は、仕事に定めた回数までにしてください。",
	"this person was offered no such work":                                "この方への、そのような提案はありません。",
	"this person holds no such time":                                      "この方は、その時間を確保していません。",
	"a time in the future, and no later than the offer ends, is required": "未来の、提案の回答期限までの時刻を指定してください。",
	"the time until which it is held is required":                         "いつまで押さえるか（until）を指定してください。",
	"the offer is over":                                                   "この提案は終わっています。",
	"the time is not free":                                                "その時間はもう空いていません。",
	"the gig cannot be read here":                                         "仕事の内容がまだ届いていないか、取り下げられています。しばらくしてから、もう一度お試しください。",
	"the rules ask for an approval first":                                 "決まりにより、先に承認が必要です。",

	// When a person offers their time.
	"an IANA zone such as Asia/Tokyo is required":                         "Asia/Tokyo のような IANA のタイムゾーン名を指定してください。",
	"a UTC time such as 2026-04-01T00:00:00Z is required":                 "2026-04-01T00:00:00Z のような UTC の時刻を指定してください。",
	"a UTC time such as 2026-10-01T00:00:00Z is required":                 "2026-10-01T00:00:00Z のような UTC の時刻を指定してください。",
	"the end comes after utcStart":                                        "utcEnd は utcStart より後にしてください。",
	"0, or 9 to 1, of which 1 is the highest, is required":                "0（最も低い）か、9から1（1が最も高い）を指定してください。",
	"confirmed, tentative, unavailable are possible":                      "confirmed、tentative、unavailable のどれかを指定してください。",
	"at most 200 slots":                                                   "一つのパターンの枠は200件までです。",
	"at most 20000 slots in one answer":                                   "一度に扱える枠は20000件までです。繰り返しを減らしてください。",
	"at most 50 patterns":                                                 "パターンは50件までです。使わないものを消してください。",
	"a local date and time such as 2026-04-06T18:00:00 is required":       "2026-04-06T18:00:00 のような現地の日時を指定してください。",
	"an ISO 8601 duration from PT1M to P1D, such as PT1H30M, is required": "PT1H30M のような、PT1M から P1D までの長さを指定してください。",
	"at most 400 dates":                                                   "除く日は400件までです。",
	"local dates such as 2026-05-04 are required":                         "2026-05-04 のような日付を指定してください。",
	"remote or onsite, or nothing for either":                             "remote か onsite を指定するか、省いてください。",
	"the first start is one that recurrenceRule names":                    "最初の開始は、繰り返しの規則に当てはまる日時にしてください。",
	"daily, weekly or monthly is required":                                "daily、weekly、monthly のどれかを指定してください。",
	"1 to 99, or nothing for 1":                                           "1から99までの整数を指定するか、省いてください（1になります）。",
	"1 to 1000, or nothing":                                               "1から1000までの整数を指定するか、省いてください。",
	"until or count, not both":                                            "until と count は、どちらか一方だけにしてください。",
	"at most 35 days":                                                     "曜日は35件までです。",
	"at most 62 days":                                                     "日は62件までです。",
	"only with daily or monthly":                                          "daily か monthly のときだけ指定できます。",
	"mo, tu, we, th, fr, sa or su":                                        "mo、tu、we、th、fr、sa、su のどれかを指定してください。",
	"days are mo, tu, we, th, fr, sa and su":                              "曜日は mo、tu、we、th、fr、sa、su で指定してください。",
	"nthOfPeriod is 1 to 5 or -5 to -1, and only with monthly":            "nthOfPeriod は1から5か-5から-1で、monthly のときだけ指定できます。",
	"1 to 31, or -31 to -1 from the end of the month":                     "1から31、または月末から数えて-31から-1を指定してください。",
	"a local date and time such as 2026-09-30T23:59:59 is required":       "2026-09-30T23:59:59 のような現地の日時を指定してください。",
	"a JSON object is required":                                           "JSON のオブジェクトを送ってください。",
	"a list of slots is required; it may be empty":                        "枠の一覧（available）が必要です。空でもかまいません。",
	"one object is required, not a list":                                  "一覧ではなく、一つのオブジェクトにしてください。",
	"another JSON type is required":                                       "この項目の JSON の型が違います。",
	"no such member; possible are the ones of the contract":               "契約にない項目です。",
	"0 to 240 minutes":                                                    "0から240までの分で指定してください。",
	"only where availability is among the kinds":                          "空き時間（availability）を共有する同意でだけ指定できます。",
	"an ISO 8601 duration of whole minutes from PT5M to P1D is required":  "PT5M から P1D までの、分単位の長さを指定してください。",
	"an ISO 8601 duration from PT1H to P7D is required":                   "PT1H から P7D までの長さを指定してください。",

	// Calendars.
	"calendar file is too large":                  "カレンダーのファイルが大きすぎます。",
	"calendar file holds too many events":         "カレンダーの予定の数が多すぎます。",
	"calendar file is not text":                   "カレンダーのファイルがテキストではありません。",
	"file does not begin with BEGIN:VCALENDAR":    "ファイルが BEGIN:VCALENDAR で始まっていません。iCalendar ファイルを送ってください。",
	"calendar components are nested too deep":     "カレンダーの入れ子が深すぎます。",
	"calendar components are not closed in order": "カレンダーの BEGIN と END が対応していません。",
	"calendar file ends before END:VCALENDAR":     "カレンダーのファイルが途中で終わっています。もう一度書き出してください。",

	"1 to 64 letters, digits, hyphens, dots and underscores are required": "半角の英数字、ハイフン、ピリオド、下線で、1文字以上64文字以下にしてください。",
	"1 to 80 characters on one line are required":                         "1文字以上80文字以下の1行で入力してください。",
	"ics or caldav is required":                                           "ics か caldav を指定してください。",
	"an https address without a name or password in it is required":       "https で始まるアドレスを指定してください。アドレスの中に名前やパスワードは書けません。",
	"at most 256 printable octets are required":                           "印刷できる文字で、256バイト以下にしてください。",
	"a user name without a colon is required":                             "ユーザー名にコロンは使えません。",
	"a password needs a user name":                                        "パスワードを使うときは、ユーザー名も指定してください。",
	"the person has no such calendar":                                     "その名前のカレンダーはありません。",
	"another calendar has this name":                                      "その名前は別のカレンダーが使っています。別の名前にしてください。",
	"twenty calendars are connected already":                              "つなげるカレンダーは20個までです。使っていないものを外してください。",
	"the calendar was read less than a minute ago":                        "1分以内に読み取ったばかりです。少し待ってから、もう一度お試しください。",

	// The bearer token.
	"the bearer token is not valid at this node, or has ended; ask the desk for a new one": "このトークンはこのノードで使えないか、有効期限が切れています。窓口で新しいトークンを受け取ってください。",
}
