package gate_test

import (
	"context"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// vectorSubject is the subject of every sound credential among the vectors.
const vectorSubject = spec.Subject("urn:uuid:f29842a9-bd5e-4e54-ba1c-71b598269c52")

// TestTheGateGivesEveryRecordVectorItsVerdict: what the standard says of every
// record among its vectors is what a gate does with it, and a refusal names
// the requirement and the problem type.
func TestTheGateGivesEveryRecordVectorItsVerdict(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	shared := make(map[string]*hearing)
	judged, invalid := 0, 0
	for _, v := range all {
		if v.About != "record" {
			continue
		}
		judged++
		if v.Requirement != "" {
			invalid++
		}
		t.Run(v.File+"/"+v.Name, func(t *testing.T) {
			// A vector that speaks of what was there before has a gate of its own.
			h := shared[v.File]
			if h == nil || v.Judge != vectors.Octets {
				h = hear(t, &v)
			}
			h.judge(t, &v)
		})
		if v.Judge == vectors.Octets && shared[v.File] == nil {
			shared[v.File] = hear(t, &v)
		}
	}
	t.Logf("%d vectors, %d of them invalid", judged, invalid)
	if invalid < 400 {
		t.Errorf("only %d invalid vectors were judged", invalid)
	}
}

// hearing is a gate of the vectors' audience.
type hearing struct {
	n    *neighbours
	g    *gate.Gate
	next int // the n of the next item, so that every note of a refusal has its own
}

func hear(t *testing.T, v *vectors.Vector) *hearing {
	t.Helper()
	members := []spec.NodeID{company, city, university, club}
	if v.Context != nil && v.Context.Members != nil {
		members = v.Context.Members
	}
	n := meet(t, v.Clock(), members...)
	if v.Context != nil && v.Context.Conflicts != nil {
		var rows []policy.ConflictRow
		for _, c := range v.Context.Conflicts {
			rows = append(rows, policy.ConflictRow{
				PartyA: c["partyA"], PartyB: c["partyB"], Relation: c["relation"], Effect: policy.Effect(c["effect"]),
				ValidFrom: founded, ReasonCode: "fictional",
			})
		}
		n.adopt(policy.TypeConflictMatrix, policy.ConflictMatrix{Rows: rows})
	}
	for n.book.Size() < 7 { // the log that the vectors were made under
		n.list("matching", "engagement")
	}
	h := &hearing{n: n, g: n.gateAt(v.Audience)}
	h.remember(t, v)
	return h
}

// remember puts into the store what the vector says was there before.
func (h *hearing) remember(t *testing.T, v *vectors.Vector) {
	t.Helper()
	given := []vectors.Given{{To: city, Subject: vectorSubject}}
	if v.Context != nil && v.Context.Given != nil {
		given = v.Context.Given
	}
	h.n.write(h.g, func(tx *store.Tx) error {
		p := store.Person{ID: "rower", FamilyName: "Fiction", GivenName: "Rower", CreatedAt: founded, Demo: true}
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		for _, e := range given {
			err := tx.PutEngagement(store.Engagement{
				Subject: e.Subject, Person: p.ID, Evaluator: e.To, Consent: spec.RandomUUID(), Purpose: "matching",
				Until: v.Now + 3600, CreatedAt: founded,
			})
			if err != nil {
				return err
			}
		}
		if v.Context != nil && len(v.Context.Erased) > 0 {
			return tx.PutErased(v.Context.Erased, founded)
		}
		return nil
	})
	if v.Context == nil {
		return
	}
	for _, k := range append(slices.Clone(v.Context.BeforeKeys), v.Keys) {
		h.learn(t, k)
	}
	for _, token := range v.Context.Before {
		out := h.n.deliver(h.g, issuerOf(token), token)
		if out[0].Verdict != gate.Admitted {
			t.Fatalf("what was there before is %s: %v", out[0].Verdict, out[0].Refusal)
		}
	}
}

func (h *hearing) learn(t *testing.T, k *vectors.Keys) {
	t.Helper()
	if k == nil {
		return
	}
	history, err := k.History()
	if err != nil {
		t.Fatal(err)
	}
	h.n.keys[k.Node] = history
}

func (h *hearing) judge(t *testing.T, v *vectors.Vector) {
	t.Helper()
	delete(h.n.keys, v.Issuer)
	h.learn(t, v.Keys)
	it := itemOf(h.next, v.Input.Token)
	h.next++
	if v.Input.ID != "" {
		it.ID = v.Input.ID
	}
	if v.Input.Kind != "" {
		it.Kind = v.Input.Kind
	}
	out, err := h.g.Admit(context.Background(), gate.Delivery{
		From: v.Issuer, Log: spec.LogFor(h.g.Self), Items: []spec.Item{it}, Vouched: v.Input.Vouched,
	})
	if err != nil {
		t.Fatalf("the gate decided nothing: %v", err)
	}
	got := out[0]
	if v.Input.Token == "" { // in a feed, an entry that gives no body any more
		if got.Verdict != gate.Skipped {
			t.Errorf("%s: %s, want it skipped", v.What, got.Verdict)
		}
		return
	}
	switch v.Requirement {
	case "REQ-ENV-010": // admitted as evidence, used by nobody
		h.unknown(t, v, got)
		return
	case "REQ-ERA-002": // an order that reaches nothing
		if state := h.n.state(h.g, erasedBy(t, v)); state != store.StateLive {
			t.Errorf("%s: the record of another issuer is %s", v.What, state)
		}
		h.refusedInside(t, v)
		return
	}
	h.compare(t, v, got)
}

func (h *hearing) compare(t *testing.T, v *vectors.Vector, got gate.Outcome) {
	t.Helper()
	want := map[string][]gate.Verdict{
		vectors.Admit:  {gate.Admitted, gate.Duplicate},
		vectors.Refuse: {gate.Refused}, vectors.Park: {gate.Parked}, vectors.Skip: {gate.Skipped},
	}[v.Verdict]
	if !slices.Contains(want, got.Verdict) {
		t.Fatalf("%s: %s (%v), want %s by %s", v.What, got.Verdict, got.Refusal, v.Verdict, v.Requirement)
	}
	if v.Requirement == "" || got.Refusal == nil {
		return
	}
	if r := got.Refusal.Requirement; r != v.Requirement && !slices.Contains(v.Also, r) {
		t.Errorf("%s: by %s, want %s", v.What, r, v.Requirement)
	} else if r == v.Requirement && got.Refusal.Problem != v.Problem {
		t.Errorf("%s: problem %s, want %s", v.What, got.Refusal.Problem, v.Problem)
	}
	h.noted(t, v, got)
}

// noted: an operator finds each refusal with its requirement, and what is
// parked keeps its octets.
func (h *hearing) noted(t *testing.T, v *vectors.Vector, got gate.Outcome) {
	t.Helper()
	h.n.read(h.g, func(tx *store.Tx) error {
		if got.Verdict == gate.Parked {
			list, err := tx.ParkedFor(v.Issuer, "", 100)
			if !slices.ContainsFunc(list, func(p store.Parked) bool { return p.Token == v.Input.Token }) {
				t.Errorf("%s: the octets are not parked", v.What)
			}
			return err
		}
		list, err := tx.RefusedList(v.Issuer, 1000)
		if !slices.ContainsFunc(list, func(r store.Refused) bool {
			return r.N == got.N && r.ID == got.ID && r.Requirement == got.Refusal.Requirement && r.Problem == got.Refusal.Problem
		}) {
			t.Errorf("%s: the refusal is not noted", v.What)
		}
		return err
	})
}

func (h *hearing) unknown(t *testing.T, v *vectors.Vector, got gate.Outcome) {
	t.Helper()
	if ids := h.n.current(h.g, got.Kind); len(ids) != 0 {
		t.Errorf("%s: %d versions are still used", v.What, len(ids))
	}
	proofs := h.n.proofs(h.g, "equivocation")
	if len(proofs) != 1 || proofs[0].A != v.Context.Before[0] || proofs[0].B != v.Input.Token {
		t.Errorf("%s: the two records are not kept as evidence", v.What)
	}
}

// erasedBy is the record that a vector's order is about.
func erasedBy(t *testing.T, v *vectors.Vector) spec.ID {
	t.Helper()
	_, id := spec.Peek(v.Context.Before[0])
	return id
}

// refusedInside: an admitted order whose id is not its issuer's is noted for
// the operator under that id.
func (h *hearing) refusedInside(t *testing.T, v *vectors.Vector) {
	t.Helper()
	h.n.read(h.g, func(tx *store.Tx) error {
		list, err := tx.RefusedList(v.Issuer, 1000)
		if !slices.ContainsFunc(list, func(r store.Refused) bool {
			return r.ID == erasedBy(t, v) && r.Requirement == v.Requirement && r.Problem == v.Problem
		}) {
			t.Errorf("%s: the refusal is not noted", v.What)
		}
		return err
	})
}
