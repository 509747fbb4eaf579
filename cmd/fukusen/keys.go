package main

import (
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

type keysCommand struct {
	Rotate rotateCommand `cmd:"" help:"Replace the node's record key, or with --tls its TLS key; the old one verifies what it signed until now."`
	Revoke revokeCommand `cmd:"" help:"Revoke a key that was lost or stolen, with a reason that everybody reads."`
}

// heldKeys is what both acts need: the directory, and the root key back from
// where it is kept offline.
type heldKeys struct {
	Dir  string `help:"The node's data directory." type:"path" required:"" placeholder:"DATA"`
	Root string `help:"The root key's file, brought back for this one act." type:"existingfile" required:"" placeholder:"FILE"`
}

type rotateCommand struct {
	heldKeys
	TLS bool `name:"tls" help:"Replace the key that proves a council node to the others' raft, and leave the record key as it is."`
}

// Run rotates. The running node reads its keys again by itself.
func (c *rotateCommand) Run(t terminal) error {
	root, err := keys.Read(c.Root)
	if err != nil {
		return err
	}
	if c.TLS {
		return c.tls(t, root)
	}
	on, err := keys.Rotate(c.Dir, root, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "record key: %s\nThe running node takes it up within seconds. Bearer tokens of the old key have ended; issue new ones.\n", on.Record.KID())
	return err
}

func (c *rotateCommand) tls(t terminal, root *spec.Signer) error {
	on, err := keys.RotateTLS(c.Dir, root, time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "TLS key: %s\nThe running node takes it up within seconds, and the other council nodes when they next read its log.\n", on.TLS.KID())
	return err
}

type revokeCommand struct {
	heldKeys
	KID    string `name:"kid" help:"The key to revoke, as the key history names it." required:"" placeholder:"KID"`
	Reason string `help:"Why, in words that everybody may read." required:"" placeholder:"TEXT"`
}

// Run revokes. Repeating it changes nothing.
func (c *revokeCommand) Run(t terminal) error {
	root, err := keys.Read(c.Root)
	if err != nil {
		return err
	}
	if _, err := keys.Revoke(c.Dir, root, c.KID, c.Reason, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "revoked: %s\n", c.KID)
	return err
}
