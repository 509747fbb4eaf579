package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// decideStudy: one engagement of a person of three organisations with a fourth,
// in a week with twelve firm slots, over a book of 1,000 documents and 10,000
// matrix rows. OPA answers less beside it: consent and the same matrix.
func decideStudy() study {
	return study{
		name: "decide",
		rows: []plan{{"decide", "ns", 1, least}, {"decide-opa", "ns", 0.1, least}},
		run:  decide,
	}
}

const (
	decideLimit     = time.Microsecond
	bookDocuments   = 1000
	matrixRows      = 10_000
	rowsPerDocument = 500
)

func decide(ctx context.Context, g *ground) ([]measured, error) {
	book, err := g.largeBook()
	if err != nil {
		return nil, err
	}
	allowed, denied := engagement(300), engagement(107)
	now := time.Now()
	if d := book.Decide(allowed, now); d.Effect != policy.Allow {
		return nil, fmt.Errorf("the typical engagement is %s: %v", d.Effect, d.Findings)
	}
	if d := book.Decide(denied, now); d.Effect != policy.Deny {
		return nil, fmt.Errorf("the matrix was not asked: %s", d.Effect)
	}
	ours := timeOf(func() { book.Decide(allowed, now) })
	theirs, err := opaTime(ctx)
	if err != nil {
		return nil, err
	}
	g.say("decide: %v over %d documents; OPA %v", ours, book.Size(), theirs)
	return []measured{
		{"decide", float64(ours), float64(decideLimit)}, {"decide-opa", float64(ours), float64(theirs)},
	}, nil
}

// timeOf is the mean time of a call over about a second, after a warm-up.
func timeOf(call func()) time.Duration {
	n := 0
	for began := time.Now(); time.Since(began) < 200*time.Millisecond; n++ {
		call()
	}
	n *= 5
	began := time.Now()
	for range n {
		call()
	}
	return time.Since(began) / time.Duration(n)
}

func company(n int) string { return fmt.Sprintf("https://company%d.example", n) }

// engagement is with a company that is a competitor of company 100 if it is 107.
func engagement(other int) policy.Facts {
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 7)
	span := func(d, hour, minutes int) policy.Interval {
		start := day.AddDate(0, 0, d).Add(time.Duration(hour) * time.Hour)
		return policy.Interval{Start: start, End: start.Add(time.Duration(minutes) * time.Minute)}
	}
	q := policy.Facts{
		Act: policy.ActEngage, Issuer: "https://company.example", Audience: "https://city.example",
		Kind: spec.KindAvailability, Purpose: "matching", Home: true,
		Consent: &policy.ConsentFacts{
			State: policy.StateGiven, Recipient: "https://city.example", Purposes: []string{"matching"},
			Kinds: []spec.Kind{spec.KindAvailability}, ValidFrom: time.Now().Add(-time.Hour).Unix(),
		},
		Parties: []policy.Party{
			{ID: company(100), Role: "employer"},
			{ID: company(200), Role: "sponsor"},
			{ID: "https://club.example", Role: "club"},
			{ID: company(other), Role: "client", Counterpart: true},
		},
		Units: []policy.Interval{span(1, 1, 90), span(3, 1, 90), span(5, 1, 90)},
	}
	for d := range 6 {
		q.Slots = append(q.Slots, span(d, -1, 90), span(d, 6, 180))
	}
	return q
}

