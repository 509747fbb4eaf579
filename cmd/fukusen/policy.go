package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fukusen/fukusen/node/web"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

type policyCommand struct {
	Propose proposeCommand `cmd:"" help:"Draft the next version of a document and put it up for ballots."`
	Vote    voteCommand    `cmd:"" help:"Cast a ballot about a draft."`
	Admit   admitCommand   `cmd:"" help:"Admit an ordinary member without a ballot, where the charter's auto-rule allows it."`
	Show    showCommand    `cmd:"" help:"Show what is in force at a node, and the words to compare."`
}

type proposeCommand struct {
	remote
	Token        string `help:"Bearer token of the council node, role council or operator." required:"" env:"FUKUSEN_TOKEN" placeholder:"TOKEN"`
	BallotKey    string `name:"ballot-key" help:"The drafter's ballot key." type:"existingfile" required:"" placeholder:"FILE"`
	Series       string `help:"Such as safety, or conflict-matrix." required:"" placeholder:"NAME"`
	Type         string `help:"The document's type; by default the series' name." placeholder:"NAME"`
	TitleJA      string `name:"title-ja" required:"" placeholder:"TEXT" help:"Title in Japanese."`
	TitleEN      string `name:"title-en" required:"" placeholder:"TEXT" help:"Title in English."`
	TextJA       string `name:"text-ja" type:"existingfile" required:"" placeholder:"FILE" help:"Text in Japanese (Markdown)."`
	TextEN       string `name:"text-en" type:"existingfile" required:"" placeholder:"FILE" help:"Text in English (Markdown)."`
	Body         string `help:"The body that programs read (JSON)." type:"existingfile" required:"" placeholder:"FILE"`
	ValidFrom    string `name:"valid-from" help:"When it comes into force; by default at once." placeholder:"2026-04-01T00:00:00+09:00"`
	Confidential bool   `help:"Show only a digest in the log; every member may read the body."`
}

// Run puts the document up and prints the draft's id for the voters.
func (c *proposeCommand) Run(ctx context.Context, t terminal) error {
	client, err := c.client(c.Token)
	if err != nil {
		return err
	}
	book, err := client.book(ctx)
	if err != nil {
		return err
	}
	drafter, err := voters(book, []string{c.BallotKey})
	if err != nil {
		return err
	}
	doc, clear, err := c.draft(book, drafter[0].node, time.Now())
	if err != nil {
		return err
	}
	sealed, err := client.propose(ctx, book, drafter[0], doc, clear)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "draft: %s\nseries: %s version %d\nballots needed: %d\n", sealed.ID(), doc.Series, doc.Version, book.Register().Threshold)
	return err
}

func (c *proposeCommand) draft(book *policy.Book, drafter spec.NodeID, now time.Time) (spec.Document, *string, error) {
	from := now
	var parts [3][]byte
	for i, file := range []string{c.TextJA, c.TextEN, c.Body} {
		octets, err := os.ReadFile(file)
		if err != nil {
			return spec.Document{}, nil, err
		}
		parts[i] = octets
	}
	if !json.Valid(parts[2]) {
		return spec.Document{}, nil, fmt.Errorf("--body: %s is not JSON", c.Body)
	}
	if c.ValidFrom != "" {
		var err error
		if from, err = time.Parse(time.RFC3339, c.ValidFrom); err != nil {
			return spec.Document{}, nil, fmt.Errorf("--valid-from: write a time such as 2026-04-01T00:00:00+09:00")
		}
	}
	if c.Type == "" {
		c.Type = c.Series
	}
	var body any = json.RawMessage(parts[2])
	var clear *string
	if c.Confidential {
		var readers []spec.NodeID
		for _, m := range book.Register().Members {
			readers = append(readers, m.Node)
		}
		var err error
		if body, clear, err = hide(body, readers); err != nil {
			return spec.Document{}, nil, err
		}
	}
	title := spec.Text{JA: c.TitleJA, EN: c.TitleEN}
	text := spec.Text{JA: strings.TrimSpace(string(parts[0])), EN: strings.TrimSpace(string(parts[1]))}
	doc, err := policy.Draft(book, c.Series, c.Type, body, title, text, from.Unix(), drafter, now.Unix())
	return doc, clear, err
}

