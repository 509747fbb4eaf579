package evaluation_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/evaluation"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
)

// A completed credential seals once it has its envelope, and its place in the
// status list can be read back from the token.
func TestACompletedCredentialSeals(t *testing.T) {
	signer, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	value := "12"
	v := &spec.Evaluation{
		Envelope: spec.Envelope{Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID(), Until: 2_000_000_000},
		Credential: spec.CredentialSubject{
			Achievement: badge.Achievement{
				ID: "urn:a", Type: []string{"Achievement"}, Name: "Timetable", Description: "A winter timetable",
				Criteria: badge.Criteria{Narrative: "Fewer missed connections"}, AchievementType: "Fieldwork",
				ResultDescription: []badge.ResultDescription{{ID: "urn:r"}},
			},
			Result: []badge.Result{{ResultDescription: "urn:r", Value: &value}},
		},
		Own: &spec.EvaluationContext{Rubric: &badge.RubricUsed{Document: "urn:d", Version: 1}},
	}
	at := time.Unix(1_900_000_000, 0)
	evaluation.Complete(v, evaluation.Issue{
		Issuer: "https://company.example", Name: "Fictional", List: "https://company.example/v1/status/1", Index: 77,
		Conflict: "allow", Policy: 5, At: at,
	})
	v.Issuer, v.Audience, v.IssuedAt, v.JTI = "https://company.example", "https://city.example", at.Unix(), spec.NewUUID()
	v.ID, v.Sequence, v.Envelope.Policy = v.JTI, 1, 5
	token, err := spec.Seal(signer, v)
	if err != nil {
		t.Fatalf("seal: %v", err)
	}
	if n, err := evaluation.StatusIndex(token); err != nil || n != 77 {
		t.Errorf("status index = %d, %v; want 77", n, err)
	}
	if v.Own.Dispute != "none" || v.Own.ConflictCheck.Effect != "allow" {
		t.Errorf("own members = %+v", v.Own)
	}
}