// largeBook holds the starting documents, 20 conflict matrices and rubrics.
func (g *ground) largeBook() (*policy.Book, error) {
	dir, err := g.fresh("decide")
	if err != nil {
		return nil, err
	}
	name := func(s string) spec.Text { return spec.Text{JA: s, EN: s} }
	members := []founding.Member{
		{ID: "https://city.example", Name: name("city"), Kind: "municipality", Council: true, Dir: dir + "/city"},
		{ID: "https://company.example", Name: name("company"), Kind: "company", Dir: dir + "/company"},
		{ID: "https://club.example", Name: name("club"), Kind: "club", Dir: dir + "/club"},
	}
	past := time.Now().Add(-time.Hour)
	f, err := founding.Found(members, true, past)
	if err != nil {
		return nil, err
	}
	book, err := policy.NewBook(f.Genesis, f.Fed)
	if err != nil {
		return nil, err
	}
	b := &shelf{founded: f, book: book, at: past}
	if err := b.starting(); err != nil {
		return nil, err
	}
	for n := range matrixRows / rowsPerDocument {
		if err := b.add(fmt.Sprintf("conflict-matrix-%d", n), "conflict-matrix", matrix(n, past)); err != nil {
			return nil, err
		}
	}
	for n := 0; b.book.Size() < bookDocuments; n++ {
		if err := b.add(fmt.Sprintf("rubric-%d", n%100), "rubric", map[string]int{"edition": n}); err != nil {
			return nil, err
		}
	}
	return b.book, nil
}

func matrix(n int, from time.Time) policy.ConflictMatrix {
	var m policy.ConflictMatrix
	for i := range rowsPerDocument {
		k := n*rowsPerDocument + i
		m.Rows = append(m.Rows, policy.ConflictRow{
			PartyA: company(k), PartyB: company(k + 7), Relation: "competitor", Effect: policy.Deny,
			ValidFrom: from.Unix(), ReasonCode: "bench",
		})
	}
	return m
}

// shelf is a book that grows.
type shelf struct {
	founded *founding.Federation
	book    *policy.Book
	at      time.Time
}

func (s *shelf) starting() error {
	list, err := documents.Starting()
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Series == policy.SeriesRegister || d.Series == policy.SeriesCharter || d.Confidential {
			continue
		}
		if err := s.add(d.Series, d.Series, d.Body); err != nil {
			return fmt.Errorf("adopt %s: %w", d.Series, err)
		}
	}
	return nil
}

func (s *shelf) add(series, typ string, body any) error {
	drafter := s.founded.Members[0].ID
	text := spec.Text{JA: "架空の文書です。", EN: "A fictional document."}
	d, err := policy.Draft(s.book, series, typ, body, text, text, s.at.Unix(), drafter, s.at.Unix())
	if err != nil {
		return err
	}
	entry, err := s.founded.Seal(s.book, drafter, d, s.at)
	if err != nil {
		return err
	}
	s.book, err = s.book.Apply(entry)
	return err
}

// opaTime is OPA's time for the same engagement over the same matrix.
func opaTime(ctx context.Context) (time.Duration, error) {
	var pairs [][2]string
	for k := range matrixRows {
		pairs = append(pairs, [2]string{company(k), company(k + 7)})
	}
	opa, err := rival.NewOPA(ctx, pairs)
	if err != nil {
		return 0, err
	}
	allowed, err1 := opaInput(engagement(300))
	denied, err2 := opaInput(engagement(107))
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	yes, err1 := opa.Allows(ctx, allowed)
	no, err2 := opa.Allows(ctx, denied)
	if err := errors.Join(err1, err2); err != nil || !yes || no {
		return 0, errors.Join(err, errors.New("OPA decides otherwise"))
	}
	var failed error
	taken := timeOf(func() {
		if _, err := opa.Allows(ctx, allowed); err != nil {
			failed = err
		}
	})
	return taken, failed
}

// opaInput is what its rules read of the facts.
func opaInput(q policy.Facts) (map[string]any, error) {
	var parties []map[string]any
	for _, p := range q.Parties {
		parties = append(parties, map[string]any{"id": p.ID, "role": p.Role, "counterpart": p.Counterpart})
	}
	octets, err := json.Marshal(map[string]any{
		"audience": q.Audience, "purpose": q.Purpose, "kind": q.Kind, "at": time.Now().Unix(), "parties": parties,
		"consent": map[string]any{
			"state": q.Consent.State, "recipient": q.Consent.Recipient, "purposes": q.Consent.Purposes,
			"kinds": q.Consent.Kinds, "validFrom": q.Consent.ValidFrom,
		},
	})
	if err != nil {
		return nil, err
	}
	var input map[string]any
	return input, json.Unmarshal(octets, &input)
}
