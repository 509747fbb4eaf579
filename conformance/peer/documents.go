package peer

import "github.com/fukusen/fukusen/spec"

// text is the same words in both languages' places of a sandbox document.
func text(ja, en string) spec.Text { return spec.Text{JA: ja, EN: en} }

type member struct {
	Node   spec.NodeID `json:"node"`
	Name   spec.Text   `json:"name"`
	Kind   string      `json:"kind"`
	Role   string      `json:"role"`
	Status string      `json:"status"`
	Root   string      `json:"root"`
	Ballot string      `json:"ballot,omitempty"`
}

// RegisterBody is a register's body (standard section 13.1).
type RegisterBody struct {
	Threshold int      `json:"threshold"`
	Members   []member `json:"members"`
}

// Charter is the sandbox's charter: it admits every kind by the auto-rule.
func Charter() map[string]any {
	return map[string]any{
		"rules": []any{map[string]any{
			"id": "sandbox", "title": text("試験専用", "For tests only"),
			"text": text("この連合は適合試験のためだけにあります。", "This federation exists for conformance tests alone."),
		}},
		"autoRule": map[string]any{
			"enabled": true, "kinds": []string{"municipality", "company", "university", "school", "club", "foundation"},
		},
	}
}

// Guideline is the sandbox's data guideline. evaluation is its purpose for
// credentials, matching the one for talent and availability. The deadlines are
// short, so that a run can see whether receipts come within them.
func Guideline() map[string]any {
	return map[string]any{
		"classes": []any{map[string]any{"id": "shared", "text": text("指定された一つの組織に渡すデータ", "Data given to one named organisation")}},
		"purposes": []any{
			map[string]any{"id": "matching", "kinds": []string{"talent", "availability", "proposal"}, "text": text("仕事を探すため", "To find work")},
			map[string]any{"id": "evaluation", "kinds": []string{"vc", "talent"}, "text": text("成果を記録するため", "To record what was achieved")},
			map[string]any{
				"id": "engagement", "kinds": []string{"hold", "risk", "delivery", "acceptance"},
				"text": text("約束した仕事を進めるため", "To carry out work that was agreed"),
			},
		},
		"retentionDays": 400, "disclosureLogDays": 1095, "withdrawalDeadline": 2, "erasureDeadline": 2, "k": 10,
	}
}

// Matrix is a conflict matrix with rows {partyA, partyB, relation, effect}.
func Matrix(rows ...map[string]any) map[string]any {
	list := make([]any, len(rows))
	for i, r := range rows {
		list[i] = r
	}
	return map[string]any{"rows": list}
}

// Safety is the sandbox's safety document.
func Safety() map[string]any {
	return map[string]any{
		"minRest": "PT11H", "utcOffset": "+09:00", "night": map[string]any{"from": "22:00", "until": "05:00"}, "minorAge": 18,
		"minorNight": "deny", "minorOvertime": "deny", "adultNight": "flag",
		"overtime": map[string]any{"monthHours": 100, "averageHours": 80, "months": 6}, "tripInsurance": true,
	}
}
