package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// withdraw lets one student end one consent: the reader can use nothing of it
// any more, and answers with receipts within the deadline of the guideline that
// was voted on a moment ago.
func (s *story) withdraw(ctx context.Context) error {
	home, reader := s.seat("university"), s.seat("company")
	at := slices.IndexFunc(home.people, func(p *resident) bool {
		return len(p.calendars) > 0 && p.consents[reader.name] != "" && p != home.people[0]
	})
	if at < 0 {
		return fmt.Errorf("no student shares a calendar with %s", reader.name)
	}
	p := home.people[at]
	began := time.Now()
	var done wire.ConsentWithdrawn
	path := "/v1/people/" + p.id + "/consents/" + p.consents[reader.name]
	if err := home.desk.do(ctx, person(p.id), http.MethodDelete, path, nil, &done); err != nil {
		return err
	}
	const kinds = 2 // talent and availability
	if done.Withdrawn != kinds || done.ReceiptsDue != kinds {
		return fmt.Errorf("%d records were withdrawn and %d receipts are due, %d were shared", done.Withdrawn, done.ReceiptsDue, kinds)
	}
	s.live.add(home.id, reader.id, spec.KindTalent, -1)
	s.live.add(home.id, reader.id, spec.KindAvailability, -1)
	if err := s.settled(ctx, home, p, "withdrawn", kinds, began.Add(soon*time.Second)); err != nil {
		return err
	}
	if err := s.arrived(ctx); err != nil {
		return err
	}
	s.out.phase("withdraw", "撤回", "a student ends one consent: %d records withdrawn at the %s, %d signed receipts back", kinds, reader.name, kinds)
	s.out.more("the receipts were due within 12 hours, by the guideline just voted; they took %d ms", time.Since(began).Milliseconds())
	return nil
}

// erase removes the city's busiest person everywhere: three readers, and the
// company that issued a credential.
func (s *story) erase(ctx context.Context) error {
	home := s.seat("city")
	p := home.people[0]
	began := time.Now()
	want := 0
	for name := range p.consents {
		reader := s.seat(name)
		s.live.add(home.id, reader.id, spec.KindTalent, -1)
		s.live.add(home.id, reader.id, spec.KindAvailability, -1)
		want += 2
	}
	for _, w := range deeds {
		if w.home == home.name && w.person == 0 {
			s.live.add(s.seat(w.evaluator).id, home.id, spec.KindEvaluation, -1)
			want++
		}
	}
	var started wire.ErasureStarted
	if err := home.desk.do(ctx, person(p.id), http.MethodDelete, "/v1/people/"+p.id, nil, &started); err != nil {
		return err
	}
	if started.Orders != int64(len(p.consents)) || started.ReceiptsDue != int64(want) {
		return fmt.Errorf("%d orders and %d receipts are due, %d and %d were expected", started.Orders, started.ReceiptsDue, len(p.consents), want)
	}
	if err := s.settled(ctx, home, p, "erased", want, time.Unix(started.Deadline, 0)); err != nil {
		return err
	}
	if err := s.arrived(ctx); err != nil {
		return err
	}
	err := home.desk.get(ctx, caller{role: "clerk"}, "/v1/people/"+p.id, nil)
	var r *refusal
	if !errors.As(err, &r) || r.problem.Status != http.StatusNotFound {
		return fmt.Errorf("the erased person still has a page: %w", err)
	}
	s.out.phase("erase", "消去", "a citizen is erased: %d orders, %d records gone at four nodes, %d signed receipts back in %d ms",
		started.Orders, want, want, time.Since(began).Milliseconds())
	return nil
}

// settled waits until every receipt about a person has come, each for the act
// and due no later than it should be. A clerk asks, since an erased person has
// no token any more.
func (s *story) settled(ctx context.Context, home *seat, p *resident, action string, want int, due time.Time) error {
	return s.until(ctx, fmt.Sprintf("all receipts say %s", action), func(ctx context.Context) (string, error) {
		var page wire.ReceiptPage
		if err := home.desk.get(ctx, caller{role: "clerk"}, "/v1/people/"+p.id+"/receipts?limit=500", &page); err != nil {
			return "", err
		}
		ids := 0
		for _, r := range page.Items {
			if r.Overdue || r.Due > due.Add(time.Minute).Unix() {
				return "", fmt.Errorf("a receipt of %s is due at %d, the guideline says %d", s.nameOf(spec.NodeID(r.Node)), r.Due, due.Unix())
			}
			if r.Action != nil && string(*r.Action) == action && r.At != nil {
				ids += len(r.Ids)
			}
		}
		if ids != want {
			return fmt.Sprintf("%d of %d have come", ids, want), nil
		}
		return "", nil
	})
}
