package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

// No operation of the contract reads about a person without a word for it.
func TestEveryReadingOfAPersonHasAWord(t *testing.T) {
	rules, err := readRules(spec.Contract())
	if err != nil {
		t.Fatal(err)
	}
	for operation, r := range rules {
		if reads := r.method == http.MethodGet && strings.Contains(r.path, "/:person"); reads != (opens[operation] != "") {
			t.Errorf("%s %s (%s): the word is %q", r.method, r.path, operation, opens[operation])
		}
	}
}
