package peer

import (
	"context"
	"net/http"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// FetchKeys asks a neighbour for its key history and keeps it if it proves
// itself under the root key that the register pins.
func (p *Peers) FetchKeys(ctx context.Context, node spec.NodeID) (*spec.KeyHistory, error) {
	octets, err := p.Client.Do(ctx, node, Ask{Method: http.MethodGet, Path: "/.well-known/fukusen/keys", Limit: spec.MaxToken})
	if err != nil {
		return nil, err
	}
	return p.Trust.Learn(ctx, node, strings.TrimSpace(string(octets)), p.Clock())
}

// FetchStatement asks a neighbour who it says it is.
func (p *Peers) FetchStatement(ctx context.Context, node spec.NodeID) (*spec.Statement, error) {
	keys := p.Trust.History(node)
	if keys == nil {
		var err error
		if keys, err = p.FetchKeys(ctx, node); err != nil {
			return nil, err
		}
	}
	octets, err := p.Client.Do(ctx, node, Ask{Method: http.MethodGet, Path: "/.well-known/fukusen", Limit: spec.MaxToken})
	if err != nil {
		return nil, err
	}
	return spec.OpenStatement(strings.TrimSpace(string(octets)), node, keys, p.Clock())
}
