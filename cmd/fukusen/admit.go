package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

type admitCommand struct {
	remote
	Dir    string `help:"The data directory of the council node that admits; its record key signs." type:"path" required:"" placeholder:"DATA"`
	Token  string `help:"Bearer token of that node, role council or operator; by default one is made for this act." env:"FUKUSEN_TOKEN" placeholder:"TOKEN"`
	Node   string `help:"The new member's node id." required:"" placeholder:"ID"`
	NameJA string `name:"name-ja" help:"The organisation's name in Japanese." required:"" placeholder:"NAME"`
	NameEN string `name:"name-en" help:"The organisation's name in English." required:"" placeholder:"NAME"`
	Kind   string `help:"municipality, company, university, school, club or foundation." required:"" placeholder:"KIND"`
	Root   string `help:"The public half of its root key, 32 octets in base64url." required:"" placeholder:"X"`
}

// actLife is how long a token lives that a command makes for itself.
const actLife = 5 * time.Minute

// Run admits an ordinary member without a ballot. Whether that may be is for
// the charter's auto-rule, and judged by every node alike.
func (c *admitCommand) Run(ctx context.Context, t terminal) error {
	if !slices.Contains(spec.NodeKinds, c.Kind) {
		return fmt.Errorf("--kind is one of %s", strings.Join(spec.NodeKinds, ", "))
	}
	on, err := keys.Load(c.Dir)
	if err != nil {
		return err
	}
	now := time.Now()
	self := spec.HistoryIssuer(on.History)
	if c.Token == "" {
		if c.Token, err = node.IssueAccess(on.Record, self, "council", "", now, actLife); err != nil {
			return err
		}
	}
	client, err := c.client(c.Token)
	if err != nil {
		return err
	}
	book, err := client.book(ctx)
	if err != nil {
		return err
	}
	entry, err := c.entry(book, self, on, now)
	if err != nil {
		return err
	}
	var place wire.EntryPlace
	if err := client.patient(ctx, func() error { return client.postText(ctx, "/v1/policy/entries", entry, &place) }); err != nil {
		return err
	}
	if place.N != nil {
		if err := client.awaitSize(ctx, *place.N+1); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(t.Out, afterAdmission, c.Node, policy.Words(book.Fed()), book.Fed())
	return err
}

// entry is the admission with the key history that proves its signature.
func (c *admitCommand) entry(book *policy.Book, self spec.NodeID, on keys.Online, now time.Time) (string, error) {
	admitter := book.Register().Find(self)
	if admitter == nil {
		return "", fmt.Errorf("%s: the register in force does not list %s", c.Dir, self)
	}
	root, err := spec.DecodeKey(admitter.Root)
	if err != nil {
		return "", err
	}
	history, err := spec.OpenKeys(on.History, self, root)
	if err != nil {
		return "", fmt.Errorf("%s: %w", keys.HistoryPath(c.Dir), err)
	}
	return spec.SealAdmission(on.Record, spec.Admission{
		Fed: book.Fed(), Issuer: self, IssuedAt: now.Unix(), JTI: spec.NewUUID(), Node: spec.NodeID(c.Node), Root: c.Root,
		Name: spec.Text{JA: c.NameJA, EN: c.NameEN}, Kind: c.Kind, Register: book.RegisterID(),
	}, history)
}

const afterAdmission = `%s is a member.
Send it genesis.txt, and by telephone the words: %s
Its node.yaml pins them with fed: %s
`
