package serving

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// publishing is what a check of the target as a home of people needs.
var publishing = []judge.Need{judge.Sandbox, judge.Clerk}

// desk makes a request as the target's clerk.
func desk(ctx context.Context, p *judge.Probe, method, path string, body any) evidence.Exchange {
	ask := judge.Ask{Method: method, Path: path, Token: p.Clerk}
	if body != nil {
		octets, err := json.Marshal(body)
		broken(p, "write a body", err)
		ask.Body, ask.Type = octets, "application/json"
	}
	return p.Do(ctx, ask)
}

// newPerson takes in a fictional person and returns the id.
func newPerson(ctx context.Context, p *judge.Probe) string {
	x := desk(ctx, p, http.MethodPost, "/v1/people", map[string]any{
		"name": map[string]string{"family": "架空", "given": fmt.Sprintf("人%04d", p.Pick(10000))},
		"kana": map[string]string{"family": "カクウ", "given": "ヒト"}, "demo": true,
	})
	taken(p, x, "201", "POST /v1/people")
	return x.See("body.id")
}

// consent lets a person share kinds with a peer for a day and returns the record's id.
func consent(ctx context.Context, p *judge.Probe, person string, to *peer.Peer, kinds ...string) string {
	x := desk(ctx, p, http.MethodPost, "/v1/people/"+person+"/consents", newConsent(p, to.ID, kinds...))
	taken(p, x, "201", "POST /v1/people/{person}/consents")
	return x.See("body.record_id")
}

func newConsent(p *judge.Probe, to spec.NodeID, kinds ...string) map[string]any {
	purpose := "matching"
	if kinds[0] == "vc" {
		purpose = "evaluation"
	}
	return map[string]any{
		"recipient": to, "kinds": kinds, "purposes": []string{purpose},
		"until": p.Clock().Add(24 * time.Hour).Unix(), "language": "ja",
	}
}

// putTalent gives a person one skill of a level.
func putTalent(ctx context.Context, p *judge.Probe, person string, level int) evidence.Exchange {
	x := desk(ctx, p, http.MethodPut, "/v1/people/"+person+"/talent", map[string]any{
		"skills": []any{map[string]any{"uri": "https://skills.example/rowing", "level": level, "basis": "self"}},
		"region": "141003", "remote": false, "languages": []string{"ja"},
	})
	taken(p, x, "200", "PUT /v1/people/{person}/talent")
	return x
}

// calendarOf is a calendar file with one event.
func calendarOf(p *judge.Probe, from, to time.Time) []byte {
	const form = "20060102T150405Z"
	return fmt.Appendf(nil, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//conformance//EN\r\nBEGIN:VEVENT\r\n"+
		"UID:%s@conformance.example\r\nDTSTAMP:%s\r\nDTSTART:%s\r\nDTEND:%s\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
		spec.RandomUUID()[9:], p.Clock().UTC().Format(form), from.UTC().Format(form), to.UTC().Format(form))
}

func putCalendar(ctx context.Context, p *judge.Probe, person string, file []byte) {
	x := p.Do(ctx, judge.Ask{
		Method: http.MethodPut, Path: "/v1/people/" + person + "/calendars/club", Token: p.Clerk, Body: file, Type: "text/calendar",
	})
	taken(p, x, "200", "PUT /v1/people/{person}/calendars/{name}")
}

// shared is a person whose talent a peer of its own may read.
type shared struct {
	person  string
	consent string
	reader  *peer.Peer
}

// share makes a person, a reader and a consent, and says a first talent.
func share(ctx context.Context, p *judge.Probe) shared {
	s := shared{reader: fresh(ctx, p), person: newPerson(ctx, p)}
	s.consent = consent(ctx, p, s.person, s.reader, "talent")
	putTalent(ctx, p, s.person, 1+p.Pick(4))
	return s
}

// withdraw ends the consent.
func (s shared) withdraw(ctx context.Context, p *judge.Probe) evidence.Exchange {
	x := desk(ctx, p, http.MethodDelete, "/v1/people/"+s.person+"/consents/"+s.consent, nil)
	taken(p, x, "200", "DELETE /v1/people/{person}/consents/{record}")
	return x
}
