package peer

import (
	"encoding/json"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// RegisterNow is the register as the policy log leaves it, with the members
// that were admitted since its last document.
func (s *Sandbox) RegisterNow() RegisterBody {
	var now RegisterBody
	listed := 0
	for _, entry := range s.PolicyEntries() {
		read, err := spec.ReadEntry(entry)
		if err != nil {
			continue
		}
		if a := read.Admission; a != nil {
			now.Members = append(now.Members, member{
				Node: a.Node, Name: a.Name, Kind: a.Kind, Role: "member", Status: "active", Root: a.Root,
			})
			continue
		}
		next, ok := registerOf(read.Document)
		if !ok {
			continue
		}
		admitted := now.Members[listed:]
		now, listed = next, len(next.Members)
		for _, m := range admitted {
			if !slices.ContainsFunc(now.Members, func(n member) bool { return n.Node == m.Node }) {
				now.Members = append(now.Members, m)
			}
		}
	}
	return now
}

// registerOf is the register that a document carries.
func registerOf(d *spec.SealedDocument) (RegisterBody, bool) {
	var body struct {
		RegisterBody
		Register RegisterBody `json:"register"`
	}
	if d.Series != "register" && d.Series != "genesis" || json.Unmarshal(d.Body, &body) != nil {
		return RegisterBody{}, false
	}
	if d.Series == "genesis" {
		return body.Register, true
	}
	return body.RegisterBody, true
}

// Retire lets every member leave that was admitted since the genesis, but those
// to be kept. A node that is restored asks every member what it holds, and
// peers of an earlier run, or ones that lie, would never answer.
func (s *Sandbox) Retire(keep ...*Peer) error {
	register := s.RegisterNow()
	stays := []spec.NodeID{s.Council.ID, s.Reader.ID, s.Target}
	for _, p := range keep {
		stays = append(stays, p.ID)
	}
	changed := false
	for i, m := range register.Members {
		if m.Status == "active" && !slices.Contains(stays, m.Node) {
			register.Members[i].Status, changed = "left", true
		}
	}
	if !changed {
		return nil
	}
	return s.Adopt("register", register, text("試験用の名簿", "Register of the sandbox"))
}
