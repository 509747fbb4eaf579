package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

const (
	// settling is how long a command waits for an election or a majority.
	settling = 30 * time.Second
	askAgain = 100 * time.Millisecond
)

// book reads the whole policy log and proves it entry by entry, so that what a
// ballot is about is what this program saw and not what a node said.
func (c *client) book(ctx context.Context) (*policy.Book, error) {
	var book *policy.Book
	public := c.anonymous()
	for next := uint64(0); ; {
		path := "/v1/feed/policy?limit=" + strconv.Itoa(spec.MaxLimit)
		if next > 0 {
			path += "&after=" + strconv.FormatUint(next-1, 10)
		}
		var page spec.Page
		err := c.patient(ctx, func() error { return public.get(ctx, path, &page) })
		if err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			if book == nil {
				book, err = policy.NewBook(it.Record, "")
			} else {
				book, err = book.Apply(it.Record)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: policy entry %d does not prove itself: %w", c.origin, next, err)
			}
			next++
		}
		if len(page.Items) < spec.MaxLimit {
			break
		}
	}
	if book == nil {
		return nil, fmt.Errorf("%s shows an empty policy log", c.origin)
	}
	return book, nil
}

// policyBeyond reads what a node holds of the policy log beyond a size, and the
// cosigned head over it. It proves nothing: who takes the entries up judges them.
func (c *client) policyBeyond(ctx context.Context, size uint64) ([]string, string, error) {
	var entries []string
	for {
		path := "/v1/feed/policy?limit=" + strconv.Itoa(spec.MaxLimit) + "&after=" + strconv.FormatUint(size+uint64(len(entries))-1, 10)
		var page spec.Page
		if err := c.anonymous().get(ctx, path, &page); err != nil {
			return nil, "", err
		}
		for _, it := range page.Items {
			entries = append(entries, it.Record)
		}
		if len(page.Items) < spec.MaxLimit {
			return entries, page.Head, nil
		}
	}
}

// awaitSize returns when the policy in force at the node has that many entries.
func (c *client) awaitSize(ctx context.Context, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	for {
		var overview wire.PolicyOverview
		if err := c.anonymous().get(ctx, "/v1/policy", &overview); err != nil {
			return err
		}
		if overview.Size >= size {
			return nil
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return errors.New("the entry was accepted, but no majority of the council has cosigned it yet; look again with fukusen policy show")
		}
	}
}

// patient repeats an act while the node says that it cannot at the moment: a
// council without a leader has one in a second. Every act may be repeated.
func (c *client) patient(ctx context.Context, act func() error) error {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	for {
		err := act()
		var r *refused
		if !errors.As(err, &r) || r.status < http.StatusInternalServerError || r.status == http.StatusNotImplemented {
			return err
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return err
		}
	}
}

// voter is a council member at this table: its ballot key, and who it is.
type voter struct {
	node   spec.NodeID
	signer *spec.Signer
}

// voters finds in the register in force whose ballot keys these files are.
func voters(book *policy.Book, files []string) ([]voter, error) {
	var list []voter
	for _, file := range files {
		signer, err := keys.Read(file)
		if err != nil {
			return nil, err
		}
		public := spec.EncodeKey(signer.Public())
		found := false
		for _, m := range book.Register().Council() {
			if m.Ballot == public {
				list, found = append(list, voter{m.Node, signer}), true
			}
		}
		if !found {
			return nil, fmt.Errorf("%s: the register in force lists no council member with this ballot key", file)
		}
	}
	return list, nil
}

// propose signs a document, puts it up for ballots and answers it sealed. What
// no ballot could carry is said here and never posted.
func (c *client) propose(ctx context.Context, book *policy.Book, by voter, doc spec.Document, confidential *string) (*spec.SealedDocument, error) {
	token, err := spec.SealDocument(by.signer, doc)
	if err != nil {
		return nil, err
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return nil, err
	}
	if err := book.CheckDraft(sealed); err != nil {
		return nil, fmt.Errorf("the draft was not posted: %w", err)
	}
	var made wire.DraftCreated
	return sealed, c.patient(ctx, func() error {
		return c.post(ctx, "/v1/policy/drafts", wire.NewDraft{Document: token, Confidential: confidential}, &made)
	})
}

// vote casts one member's ballot about a sealed document.
func (c *client) vote(ctx context.Context, book *policy.Book, doc *spec.SealedDocument, by voter, choice string) (wire.BallotCounted, error) {
	var counted wire.BallotCounted
	ballot, err := spec.SealBallot(by.signer, policy.BallotFor(book, doc, by.node, time.Now().Unix(), choice))
	if err != nil {
		return counted, err
	}
	return counted, c.patient(ctx, func() error {
		return c.anonymous().post(ctx, "/v1/policy/drafts/"+string(doc.ID())+"/ballots", wire.NewBallot{Ballot: ballot}, &counted)
	})
}

// await returns when the node has a document in its policy log.
func (c *client) await(ctx context.Context, doc *spec.SealedDocument) error {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	for {
		var overview wire.PolicyOverview
		if err := c.anonymous().get(ctx, "/v1/policy", &overview); err != nil {
			return err
		}
		for _, d := range overview.Documents {
			if d.ID == string(doc.ID()) {
				return nil
			}
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return fmt.Errorf("%s was accepted, but no majority of the council has cosigned it yet; look again with fukusen policy show", doc.Series)
		}
	}
}
