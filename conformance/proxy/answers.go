package proxy

import (
	"net/http"
	"strconv"
	"strings"
)

// problemMutations bend how the target refuses.
func problemMutations() []Mutation {
	return []Mutation{
		{
			Name: "problem-type-renamed", About: "problem types have another name", Notice: []string{"REQ-ERR-001", "REQ-REQ-001"},
			Make: onProblem(func(_ *Answer, doc map[string]any) bool {
				doc["type"] = "about:blank"
				return true
			}),
		},
		{
			Name: "problem-requirement-gone", About: "problems name no requirement", Notice: []string{"REQ-ERR-002", "REQ-REQ-001"},
			Make: onProblem(func(_ *Answer, doc map[string]any) bool {
				_, had := doc["requirement"]
				delete(doc, "requirement")
				return had
			}),
		},
		{Name: "problem-html", About: "errors are pages of HTML", Notice: []string{"REQ-ERR-001"}, Make: always(func(a *Answer) bool {
			if a.Status < 400 {
				return false
			}
			a.Header.Set("Content-Type", "text/html")
			a.Body = []byte("<html><title>" + http.StatusText(a.Status) + "</title></html>")
			return true
		})},
		{
			Name: "problem-echo", About: "errors repeat what was asked", Notice: []string{"REQ-ERR-003"},
			Make: onProblem(func(a *Answer, doc map[string]any) bool {
				doc["detail"] = string(a.Sent)
				return len(a.Sent) > 0
			}),
		},
		{
			Name: "problem-english", About: "errors are in English whatever was asked for", Notice: []string{"REQ-ERR-004"},
			Make: onProblem(func(a *Answer, doc map[string]any) bool {
				doc["detail"] = "the request was refused"
				return strings.HasPrefix(a.Asked.Get("Accept-Language"), "ja")
			}),
		},
		{Name: "allow-gone", About: "a 405 has no Allow", Notice: []string{"REQ-ERR-005"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusMethodNotAllowed {
				return false
			}
			a.Header.Del("Allow")
			return true
		})},
		{
			Name: "skew-without-now", About: "clock-skew does not tell the time", Notice: []string{"REQ-REQ-004"},
			Make: onProblem(func(_ *Answer, doc map[string]any) bool {
				_, had := doc["now"]
				delete(doc, "now")
				return had
			}),
		},
		{Name: "unauthorised-200", About: "what was refused is answered 200", Notice: []string{"REQ-REQ-001", "REQ-FEED-007"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusUnauthorized && a.Status != http.StatusForbidden {
				return false
			}
			a.Status = http.StatusOK
			a.Header.Set("Content-Type", "application/json")
			a.Body = []byte(`{"items":[],"head":""}`)
			return true
		})},
		{Name: "bad-request-500", About: "what was asked wrongly is answered 500", Notice: []string{"REQ-FEED-008", "REQ-ERR-001"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusBadRequest {
				return false
			}
			a.Status = http.StatusInternalServerError
			return true
		})},
		{Name: "retry-after-gone", About: "a 429 does not say when to come again", Notice: []string{"REQ-FEED-016"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusTooManyRequests {
				return false
			}
			a.Header.Del("Retry-After")
			return true
		})},
	}
}

// answerMutations bend what the target gives.
func answerMutations() []Mutation {
	return []Mutation{
		{Name: "held-item-gone", About: "held answers leave the first item out", Notice: []string{"REQ-HELD-001"}, Make: on("/v1/held", func(a *Answer) bool {
			return rewriteJSON(a, func(p map[string]any) bool {
				list := items(p)
				if len(list) == 0 {
					return false
				}
				p["items"] = list[1:]
				return true
			})
		})},
		{Name: "held-changed", About: "held answers give records in another spelling", Notice: []string{"REQ-HELD-001"}, Make: on("/v1/held", func(a *Answer) bool {
			return rewriteJSON(a, eachItem(func(it map[string]any) bool {
				token, ok := it["record"].(string)
				it["record"] = spare(token + "A")
				return ok
			}))
		})},
		{Name: "policy-entry-changed", About: "the policy log's entries are changed", Notice: []string{"REQ-POL-017"}, Make: on("/v1/feed/policy", func(a *Answer) bool {
			return rewriteJSON(a, eachItem(func(it map[string]any) bool {
				text, ok := it["record"].(string)
				it["record"] = strings.Replace(text, "e", "f", 1)
				return ok
			}))
		})},
		{Name: "tile-changed", About: "a hash of a tile is changed", Notice: []string{"REQ-POL-022"}, Make: always(func(a *Answer) bool {
			if !strings.HasPrefix(a.Path, "/v1/policy/tile/") || a.Status != http.StatusOK || len(a.Body) == 0 {
				return false
			}
			a.Body[0] ^= 1
			return true
		})},
		{Name: "body-cut", About: "long answers end in the middle", Notice: []string{"REQ-HELD-001", "REQ-FEED-006"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusOK || len(a.Body) < 400 || strings.HasPrefix(a.Path, "/.well-known/") {
				return false
			}
			a.Body = a.Body[:len(a.Body)/2]
			return true
		})},
		{Name: "created-200", About: "what was made is answered 500", Notice: []string{"REQ-FEED-006", "REQ-WDR-002"}, Make: always(func(a *Answer) bool {
			if a.Status != http.StatusCreated {
				return false
			}
			a.Status = http.StatusInternalServerError
			a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)))
			return true
		})},
	}
}
