package demo

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// bend lets the vendor publish three records for the city: a good one, one that
// breaks the standard, and one signed by a key that nobody has heard of. The
// first is used, the second refused for good, the third parked until the
// vendor's key history lists its key; none holds up the others.
func (s *story) bend(ctx context.Context) error {
	city, now := s.seat("city"), time.Now()
	good, err := spec.Seal(s.vendor.signer, s.week(city.id, now))
	if err != nil {
		return err
	}
	overlap := s.week(city.id, now)
	overlap.Busy = append(overlap.Busy, overlap.Busy[0])
	bent, err := sealAnyway(s.vendor.signer, overlap)
	if err != nil {
		return err
	}
	fresh, announce, err := s.vendor.rotate(now)
	if err != nil {
		return err
	}
	early, err := spec.Seal(fresh, s.week(city.id, now))
	if err != nil {
		return err
	}
	s.vendor.publish(city.id, spec.KindAvailability, good)
	bentID := s.vendor.publish(city.id, spec.KindAvailability, bent)
	earlyID := s.vendor.publish(city.id, spec.KindAvailability, early)
	if err := s.nudge(ctx, city); err != nil {
		return err
	}

	s.live.add(s.vendor.self, city.id, spec.KindAvailability, 1)
	if err := s.usable(ctx, s.vendor.self, city); err != nil {
		return err
	}
	s.out.phase("bend", "検証", "%s publishes three records for the city: one good, one bent, one too early", vendorName)
	if err := s.refused(ctx, city, bentID, "REQ-AVL-004"); err != nil {
		return err
	}
	if err := s.parked(ctx, city, earlyID, "REQ-KEY-007"); err != nil {
		return err
	}
	announce()
	s.live.add(s.vendor.self, city.id, spec.KindAvailability, 1)
	if err := s.usable(ctx, s.vendor.self, city); err != nil {
		return err
	}
	var left wire.ParkedPage
	if err := city.desk.get(ctx, caller{role: "operator"}, "/v1/parked", &left); err != nil {
		return err
	}
	if len(left.Items) != 0 {
		return fmt.Errorf("%d records are still parked at the city", len(left.Items))
	}
	s.out.more("admitted n 2  once key history 2 lists its key; nothing is parked any more")
	return nil
}

// week is a made-up person's week, as one node tells another.
func (s *story) week(reader spec.NodeID, now time.Time) *spec.Availability {
	start := now.UTC().Truncate(time.Hour)
	return &spec.Availability{
		Envelope: spec.Envelope{
			Issuer: s.vendor.self, Audience: reader, Subject: spec.Subject(spec.RandomUUID()), IssuedAt: now.Unix(),
			Expires: now.Add(24 * time.Hour).Unix(), JTI: spec.NewUUID(), UID: spec.RandomUUID(), Sequence: uint64(s.vendor.epoch),
			Policy: s.book.Size(), Consent: spec.RandomUUID(), Purpose: "matching", Until: now.Add(30 * 24 * time.Hour).Unix(),
		},
		Updated: spec.FormatUTC(start), Start: spec.FormatUTC(start), End: spec.FormatUTC(start.Add(7 * 24 * time.Hour)),
		Busy: []spec.BusyPeriod{{
			Start: spec.FormatUTC(start.Add(time.Hour)), End: spec.FormatUTC(start.Add(3 * time.Hour)), Status: spec.BusyConfirmed,
		}},
		Granularity: "PT15M",
	}
}

// sealAnyway signs what spec.Seal refuses to sign: a publisher that does not
// check its own records.
func sealAnyway(s *spec.Signer, b spec.Body) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": "EdDSA", "kid": s.KID(), "typ": b.Kind().Typ()})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	e := base64.RawURLEncoding
	input := e.EncodeToString(header) + "." + e.EncodeToString(payload)
	return input + "." + e.EncodeToString(ed25519.Sign(s.Private(), []byte(input))), nil
}

// nudge asks a node to read its neighbours now.
func (s *story) nudge(ctx context.Context, x *seat) error {
	return x.desk.post(ctx, caller{role: "operator"}, "/v1/peers/pull", wire.PullAsk{Nodes: []string{string(s.vendor.self)}}, nil)
}

// usable waits until a reader can use what it should of one issuer.
func (s *story) usable(ctx context.Context, from spec.NodeID, to *seat) error {
	want := s.live[flow{from, to.id}][spec.KindAvailability]
	claim := fmt.Sprintf("%s uses %d records of %s", to.name, want, s.nameOf(from))
	return s.until(ctx, claim, func(ctx context.Context) (string, error) {
		list, err := to.desk.records(ctx, from, spec.KindAvailability)
		if err == nil && len(list) != want {
			return fmt.Sprintf("it uses %d", len(list)), nil
		}
		return "", err
	})
}

func (s *story) refused(ctx context.Context, x *seat, id spec.ID, requirement string) error {
	return s.until(ctx, x.name+" refuses the bent record", func(ctx context.Context) (string, error) {
		var page wire.RefusedPage
		if err := x.desk.get(ctx, caller{role: "operator"}, "/v1/refused", &page); err != nil {
			return "", err
		}
		for _, r := range page.Items {
			if r.ID == string(id) && r.Requirement == requirement {
				s.out.more("refused  n %d  %s %s: %s", r.N, r.Requirement, r.Problem, sentenceOf(requirement))
				return "", nil
			}
		}
		return fmt.Sprintf("/v1/refused lists %d records, none of them it", len(page.Items)), nil
	})
}

func (s *story) parked(ctx context.Context, x *seat, id spec.ID, requirement string) error {
	return s.until(ctx, x.name+" parks the early record", func(ctx context.Context) (string, error) {
		var page wire.ParkedPage
		if err := x.desk.get(ctx, caller{role: "operator"}, "/v1/parked", &page); err != nil {
			return "", err
		}
		for _, r := range page.Items {
			if r.ID == string(id) && r.Requirement == requirement {
				s.out.more("parked   n %d  %s %s: %s", r.N, r.Requirement, r.Problem, sentenceOf(requirement))
				return "", nil
			}
		}
		return fmt.Sprintf("/v1/parked lists %d records, none of them it", len(page.Items)), nil
	})
}

// sentenceOf is what the standard says under a number.
func sentenceOf(number string) string {
	for _, r := range spec.Requirements() {
		if r.Number == number {
			return r.Text
		}
	}
	return ""
}
