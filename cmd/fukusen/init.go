package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

type initCommand struct {
	Dir        string `help:"The data directory to make." type:"path" required:"" placeholder:"DATA"`
	ID         string `name:"id" help:"The node's id: its https origin, for good. http://localhost:PORT in a development federation." required:"" placeholder:"URL"`
	NameJA     string `name:"name-ja" help:"The organisation's name in Japanese." placeholder:"NAME"`
	NameEN     string `name:"name-en" help:"The organisation's name in English." placeholder:"NAME"`
	Kind       string `help:"municipality, company, university, school, club or foundation." placeholder:"KIND"`
	Listen     string `help:"Address to serve on; by default from the id." placeholder:"ADDR"`
	RaftListen string `name:"raft-listen" help:"Address for the council's raft, at a council node." placeholder:"ADDR"`
	Preset     string `help:"Deployment model: region-core, education-driven or company-led." placeholder:"MODEL"`
	DevCA      string `name:"dev-ca" help:"Make (or reuse) a throwaway certificate authority in this directory, and a certificate for this node. Never for production." type:"path" placeholder:"DIR"`
}

// Run makes a node that still belongs to no federation. It changes nothing in
// a directory that holds anything.
func (c *initCommand) Run(t terminal) error {
	if err := c.complete(); err != nil {
		return err
	}
	if err := vacant(c.Dir); err != nil {
		return err
	}
	id := spec.NodeID(c.ID)
	now := time.Now()
	var authority *authority
	if c.DevCA != "" {
		var err error
		if authority, err = openAuthority(c.DevCA, now); err != nil {
			return err
		}
	}
	_, offline, err := keys.Create(c.Dir, id, now)
	if err != nil {
		return err
	}
	if authority != nil {
		if err := authority.certify(filepath.Join(c.Dir, "tls"), hostOf(id), now); err != nil {
			return err
		}
	}
	if err := keys.Write(configPath(c.Dir), c.settings()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, whatNext, id, quoted(c.Dir), quoted(keys.SheetPath(c.Dir)),
		quoted(filepath.Dir(keys.RootPath(c.Dir))), quoted(configPath(c.Dir)), spec.EncodeKey(offline.Root.Public()))
	return err
}

// quoted is a path as a shell takes it: in quotes where it needs them.
func quoted(path string) string {
	if strings.ContainsAny(path, " \t\n'\"\\$`&;|<>()*?[]#~!{}") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// configPath is where init leaves the configuration.
func configPath(dir string) string { return filepath.Join(dir, "node.yaml") }

// complete fills in what follows from the id and the preset, and refuses what
// the node would refuse when it starts.
func (c *initCommand) complete() error {
	if _, err := spec.ParseNodeID(c.ID, true); err != nil {
		return fmt.Errorf("--id: %w", err)
	}
	if c.Preset != "" {
		p, err := presetNamed(c.Preset)
		if err != nil {
			return err
		}
		p.fill(c)
	}
	if !slices.Contains(spec.NodeKinds, c.Kind) {
		return fmt.Errorf("--kind is one of %s", strings.Join(spec.NodeKinds, ", "))
	}
	if c.NameJA == "" || c.NameEN == "" {
		return errors.New("--name-ja and --name-en: everybody reads the organisation's name in both languages")
	}
	if c.Listen == "" {
		c.Listen = listenFor(spec.NodeID(c.ID))
	}
	for flag, address := range map[string]string{"--listen": c.Listen, "--raft-listen": c.RaftListen} {
		if _, _, err := net.SplitHostPort(address); address != "" && err != nil {
			return fmt.Errorf("%s: write an address such as 0.0.0.0:8443", flag)
		}
	}
	if c.DevCA != "" && !strings.HasPrefix(c.ID, "https://") {
		return errors.New("--dev-ca makes certificates for https; an http id needs none")
	}
	return nil
}

// vacant refuses a directory that holds anything. It makes nothing.
func vacant(dir string) error {
	found, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(found) > 0:
		return fmt.Errorf("%s holds files already (%s); name a new directory", dir, found[0].Name())
	}
	return nil
}

// listenFor is loopback for a development node, and otherwise a port that
// needs no privilege: the usual 443 belongs to a proxy or a port mapping.
func listenFor(id spec.NodeID) string {
	u, err := url.Parse(string(id))
	if err != nil || u.Port() == "" {
		return "0.0.0.0:8443"
	}
	if u.Scheme == "http" {
		return "127.0.0.1:" + u.Port()
	}
	return "0.0.0.0:" + u.Port()
}

// hostOf is the host name of a node id, without its port.
func hostOf(id spec.NodeID) string {
	host, _, _ := strings.Cut(id.Host(), ":")
	return host
}

const whatNext = `%[1]s: keys and configuration are in %[2]s.
public root key / 公開ルート鍵: %[6]s

What to do next
  1. Print the root sheet, %[3]s, and lock it away.
  2. Move the folder %[4]s off this machine, to a medium that stays
     offline. The root key speaks for the node; the ballot key votes in its name.
  3. Read %[5]s. Every setting is explained there.
  4. Get your federation's genesis.txt into the directory, or found one
     (fukusen found). Then: fukusen serve --config %[5]s

次にすること
  1. ルート鍵の用紙 %[3]s を印刷し、金庫に保管してください。
  2. フォルダー %[4]s を、ネットワークから切り離した媒体へ移してください。
     ルート鍵はノードを代表し、投票鍵はその名で投票します。
  3. %[5]s を読んでください。すべての設定の説明があります。
  4. 連合の genesis.txt をこのフォルダーに置くか、fukusen found で連合を発足させてから、
     fukusen serve --config %[5]s で起動します。
`
