package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// availability are the checks of what section 12.2 asks of a consumer.
func availability() []judge.Check {
	list := every(consumer, "REQ-AVL-001", "REQ-AVL-002", "REQ-AVL-003", "REQ-AVL-004", "REQ-AVL-005", "REQ-AVL-006", "REQ-AVL-007")
	list = append(list, statuses())
	list = append(list, every(consumer, "REQ-AVL-009", "REQ-AVL-012")...)
	return append(list, pastExp())
}

// free is the body of a sound availability record with two busy periods on a
// day that the seed decides.
func free(w *judge.World) *spec.Availability {
	now := w.Clock().UTC().Truncate(time.Hour)
	day := now.AddDate(0, 0, 1+w.Pick(10))
	at := func(hours int) string { return spec.FormatUTC(day.Add(time.Duration(hours) * time.Hour)) }
	return &spec.Availability{
		Envelope: peer.About(w.Clock()), Updated: spec.FormatUTC(now), Start: spec.FormatUTC(now), End: spec.FormatUTC(now.AddDate(0, 0, 14)),
		Busy:        []spec.BusyPeriod{{Start: at(0), End: at(2), Status: spec.BusyConfirmed}, {Start: at(3), End: at(5), Status: spec.BusyTentative}},
		Granularity: "PT15M",
	}
}

// statuses: whoever takes an unknown status as confirmed, as the standard asks,
// finds a period that touches a confirmed one not coalesced (REQ-AVL-005).
func statuses() judge.Check {
	touching := func(p *judge.Probe, from *peer.Peer, first, second string) string {
		a := free(p.World)
		a.Busy[0].Status, a.Busy[1].Status = first, second
		a.Busy[1].Start = a.Busy[0].End
		token, err := forge.Sealed(from.Key, spec.KindAvailability.Typ(), unsaid(p, from, a))
		if err != nil {
			p.Broken(err)
		}
		return token
	}
	c := judged("REQ-AVL-008", consumer)
	shown := c.Positive
	c.Positive = func(ctx context.Context, p *judge.Probe) {
		shown(ctx, p)
		from := members(p, 1)[0]
		other := fmt.Sprintf("x-%d", p.Pick(1000))
		for _, pair := range [][2]string{{other, spec.BusyTentative}, {spec.BusyUnavailable, other}, {"", spec.BusyTentative}} {
			token := touching(p, from, pair[0], pair[1])
			from.Say(p.Target, token)
			held(ctx, p, from, token, "an unknown status or none touches another than confirmed")
		}
	}
	c.Negative = func(ctx context.Context, p *judge.Probe) {
		from := members(p, 1)[0]
		other := fmt.Sprintf("x-%d", p.Pick(1000))
		var tokens []string
		for _, pair := range [][2]string{{other, spec.BusyConfirmed}, {spec.BusyConfirmed, other}, {"", spec.BusyConfirmed}, {other, "y-1"}, {other, ""}} {
			tokens = append(tokens, touching(p, from, pair[0], pair[1]))
		}
		x := lay(ctx, p, from, tokens...)
		for _, token := range tokens {
			keptOut(p, x, string(forge.ID(token)), "two touching periods that are both taken as confirmed")
		}
	}
	return c
}

// unsaid are the members of an availability record, without a busyStatus that
// is empty.
func unsaid(p *judge.Probe, from *peer.Peer, a *spec.Availability) map[string]any {
	from.Fill(p.Target, a.Claims())
	busy := make([]map[string]any, len(a.Busy))
	for i, b := range a.Busy {
		busy[i] = map[string]any{"utcStart": b.Start, "utcEnd": b.End}
		if b.Status != "" {
			busy[i]["busyStatus"] = b.Status
		}
	}
	e := a.Claims()
	return map[string]any{
		"iss": e.Issuer, "aud": e.Audience, "sub": e.Subject, "iat": e.IssuedAt, "exp": e.Expires, "jti": e.JTI, "uid": e.UID,
		"sequence": e.Sequence, "policy": e.Policy, "consent": e.Consent, "purpose": e.Purpose, "until": e.Until,
		"updated": a.Updated, "utcStart": a.Start, "utcEnd": a.End, "busy": busy, "granularity": a.Granularity,
	}
}

// pastExp: a record that runs out is shown until then, and not a moment after,
// while one that lasts still is.
func pastExp() judge.Check {
	return judge.Check{
		Requirement: "REQ-AVL-010",
		Roles:       []string{consumer},
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			token := seal(p, from, free(p.World))
			lay(ctx, p, from, token)
			current(p, shown(ctx, p, from, spec.KindAvailability), forge.ID(token), "its exp is to come")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			from := members(p, 1)[0]
			known(ctx, p, from)
			lasting := free(p.World)
			lasts := seal(p, from, lasting)
			brief, ends := shortLived(ctx, p, from)
			lay(ctx, p, from, lasts)
			until(ctx, p, ends)
			// The target's clock may be a little behind.
			x := p.Until(ctx, func() evidence.Exchange { return shown(ctx, p, from, spec.KindAvailability) },
				func(x evidence.Exchange) bool { return !strings.Contains(x.See("body"), string(brief)) })
			current(p, x, forge.ID(lasts), "its exp is to come")
			notCurrent(p, x, brief, "its exp is past")
		},
	}
}

// shortLived is an admitted record that soon runs out, and the second of the
// target's clock behind that; a slow machine is given longer.
func shortLived(ctx context.Context, p *judge.Probe, from *peer.Peer) (spec.ID, time.Time) {
	for life := 2 * time.Second; life <= 16*time.Second; life *= 2 {
		a := free(p.World)
		a.Expires = p.Clock().Add(life).Unix()
		token := seal(p, from, a)
		if p.Note(lay(ctx, p, from, token), "body", "contains", string(forge.ID(token))) {
			return forge.ID(token), time.Unix(a.Expires+1, 0)
		}
	}
	p.NotRun(judge.Why("期限の短い記録が間に合いませんでした", "no record with a short life was admitted in time"))
	return "", time.Time{}
}

// until waits for a moment: exp is a time, and nothing else tells of it.
func until(ctx context.Context, p *judge.Probe, at time.Time) {
	t := time.NewTimer(at.Sub(p.Clock()))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
