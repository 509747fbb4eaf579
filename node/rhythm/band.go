package rhythm

import (
	"context"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Bands is a month's count, as it was made at its beginning.
type Bands struct {
	Month  string
	Months []string // all that were counted, the newest first
	Rows   []vitals.Band
}

// Counted answers the newest count.
func (r *Rhythm) Counted(ctx context.Context) (b Bands, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if b.Months, err = vitals.In(tx).Months(); err != nil || len(b.Months) == 0 {
			return err
		}
		b.Month = b.Months[0]
		rows, err := vitals.In(tx).Bands(b.Month)
		b.Rows = slices.DeleteFunc(rows, func(row vitals.Band) bool { return row.Kind == counted })
		return err
	})
	return b, err
}

const countPage = 500

// Count counts, once a month, those who let themselves be counted before it
// began. Only cells over at least ten people are written; a month that was
// counted is not counted again, so that nobody who comes or goes shows. It is a
// job, and may be repeated.
func Count(tx *store.Tx, now time.Time) error {
	y, m, _ := now.In(zone()).Date()
	begins := time.Date(y, m, 1, 0, 0, 0, 0, zone())
	month := begins.Format("2006-01")
	v := vitals.In(tx)
	if rows, err := v.Bands(month); err != nil || len(rows) > 0 {
		return err
	}
	sleep, heart := make(map[string]int), make(map[string]int)
	for after := ""; ; {
		list, err := v.Counted(begins.Unix(), after, countPage)
		if err != nil {
			return err
		}
		for _, c := range list {
			after = c.Person
			t, err := told(tx, c, begins.Add(-lookback).Unix())
			if err != nil {
				return err
			}
			if band := focus.SleepBand(t.Nights, begins); band != "" {
				sleep[band]++
			}
			if state := focus.ReadHeart(t.Hearts, begins, zone()).State; state != focus.HeartUnknown {
				heart[string(state)]++
			}
		}
		if len(list) < countPage {
			break
		}
	}
	rows := append(cells(month, focus.SleepKind, focus.SleepBands(), sleep), cells(month, focus.HeartKind, focus.HeartBands(), heart)...)
	// A month of too few people was counted too.
	return v.PutBands(append(rows, vitals.Band{Month: month, Kind: counted, N: -1}))
}

// counted marks a month, whatever its cells.
const counted = "month"

func cells(month, kind string, bands []string, counts map[string]int) []vitals.Band {
	list := make([]focus.Cell, len(bands))
	for i, b := range bands {
		list[i] = focus.Cell{Band: b, N: counts[b]}
	}
	var rows []vitals.Band
	for _, c := range focus.Suppress(list) {
		rows = append(rows, vitals.Band{Month: month, Kind: kind, Band: c.Band, N: int64(c.N)})
	}
	return rows
}
