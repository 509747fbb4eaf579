package api

import (
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// nudgeMeter hears one nudge a second from each node.
type nudgeMeter struct {
	mu   sync.Mutex
	last map[spec.NodeID]time.Time
}

func (m *nudgeMeter) allow(node spec.NodeID, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		m.last = make(map[spec.NodeID]time.Time)
	}
	if was, ok := m.last[node]; ok && now.Sub(was) < time.Second && !now.Before(was) {
		return false
	}
	m.last[node] = now
	return true
}
