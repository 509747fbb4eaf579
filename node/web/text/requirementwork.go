package text

import "github.com/fukusen/fukusen/spec"

// workRequirementTexts say what the requirements on work ask for.
var workRequirementTexts = map[string]spec.Text{
	"requirement.gig-001": {JA: "仕事の募集には、期限、題名、成果、コマ数、期間、スキル、報酬、人数が要り、人を名指ししません。", EN: "A gig has an end, title, outcome, units, window, skills, pay and places, and names no person."},
	"requirement.gig-002": {JA: "成果には、何が変わるか、測り方、単位、数値の目標、期日が要ります。", EN: "An outcome has a statement, a measure, a unit, a number as its target, and a due time."},
	"requirement.gig-003": {JA: "コマは1～200個、長さは15分～1日で、分ける回数はコマ数までです。", EN: "Units are 1 to 200, last 15 minutes to a day, and lie in at most as many sittings."},
	"requirement.gig-004": {JA: "期間には、すべてのコマが入る長さが要り、400日までです。", EN: "The window has room for all units and at most 400 days."},
	"requirement.gig-005": {JA: "スキルは20個まで、重複なく、レベルは1～5です。", EN: "At most 20 skills, each once, with a level from 1 to 5."},
	"requirement.gig-006": {JA: "場所（正しい市区町村コード）か、オンライン可のどちらかが要ります。", EN: "A gig has a place with a right municipal code, or is remote."},
	"requirement.gig-007": {JA: "報酬には、0以上の金額、通貨、支払いの単位、契約の形が要ります。", EN: "Pay has an amount of 0 or more, a currency, what it is per, and its basis."},
	"requirement.gig-008": {JA: "募集の人数は1～1000人です。", EN: "A gig has 1 to 1000 places."},
	"requirement.gig-009": {JA: "遠征には保険が要り、年齢の下限は0～99歳です。", EN: "A trip has an insurance, and a least age is 0 to 99."},
	"requirement.gig-010": {JA: "題名は1～200文字です。", EN: "A title has 1 to 200 characters."},
	"requirement.prp-001": {JA: "提案には、仕事の記録、コマ、回答期限が要ります。", EN: "A proposal names its gig, its units and until when it stands."},
	"requirement.prp-002": {JA: "提案のコマは1～200個で、番号順に並び、重なりません。", EN: "A proposal has 1 to 200 units, numbered in order, none over another."},
	"requirement.prp-003": {JA: "回答期限は、提案から14日以内で、最初のコマが始まる前です。", EN: "An offer ends within 14 days and before its first unit starts."},
	"requirement.prp-004": {JA: "提案に、標準にない項目は入れられません。", EN: "A proposal has no members but those of the standard."},
	"requirement.hld-001": {JA: "時間の確保の記録には、提案、状態、コマ、時間帯の名前が要ります。", EN: "A hold names its proposal, status, units and time zone."},
	"requirement.hld-002": {JA: "状態は、仮、確定、取り消しのいずれかです。", EN: "A hold is tentative, confirmed or cancelled."},
	"requirement.hld-003": {JA: "確保したコマは1～200個で、番号順に並び、重なりません。移動の時間は、始まりより後に終わります。", EN: "A hold has 1 to 200 units in order, none over another, and travel ends after it starts."},
	"requirement.hld-004": {JA: "仮の確保だけに、解放の時刻があります。", EN: "A tentative hold, and no other, has a time of release."},
	"requirement.hld-005": {JA: "氏名と評価用の識別子は、確定した記録だけにあります。", EN: "Only a confirmed hold says who, and under which name credentials may come."},
	"requirement.hld-006": {JA: "時間の確保の記録に、標準にない項目は入れられません。", EN: "A hold has no members but those of the standard."},
	"requirement.rsk-001": {JA: "赤信号には、対象の約束、重さ、内容、頼みたいこと、期限が要ります。", EN: "A red names its hold, severity, what is wrong, what would help, and by when."},
	"requirement.rsk-002": {JA: "赤信号の重さは低・中・高のいずれかで、文は1000文字までです。", EN: "A red is low, medium or high, and its texts have at most 1000 characters."},
	"requirement.rsk-003": {JA: "赤信号に、標準にない項目は入れられません。", EN: "A red has no members but those of the standard."},
	"requirement.dlv-001": {JA: "納品の記録には、対象の約束、コマ、時間数、成果が要ります。", EN: "A delivery names its hold, units, hours and outcome."},
	"requirement.dlv-002": {JA: "納品のコマは小さい順に並び、時間数と成果は数値です。", EN: "A delivery lists units in rising order, and its hours and value are numbers."},
	"requirement.dlv-003": {JA: "納品の記録に、標準にない項目は入れられません。", EN: "A delivery has no members but those of the standard."},
	"requirement.acc-001": {JA: "検収の記録は納品を指し、「受け入れ」か「異議」のどちらかです。", EN: "An acceptance names its delivery, and accepts or disputes it."},
	"requirement.acc-002": {JA: "異議には、1000文字までの理由が要ります。", EN: "A dispute has a reason, of at most 1000 characters."},
	"requirement.acc-003": {JA: "検収の記録に、標準にない項目は入れられません。", EN: "An acceptance has no members but those of the standard."},
	"requirement.cal-001": {JA: "カレンダーには、期限、名称、種類、予定の一覧が要り、人を名指ししません。", EN: "A calendar has an end, a name, a type and entries, and names no person."},
	"requirement.cal-002": {JA: "カレンダーの予定は500件までで、それぞれに識別子、名称、開始、長さが要ります。", EN: "A calendar lists at most 500 entries, each with an id, a name, a start and a duration."},
}
