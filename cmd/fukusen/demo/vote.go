package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// soon is the new deadline for blanking what was withdrawn: twelve hours
// instead of one day, in seconds.
const soon = 12 * 60 * 60

// vote drafts the data guideline's second version at the city. The university
// and the company vote for it with their offline keys; it is in force on all
// four nodes when the second ballot has been counted and cosigned.
func (s *story) vote(ctx context.Context) error {
	doc, err := s.draft(s.seat("city").id)
	if err != nil {
		return err
	}
	s.out.phase("vote", "投票", "%s version %d drafted by the city: withdrawn bodies are blank within 12 hours, not 24", doc.Series, doc.Version)
	id, err := s.carry(ctx, doc, nil, []string{"university", "company"}, func(name string, c wire.BallotCounted) {
		s.out.more("ballot of the %s: %d of %d", name, c.Ballots, c.Needed)
	})
	if err != nil {
		return err
	}
	if err := s.sameBook(ctx); err != nil {
		return err
	}
	for _, x := range s.seats {
		if err := s.inForce(ctx, x, id, int32(doc.Version)); err != nil {
			return err
		}
	}
	s.vendor.follow(s.book)
	s.out.more("in force on all four nodes: %s", names(s.seats))
	return nil
}

func names(seats []*seat) string {
	var list []string
	for _, x := range seats {
		list = append(list, x.name)
	}
	return strings.Join(list, ", ")
}

// draft is the starting guideline with one deadline changed, in the body as in
// both texts.
func (s *story) draft(drafter spec.NodeID) (spec.Document, error) {
	var none spec.Document
	start, err := documents.Find(policy.TypeDataGuideline)
	if err != nil {
		return none, err
	}
	var g policy.DataGuideline
	if err := json.Unmarshal(start.Body, &g); err != nil {
		return none, err
	}
	g.WithdrawalDeadline = soon
	text := spec.Text{
		JA: strings.Replace(start.Text.JA, "1日以内に内容を消します", "12時間以内に内容を消します", 1),
		EN: strings.Replace(start.Text.EN, "blanks it within one day", "blanks it within twelve hours", 1),
	}
	if text.JA == start.Text.JA || text.EN == start.Text.EN {
		return none, fmt.Errorf("the data guideline no longer says what its second version changes")
	}
	now := time.Now().Unix()
	return policy.Draft(s.book, policy.TypeDataGuideline, policy.TypeDataGuideline, &g, spec.Text(start.Title), text, now, drafter, now)
}

// inForce asks one node for the document and what became of the one before.
func (s *story) inForce(ctx context.Context, x *seat, id string, version int32) error {
	p, err := x.desk.policy(ctx)
	if err != nil {
		return err
	}
	for _, d := range p.Documents {
		if d.Series != policy.TypeDataGuideline {
			continue
		}
		switch {
		case d.ID == id && d.Version == version && d.Status == "effective":
		case d.ID != id && d.Version == version-1 && d.Status == "superseded":
		default:
			return fmt.Errorf("%s shows %s version %d as %s", x.name, d.Series, d.Version, d.Status)
		}
	}
	var doc wire.PolicyDocument
	if err := x.desk.get(ctx, caller{}, "/v1/policy/documents/"+id, &doc); err != nil {
		return err
	}
	if doc.Body["withdrawalDeadline"] != float64(soon) {
		return fmt.Errorf("%s does not show the new deadline", x.name)
	}
	return nil
}
