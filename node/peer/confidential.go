package peer

import (
	"net/http"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// keepBodies fetches what is missing whenever the policy has moved, and tries
// again until it is there: the drafter may put an entry in force a moment after
// this node does, and gives the body to nobody before.
func (p *Peers) keepBodies() {
	pause := p.Least
	for p.ctx.Err() == nil {
		if p.fetchBodies(p.Trust.Book()) {
			pause = p.Least
			select {
			case <-p.bodies:
			case <-p.ctx.Done():
			}
			continue
		}
		rest(p.ctx, pause, p.bodies)
		pause = min(2*pause, p.Most)
	}
}

// wakeBodies has keepBodies look again now.
func (p *Peers) wakeBodies() {
	select {
	case p.bodies <- struct{}{}:
	default:
	}
}

// fetchBodies asks for the confidential bodies that this node may read and
// does not have, first at whoever drafted the document, then at the council.
// It reports whether all are here.
func (p *Peers) fetchBodies(b *policy.Book) bool {
	all := true
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
		found := false
		for _, from := range sources {
			if found = from != p.Self && p.fetchBody(from, sealed.Digest); found {
				break
			}
		}
		all = all && found
	}
	return all
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
