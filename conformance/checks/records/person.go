package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// evaluating is the purpose of credentials in the sandbox's data guideline.
const evaluating = "evaluation"

// errUnable means that the target's own interface did not do what a check
// needs first; the requirement was not exercised.
var errUnable = errors.New("the target did not do what the check needs first")

// cannot ends a check whose ground could not be laid.
func cannot(p *judge.Probe, err error) {
	if errors.Is(err, errUnable) {
		p.NotRun(judge.Why("検査の準備ができませんでした: "+err.Error(), err.Error()))
	}
	p.Broken(err)
}

// engagement is what the target gave an evaluator.
type engagement struct {
	Subject spec.Subject `json:"subject"`
	Consent string       `json:"consent"`
}

// person takes a fictional person in at the target.
func person(ctx context.Context, w *judge.World) (string, error) {
	var made struct {
		ID string `json:"id"`
	}
	// The suite's people are marked as fictional, and none has another's name.
	name := map[string]string{"family": "試験", "given": fmt.Sprintf("第%d号", w.Pick(1_000_000))}
	err := clerk(ctx, w, "/v1/people", map[string]any{
		"name": name, "kana": map[string]string{"family": "シケン", "given": "ダイ"}, "demo": true,
	}, &made)
	return url.PathEscape(made.ID), err
}

// consent lets a person agree that a peer reads kinds of records.
func consent(ctx context.Context, w *judge.World, person string, reader *peer.Peer, purpose string, kinds ...spec.Kind) error {
	if err := w.Sandbox.Known(ctx, reader); err != nil {
		return fmt.Errorf("%w: %w", errUnable, err)
	}
	return clerk(ctx, w, "/v1/people/"+person+"/consents", map[string]any{
		"recipient": reader.ID, "kinds": kinds, "purposes": []string{purpose},
		"until": w.Clock().Unix() + 30*86400, "language": "ja",
	}, nil)
}

// engage lets a peer evaluate a fresh person of the target's.
func engage(ctx context.Context, w *judge.World, by *peer.Peer) (engagement, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*w.Patience)
	defer cancel()
	var given engagement
	who, err := person(ctx, w)
	if err == nil {
		err = consent(ctx, w, who, by, evaluating, spec.KindEvaluation)
	}
	if err == nil {
		err = clerk(ctx, w, "/v1/people/"+who+"/engagements", map[string]any{
			"evaluator": by.ID, "purpose": evaluating, "until": w.Clock().Unix() + 20*86400,
		}, &given)
	}
	return given, err
}

// clerk posts what a clerk types, and reads what was made.
func clerk(ctx context.Context, w *judge.World, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	x := w.Do(ctx, judge.Ask{Method: http.MethodPost, Path: path, Body: body, Type: "application/json", Token: w.Clerk})
	if x.Status != http.StatusCreated {
		return fmt.Errorf("%w: POST of a person, a consent or an engagement is answered %d, not 201", errUnable, x.Status)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(x.Got.Octets(), out)
}
