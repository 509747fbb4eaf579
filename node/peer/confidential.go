package peer

import (
	"net/http"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// fetchBodies asks for the confidential bodies that this node may read and
// does not have, first at whoever drafted the document, then at the council.
func (p *Peers) fetchBodies(b *policy.Book) {
	for _, d := range b.Documents() {
		sealed := d.Sealed()
		if sealed == nil || b.HasBody(sealed.Digest) || !b.MayRead(d, p.Self) {
			continue
		}
		sources := []spec.NodeID{d.Issuer}
		for _, m := range b.Register().Council() {
			if m.Node != d.Issuer {
				sources = append(sources, m.Node)
			}
		}
		for _, from := range sources {
			if from != p.Self && p.fetchBody(from, sealed.Digest) {
				break
			}
		}
	}
}

func (p *Peers) fetchBody(from spec.NodeID, digest spec.ID) bool {
	octets, err := p.Client.Do(p.ctx, from, Ask{
		Method: http.MethodGet, Path: "/v1/policy/confidential/" + string(digest), Limit: spec.MaxDocument, Signed: true,
	})
	if err == nil {
		err = p.Trust.AddConfidential(p.ctx, digest, octets, p.Clock())
	}
	if err != nil {
		p.Log.Debug("confidential body not fetched", "peer", from, "error", sentence(err))
		return false
	}
	return true
}
