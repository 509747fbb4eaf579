package proxy

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Harmless is one way in which an honest target may differ from another, by
// the standard: no check may complain of it.
type Harmless struct {
	Name   string
	About  string
	Change Change
	Opt    Options
}

// HarmlessAnswers lists the differences that can be made from outside.
func HarmlessAnswers() []Harmless {
	return []Harmless{
		{Name: "key-order", About: "JSON members in another order", Change: reencode(reversed)},
		{Name: "indented", About: "JSON with line ends and spaces", Change: reencode(func(v any) ([]byte, error) { return json.MarshalIndent(v, "", "\t") })},
		{Name: "escaped", About: "JSON texts with every letter outside ASCII as an escape", Change: reencode(escaped)},
		{Name: "unknown-members", About: "JSON answers with members that the contract does not name", Change: func(a *Answer) bool {
			return isObject(a) && !strings.HasPrefix(a.Path, "/v1/feed/") && rewriteJSON(a, func(doc map[string]any) bool {
				doc["x-extra"] = map[string]any{"note": "harmless"}
				return true
			})
		}},
		{Name: "charset", About: "content types with a parameter", Change: func(a *Answer) bool {
			t := a.Header.Get("Content-Type")
			if !strings.HasPrefix(t, "application/json") && !strings.HasPrefix(t, "application/problem+json") || strings.Contains(t, ";") {
				return false
			}
			a.Header.Set("Content-Type", t+"; charset=utf-8")
			return true
		}},
		{Name: "other-words", About: "problems with other titles and details", Change: func(a *Answer) bool {
			return a.Status >= 400 && isObject(a) && rewriteJSON(a, func(doc map[string]any) bool {
				doc["title"] = "Refused"
				if detail, _ := doc["detail"].(string); strings.ContainsFunc(detail, func(c rune) bool { return c > 0x3000 }) {
					doc["detail"] = "受け付けられません。"
				} else {
					doc["detail"] = "This cannot be taken."
				}
				return true
			})
		}},
		{Name: "more-headers", About: "answers with further headers", Change: func(a *Answer) bool {
			a.Header.Set("Server", "elsewhere/7")
			a.Header.Set("X-Request-Id", "0")
			a.Header.Set("Cache-Control", "no-store")
			return true
		}},
		{Name: "closing", About: "every connection is closed after its answer", Opt: Options{Write: func(w http.ResponseWriter, a *Answer) {
			w.Header().Set("Connection", "close")
			whole(w, a)
		}}},
		{Name: "chunked", About: "answers in small chunks without a length", Opt: Options{Write: inPieces(7, 0)}},
		{Name: "slow", About: "every answer begins late and drips", Opt: Options{Write: func(w http.ResponseWriter, a *Answer) {
			pause(120 * time.Millisecond)
			inPieces(4096, 5*time.Millisecond)(w, a)
		}}},
	}
}

func isObject(a *Answer) bool { return len(a.Body) > 0 && a.Body[0] == '{' }

// reencode writes JSON objects in another form.
func reencode(write func(any) ([]byte, error)) Change {
	return func(a *Answer) bool {
		if !isObject(a) {
			return false
		}
		decoder := json.NewDecoder(strings.NewReader(string(a.Body)))
		decoder.UseNumber()
		var v any
		if decoder.Decode(&v) != nil {
			return false
		}
		octets, err := write(v)
		if err != nil {
			return false
		}
		a.Body = octets
		return true
	}
}

func escaped(v any) ([]byte, error) {
	octets, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for _, r := range string(octets) {
		if r < 0x80 || r > 0xFFFF {
			out.WriteRune(r)
			continue
		}
		out.WriteString(`\u` + strconv.FormatInt(int64(r)|0x10000, 16)[1:])
	}
	return []byte(out.String()), nil
}

func whole(w http.ResponseWriter, a *Answer) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}

// inPieces writes an answer bit by bit.
func inPieces(size int, rest time.Duration) func(http.ResponseWriter, *Answer) {
	return func(w http.ResponseWriter, a *Answer) {
		for name, values := range a.Header {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(a.Status)
		flush := http.NewResponseController(w)
		// A long answer is not cut more often than a few hundred times.
		step := max(size, len(a.Body)/200)
		for body := a.Body; len(body) > 0; {
			n := min(step, len(body))
			_, _ = w.Write(body[:n])
			_ = flush.Flush()
			body = body[n:]
			pause(rest)
		}
	}
}

func pause(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}
