package focus

import (
	"context"
	"strconv"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

func (d pages) bands(p *shell.Page) error {
	b, err := d.Rhythm.Counted(p.Request().Context())
	if err != nil {
		return err
	}
	return p.Show("bands.title", bandsPage(b))
}

// bandRows are one kind's cells.
func bandRows(ctx context.Context, b rhythm.Bands, kind string) []parts.Row {
	said := make(map[string]string)
	for _, row := range b.Rows {
		if row.Kind == kind {
			said[row.Band] = strconv.FormatInt(row.N, 10)
			if row.N < 0 {
				said[row.Band] = parts.T(ctx, "bands.left-out")
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	bands := focus.SleepBands()
	if kind == focus.HeartKind {
		bands = focus.HeartBands()
	}
	var rows []parts.Row
	for _, band := range bands {
		rows = append(rows, parts.Cells(parts.Key("bands."+kind+"."+band), said[band]))
	}
	return append(rows, parts.Cells(parts.Key("bands.total"), said[""]))
}