type voteCommand struct {
	remote
	Token     string `help:"Bearer token of the council node, role council or operator; it shows the draft." required:"" env:"FUKUSEN_TOKEN" placeholder:"TOKEN"`
	BallotKey string `name:"ballot-key" help:"The member's ballot key." type:"existingfile" required:"" placeholder:"FILE"`
	Draft     string `help:"The draft's id." required:"" placeholder:"ID"`
	Choice    string `help:"yes or no." enum:"yes,no" required:"" placeholder:"yes|no"`
}

// Run casts the ballot about the very document that the node showed.
func (c *voteCommand) Run(ctx context.Context, t terminal) error {
	client, err := c.client(c.Token)
	if err != nil {
		return err
	}
	var draft wire.Draft
	if !spec.ID(c.Draft).Valid() {
		return fmt.Errorf("--draft is the id that fukusen policy propose printed")
	}
	if err := client.get(ctx, "/v1/policy/drafts/"+c.Draft, &draft); err != nil {
		return err
	}
	doc, err := spec.ReadDocument(draft.Document)
	if err != nil {
		return err
	}
	if doc.ID() != spec.ID(c.Draft) {
		return fmt.Errorf("%s showed another document than the draft that was asked for; no ballot was cast", client.origin)
	}
	book, err := client.book(ctx)
	if err != nil {
		return err
	}
	member, err := voters(book, []string{c.BallotKey})
	if err != nil {
		return err
	}
	counted, err := client.vote(ctx, book, doc, member[0], c.Choice)
	if err != nil {
		return err
	}
	state := "open"
	if counted.Accepted {
		if err := client.await(ctx, doc); err != nil {
			return err
		}
		state = "accepted"
	}
	_, err = fmt.Fprintf(t.Out, "%s: %s, %d ballots of %d needed: %s\n", doc.Series, c.Choice, counted.Ballots, counted.Needed, state)
	return err
}

type showCommand struct {
	remote
	Series string `help:"Only this series." placeholder:"NAME"`
	JSON   bool   `name:"json" help:"The node's answer as JSON."`
}

// Run prints the documents in a table, the newest version of each last.
func (c *showCommand) Run(ctx context.Context, t terminal) error {
	client, err := c.client("")
	if err != nil {
		return err
	}
	var overview wire.PolicyOverview
	if err := client.get(ctx, "/v1/policy", &overview); err != nil {
		return err
	}
	if c.Series != "" {
		kept := overview.Documents[:0]
		for _, d := range overview.Documents {
			if d.Series == c.Series {
				kept = append(kept, d)
			}
		}
		overview.Documents = kept
	}
	if c.JSON {
		out := json.NewEncoder(t.Out)
		out.SetIndent("", "  ")
		return out.Encode(overview)
	}
	fmt.Fprintf(t.Out, "fed %s\nwords %s\n%d entries, council: %s\n\n", overview.Fed, strings.Join(overview.Words, "-"),
		overview.Size, strings.Join(overview.Council, ", "))
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERIES\tVERSION\tSTATUS\tVALID FROM\tTITLE")
	for _, d := range overview.Documents {
		from := time.Unix(d.ValidFrom, 0).UTC().Format(time.RFC3339)
		title := spec.Text{JA: d.Title.Ja, EN: d.Title.En}
		if name, ok := web.SeriesName(d.Series); ok && d.Version == 1 {
			title = name // the three documents of a genesis share its title
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s / %s\n", d.Series, d.Version, d.Status, from, title.EN, title.JA)
	}
	return w.Flush()
}
