package proxy

import (
	"net/http"
	"sync"
)

// Memoriser remembers what a target answered in one run and gives that again in
// the next, whoever asks and whatever has happened since. It may know every
// question of the suite; a seed makes sure that the answers are other ones.
type Memoriser struct {
	mu     sync.Mutex
	known  map[string][]Answer
	given  map[string]int
	asleep bool
}

// NewMemoriser is one that remembers nothing yet.
func NewMemoriser() *Memoriser {
	return &Memoriser{known: make(map[string][]Answer), given: make(map[string]int)}
}

// Answer is the change for a proxy: it learns until Recite, and recites then. A
// question that it never heard gets a 404.
func (m *Memoriser) Answer(a *Answer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := a.Method + " " + a.Path + "?" + a.Query.Encode()
	if !m.asleep {
		m.known[key] = append(m.known[key], Answer{Status: a.Status, Header: a.Header.Clone(), Body: append([]byte(nil), a.Body...)})
		return false
	}
	list := m.known[key]
	at := min(m.given[key], len(list)-1)
	m.given[key]++
	if at < 0 {
		a.Status, a.Body = http.StatusNotFound, nil
		return true
	}
	a.Status, a.Body = list[at].Status, list[at].Body
	for name, values := range list[at].Header {
		a.Header[name] = values
	}
	return true
}

// Recite ends the learning.
func (m *Memoriser) Recite() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asleep = true
}
