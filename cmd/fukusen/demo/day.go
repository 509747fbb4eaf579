package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// rower is the person of the day with the place that the company knows of them.
type rower struct {
	*resident
	subject string
}

// day lives one day of one rower over three nodes: the club's practice stands
// in her week before the company looks for somebody in the evening, and of two
// offers for one time she can give that time once.
func (s *story) day(ctx context.Context) error {
	home, owner := s.seat("city"), s.seat("company")
	r, err := s.rower(ctx, home, owner)
	if err != nil {
		return err
	}
	// The day after tomorrow, of the region's clock.
	date := time.Now().In(availability.Home).AddDate(0, 0, 2)
	noon := time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, availability.Home)
	if err := s.practice(ctx, home, r, noon.Add(2*time.Hour)); err != nil {
		return err
	}
	return s.evening(ctx, home, owner, r, noon)
}

// rower finds a citizen with a calendar whom the company may know of.
func (s *story) rower(ctx context.Context, home, owner *seat) (*rower, error) {
	known, err := owner.desk.records(ctx, home.id, spec.KindTalent)
	if err != nil {
		return nil, err
	}
	for i, p := range home.people {
		if i == 0 || i == 3 || len(p.calendars) == 0 || p.consents[owner.name] == "" {
			continue // the first and the fourth have their own chapters
		}
		var own wire.Export
		if err := home.desk.get(ctx, person(p.id), "/v1/people/"+p.id+"/export", &own); err != nil {
			return nil, err
		}
		for _, said := range own.Records {
			at := slices.IndexFunc(known, func(k wire.RecordView) bool { return k.ID == said.ID })
			if at >= 0 {
				subject, _ := known[at].Body["sub"].(string)
				return &rower{p, subject}, nil
			}
		}
	}
	return nil, fmt.Errorf("no citizen with a calendar is known to %s", owner.name)
}

// practice lets the club publish its practice, which flows into the rower's week.
func (s *story) practice(ctx context.Context, home *seat, r *rower, at time.Time) error {
	club := s.seat("club")
	var made wire.Timetable
	err := club.desk.post(ctx, caller{role: "clerk"}, "/v1/timetables", wire.NewTimetable{
		Name: "架空の練習日程", Type: "Event", Entries: []wire.TimetableEntry{{Name: "架空の水上練習", StartDate: spec.FormatUTC(at), Duration: "PT3H"}},
	}, &made)
	if err != nil {
		return err
	}
	follow := wire.NewFollow{Issuer: string(club.id), ID: made.ID}
	if err := s.until(ctx, "the city knows the practice", func(ctx context.Context) (string, error) {
		return "", home.desk.post(ctx, person(r.id), "/v1/people/"+r.id+"/follows", follow, nil)
	}); err != nil {
		return err
	}
	var week wire.BusyList
	path := fmt.Sprintf("/v1/people/%s/busy?from=%d&to=%d", r.id, at.Unix(), at.Add(3*time.Hour).Unix())
	if err := home.desk.get(ctx, person(r.id), path, &week); err != nil {
		return err
	}
	if len(week.Busy) != 1 || week.Busy[0].UtcStart != spec.FormatUTC(at) || week.Busy[0].UtcEnd != spec.FormatUTC(at.Add(3*time.Hour)) {
		return fmt.Errorf("the practice is not in the rower's week: %v", week.Busy)
	}
	s.out.phase("afternoon", "午後", "the club's practice, published as a calendar, is in a rower's week at the city, 14:00 to 17:00")
	return s.arrived(ctx) // who may see her free time knows it before the evening
}

