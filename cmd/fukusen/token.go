package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

type tokenCommand struct {
	Dir    string   `help:"The node's data directory." type:"path" required:"" placeholder:"DATA"`
	Role   string   `help:"person, clerk, evaluator, operator or council." required:"" placeholder:"ROLE"`
	Person string   `help:"Whom a person's token speaks for: the id that the desk shows." placeholder:"ID"`
	For    lifetime `help:"How long the token is good, such as 24h or 8d." default:"24h"`
}

// longestToken bounds a token: it is a key in a text file, and only a rotation
// of the node's record key takes it back.
const longestToken = 90 * 24 * time.Hour

// lifetime is a duration that may also be written in days.
type lifetime time.Duration

// UnmarshalText reads 90m, 24h or 8d.
func (l *lifetime) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		if n, err := strconv.ParseInt(days, 10, 16); err == nil {
			*l = lifetime(time.Duration(n) * 24 * time.Hour)
			return nil
		}
	}
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return errors.New("write a time such as 90m, 24h or 8d")
	}
	*l = lifetime(d)
	return nil
}

// Run prints the token alone, so that a script can take it as it is.
func (c *tokenCommand) Run(t terminal) error {
	life := time.Duration(c.For)
	if life <= 0 || life > longestToken {
		return fmt.Errorf("--for is more than 0 and at most %d days", longestToken/(24*time.Hour))
	}
	if c.Role != "person" && c.Person != "" {
		return fmt.Errorf("--person belongs to --role person alone")
	}
	on, err := keys.Load(c.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return noNode("--dir", c.Dir)
	}
	if err != nil {
		return err
	}
	self := spec.HistoryIssuer(on.History)
	if self == "" {
		return fmt.Errorf("%s: the key history is damaged; take it from a backup", keys.HistoryPath(c.Dir))
	}
	token, err := node.IssueAccess(on.Record, self, c.Role, c.Person, time.Now(), life)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, token)
	return err
}
