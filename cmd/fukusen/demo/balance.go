package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// balance closes the day: what went from whom to whom, the policy heads, the
// proofs (none), and the addresses to open.
func (s *story) balance(ctx context.Context) error {
	if err := s.arrived(ctx); err != nil {
		return err
	}
	s.out.phase("balance", "集計", "every log read to its end, every count equal at giver and reader")
	if err := s.flows(ctx); err != nil {
		return err
	}
	if err := s.heads(ctx); err != nil {
		return err
	}
	if err := s.secrets(ctx); err != nil {
		return err
	}
	s.out.line("")
	s.out.line("open  開くところ")
	for _, x := range s.seats {
		s.out.line("  %-34s %s", string(x.id)+"/", x.title.EN)
	}
	s.out.line("  %-34s what is in force", string(s.seats[0].id)+"/v1/policy")
	s.out.line("  %-34s whether the node is well", string(s.seats[0].id)+"/v1/health")
	return nil
}

// flows prints the log of every direction, from both ends.
func (s *story) flows(ctx context.Context) error {
	s.out.line("")
	s.out.line("records  記録の流れ")
	s.out.line("  %-12s %-12s %8s %8s %8s %8s %8s %8s", "from", "to", "sealed", "pulled", "usable", "refused", "parked", "lag")
	for _, from := range append(s.seats, nil) {
		for _, to := range s.seats {
			if from == to || from == nil && to.name != "city" {
				continue
			}
			if err := s.flow(ctx, from, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// flow prints one line; a nil giver is the vendor, which has no desk to ask.
func (s *story) flow(ctx context.Context, from, to *seat) error {
	id, name := s.vendor.self, vendorName
	reader, err := to.desk.peers(ctx)
	if err != nil {
		return err
	}
	if from != nil {
		id, name = from.id, from.name
	}
	p := reader[id]
	in := logOf(p, "in")
	sealed := int64(s.vendor.size(to.id))
	if from != nil {
		giver, err := from.desk.peers(ctx)
		if err != nil {
			return err
		}
		sealed = logOf(giver[to.id], "out").Size
	}
	usable := 0
	for _, n := range s.live[flow{id, to.id}] {
		usable += n
	}
	s.out.line("  %-12s %-12s %8d %8d %8d %8d %8d %8d", name, to.name, sealed, in.Next, usable, p.Refused, p.Parked, in.Lag)
	wantRefused := int64(0)
	if from == nil {
		wantRefused = 1
	}
	if sealed != in.Next || in.Lag != 0 || p.Refused != wantRefused || p.Parked != 0 || p.Trust.Status != "fresh" {
		return fmt.Errorf("%s and %s do not agree: %d entries sealed, %d pulled, %d refused, %d parked, trust %s",
			name, to.name, sealed, in.Next, p.Refused, p.Parked, p.Trust.Status)
	}
	return nil
}

// size is how many entries the vendor has for one reader.
func (v *vendor) size(reader spec.NodeID) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.logs[spec.LogFor(reader)])
}

// heads prints the policy log at every node and holds the roots together.
func (s *story) heads(ctx context.Context) error {
	s.out.line("")
	s.out.line("policy  方針")
	s.out.line("  %-12s %8s  %-14s %s", "node", "entries", "root", "how it has them")
	root := spec.EncodeRoot(s.book.Root())
	for _, x := range s.seats {
		p, err := x.desk.policy(ctx)
		if err != nil {
			return err
		}
		how := "follows by HTTP, checks the cosignatures of a majority"
		switch {
		case p.Leader != nil && *p.Leader == string(x.id):
			how = "council, leads raft at the moment"
		case x.council:
			how = "council, votes in raft"
		}
		s.out.line("  %-12s %8d  %-14.12s %s", x.name, p.Size, p.Root, how)
		if p.Root != root || p.Size != int64(s.book.Size()) {
			return fmt.Errorf("%s has another policy log than was agreed", x.name)
		}
		var proofs wire.ProofPage
		if err := x.desk.get(ctx, caller{role: "operator"}, "/v1/proofs", &proofs); err != nil {
			return err
		}
		if len(proofs.Items) != 0 {
			return fmt.Errorf("%s keeps evidence against %s", x.name, s.nameOf(spec.NodeID(proofs.Items[0].Node)))
		}
	}
	return nil
}

// secrets reads what anybody may read and what neighbours were given, and looks
// for what must not be there: a name, a title, a party of the red list.
func (s *story) secrets(ctx context.Context) error {
	open := strings.Builder{}
	for _, x := range s.seats {
		for _, path := range []string{"/", "/v1/policy", "/v1/health", "/.well-known/did.json", "/v1/feed/public"} {
			var text string
			if err := x.desk.get(ctx, caller{}, path, &text); err != nil {
				return err
			}
			open.WriteString(text)
		}
		p, err := x.desk.policy(ctx)
		if err != nil {
			return err
		}
		for _, d := range p.Documents {
			if d.Type != policy.TypeRedList {
				continue
			}
			var text string
			if err := x.desk.get(ctx, caller{}, "/v1/policy/documents/"+d.ID, &text); err != nil {
				return err
			}
			open.WriteString(text)
		}
	}
	if strings.Contains(open.String(), mastmaker) {
		return fmt.Errorf("a public page names a party of the red list")
	}
	given, err := s.given(ctx)
	if err != nil {
		return err
	}
	for _, x := range s.seats {
		for _, p := range x.people {
			if name := p.family.Name + p.given.Name; strings.Contains(given+open.String(), name) || strings.Contains(given, p.id) {
				return fmt.Errorf("a person of %s is named outside it", x.name)
			}
		}
	}
	for _, c := range s.region.calendars {
		for _, title := range titlesIn(c.ics) {
			if strings.Contains(given, title) {
				return fmt.Errorf("a title of %s.ics left its home", c.name)
			}
		}
	}
	s.out.line("")
	s.out.line("searched: no public page names a party of the red list; no shared record holds a name or a title  漏れなし")
	return nil
}

// given is everything that the nodes hold of each other, as text.
func (s *story) given(ctx context.Context) (string, error) {
	var all strings.Builder
	for _, from := range s.seats {
		for _, to := range s.othersOf(from) {
			for _, kind := range []spec.Kind{spec.KindTalent, spec.KindAvailability, spec.KindEvaluation} {
				list, err := to.desk.records(ctx, from.id, kind)
				if err != nil {
					return "", err
				}
				for _, r := range list {
					octets, err := json.Marshal(r.Body)
					if err != nil {
						return "", err
					}
					all.Write(octets)
				}
			}
		}
	}
	return all.String(), nil
}
