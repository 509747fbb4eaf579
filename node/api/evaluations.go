package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// PostEvaluation issues a credential to the home node of the subject.
func (s *Server) PostEvaluation(c echo.Context) error {
	var in wire.NewEvaluation
	if err := read(c, &in); err != nil {
		return err
	}
	v, err := evaluationOf(in)
	if err != nil {
		return err
	}
	parties := []policy.Party{{ID: string(s.Self), Role: "evaluator"}, {ID: in.Audience, Role: "home", Counterpart: true}}
	id, err := s.Gate.Evaluate(ctxOf(c), spec.NodeID(in.Audience), v, parties)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, wire.EvaluationIssued{ID: string(id)})
}

// evaluationOf takes over what the caller says of the achievement. Both types
// have the member names of Open Badges 3.0, so JSON carries one to the other.
func evaluationOf(in wire.NewEvaluation) (*spec.Evaluation, error) {
	v := &spec.Evaluation{Envelope: spec.Envelope{
		Subject: spec.Subject(in.Subject), Consent: in.Consent, Purpose: in.Purpose, Until: in.Until,
	}}
	subject := map[string]any{
		"achievement": in.Achievement, "result": in.Result, "narrative": in.Narrative, "role": in.Role,
		"creditsEarned": in.CreditsEarned, "activityStartDate": in.ActivityStartDate, "activityEndDate": in.ActivityEndDate,
	}
	for _, part := range []struct {
		from any
		to   any
	}{{subject, &v.Credential}, {in.Evidence, &v.Evidence}} {
		octets, err := json.Marshal(part.from)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(octets, part.to); err != nil {
			return nil, invalid("achievement", "an achievement has the members of Open Badges 3.0")
		}
	}
	v.Own = &spec.EvaluationContext{Rubric: &spec.RubricUsed{Document: in.Rubric.Document, Version: int(in.Rubric.Version)}}
	return v, nil
}

// DeleteEvaluation revokes a credential and withdraws it from the home's log.
func (s *Server) DeleteEvaluation(c echo.Context, id wire.RecordID) error {
	if err := s.Gate.Revoke(ctxOf(c), spec.ID(id)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ListEvaluations answers the credentials that this home received for a person.
func (s *Server) ListEvaluations(c echo.Context, person wire.PersonPath) error {
	list, err := s.evaluationsOf(c, person)
	if err != nil {
		return err
	}
	return s.write(c, wire.EvaluationList{Items: list})
}

func (s *Server) evaluationsOf(c echo.Context, person string) ([]wire.EvaluationHeld, error) {
	list := []wire.EvaluationHeld{}
	err := s.findOf(c, person, func(tx *store.Tx) error {
		engagements, err := tx.EngagementsOf(person)
		if err != nil {
			return err
		}
		for _, e := range engagements {
			rows, err := tx.BySubject(e.Subject)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if r.Kind == spec.KindEvaluation && r.Token != "" {
					list = append(list, evaluationView(r))
				}
			}
		}
		return nil
	})
	return list, err
}

func evaluationView(r store.Entry) wire.EvaluationHeld {
	body := payload(r.Token)
	v := wire.EvaluationHeld{ID: string(r.ID), Issuer: string(r.Issuer), Body: body, Status: standing(r.State)}
	v.AwardedDate, _ = body["awardedDate"].(string)
	if subject, ok := body["credentialSubject"].(map[string]any); ok {
		if a, ok := subject["achievement"].(map[string]any); ok {
			v.Name, _ = a["name"].(string)
		}
	}
	return v
}

// standing tells in the contract's words where a received credential stands; a
// superseded or disputed version is one of which nothing is known now.
func standing(state string) wire.EvaluationHeldStatus {
	switch state {
	case store.StateLive:
		return wire.EvaluationHeldStatusValid
	case store.StateWithdrawn:
		return wire.EvaluationHeldStatusWithdrawn
	}
	return wire.EvaluationHeldStatusUnknown
}
