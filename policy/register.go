package policy

import (
	"crypto/ed25519"
	"encoding/json"
	"slices"
	"sync/atomic"

	"github.com/fukusen/fukusen/spec"
)

// Roles and statuses of a member.
const (
	RoleCouncil = "council"
	RoleMember  = "member"

	StatusActive    = "active"
	StatusSuspended = "suspended"
	StatusLeft      = "left"
)

// Member is one node of the federation as the register lists it.
type Member struct {
	Node      spec.NodeID `json:"node"`
	Name      spec.Text   `json:"name"`
	Kind      string      `json:"kind"`   // one of spec.NodeKinds
	Role      string      `json:"role"`   // council or member
	Status    string      `json:"status"` // active, suspended or left
	Root      string      `json:"root"`   // x of the offline root key
	Ballot    string      `json:"ballot,omitempty"`
	Successor spec.NodeID `json:"successor,omitempty"` // the origin the node moved to
	Raft      string      `json:"raft,omitempty"`      // host:port, council only
}

// votes reports whether the member belongs to the council that counts.
func (m *Member) votes() bool { return m.Role == RoleCouncil && m.Status == StatusActive }

func (m *Member) ballotKey() (ed25519.PublicKey, bool) {
	key, err := spec.DecodeKey(m.Ballot)
	return key, err == nil
}

// Register is the list of members and the threshold of its council. Members
// that the register document lists come first, members admitted under the
// charter's auto-rule after them. Treat it as read-only.
type Register struct {
	Threshold int      `json:"threshold"`
	Members   []Member `json:"members"`

	listed  int                 // how many of Members the document lists
	indexed int                 // how many of Members stand in index
	index   map[spec.NodeID]int // never written once shared
	grown   *atomic.Bool        // the free room behind Members is taken
}

// unindexed bounds how many admissions are searched one by one before the
// index is made anew: admitting n members then costs n²/64 map writes, not n².
const unindexed = 64

// Council returns the active council members in the register's order.
func (r *Register) Council() []Member {
	var council []Member
	for i := range r.Members {
		if r.Members[i].votes() {
			council = append(council, r.Members[i])
		}
	}
	return council
}

// Majority is the smallest number of council members that is more than half.
func (r *Register) Majority() int { return len(r.Council())/2 + 1 }

// Find returns the member of that node id, or nil.
func (r *Register) Find(node spec.NodeID) *Member {
	if r == nil {
		return nil
	}
	if i, ok := r.index[node]; ok {
		return &r.Members[i]
	}
	for i := r.indexed; i < len(r.Members); i++ {
		if r.Members[i].Node == node {
			return &r.Members[i]
		}
	}
	return nil
}

// Active reports whether the node is a member whose status is active.
func (r *Register) Active(node spec.NodeID) bool {
	m := r.Find(node)
	return m != nil && m.Status == StatusActive
}

// with returns the register and one member more. The members are copied only
// where another branch of the log has already grown from the same register.
func (r *Register) with(m Member) *Register {
	members := r.Members
	if r.grown == nil || !r.grown.CompareAndSwap(false, true) {
		members = slices.Clone(members)
	}
	next := &Register{
		Threshold: r.Threshold, Members: append(members, m),
		listed: r.listed, indexed: r.indexed, index: r.index, grown: new(atomic.Bool),
	}
	if len(next.Members)-next.indexed > unindexed {
		next.reindex()
	}
	return next
}

func (r *Register) reindex() {
	r.index = make(map[spec.NodeID]int, len(r.Members))
	for i := range r.Members {
		r.index[r.Members[i].Node] = i
	}
	r.indexed = len(r.Members)
}

// seat makes the register of a new register document: what it lists, and
// those admitted since by the auto-rule whom it does not speak of. An admission
// that arrives while a register is being voted on is therefore never lost.
func (r *Register) seat(before *Register) *Register {
	next := &Register{
		Threshold: r.Threshold, Members: slices.Clone(r.Members),
		listed: len(r.Members), grown: new(atomic.Bool),
	}
	next.reindex()
	if before != nil {
		for _, m := range before.Members[before.listed:] {
			if next.Find(m.Node) == nil {
				next.Members = append(next.Members, m)
			}
		}
		next.reindex()
	}
	return next
}

// readRegister reads the body of a register and judges it by REQ-POL-014.
func readRegister(raw json.RawMessage, development bool) (*Register, error) {
	r := new(Register)
	if !decodeBody(raw, r) {
		return nil, spec.RefuseField("REQ-POL-014", "body", "a register is a threshold and members")
	}
	r.listed = len(r.Members)
	if err := r.check(development); err != nil {
		return nil, err
	}
	r.reindex()
	return r, nil
}

func (r *Register) check(development bool) error {
	nodes := make(map[spec.NodeID]bool, len(r.Members))
	ballots := make(map[string]bool)
	for i := range r.Members {
		m := &r.Members[i]
		if err := m.check(development); err != nil {
			return err
		}
		if nodes[m.Node] {
			return spec.RefuseField("REQ-POL-014", "node", "a node is listed twice; a register lists it once")
		}
		nodes[m.Node] = true
		if m.Ballot != "" && ballots[m.Ballot] {
			return spec.RefuseField("REQ-POL-014", "ballot", "a ballot key is listed twice; each member has its own")
		}
		ballots[m.Ballot] = true
	}
	switch council := len(r.Council()); {
	case council != 1 && council != 3 && council != 5 && council != 7:
		return spec.RefuseField("REQ-POL-014", "members", "a council has 1, 3, 5 or 7 active members")
	case r.Threshold < council/2+1:
		return spec.RefuseField("REQ-POL-014", "threshold", "the threshold is below a majority of the council")
	case r.Threshold > council:
		return spec.RefuseField("REQ-POL-014", "threshold", "the threshold is more than the council has members")
	}
	return nil
}

func (m *Member) check(development bool) error {
	bad := func(field, detail string) error { return spec.RefuseField("REQ-POL-014", field, detail) }
	if _, err := spec.ParseNodeID(string(m.Node), development); err != nil {
		return err
	}
	if m.Name.JA == "" || m.Name.EN == "" {
		return bad("name", "a member has a name in ja and in en")
	}
	if !slices.Contains(spec.NodeKinds, m.Kind) {
		return bad("kind", "kind is municipality, company, university, school, club or foundation")
	}
	if m.Role != RoleCouncil && m.Role != RoleMember {
		return bad("role", "role is council or member")
	}
	if m.Status != StatusActive && m.Status != StatusSuspended && m.Status != StatusLeft {
		return bad("status", "status is active, suspended or left")
	}
	if _, err := spec.DecodeKey(m.Root); err != nil {
		return bad("root", "root is the public root key, 32 octets in base64url")
	}
	if _, ok := m.ballotKey(); !ok && (m.Ballot != "" || m.Role == RoleCouncil) {
		return bad("ballot", "ballot is the public ballot key, 32 octets in base64url")
	}
	if m.Successor != "" {
		if _, err := spec.ParseNodeID(string(m.Successor), development); err != nil {
			return err
		}
	}
	return nil
}
