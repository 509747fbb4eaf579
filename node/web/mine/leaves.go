package mine

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

func sortedNames(object map[string]any) []string { return slices.Sorted(maps.Keys(object)) }

// timeOr says a number as the moment that it is, or as itself: members of the
// contract that hold a NumericDate have these names.
func timeOr(p *shell.Page, path string, n json.Number) string {
	moments := []string{
		"at", "created", "used", "ended", "read", "answered", "due", "until", "keptUntil", "exp", "iat", "nbf",
	}
	unix, err := n.Int64()
	if name := path[strings.LastIndex(path, ".")+1:]; err == nil && slices.Contains(moments, name) {
		return parts.TimeText(p.Lang, unix)
	}
	return n.String()
}