// evening lets the company look for somebody, and the rower say yes to one of
// two offers for the same time.
func (s *story) evening(ctx context.Context, home, owner *seat, r *rower, noon time.Time) error {
	clerk := caller{role: "clerk"}
	gigs := make([]wire.GigOffered, 2)
	offers := make([]wire.Offer, 2)
	looked := int64(0)
	for i, title := range []string{"架空の朝市の計画", "架空の夕市の計画"} {
		if err := owner.desk.post(ctx, clerk, "/v1/gigs", gigFor(r, title, noon), &gigs[i]); err != nil {
			return err
		}
		var units []wire.WorkUnit
		if err := s.until(ctx, "the company finds the rower", func(ctx context.Context) (string, error) {
			var found wire.CandidateList
			if err := owner.desk.get(ctx, clerk, "/v1/gigs/"+gigs[i].ID+"/candidates?limit=50", &found); err != nil {
				return "", err
			}
			looked = found.Looked
			at := slices.IndexFunc(found.Items, func(c wire.Candidate) bool { return string(c.Subject) == r.subject })
			if at < 0 {
				return fmt.Sprintf("%d candidates of %d, not this one", len(found.Items), found.Looked), nil
			}
			if i == 0 {
				units = found.Items[at].Units
			}
			return "", nil
		}); err != nil {
			return err
		}
		if i == 1 {
			units = offers[0].Units // the same time
		}
		if err := owner.desk.post(ctx, clerk, "/v1/gigs/"+gigs[i].ID+"/proposals", wire.NewOffer{Subject: r.subject, Units: units}, &offers[i]); err != nil {
			return err
		}
	}
	s.out.phase("evening", "夕方", "the company looks through %d people for a gig with a measurable outcome, and offers two for one time", looked)
	return s.once(ctx, home, owner, r, gigs[0], offers)
}

// once answers yes to both offers; one time is given once.
func (s *story) once(ctx context.Context, home, owner *seat, r *rower, first wire.GigOffered, offers []wire.Offer) error {
	path := "/v1/people/" + r.id + "/proposals"
	if err := s.until(ctx, "the offers reach the rower", func(ctx context.Context) (string, error) {
		var list wire.ProposalList
		if err := home.desk.get(ctx, person(r.id), path, &list); err != nil {
			return "", err
		}
		for _, o := range offers {
			if !slices.ContainsFunc(list.Items, func(p wire.Proposal) bool { return p.ID == o.ID && p.Title != "" }) {
				return fmt.Sprintf("%d are there", len(list.Items)), nil
			}
		}
		return "", nil
	}); err != nil {
		return err
	}
	name := true
	yes := wire.NewAnswer{Answer: "accept", Name: &name}
	if err := home.desk.post(ctx, person(r.id), path+"/"+offers[0].ID+"/answer", yes, nil); err != nil {
		return err
	}
	err := home.desk.post(ctx, person(r.id), path+"/"+offers[1].ID+"/answer", yes, nil)
	var refused *refusal
	if !errors.As(err, &refused) || refused.problem.Status != http.StatusConflict {
		return fmt.Errorf("one time was given twice: %w", err)
	}
	if err := home.desk.post(ctx, person(r.id), path+"/"+offers[1].ID+"/answer", wire.NewAnswer{Answer: "decline"}, nil); err != nil {
		return err
	}
	if err := s.until(ctx, "the company sees one confirmed hold", func(ctx context.Context) (string, error) {
		var list wire.OfferList
		if err := owner.desk.get(ctx, caller{role: "clerk"}, "/v1/gigs/"+first.ID+"/proposals", &list); err != nil {
			return "", err
		}
		if len(list.Items) != 1 || list.Items[0].State != "confirmed" || list.Items[0].Party == nil {
			return fmt.Sprintf("%+v", list.Items), nil
		}
		return "", nil
	}); err != nil {
		return err
	}
	s.out.more("she says yes to one; the yes to the other is refused, since that time is taken: one hold, the same at both nodes")
	return s.arrived(ctx)
}

// gigFor is work that the rower can do in the two weeks from noon on.
func gigFor(r *rower, title string, noon time.Time) wire.NewGig {
	skill, place := r.talent.Skills[0], r.talent.Region
	return wire.NewGig{
		Title:   title,
		Outcome: wire.GigOutcome{Statement: "架空の市への来場者が増える", Measure: "来場者", Unit: "人", Target: "300", Due: spec.FormatUTC(noon.AddDate(0, 0, 21))},
		Units:   wire.GigUnits{Count: 2, UnitDuration: "PT1H30M", Sittings: 1},
		Window:  wire.GigWindow{UtcStart: spec.FormatUTC(noon), UtcEnd: spec.FormatUTC(noon.AddDate(0, 0, 14))},
		Skills:  []wire.SkillNeed{{URI: skill.URI, MinLevel: skill.Level}}, Place: &place, Places: 1,
		Pay: wire.GigPay{Amount: 12000, Currency: "JPY", Per: "unit", Basis: "contract"},
	}
}
