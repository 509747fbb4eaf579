// Package console is the operator's pages: how the node is, its neighbours,
// what was refused or waits, keys, policy, storage, jobs and who did what. They
// follow a stream of events and work without script. It refuses to show what a
// record says, and everybody but operators; council members see the policy.
package console

import (
	"net/http"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/work"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Trust is what the node believes of others.
type Trust interface {
	Book() *policy.Book
	History(spec.NodeID) *spec.KeyHistory
	KeysAge(spec.NodeID, time.Time) (time.Duration, bool)
	PolicyHead() string
	PolicyAge(time.Time) (time.Duration, bool)
	PolicyStopped() bool
}

// Neighbours are the readers of others' logs.
type Neighbours interface {
	Nudge(spec.NodeID)
	Confirm(spec.NodeID)
	States(spec.NodeID) (holds, known bool)
}

// Config is what these pages ask.
type Config struct {
	Self       spec.NodeID
	Store      *store.Store
	Trust      Trust
	Neighbours Neighbours
	Door       *signin.Door
	Epoch      func() int64
	Leader     func() spec.NodeID
	Ready      func() error        // why no feed is served yet, or nil
	Jobs       func() []work.State // what the node does by itself
	Clock      func() time.Time
	Data       string // the data directory, as commands name it
	ErasedList string // the file of erased ids, outside backups
}

// operators may see everything here, those and the council the policy.
func operators() access.Rule { return access.Rule{Roles: []access.Role{access.Operator}} }

func policyReaders() access.Rule {
	return access.Rule{Roles: []access.Role{access.Operator, access.Council}}
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{
		{Href: "/console", Key: "console.home", Rule: operators()},
		{Href: "/console/policy", Key: "console.policy", Rule: policyReaders()},
	}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	d := &room{Config: cfg, open: make(map[string]int), standard: sync.OnceValue(standard)}
	page := func(path string, rule access.Rule, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: http.MethodGet, Path: "/console" + path, Rule: rule, Do: do}
	}
	return []shell.Route{
		page("", operators(), d.overview),
		page("/peers", operators(), d.peers),
		{Method: http.MethodPost, Path: "/console/peers/pull", Rule: operators(), Do: d.pull},
		page("/refused", operators(), d.refused),
		page("/parked", operators(), d.parked),
		page("/keys", operators(), d.keys),
		page("/policy", policyReaders(), d.policy),
		page("/policy/documents/:document/:version", policyReaders(), d.document),
		page("/policy/drafts/:draft", policyReaders(), d.draft),
		page("/policy/proofs", policyReaders(), d.proofs),
		page("/storage", operators(), d.storage),
		page("/jobs", operators(), d.jobs),
		page("/audit", operators(), d.audit),
		page("/events", policyReaders(), d.events),
	}
}

// room is these pages with what they remember between requests: the last look
// at the node, and how many streams each account follows.
type room struct {
	Config
	standard func() map[string]string
	last     watched
	mu       sync.Mutex
	open     map[string]int // streams, by account
}

// nameOf is what the membership register calls a node.
func (d *room) nameOf(lang string, id spec.NodeID) string {
	if m := d.Trust.Book().Register().Find(id); m != nil {
		return m.Name.In(lang)
	}
	return string(id)
}

// others are the other members of the register.
func (d *room) others() []policy.Member {
	var list []policy.Member
	for _, m := range d.Trust.Book().Register().Members {
		if m.Node != d.Self {
			list = append(list, m)
		}
	}
	return list
}
