package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// ListPeers is the operator's view of every neighbour: lag in both directions,
// what was refused or waits, and how old our trust is.
func (s *Server) ListPeers(c echo.Context) error {
	var state struct {
		cursors []store.Cursor
		acks    []store.Ack
		logs    []store.Log
		refused map[spec.NodeID]int64
		parked  map[spec.NodeID]int64
	}
	err := s.find(c, func(tx *store.Tx) error {
		state.refused, state.parked = make(map[spec.NodeID]int64), make(map[spec.NodeID]int64)
		var err error
		if state.cursors, err = tx.Cursors(); err != nil {
			return err
		}
		if state.acks, err = tx.Acks(); err != nil {
			return err
		}
		if state.logs, err = tx.Logs(); err != nil {
			return err
		}
		counts, err := tx.RefusedCounts()
		if err != nil {
			return err
		}
		for _, r := range counts {
			state.refused[r.Peer] += r.N
		}
		for _, m := range s.Trust.Book().Register().Members {
			if state.parked[m.Node], _, err = tx.ParkedStats(m.Node); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	out := wire.PeerList{Items: []wire.Peer{}}
	for _, m := range s.Trust.Book().Register().Members {
		if m.Node == s.Self {
			continue
		}
		p := wire.Peer{
			Node: string(m.Node), Name: text(m.Name), Logs: []wire.PeerLog{},
			Refused: state.refused[m.Node], Parked: state.parked[m.Node], Trust: s.trustOf(m.Node),
		}
		for _, k := range state.cursors {
			if k.Peer == m.Node {
				p.Logs = append(p.Logs, logIn(k))
			}
		}
		for _, l := range state.logs {
			if l.Reader == m.Node {
				p.Logs = append(p.Logs, logOut(l, state.acks))
			}
		}
		out.Items = append(out.Items, p)
	}
	return s.write(c, out)
}

func logIn(k store.Cursor) wire.PeerLog {
	size := int64(k.Next)
	if h := spec.AcceptedHead(k.Note); h != nil && h.Epoch == k.Epoch {
		size = int64(h.Size)
	}
	l := wire.PeerLog{Log: k.Log, Direction: "in", Next: int64(k.Next), Size: size, Lag: size - int64(k.Next)}
	if k.PulledAt != 0 {
		l.At = &k.PulledAt
	}
	if k.Error != "" {
		l.Error = &k.Error
	}
	return l
}

func logOut(own store.Log, acks []store.Ack) wire.PeerLog {
	l := wire.PeerLog{Log: own.Name, Direction: "out", Size: int64(own.Size), Lag: int64(own.Size)}
	for _, a := range acks {
		if a.Reader == own.Reader && a.Log == own.Name {
			l.Next, l.At = int64(a.N), &a.At
			l.Lag = max(0, l.Size-l.Next)
		}
	}
	return l
}

func (s *Server) trustOf(node spec.NodeID) wire.PeerTrust {
	age, known := s.Trust.KeysAge(node, s.Clock())
	if !known {
		return wire.PeerTrust{Status: "expired"}
	}
	seconds := int64(age.Seconds())
	t := wire.PeerTrust{KeysAge: &seconds, Status: "fresh"}
	holds, asked := s.Neighbours.States(node)
	switch {
	case asked && !holds:
		t.Status = "stale"
	case seconds > redAge:
		t.Status = "expired"
	case seconds > amberAge:
		t.Status = "stale"
	}
	return t
}

// PullNow reads neighbours' logs now instead of at their next turn, and asks
// for their keys and statements again.
func (s *Server) PullNow(c echo.Context) error {
	var in wire.PullAsk
	if len(bodyOf(c)) > 0 {
		if err := read(c, &in); err != nil {
			return err
		}
	}
	register := s.Trust.Book().Register()
	if len(in.Nodes) == 0 {
		for _, m := range register.Members {
			if m.Node != s.Self && register.Active(m.Node) {
				in.Nodes = append(in.Nodes, string(m.Node))
			}
		}
	}
	if in.Nodes == nil {
		in.Nodes = []string{}
	}
	for _, node := range in.Nodes {
		if !register.Active(spec.NodeID(node)) || node == string(s.Self) {
			return invalid("nodes", "the nodes are active members of the register")
		}
		s.Neighbours.Nudge(spec.NodeID(node))
		s.Neighbours.Confirm(spec.NodeID(node))
	}
	return c.JSON(http.StatusAccepted, wire.PullStarted(in))
}

// ListRefused answers why records were refused, newest first.
func (s *Server) ListRefused(c echo.Context, params wire.ListRefusedParams) error {
	_, limit, err := cursor(nil, params.Limit)
	if err != nil {
		return err
	}
	from, err := spot(params.After)
	if err != nil {
		return err
	}
	page := wire.RefusedPage{Items: []wire.RefusedRecord{}}
	err = s.find(c, func(tx *store.Tx) error {
		rows, err := tx.RefusedFrom("", from, limit+1)
		rows, page.Next = onePage(rows, from, limit, func(r store.Refused) int64 { return r.At })
		for _, r := range rows {
			kind := string(r.Kind)
			page.Items = append(page.Items, wire.RefusedRecord{
				ID: string(r.ID), Node: string(r.Peer), Log: spec.LogFor(s.Self), N: int64(r.N), Kind: &kind,
				Requirement: r.Requirement, Problem: r.Problem, At: r.At,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, page)
}

// ListParked answers what waits and for which requirement.
func (s *Server) ListParked(c echo.Context, params wire.ListParkedParams) error {
	_, limit, err := cursor(nil, params.Limit)
	if err != nil {
		return err
	}
	from, err := spot(params.After)
	if err != nil {
		return err
	}
	page := wire.ParkedPage{Items: []wire.ParkedRecord{}}
	err = s.find(c, func(tx *store.Tx) error {
		rows, err := tx.ParkedFrom("", from, limit+1)
		rows, page.Next = onePage(rows, from, limit, func(p store.Parked) int64 { return p.ParkedAt })
		for _, r := range rows {
			kind, until := string(r.Kind), r.Expires
			problem := spec.ProblemOf(r.Requirement)
			page.Items = append(page.Items, wire.ParkedRecord{
				ID: string(r.ID), Node: string(r.Peer), Log: spec.LogFor(s.Self), N: int64(r.N), Kind: &kind,
				Requirement: r.Requirement, Problem: problem, At: r.ParkedAt, Until: &until,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, page)
}

// proofRequirements says which requirement each kind of evidence is about.
var proofRequirements = map[string]string{
	"equivocation": "REQ-ENV-010", "log-rewound": "REQ-HEAD-005", "log-forked": "REQ-HEAD-006", "bad-root": "REQ-HEAD-008",
	"key-conflict": "REQ-KEY-011", "policy-forked": "REQ-POL-009",
}

// ListProofs answers the evidence that was kept against others.
func (s *Server) ListProofs(c echo.Context, params wire.ListProofsParams) error {
	_, limit, err := cursor(nil, params.Limit)
	if err != nil {
		return err
	}
	from, err := spot(params.After)
	if err != nil {
		return err
	}
	page := wire.ProofPage{Items: []wire.Proof{}}
	err = s.find(c, func(tx *store.Tx) error {
		rows, err := tx.ProofsFrom(from, limit+1)
		rows, page.Next = onePage(rows, from, limit, func(p store.Proof) int64 { return p.At })
		for _, r := range rows {
			p := wire.Proof{Node: string(r.Issuer), Problem: r.Kind, Requirement: proofRequirements[r.Kind], At: r.At}
			for _, text := range []string{r.A, r.B} {
				// Key histories are tokens too, but no records: they stand whole.
				if _, id := spec.Peek(text); id != "" && r.Kind != "key-conflict" {
					p.Ids = append(p.Ids, string(id))
				} else if text != "" {
					p.Notes = append(p.Notes, text)
				}
			}
			page.Items = append(page.Items, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, page)
}
