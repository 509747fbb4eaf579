package shell_test

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/web/shell"
)

// A route that somebody forgot to think about is not mounted, and so the node
// does not start.
func TestARouteWithoutARuleIsNotMounted(t *testing.T) {
	public := access.Rule{Public: true}
	for name, r := range map[string]shell.Route{
		"no rule":            {Method: http.MethodGet, Path: "/x"},
		"sensitive for none": {Method: http.MethodPost, Path: "/x", Rule: access.Rule{Sensitive: true}},
		"anywhere for none":  {Method: http.MethodGet, Path: "/x", Rule: access.Rule{Anywhere: true}},
		"an operation alone": {Method: http.MethodGet, Path: "/x", Rule: access.Rule{Operation: "getPerson"}},
		"deletes":            {Method: http.MethodDelete, Path: "/x", Rule: public},
		"puts":               {Method: http.MethodPut, Path: "/x", Rule: public},
	} {
		s, e := shell.New(shell.Config{}), echo.New()
		if s.Mount(e, r) == nil {
			t.Errorf("%s: it was mounted", name)
		}
		if len(e.Routes()) != 0 || len(s.Routes()) != 0 || s.Knows(r.Method, r.Path) {
			t.Errorf("%s: the router has it all the same", name)
		}
	}
	s, e := shell.New(shell.Config{}), echo.New()
	good := shell.Route{Method: http.MethodGet, Path: "/x", Rule: public}
	if err := s.Mount(e, good, shell.Route{Method: http.MethodGet, Path: "/y"}); err == nil {
		t.Error("one without a rule among others was mounted")
	}
	if !s.Knows(http.MethodGet, "/x") || s.Knows(http.MethodPost, "/x") || s.Knows(http.MethodGet, "/y") {
		t.Error("the shell does not know what it mounted")
	}
}
