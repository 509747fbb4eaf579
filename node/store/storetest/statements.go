package storetest

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Statements hears what a store is asked while somebody's request is answered.
type Statements struct {
	mu    sync.Mutex
	heard []string
}

// Under is a context to open a node under, so that its requests are heard. What
// the node does by itself is not.
func (s *Statements) Under(ctx context.Context) context.Context {
	return engine.Told(ctx, func(ctx context.Context, query string) {
		if ctx.Value(http.ServerContextKey) == nil {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.heard = append(s.heard, query)
	})
}

// During runs do and answers the statements that were heard meanwhile, in order.
func (s *Statements) During(do func()) []string {
	s.mu.Lock()
	s.heard = nil
	s.mu.Unlock()
	do()
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}
