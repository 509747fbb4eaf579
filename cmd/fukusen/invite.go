package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
)

type inviteCommand struct {
	Dir          string `help:"The node's data directory." type:"path" required:"" placeholder:"DATA"`
	Name         string `help:"What colleagues call somebody who is nobody of the register." placeholder:"NAME"`
	Person       string `help:"Somebody of the register instead: the id that the desk shows." placeholder:"ID"`
	Role         string `help:"The role they get at once; empty for a person's own account alone." default:"operator" placeholder:"ROLE"`
	Organisation string `help:"The organisation that the role is in." default:"home" placeholder:"ID"`
	Language     string `help:"The language of their mails: ja or en." enum:"ja,en" default:"ja"`
}

// Run lets somebody in and prints the code that opens once, and its link. The
// node may be running.
func (c *inviteCommand) Run(ctx context.Context, t terminal) error {
	if (c.Name == "") == (c.Person == "") {
		return errors.New("one of --name and --person is required: who is invited")
	}
	path := configPath(c.Dir)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return noNode("--dir", c.Dir)
	}
	cfg, err := node.LoadConfig(path)
	if err != nil {
		return err
	}
	made, err := node.Invite(ctx, cfg, signin.Newcomer{
		Person: c.Person, Name: c.Name, Language: c.Language, Held: access.Held{Role: c.Role, Organisation: c.Organisation},
	}, time.Now)
	switch {
	case errors.Is(err, signin.ErrRole):
		return fmt.Errorf("--role %s: write one of person, coach, educator, evaluator, coordinator, clerk, and at home council and operator", quoted(c.Role))
	case errors.Is(err, store.ErrNotFound):
		return errors.New("--person or --organisation: nothing with this id is here")
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(t.Out, "code   %s\nlink   %s\nuntil  %s\nThe code opens once. Hand it over in person.\n",
		made.Code, made.Link, made.Until.Format(time.RFC3339))
	return err
}
