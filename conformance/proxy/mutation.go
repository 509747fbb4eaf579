package proxy

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Mutation is one harmful change of a target's answers.
type Mutation struct {
	Name   string
	About  string   // in plain English, what is done to the answer
	Notice []string // requirements whose checks should notice, the likeliest first
	Needs  string   // a role that the target has to claim, or empty
	Make   func() Change
}

// always is a mutation without a memory.
func always(c Change) func() Change { return func() Change { return c } }

// on changes successful answers of one path.
func on(path string, change func(*Answer) bool) func() Change {
	return always(func(a *Answer) bool { return a.Path == path && a.Status == http.StatusOK && change(a) })
}

// onFeed changes pages of readers' logs that carry something.
func onFeed(change func(page map[string]any) bool) func() Change {
	return always(func(a *Answer) bool { return feedOf(a) && rewriteJSON(a, change) })
}

func feedOf(a *Answer) bool {
	return a.Method == http.MethodGet && a.Status == http.StatusOK && strings.HasPrefix(a.Path, "/v1/feed/to-") && !strings.Contains(a.Path[len("/v1/feed/"):], "/")
}

// onProblem changes problem documents.
func onProblem(change func(a *Answer, doc map[string]any) bool) func() Change {
	return always(func(a *Answer) bool {
		if a.Status < 400 || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
			return false
		}
		return rewriteJSON(a, func(doc map[string]any) bool { return change(a, doc) })
	})
}

// rewriteJSON decodes a body, changes it and encodes it again.
func rewriteJSON(a *Answer, change func(map[string]any) bool) bool {
	decoder := json.NewDecoder(strings.NewReader(string(a.Body)))
	decoder.UseNumber()
	var doc map[string]any
	if decoder.Decode(&doc) != nil || !change(doc) {
		return false
	}
	octets, err := json.Marshal(doc)
	if err != nil {
		return false
	}
	a.Body = octets
	return true
}

func items(page map[string]any) []any {
	list, _ := page["items"].([]any)
	return list
}

// eachItem changes the items of a page.
func eachItem(change func(it map[string]any) bool) func(map[string]any) bool {
	return func(page map[string]any) bool {
		done := false
		for _, v := range items(page) {
			if it, ok := v.(map[string]any); ok && change(it) {
				done = true
			}
		}
		return done
	}
}

// flip changes the last character of a text to another of its alphabet.
func flip(text string) string {
	if text == "" {
		return text
	}
	last := byte('A')
	if text[len(text)-1] == 'A' {
		last = 'B'
	}
	return text[:len(text)-1] + string(last)
}

// inMiddle changes a character of a token's part by its number.
func inMiddle(token string, part int) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(parts[part]) < 12 {
		return token
	}
	at := len(parts[part]) / 2
	with := byte('A')
	if parts[part][at] == 'A' {
		with = 'B'
	}
	parts[part] = parts[part][:at] + string(with) + parts[part][at+1:]
	return strings.Join(parts, ".")
}

// spare sets an unused bit of the last base64url character: other octets that a
// careless reader takes for the same signature.
func spare(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	at := strings.IndexByte(alphabet, token[len(token)-1])
	if at < 0 {
		return token
	}
	return token[:len(token)-1] + string(alphabet[at|1])
}

// Find returns a mutation by its name.
func Find(name string) (Mutation, bool) {
	list := Mutations()
	i := slices.IndexFunc(list, func(m Mutation) bool { return m.Name == name })
	if i < 0 {
		return Mutation{}, false
	}
	return list[i], true
}

// Mutations lists all of them.
func Mutations() []Mutation {
	return slices.Concat(identityMutations(), feedMutations(), problemMutations(), answerMutations())
}
