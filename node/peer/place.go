package peer

import (
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// place is where we stand in one log of a neighbour.
type place struct {
	cursor store.Cursor
	tree   *spec.Tree
	head   *spec.Head // the newest accepted head, or nil
}

// restart begins a new epoch of the log.
func (p *place) restart(epoch int64) {
	p.cursor.Epoch, p.cursor.Next, p.cursor.Frontier = epoch, 0, nil
	p.tree, p.head = &spec.Tree{}, nil
}

// lie is a refusal that leaves evidence: two things the neighbour signed.
type lie struct {
	refusal *spec.Refusal
	kind    string
	a, b    string
	halt    bool // read no further until an operator has looked
}

func (l *lie) Error() string { return l.refusal.Error() }

func (l *lie) Unwrap() error { return l.refusal }

// judgeHead holds a new head against what was accepted before
// (REQ-HEAD-005, 006, 007).
func (p *place) judgeHead(h *spec.Head) error {
	if h.Epoch < p.cursor.Epoch {
		return &lie{
			refusal: spec.RefuseField("REQ-HEAD-007", "epoch", "the head is of an earlier epoch than one already accepted"),
			kind:    "log-rewound", a: p.cursor.Note, b: h.Note(),
		}
	}
	if p.head == nil || h.Epoch != p.head.Epoch {
		return nil
	}
	if h.Size < p.head.Size {
		return &lie{
			refusal: spec.RefuseField("REQ-HEAD-005", "size", "the log is shorter than it was"),
			kind:    "log-rewound", a: p.head.Note(), b: h.Note(),
		}
	}
	if h.Size == p.head.Size && h.Root != p.head.Root {
		return &lie{
			refusal: spec.RefuseField("REQ-HEAD-006", "root", "two heads of one size have different roots"),
			kind:    "log-forked", a: p.head.Note(), b: h.Note(), halt: true,
		}
	}
	return nil
}

// grow extends the reader's tree by a page and compares roots at the head.
func (p *place) grow(page *spec.Page, h *spec.Head) (*spec.Tree, error) {
	tree, err := page.Extend(p.tree, h)
	if err != nil {
		return nil, &lie{refusal: spec.AsRefusal(err), kind: "bad-root", a: p.cursor.Note, b: h.Note()}
	}
	return tree, nil
}

// firstOfEpoch demands the last known head as the first item of a later epoch
// (REQ-EPOCH-003).
func firstOfEpoch(page *spec.Page) error {
	if len(page.Items) == 0 {
		return nil
	}
	it := page.Items[0]
	if it.N != 0 {
		return nil
	}
	if it.Kind != spec.KindHead || it.Record == "" || spec.Digest([]byte(it.Record)) != it.ID {
		return spec.RefuseField("REQ-EPOCH-003", "items", "a new epoch begins with the last known head of the one before")
	}
	return nil
}

// reached notes that all is read that a neighbour had said to us under a head.
func (p *Peers) reached(node spec.NodeID, log string, head *spec.Head) {
	if log == spec.PublicLog {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ends[node] = max(p.ends[node], head.At)
}

// ReadUntil is a time of a neighbour's own clock until which all that it said to
// us is read, in Unix seconds; 0 where nothing was read to its end since the start.
func (p *Peers) ReadUntil(node spec.NodeID) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ends[node]
}
