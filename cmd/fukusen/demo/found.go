package demo

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// seat is one node of the region.
type seat struct {
	name    string // also its folder
	id      spec.NodeID
	title   spec.Text
	kind    string
	council bool
	config  node.Config
	file    string // the configuration as YAML
	desk    *desk
	child   *child
	people  []*resident
}

// found makes keys, configurations and the genesis of five members: the four
// nodes and a vendor that the demo plays itself.
func (s *story) found(context.Context) error {
	members := []founding.Member{}
	for i, m := range []seat{
		{name: "city", title: spec.Text{JA: "汐凪市（架空）", EN: "Shionagi City (fictional)"}, kind: "municipality", council: true},
		{name: "university", title: spec.Text{JA: "汐凪大学（架空）", EN: "Shionagi University (fictional)"}, kind: "university", council: true},
		{name: "company", title: spec.Text{JA: "なぎさ造船株式会社（架空）", EN: "Nagisa Boatworks (fictional)"}, kind: "company", council: true},
		{name: "club", title: spec.Text{JA: "汐凪ローイングクラブ（架空）", EN: "Shionagi Rowing Club (fictional)"}, kind: "club"},
	} {
		x := m
		s.place(&x, i)
		s.seats = append(s.seats, &x)
		members = append(members, founding.Member{
			ID: x.id, Name: x.title, Kind: x.kind, Council: x.council, Raft: x.config.RaftListen, Dir: x.config.Data,
		})
	}
	vendorDir := filepath.Join(s.dir, vendorName, "data")
	members = append(members, founding.Member{
		ID: s.idAt(len(s.seats)), Name: vendorTitle, Kind: "company", Dir: vendorDir,
	})
	now := time.Now()
	var err error
	if s.founded, err = founding.Found(members, true, now); err != nil {
		return err
	}
	if s.book, err = policy.NewBook(s.founded.Genesis, s.founded.Fed); err != nil {
		return err
	}
	for _, x := range s.seats {
		if err := s.furnish(x); err != nil {
			return err
		}
	}
	if s.vendor, err = openVendor(s.idAt(len(s.seats)), vendorDir, s.founded.Fed, now); err != nil {
		return err
	}
	s.out.phase("found", "設立", "%d members, %d of them the council; their keys and the genesis", len(members), len(s.founded.Ballots))
	s.out.more("anchor to compare by telephone: %s", policy.Words(s.founded.Fed))
	return nil
}

func (s *story) idAt(offset int) spec.NodeID {
	return spec.NodeID(fmt.Sprintf("http://localhost:%d", s.base+offset))
}

func (s *story) place(x *seat, offset int) {
	x.id = s.idAt(offset)
	x.config = node.Config{
		ID: string(x.id), Listen: fmt.Sprintf("127.0.0.1:%d", s.base+offset), Data: filepath.Join(s.dir, x.name, "data"),
		NameJA: x.title.JA, NameEN: x.title.EN, Kind: x.kind, LogLevel: "info", Demo: true,
	}
	if x.council {
		x.config.RaftListen = fmt.Sprintf("127.0.0.1:%d", s.base+raftFrom+offset)
	}
	if x.name == "city" {
		x.config.Identifiers = []spec.Identifier{{Scheme: "jp-municipality", Value: regionCode}}
	}
	x.file = filepath.Join(s.dir, x.name, "node.yaml")
}

// furnish writes a node's configuration and opens a desk at it.
func (s *story) furnish(x *seat) error {
	octets, err := yaml.Marshal(x.config)
	if err != nil {
		return fmt.Errorf("configuration of %s: %w", x.name, err)
	}
	if err := os.WriteFile(x.file, octets, 0o600); err != nil {
		return fmt.Errorf("configuration of %s: %w", x.name, err)
	}
	on, err := keys.Load(x.config.Data)
	if err != nil {
		return err
	}
	x.desk = &desk{id: x.id, signer: on.Record, http: &http.Client{
		Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 16},
	}}
	return nil
}

// start runs the vendor's feed and the four nodes, and waits until all answer.
func (s *story) start(ctx context.Context) error {
	if err := s.vendor.listen(fmt.Sprintf("127.0.0.1:%d", s.base+len(s.seats))); err != nil {
		return err
	}
	for _, x := range s.seats {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := startChild(x.name, s.program, x.file, filepath.Join(s.dir, x.name, "node.log"))
		if err != nil {
			return err
		}
		x.child = c
		go func() {
			<-c.done
			s.ended <- fmt.Errorf("%w: %s (%v); the last line of its log: %s", errEnded, c.name, c.cmd.ProcessState, c.last())
		}()
	}
	for _, x := range s.seats {
		err := s.until(ctx, x.name+" is ready", func(ctx context.Context) (string, error) {
			var h wire.Health
			err := x.desk.get(ctx, caller{}, "/v1/health", &h)
			if err == nil && !h.Ready {
				return "not ready yet", nil
			}
			return "", err
		})
		if err != nil {
			return err
		}
	}
	s.out.phase("start", "起動", "four nodes serve, each a process with its own directory and keys")
	for _, x := range s.seats {
		s.out.more("%-11s %s  pid %d", x.name, x.id, x.child.cmd.Process.Pid)
	}
	return nil
}

// stopAll asks every node to close, all at once, and waits for each.
func (s *story) stopAll() {
	for _, x := range s.seats {
		if x.desk != nil {
			x.desk.http.CloseIdleConnections() // a node waits for open ones
		}
		if x.child != nil {
			x.child.ask()
		}
	}
	for _, x := range s.seats {
		if x.child != nil {
			x.child.wait()
		}
	}
	if s.vendor != nil {
		s.vendor.close()
	}
}
