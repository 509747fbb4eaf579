package vitals

import "github.com/fukusen/fukusen/node/store/engine"

// Band is one cell of a month's count.
type Band struct {
	Month string // 2026-04
	Kind  string // sleep or heart
	Band  string // "" is all of them
	N     int64  // -1: left out, so that nobody can be told from it
}

func (b *Band) fields() []any { return []any{&b.Month, &b.Kind, &b.Band, &b.N} }

const (
	insertBand = `
INSERT INTO vital_band (month, kind, band, n)
VALUES ($1, $2, $3, $4)
ON CONFLICT (month, kind, band) DO NOTHING`

	selectBands = `
SELECT month, kind, band, n
FROM vital_band
WHERE month = $1
ORDER BY kind, band`

	selectMonths = `
SELECT DISTINCT month
FROM vital_band
ORDER BY month DESC`
)

// PutBands writes a month's count once: a second one would tell who came or
// went since.
func (v Vitals) PutBands(list []Band) error {
	for _, b := range list {
		if err := v.rows.Run(insertBand, b.Month, b.Kind, b.Band, b.N); err != nil {
			return err
		}
	}
	return nil
}

// Bands answers a month's count.
func (v Vitals) Bands(month string) ([]Band, error) {
	return engine.List(v.rows, (*Band).fields, selectBands, month)
}

// Months answers the months that were counted, the newest first.
func (v Vitals) Months() ([]string, error) {
	return engine.List(v.rows, engine.Only[string], selectMonths)
}
