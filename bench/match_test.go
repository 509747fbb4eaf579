package main

import (
	"strings"
	"testing"
)

// Without the given data nothing is compared, so nothing is met.
func TestMatchingWithoutItsDataIsUnmeasured(t *testing.T) {
	var rows, progress strings.Builder
	if status := run(&rows, &progress, []string{"match"}, t.TempDir(), true, ""); status != 1 {
		t.Errorf("the exit status is %d", status)
	}
	plans := matchStudy().rows
	if n := strings.Count(rows.String(), "verdict=unmeasured\n"); n != len(plans) {
		t.Errorf("%d rows are unmeasured:\n%s", n, rows.String())
	}
	if n := strings.Count(progress.String(), "the given data and queries are not there"); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, progress.String())
	}
}

// A plain bench leaves out what has a target of its own.
func TestMatchingRunsWhenItIsAskedFor(t *testing.T) {
	all, err := choose(studies(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.name == "match" {
			t.Error("nobody asked for it")
		}
	}
}
