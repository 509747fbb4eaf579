package node

import "context"

// Clean runs the job that forgets, without its clock.
func (n *Node) Clean(ctx context.Context) error {
	return n.clean(ctx, n.work.Add("clean in a test", 0, n.opt.Clock()))
}
