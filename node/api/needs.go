package api

// needs says in Japanese what exactly is required, by the English text that the
// code states. It holds every need of our own operations; those of the standard
// are named by their number. A need holds no value from a request.
var needs = map[string]string{
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
	"this node offers no such gig":                             "このノードは、その仕事を募集していません。",
	"this node made no such offer":                             "このノードは、その提案をしていません。",
	"the gig is closed":                                        "この募集は終了しています。",
	"every place of the gig is offered or held":                "この仕事の枠は、すべて提案中か確定済みです。辞退や期限切れで空くのをお待ちください。",
	"this person already has an offer of this gig":             "この方には、この仕事をすでに提案しています。",
	"no consented record names such a person":                  "同意に基づく記録に、その方は見あたりません。",
	"a time in the future is required":                         "未来の時刻を指定してください。",
	"as many units as the gig has are offered":                 "仕事に定めた数だけコマを指定してください。",
	"each unit lasts as long as the gig says":                  "各コマの長さは、仕事に定めた長さにしてください。",
	"each unit lies within the gig's window":                   "各コマは、仕事の期間の中に入れてください。",
	"the units lie in at most as many sittings as the gig has": "コマの分け方は、仕事に定めた回数までにしてください。",
	"this person was offered no such work":                     "この方への、そのような提案はありません。",
	"this person holds no such time":                           "この方は、その時間を確保していません。",
	"the offer is over":                                        "この提案は終わっています。",
	"the time is not free":                                     "その時間はもう空いていません。",
	"the gig cannot be read here":                              "仕事の内容がまだ届いていないか、取り下げられています。しばらくしてから、もう一度お試しください。",
	"the rules ask for an approval first":                      "決まりにより、先に承認が必要です。",

	// Calendars.
	"calendar file is too large":                  "カレンダーのファイルが大きすぎます。",
	"calendar file holds too many events":         "カレンダーの予定の数が多すぎます。",
	"calendar file is not text":                   "カレンダーのファイルがテキストではありません。",
	"file does not begin with BEGIN:VCALENDAR":    "ファイルが BEGIN:VCALENDAR で始まっていません。iCalendar ファイルを送ってください。",
	"calendar components are nested too deep":     "カレンダーの入れ子が深すぎます。",
	"calendar components are not closed in order": "カレンダーの BEGIN と END が対応していません。",
	"calendar file ends before END:VCALENDAR":     "カレンダーのファイルが途中で終わっています。もう一度書き出してください。",

	// The bearer token.
	"the bearer token is not valid at this node, or has ended; ask the desk for a new one": "このトークンはこのノードで使えないか、有効期限が切れています。窓口で新しいトークンを受け取ってください。",
}
