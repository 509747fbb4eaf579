package main

import (
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

type tokenCommand struct {
	Dir    string        `help:"The node's data directory." type:"path" required:"" placeholder:"DATA"`
	Role   string        `help:"person, clerk, evaluator, operator or council." required:"" placeholder:"ROLE"`
	Person string        `help:"Whom a person's token speaks for: the id that the desk shows." placeholder:"ID"`
	For    time.Duration `help:"How long the token is good." default:"24h"`
}

// longestToken bounds a token: it is a key in a text file, and only a rotation
// of the node's record key takes it back.
const longestToken = 90 * 24 * time.Hour

// Run prints the token alone, so that a script can take it as it is.
func (c *tokenCommand) Run(t terminal) error {
	if c.For <= 0 || c.For > longestToken {
		return fmt.Errorf("--for is more than 0 and at most %d days", longestToken/(24*time.Hour))
	}
	if c.Role != "person" && c.Person != "" {
		return fmt.Errorf("--person belongs to --role person alone")
	}
	on, err := keys.Load(c.Dir)
	if err != nil {
		return err
	}
	self := spec.HistoryIssuer(on.History)
	if self == "" {
		return fmt.Errorf("%s: the key history is damaged; take it from a backup", keys.HistoryPath(c.Dir))
	}
	token, err := node.IssueAccess(on.Record, self, c.Role, c.Person, time.Now(), c.For)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, token)
	return err
}
