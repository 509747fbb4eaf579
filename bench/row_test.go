package main

import (
	"strings"
	"testing"
)

// A row is met only when value and limit were both seen and the ratio is on
// the right side of the target.
func TestARowIsMetOnlyBesideItsLimit(t *testing.T) {
	for _, c := range []struct {
		name         string
		value, limit float64
		target       float64
		sense        sense
		want         string
	}{
		{"fast enough", 50, 100, 0.45, most, met},
		{"exactly enough", 45, 100, 0.45, most, met},
		{"too slow", 44, 100, 0.45, most, short},
		{"small enough", 4, 1, 6, least, met},
		{"too large", 7, 1, 6, least, short},
		{"no rival", 50, 0, 0.45, most, unmeasured},
		{"no rival, less is better", 50, 0, 6, least, unmeasured},
		{"no value", 0, 100, 6, least, unmeasured},
	} {
		r := plan{c.name, "records/s", c.target, c.sense}.row(measured{c.name, c.value, c.limit})
		if got := r.verdict(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A program can read the line: eight fields, each a name and a value.
func TestALineHasItsEightFields(t *testing.T) {
	r := plan{"ingest", "records/s", 0.45, most}.row(measured{"ingest", 21534.2, 48000})
	want := "row=ingest value=21534 unit=records/s limit=48000 ratio=0.4486 target=0.4500 sense=max verdict=short"
	if got := r.String(); got != want {
		t.Errorf("line = %q\nwant   %q", got, want)
	}
	if fields := strings.Fields(want); len(fields) != 8 {
		t.Errorf("%d fields", len(fields))
	}
}

// Every study can be asked for by its own name and by that of each row, and
// what there is not is refused.
func TestRowsAreChosenByName(t *testing.T) {
	all := studies()
	seen := map[string]bool{}
	for _, s := range all {
		for _, p := range s.rows {
			if seen[p.name] {
				t.Errorf("two rows are called %s", p.name)
			}
			seen[p.name] = true
			chosen, err := choose(all, []string{p.name})
			if err != nil || len(chosen) != 1 || chosen[0].name != s.name {
				t.Errorf("%s: %d studies, %v", p.name, len(chosen), err)
			}
		}
	}
	if _, err := choose(all, []string{"ingest", "nothing"}); err == nil {
		t.Error("a row that does not exist was accepted")
	}
}
