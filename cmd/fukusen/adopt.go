package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

type adoptCommand struct {
	remote
	Token     string   `help:"Bearer token of the council node, role council or operator." required:"" env:"FUKUSEN_TOKEN" placeholder:"TOKEN"`
	BallotKey []string `name:"ballot-key" help:"Ballot key files of council members, as many as the threshold; one flag each." type:"existingfile" required:"" placeholder:"FILE"`
	RedList   string   `name:"red-list" help:"The competitor red list (JSON, confidential); empty without it." type:"existingfile" placeholder:"FILE"`
}

// Run takes up the starting documents that are not in the log yet, one after
// another. It may be repeated: what is there already is passed over.
func (c *adoptCommand) Run(ctx context.Context, t terminal) error {
	client, err := c.client(c.Token)
	if err != nil {
		return err
	}
	list, err := documents.Starting()
	if err != nil {
		return err
	}
	for _, d := range list {
		book, err := client.book(ctx)
		if err != nil {
			return err
		}
		if head := book.Head(d.Series); head != nil {
			fmt.Fprintf(t.Out, "%-16s version %d stands already\n", d.Series, head.Version)
			continue
		}
		if err := c.adopt(ctx, client, book, d); err != nil {
			return fmt.Errorf("%s: %w", d.Series, err)
		}
		fmt.Fprintf(t.Out, "%-16s adopted\n", d.Series)
	}
	return nil
}

func (c *adoptCommand) adopt(ctx context.Context, client *client, book *policy.Book, d documents.Document) error {
	table, err := voters(book, c.BallotKey)
	if err != nil {
		return err
	}
	if need := book.Register().Threshold; len(table) < need {
		return fmt.Errorf("the register asks for %d ballots, and %d ballot keys are here", need, len(table))
	}
	var body any = d.Body
	var clear *string
	if d.Confidential {
		if body, clear, err = c.hide(book); err != nil {
			return err
		}
	}
	now := time.Now().Unix()
	doc, err := policy.Draft(book, d.Series, d.Series, body, spec.Text(d.Title), spec.Text(d.Text), now, table[0].node, now)
	if err != nil {
		return err
	}
	sealed, err := client.propose(ctx, book, table[0], doc, clear)
	if err != nil {
		return err
	}
	for _, v := range table {
		counted, err := client.vote(ctx, book, sealed, v, policy.Yes)
		if err != nil {
			return err
		}
		if counted.Accepted {
			break
		}
	}
	return client.await(ctx, sealed)
}

// hide seals the red list; every member of the register may read it.
func (c *adoptCommand) hide(book *policy.Book) (any, *string, error) {
	var list policy.RedList
	if c.RedList != "" {
		octets, err := os.ReadFile(c.RedList)
		if err != nil {
			return nil, nil, fmt.Errorf("--red-list: %w", err)
		}
		if err := json.Unmarshal(octets, &list); err != nil {
			return nil, nil, fmt.Errorf("--red-list: %s is not the JSON of a red list", c.RedList)
		}
	}
	var readers []spec.NodeID
	for _, m := range book.Register().Members {
		readers = append(readers, m.Node)
	}
	return hide(list, readers)
}

// hide joins a confidential body with 32 random octets: what the log shows of
// it, and the octets that only readers get.
func hide(body any, readers []spec.NodeID) (policy.Sealed, *string, error) {
	var salt [32]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return policy.Sealed{}, nil, err
	}
	octets, sealed, err := policy.SealConfidential(salt, body, readers)
	if err != nil {
		return policy.Sealed{}, nil, err
	}
	clear := base64.RawURLEncoding.EncodeToString(octets)
	return sealed, &clear, nil
}
