package main

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

type foundCommand struct {
	Dir         []string `help:"Directories that init made, offline/ still in them; one --dir each." type:"path" required:"" placeholder:"DATA"`
	Council     string   `help:"Who sits in the council: a number for the first so many directories, or their names with commas." required:"" placeholder:"N|NAMES"`
	Development bool     `help:"Mark the federation as throwaway: http on localhost is then allowed, for good."`
}

// Run founds a federation at one table: every founder's offline keys are here
// for this one act. It refuses a directory that belongs to a federation.
func (c *foundCommand) Run(t terminal) error {
	var members []founding.Member
	for _, dir := range c.Dir {
		m, err := memberOf(dir)
		if err != nil {
			return err
		}
		if !c.Development && strings.HasPrefix(string(m.ID), "http://") {
			return fmt.Errorf("%s: an http id is for localhost and needs --development, which marks the federation as throwaway for good", m.ID)
		}
		members = append(members, m)
	}
	if err := c.seat(members); err != nil {
		return err
	}
	f, err := founding.FromKeys(members, c.Development, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "fed: %s\nwords: %s\n", f.Fed, policy.Words(f.Fed))
	for _, m := range f.Members {
		role := "member"
		if m.Council {
			role = "council"
		}
		fmt.Fprintf(t.Out, "%s: %s (%s)\n", role, m.ID, node.GenesisPath(m.Dir))
	}
	_, err = fmt.Fprint(t.Out, afterFounding)
	return err
}

// memberOf reads what init wrote.
func memberOf(dir string) (founding.Member, error) {
	cfg, err := node.ReadConfig(configPath(dir))
	if err != nil {
		return founding.Member{}, err
	}
	return founding.Member{
		ID: spec.NodeID(cfg.ID), Name: spec.Text{JA: cfg.NameJA, EN: cfg.NameEN}, Kind: cfg.Kind,
		Raft: raftAddress(spec.NodeID(cfg.ID), cfg.RaftListen), Dir: dir,
	}, nil
}

// raftAddress is where the others reach a council node: a listener on all
// addresses is reached by the host of the node's id.
func raftAddress(id spec.NodeID, listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = hostOf(id)
	}
	return net.JoinHostPort(host, port)
}

// seat marks the council: 1, 3, 5 or 7 members with a raft address.
func (c *foundCommand) seat(members []founding.Member) error {
	if n, err := strconv.Atoi(c.Council); err == nil {
		if n < 1 || n > len(members) {
			return fmt.Errorf("--council %d: there are %d directories, and a council has 1, 3, 5 or 7 members", n, len(members))
		}
		for i := range n {
			members[i].Council = true
		}
	} else {
		for _, name := range strings.Split(c.Council, ",") {
			at := slices.IndexFunc(members, func(m founding.Member) bool { return called(m, strings.TrimSpace(name)) })
			if at < 0 {
				return fmt.Errorf("--council: no directory and no node is called %q; write 1, 3, 5 or 7 for the first directories, or names", strings.TrimSpace(name))
			}
			members[at].Council = true
		}
	}
	seats := 0
	for _, m := range members {
		if !m.Council {
			continue
		}
		seats++
		if m.Raft == "" {
			return fmt.Errorf("%s: a council node needs raft_listen", configPath(m.Dir))
		}
	}
	if seats > 7 || seats%2 == 0 {
		return errors.New("--council: a council has 1, 3, 5 or 7 members, so that a majority is always clear")
	}
	return nil
}

// called finds a member by its id, its host, or its directory's name.
func called(m founding.Member, name string) bool {
	return name == string(m.ID) || name == hostOf(m.ID) || name == filepath.Base(m.Dir)
}

const afterFounding = `
Everyone compares the words aloud, then each founder takes the offline/ folder away.
全員で合言葉（words）を読み合わせてから、各自 offline/ フォルダーを持ち帰ってください。
`
