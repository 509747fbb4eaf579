package desk

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
)

func required(v parts.FieldView) parts.FieldView {
	v.Required = true
	return v
}

func hinted(v parts.FieldView, key string) parts.FieldView {
	v.HintKey = key
	return v
}

// said is a value of a field, as people read it.
func said(ctx context.Context, desk *enrol.Desk, field, value string) string {
	switch {
	case value == "":
		return parts.T(ctx, "desk.nothing")
	case field == "skills":
		skills := strings.Split(value, ", ")
		for i, s := range skills {
			if at := strings.LastIndex(s, ":"); at > 0 {
				skills[i] = parts.T(ctx, "desk.skill.level", desk.SkillName(s[:at]), s[at+1:])
			}
		}
		return strings.Join(skills, " / ")
	case field == "remote" && value == "true":
		return parts.T(ctx, "parts.yes")
	case field == "remote":
		return parts.T(ctx, "parts.no")
	}
	return value
}

// itemWords are what stands of an item.
func itemWords(i talent.Item) []string {
	var words []string
	for _, w := range []string{i.Title, i.Organisation, i.Role, i.Level, i.From, i.Until} {
		if w != "" {
			words = append(words, w)
		}
	}
	return words
}

// shown lists what somebody shows inside their organisation.
func (v personView) shown(ctx context.Context) []parts.Pair {
	var list []parts.Pair
	for _, c := range talent.Differences(talent.Entry{}, v.Shown) {
		if !strings.HasPrefix(c.Field, "items.") {
			list = append(list, parts.Pair{Term: fieldName(ctx, c.Field), Said: parts.Plain(said(ctx, v.desk, c.Field, c.New))})
		}
	}
	return list
}
