package demo

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// adopt takes up the starting documents, each drafted and balloted as any
// other, and waits until all four nodes have them in force.
func (s *story) adopt(ctx context.Context) error {
	city := s.seat("city")
	err := s.until(ctx, "the council has a leader", func(ctx context.Context) (string, error) {
		p, err := city.desk.policy(ctx)
		if err == nil && p.Leader == nil {
			return "no leader yet", nil
		}
		return "", err
	})
	if err != nil {
		return err
	}
	list, err := documents.Starting()
	if err != nil {
		return err
	}
	var adopted []string
	for _, d := range list {
		var body any = d.Body
		var clear *string
		switch {
		case d.Series == policy.SeriesRegister || d.Series == policy.SeriesCharter:
			continue // part of the genesis
		case d.Series == policy.TypeConflictMatrix:
			body = s.conflictRows(time.Now())
		case d.Confidential:
			if body, clear, err = s.hide(s.redRows(time.Now())); err != nil {
				return err
			}
		}
		now := time.Now().Unix()
		doc, err := policy.Draft(s.book, d.Series, d.Series, body, spec.Text(d.Title), spec.Text(d.Text), now, city.id, now)
		if err != nil {
			return err
		}
		if _, err := s.carry(ctx, doc, clear, []string{"city", "university"}, nil); err != nil {
			return fmt.Errorf("adopt %s: %w", d.Series, err)
		}
		adopted = append(adopted, d.Series)
	}
	if err := s.sameBook(ctx); err != nil {
		return err
	}
	s.vendor.follow(s.book)
	s.out.phase("adopt", "採択", "%s: agreed by raft over mutual TLS; the club follows by HTTP", strings.Join(adopted, ", "))
	return nil
}

// hide seals the competitor red list: the log carries a digest, and the four
// nodes fetch the body from the city.
func (s *story) hide(list *policy.RedList) (any, *string, error) {
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return nil, nil, fmt.Errorf("seal red list: %w", err)
	}
	var readers []spec.NodeID
	for _, x := range s.seats {
		readers = append(readers, x.id)
	}
	octets, sealed, err := policy.SealConfidential(salt, list, readers)
	clear := base64.RawURLEncoding.EncodeToString(octets)
	return sealed, &clear, err
}

// carry drafts a document at the city with its ballot key and casts the
// voters' ballots, the last of which puts it before raft. It returns the
// document's id.
func (s *story) carry(ctx context.Context, doc spec.Document, clear *string, voters []string, told func(string, wire.BallotCounted)) (string, error) {
	city := s.seat("city").desk
	token, err := spec.SealDocument(s.founded.Ballots[doc.Issuer], doc)
	if err != nil {
		return "", err
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return "", err
	}
	var made wire.DraftCreated
	err = city.post(ctx, caller{role: "council"}, "/v1/policy/drafts", wire.NewDraft{Document: token, Confidential: clear}, &made)
	if err != nil {
		return "", err
	}
	var ballots []string
	for _, name := range voters {
		voter := s.seat(name).id
		ballot, err := spec.SealBallot(s.founded.Ballots[voter], policy.BallotFor(s.book, sealed, voter, time.Now().Unix(), policy.Yes))
		if err != nil {
			return "", err
		}
		ballots = append(ballots, ballot)
		var counted wire.BallotCounted
		// An election that falls between is waited out; a ballot counts once.
		err = s.until(ctx, "the ballot of the "+name+" is counted", func(ctx context.Context) (string, error) {
			return "", city.post(ctx, caller{}, "/v1/policy/drafts/"+made.ID+"/ballots", wire.NewBallot{Ballot: ballot}, &counted)
		})
		if err != nil {
			return "", err
		}
		if counted.Accepted != (int32(len(ballots)) == counted.Needed) {
			return "", fmt.Errorf("after %d of %d ballots the draft is accepted: %t", len(ballots), counted.Needed, counted.Accepted)
		}
		if told != nil {
			told(name, counted)
		}
	}
	s.book, err = s.book.Apply(spec.MakeEntry(token, ballots))
	return made.ID, err
}

// sameBook waits until every node has the policy log that the demo reckons.
func (s *story) sameBook(ctx context.Context) error {
	root := spec.EncodeRoot(s.book.Root())
	for _, x := range s.seats {
		err := s.until(ctx, x.name+" follows the policy", func(ctx context.Context) (string, error) {
			p, err := x.desk.policy(ctx)
			if err != nil {
				return "", err
			}
			if p.Size != int64(s.book.Size()) || p.Root != root {
				return fmt.Sprintf("its log has %d entries with root %.8s, agreed were %d with root %.8s", p.Size, p.Root, s.book.Size(), root), nil
			}
			return "", nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
