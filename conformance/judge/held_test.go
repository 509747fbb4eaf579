package judge

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// A list is read to its end whatever the size of the target's pages, and one
// that leads to itself is not read for ever.
func TestAListIsReadToItsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		pages map[string]string // by after
		want  []string
		asked int
	}{
		"one page":       {map[string]string{"": `{"items":["a","b"]}`}, []string{"a", "b"}, 1},
		"null next":      {map[string]string{"": `{"items":["a"],"next":null}`}, []string{"a"}, 1},
		"three pages":    {map[string]string{"": `{"items":["a"],"next":"1"}`, "1": `{"items":["b"],"next":"2"}`, "2": `{"items":["c"]}`}, []string{"a", "b", "c"}, 3},
		"its own next":   {map[string]string{"": `{"items":["a"],"next":"1"}`, "1": `{"items":["b"],"next":"1"}`}, []string{"a", "b"}, 2},
		"no list at all": {map[string]string{}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				asked++
				page, ok := c.pages[req.URL.Query().Get("after")]
				if !ok {
					w.WriteHeader(http.StatusNotFound)
				}
				fmt.Fprint(w, page)
			}))
			defer server.Close()
			w := &World{Target: spec.NodeID(server.URL), Journal: new(evidence.Journal), Client: server.Client(), Clock: time.Now}
			x := w.Pages(context.Background(), Ask{Path: "/list?limit=500"})
			for _, item := range c.want {
				if !strings.Contains(x.See("body"), `"`+item+`"`) {
					t.Errorf("%s is missing in %s", item, x.See("body"))
				}
			}
			if asked != c.asked {
				t.Errorf("asked %d times, not %d", asked, c.asked)
			}
		})
	}
}
