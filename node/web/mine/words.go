package mine

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/node/web/parts"
)

// kindsOf names kinds of records for their person.
func kindsOf(ctx context.Context, kinds []string) string {
	said := make([]string, len(kinds))
	for i, k := range kinds {
		said[i] = parts.T(ctx, "record."+k)
	}
	return strings.Join(said, parts.T(ctx, "mine.and"))
}
