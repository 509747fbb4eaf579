package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
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
	id, err := s.Engagements.Evaluate(ctxOf(c), spec.NodeID(in.Audience), v, parties)
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
	v.Own = &spec.EvaluationContext{Rubric: &badge.RubricUsed{Document: in.Rubric.Document, Version: int(in.Rubric.Version)}}
	return v, nil
}

// DeleteEvaluation revokes a credential and withdraws it from the home's log.
func (s *Server) DeleteEvaluation(c echo.Context, id wire.RecordID) error {
	if err := s.Engagements.Revoke(ctxOf(c), spec.ID(id)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ListEvaluations answers the credentials that this home received for a person.
func (s *Server) ListEvaluations(c echo.Context, person wire.PersonPath) error {
	var list []wire.EvaluationHeld
	err := s.findOf(c, person, func(tx *store.Tx) error {
		var err error
		list, err = dossier.Evaluations(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	return s.write(c, wire.EvaluationList{Items: list})
}
