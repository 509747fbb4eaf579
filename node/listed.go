package node

import (
	"context"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/api"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// ErrUnlisted means that the policy log, as far as this node has read it, does
// not list the node under its root key: nobody can prove what it signs.
var ErrUnlisted = fmt.Errorf("%w: the register that this node has read does not list it yet", api.ErrUnavailable)

// proveKeys holds the node's own key history against the register in force
// here. A node that has just joined holds the genesis alone, which does not
// list it; it reads the policy log and is ready when that does.
func (n *Node) proveKeys(ctx context.Context) error {
	_, err := n.trust.Learn(ctx, n.self, n.files.history(), n.opt.Clock())
	n.mu.Lock()
	defer n.mu.Unlock()
	switch before := n.unlisted; {
	case err == nil:
		n.unlisted = nil
		if before != nil {
			n.log.Info("the register lists this node")
		}
	case unlisted(err) && spec.HistoryIssuer(n.files.history()) == n.self:
		n.unlisted = ErrUnlisted
		if before == nil {
			n.log.Info("the register read so far does not list this node under its root key; reading on")
		}
	default:
		return fmt.Errorf("this node's own keys: %w", err)
	}
	return nil
}

// becomeListed looks again when the policy log has grown.
func (n *Node) becomeListed() {
	n.mu.Lock()
	waits := n.unlisted != nil
	n.mu.Unlock()
	if !waits || n.ctx.Err() != nil {
		return
	}
	if err := n.proveKeys(n.ctx); err != nil && n.ctx.Err() == nil {
		n.log.Error("own keys not accepted", "error", err)
	}
}

func unlisted(err error) bool {
	if errors.Is(err, trust.ErrNoRoot) {
		return true
	}
	r := spec.AsRefusal(err)
	return r != nil && r.Requirement == "REQ-KEY-002"
}

// noteStanding logs once when the register no longer calls this node active,
// and once when it does again. Nothing that it signs meanwhile is taken.
func (n *Node) noteStanding() {
	m := n.trust.Book().Register().Find(n.self)
	if m == nil {
		return
	}
	n.mu.Lock()
	before := n.standing
	n.standing = m.Status
	n.mu.Unlock()
	switch {
	case m.Status == before:
	case m.Status != policy.StatusActive:
		n.log.Warn("the register does not list this node as active; others take nothing that it signs", "status", m.Status)
	case before != "":
		n.log.Info("the register lists this node as active again")
	}
}
