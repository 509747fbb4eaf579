package gate

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// mostInOrder is how many ids one erasure order may list (REQ-ERA-004).
const mostInOrder = 500

// Erase removes a person: every body about them here, orders to everyone who
// holds one, and what was kept. The person's names leave first, so that
// nothing new can be said while the orders travel. It may be repeated.
func (g *Gate) Erase(ctx context.Context, person string) (Taken, error) {
	var taken Taken
	err := g.Change(ctx, func(c *Change) error {
		taken = Taken{}
		// Whoever says something about the person now is waited for, and then listed.
		if err := errors.Join(c.tx.HoldPerson(person), c.known(person)); err != nil {
			return err
		}
		byReader, heard, err := c.saidAbout(person)
		if err != nil {
			return err
		}
		if err := c.forget(heard); err != nil {
			return err
		}
		readers := make([]spec.NodeID, 0, len(byReader))
		for reader := range byReader {
			readers = append(readers, reader)
		}
		slices.Sort(readers)
		for _, reader := range readers {
			for rows := range slices.Chunk(byReader[reader], mostInOrder) {
				if err := c.order(reader, rows, person); err != nil {
					return err
				}
				taken.Records += len(rows)
			}
			taken.Readers++
		}
		taken.Deadline = c.deadline(spec.ActionErased)
		if err := c.tx.DeletePerson(person); err != nil {
			return err
		}
		return c.gate.KeepErased(nil, person)
	})
	return taken, err
}

// saidAbout lists the records about a person by the node that must erase them:
// the reader of what we said, the issuer of credentials we received. What else
// others said to us about the person goes here alone: no order is valid for it
// (REQ-ERA-002).
func (c *Change) saidAbout(person string) (out map[spec.NodeID][]store.Entry, heard []spec.ID, err error) {
	pairs, err := c.tx.PairwiseOf(person)
	if err != nil {
		return nil, nil, err
	}
	engagements, err := c.tx.EngagementsOf(person)
	if err != nil {
		return nil, nil, err
	}
	subjects := make(map[spec.Subject]bool)
	for _, p := range pairs {
		subjects[p.Subject] = true
	}
	for _, e := range engagements {
		subjects[e.Subject] = true
	}
	out = make(map[spec.NodeID][]store.Entry)
	for subject := range subjects {
		rows, err := c.tx.BySubject(subject)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range rows {
			switch {
			case r.State == store.StateErased:
			case r.Issuer == c.gate.Self:
				out[r.Audience] = append(out[r.Audience], r)
			case r.Kind == spec.KindEvaluation:
				out[r.Issuer] = append(out[r.Issuer], r)
			default:
				heard = append(heard, r.ID)
			}
		}
	}
	return out, heard, c.parkedAbout(subjects, out)
}

// parkedAbout adds the credentials about these subjects that still wait here,
// under the neighbour whose log they came from.
func (c *Change) parkedAbout(subjects map[spec.Subject]bool, out map[spec.NodeID][]store.Entry) error {
	peers, err := c.tx.ParkedPeers()
	if err != nil {
		return err
	}
	for _, peer := range peers {
		for after := spec.ID(""); ; {
			rows, err := c.tx.ParkedFor(peer, after, mostRejudged)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].ID
			for _, p := range rows {
				var e spec.Envelope
				if p.Kind == spec.KindEvaluation && json.Unmarshal(spec.Payload(p.Token), &e) == nil && subjects[e.Subject] {
					out[peer] = append(out[peer], store.Entry{ID: p.ID, Kind: p.Kind, Issuer: peer})
				}
			}
		}
	}
	return nil
}

// order says one erasure order and erases the same ids here.
func (c *Change) order(reader spec.NodeID, rows []store.Entry, person string) error {
	list := idsOf(rows)
	id, err := c.say(reader, &spec.Erasure{
		Envelope: spec.Envelope{UID: spec.RandomUUID()}, IDs: list, Basis: "subject-request",
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Issuer == c.gate.Self {
			c.enter(reader, r.ID, r.Kind, spec.Erased)
		}
	}
	if err := c.expect(reader, rows, spec.ActionErased, id, person); err != nil {
		return err
	}
	if err := c.tx.Unpark("", list); err != nil {
		return err
	}
	return c.forget(list)
}
