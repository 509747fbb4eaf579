package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// work is what a person did for an evaluator, with one key result.
type work struct {
	home, evaluator string
	person          int // in the home's list
	name, narrative string
	measure         string
	before, goal    string
	reached         string
	effect          string // what the conflict check inside the credential says
}

// deeds are the evaluations of the story. The company sponsors the club, so
// its credential for a rower discloses that.
var deeds = []work{
	{
		home: "city", evaluator: "company", person: 0, name: "Harbour timetable", narrative: "Fewer visitors miss the last boat",
		measure: "Missed connections a week", before: "40", goal: "15", reached: "12", effect: "allow",
	},
	{
		home: "city", evaluator: "company", person: 3, name: "Paint booth layout", narrative: "A hull is painted in fewer days",
		measure: "Days a hull", before: "6", goal: "4", reached: "4", effect: "allow",
	},
	{
		home: "club", evaluator: "university", person: 0, name: "Wave log for the sea-keeping course", narrative: "Students work with measured waves",
		measure: "Mornings measured", before: "0", goal: "20", reached: "23", effect: "allow",
	},
	{
		home: "club", evaluator: "company", person: 2, name: "Oar blade test", narrative: "The new blade is measured by those who row it",
		measure: "Test runs", before: "0", goal: "30", reached: "31", effect: "disclose",
	},
}

// evaluate lets homes engage their people with evaluators, who issue
// credentials that come home.
func (s *story) evaluate(ctx context.Context) error {
	s.out.phase("evaluate", "評価", "%d engagements; the evaluators issue credentials with a measured outcome", len(deeds))
	for _, w := range deeds {
		if err := s.issue(ctx, w); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	if err := s.denied(ctx); err != nil {
		return err
	}
	return s.arrived(ctx)
}

func (s *story) issue(ctx context.Context, w work) error {
	home, evaluator := s.seat(w.home), s.seat(w.evaluator)
	p := home.people[w.person]
	until := time.Now().Add(30 * 24 * time.Hour).Unix()
	var e wire.Engagement
	err := home.desk.post(ctx, person(p.id), "/v1/people/"+p.id+"/engagements", wire.NewEngagement{
		Evaluator: string(evaluator.id), Purpose: "evaluation", Until: until,
	}, &e)
	if err != nil {
		return err
	}
	var issued wire.EvaluationIssued
	if err := evaluator.desk.post(ctx, caller{role: "evaluator"}, "/v1/evaluations", w.credential(home.id, e, until), &issued); err != nil {
		return err
	}
	s.live.add(evaluator.id, home.id, spec.KindEvaluation, 1)
	return s.until(ctx, "the credential comes home", func(ctx context.Context) (string, error) {
		var list wire.EvaluationList
		if err := home.desk.get(ctx, person(p.id), "/v1/people/"+p.id+"/evaluations", &list); err != nil {
			return "", err
		}
		for _, v := range list.Items {
			if v.ID != issued.ID {
				continue
			}
			own, _ := v.Body["fukusen"].(map[string]any)
			check, _ := own["conflictCheck"].(map[string]any)
			// An evaluator that has not fetched the red list yet leaves it to the
			// home and says so: flag, which objects to nothing either.
			fits := check["effect"] == w.effect || w.effect == "allow" && check["effect"] == "flag"
			if v.Name != w.name || v.Status != wire.EvaluationHeldStatusValid || !fits {
				return "", fmt.Errorf("it says %q, %s, conflict check %v", v.Name, v.Status, check["effect"])
			}
			s.out.more("%-10s -> %-4s  %s: %s %s -> %s (goal %s), conflict check: %s",
				w.evaluator, w.home, w.name, w.measure, w.before, w.reached, w.goal, check["effect"])
			return "", nil
		}
		return fmt.Sprintf("the person's list has %d, not this one", len(list.Items)), nil
	})
}

func (w work) credential(home spec.NodeID, e wire.Engagement, until int64) wire.NewEvaluation {
	result := spec.RandomUUID()
	return wire.NewEvaluation{
		Audience: string(home), Subject: e.Subject, Consent: e.Consent, Purpose: "evaluation", Until: until,
		Achievement: wire.Achievement{
			ID: spec.RandomUUID(), Type: []string{"Achievement"}, Name: w.name, Description: w.narrative,
			AchievementType: "Fieldwork", Criteria: wire.Criteria{Narrative: w.narrative},
			ResultDescription: []wire.ResultDescription{{
				ID: result, Type: []string{"ResultDescription"}, Name: w.measure, ResultType: "RawScore",
				ValueMin: &w.before, RequiredValue: &w.goal,
			}},
		},
		Result: []wire.Result{{ResultDescription: result, Value: &w.reached}},
		Rubric: wire.RubricUsed{Document: "rubric", Version: 1},
	}
}

// denied asks the university to evaluate for the firm whose laboratory it
// audits: the conflict-of-interest matrix does not allow it.
func (s *story) denied(ctx context.Context) error {
	e := wire.Engagement{Subject: spec.RandomUUID(), Consent: spec.RandomUUID()}
	in := deeds[0].credential(s.vendor.self, e, time.Now().Add(24*time.Hour).Unix())
	err := s.seat("university").desk.post(ctx, caller{role: "evaluator"}, "/v1/evaluations", in, nil)
	var r *refusal
	if !errors.As(err, &r) || r.problem.Requirement == nil || *r.problem.Requirement != "REQ-EVL-012" {
		return fmt.Errorf("an evaluation against the conflict-of-interest matrix was not refused as it should: %w", err)
	}
	s.out.more("university -> %s  refused: %s %s", vendorName, *r.problem.Requirement, r.name())
	return nil
}
