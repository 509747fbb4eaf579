package storetest

import (
	"slices"
	"strings"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Contents are all rows of all tables of a store on SQLite, each row as one
// text, sorted, by the name of the table: what a test compares to say that
// nothing has changed.
func Contents(tx interface{ Rows() engine.Rows }) (map[string][]string, error) {
	tables, err := engine.List(tx.Rows(), engine.Only[string],
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	all := make(map[string][]string, len(tables))
	for _, table := range tables {
		columns, err := engine.List(tx.Rows(), engine.Only[string], `SELECT name FROM pragma_table_info($1) ORDER BY cid`, table)
		if err != nil {
			return nil, err
		}
		for i, c := range columns {
			columns[i] = `'` + c + `=' || quote("` + c + `")`
		}
		rows, err := engine.List(tx.Rows(), engine.Only[string], `SELECT `+strings.Join(columns, ` || ' ' || `)+` FROM "`+table+`"`)
		if err != nil {
			return nil, err
		}
		slices.Sort(rows)
		all[table] = rows
	}
	return all, nil
}

// Changed names the rows that only one of two contents has, with + or - and
// their table, but for tables that change by themselves.
func Changed(before, after map[string][]string, but ...string) []string {
	var list []string
	for table := range after {
		if slices.Contains(but, table) {
			continue
		}
		for _, row := range before[table] {
			if _, found := slices.BinarySearch(after[table], row); !found {
				list = append(list, "- "+table+" "+row)
			}
		}
		for _, row := range after[table] {
			if _, found := slices.BinarySearch(before[table], row); !found {
				list = append(list, "+ "+table+" "+row)
			}
		}
	}
	slices.Sort(list)
	return list
}

// Overwrite puts a text into columns of every row of a table, past every rule,
// as no part of the product would.
func Overwrite(tx interface{ Rows() engine.Rows }, table, text string, columns ...string) error {
	for _, c := range columns {
		if err := tx.Rows().Run(`UPDATE "`+table+`" SET "`+c+`" = $1`, text); err != nil {
			return err
		}
	}
	return nil
}
