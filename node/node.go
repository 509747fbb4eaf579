// Package node is the front door of the product: it says what is connected to
// what, from top to bottom, and starts and stops it in that order. It refuses
// to start half: whatever is missing is one clear sentence and nothing changed.
package node

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/peer"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/work"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/access"
)

// Version is set when a release is built.
var Version = "1.0.0-dev"

// Node is one running node.
type Node struct {
	cfg         Config
	opt         Options
	self        spec.NodeID
	log         *slog.Logger
	lock        *os.File
	files       keyFiles
	store       *store.Store
	trust       *trust.Trust
	gate        *gate.Gate
	door        *signin.Door
	desk        *enrol.Desk
	engagements *engage.Engagements
	planner     *planner.Planner
	calendars   *publish.Calendars
	rhythm      *rhythm.Rhythm
	mail        *mail.Sender
	feeds       *subscribe.Feeds
	client      *peer.Client
	peers       *peer.Peers
	council     atomic.Pointer[council]
	heads       *heads
	pages       *shell.Shell

	listener net.Listener
	server   *http.Server
	ctx      context.Context
	cancel   context.CancelFunc
	jobs     sync.WaitGroup
	work     work.Board    // what the jobs are at, for the operator
	ground   chan struct{} // what consents stand on has moved

	mu        sync.Mutex
	restoring error
	unlisted  error
	standing  string // this node's status in the register, as last seen
}

// Open prepares a node: directory, keys, store, trust, gate, readers. Nothing
// is served and nobody is asked before Start.
func Open(ctx context.Context, cfg Config, opt Options, log *slog.Logger) (*Node, error) {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	n := &Node{cfg: cfg, opt: opt, log: log, ground: make(chan struct{}, 1)}
	n.ctx, n.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := n.open(ctx); err != nil {
		n.release()
		return nil, err
	}
	return n, nil
}

func (n *Node) open(ctx context.Context) error {
	genesis, err := readGenesis(n.cfg.Data)
	if err != nil {
		return err
	}
	development, err := developmentOf(genesis, spec.ID(n.cfg.Fed))
	if err != nil {
		return err
	}
	if n.self, err = n.cfg.check(development); err != nil {
		return err
	}
	// All that can be refused by looking is refused before anything is made.
	if err := newer(n.cfg.Data); err != nil {
		return err
	}
	if err := n.files.load(n.cfg.Data); err != nil {
		return err
	}
	if n.lock, err = lock(n.cfg.Data); err != nil {
		return err
	}
	if err := n.listen(); err != nil {
		return err
	}
	if err := markVersion(n.cfg.Data); err != nil {
		return err
	}
	if n.store, err = store.Open(ctx, n.cfg.Store, store.Options{}); err != nil {
		return err
	}
	erased := erasedList{n.cfg.ErasedList}
	if err := erased.afterRestore(ctx, n.store, n.opt.Clock().Unix()); err != nil {
		return err
	}
	if n.trust, err = trust.Open(ctx, n.store, n.self, genesis, spec.ID(n.cfg.Fed)); err != nil {
		return err
	}
	if err := n.proveKeys(ctx); err != nil {
		return err
	}
	if n.gate, err = gate.Open(ctx, gate.Config{
		Self: n.self, Name: n.cfg.NameEN, Store: n.store, Trust: n.trust, Signer: n.files.signer,
		Clock: n.opt.Clock, Log: n.log, KeepErased: erased.keep, Tell: n.tellPerson, Agree: engage.Follow, Ended: engage.Ended,
		Lost: engage.Lost,
	}); err != nil {
		return err
	}
	if err := n.beginEpoch(ctx); err != nil {
		return err
	}
	if err := n.openDoor(ctx, development); err != nil {
		return err
	}
	n.calendars = publish.New(n.gate, func(of spec.NodeID) { n.peers.LookAround(of) })
	n.engagements = engage.New(n.gate, func(home spec.NodeID) int64 { return n.peers.ReadUntil(home) })
	n.planner = planner.New(planner.Config{Self: n.self, Store: n.store, Gate: n.gate, Clock: n.opt.Clock, Log: n.log})
	n.rhythm = rhythm.New(n.gate)
	n.desk = enrol.New(enrol.Config{Self: n.self, Store: n.store, Gate: n.gate, Door: n.door, Clock: n.opt.Clock})
	if err := n.openMail(); err != nil {
		return err
	}
	return n.openPeers(development)
}

func (n *Node) openPeers(development bool) error {
	private, err := n.cfg.private(development)
	if err != nil {
		return err
	}
	authorities, err := authorities(n.cfg.TLS.CAFile)
	if err != nil {
		return err
	}
	n.heads = &heads{store: n.store, trust: n.trust, clock: n.opt.Clock, log: n.log}
	guard := dial.Guard{Private: private, CAs: authorities}
	transport := peer.NewTransport(guard)
	n.client = peer.NewClient(n.self, n.files.signer, n.opt.Clock, transport, asked{n.heads})
	n.peers = peer.Open(peer.Config{
		Self: n.self, Store: n.store, Trust: n.trust, Gate: n.gate, Client: n.client, Clock: n.opt.Clock, Log: n.log,
		Wait: n.opt.Wait, Least: n.opt.Least, Most: n.opt.Most, Public: n.opt.Public,
	})
	n.openFeeds(guard, development)
	return nil
}

// Start takes the seat in the council, serves, and begins to read neighbours.
func (n *Node) Start() error {
	if err := n.takeSeat(); err != nil {
		return err
	}
	n.noteStanding()
	n.trust.OnPolicy(func(*policy.Book) {
		n.becomeListed()
		n.noteStanding()
		n.groundMoved()
		if err := n.takeSeat(); err != nil {
			n.log.Error("seat in the council not taken", "error", err)
		}
	})
	n.trust.OnKeys(n.repin)
	if err := n.serve(); err != nil {
		return err
	}
	n.peers.Start()
	n.drain()
	n.startJobs()
	n.log.Info("node ready", "id", n.self, "listen", n.listener.Addr().String(), "store", n.store.Engine())
	return nil
}

// Close stops in the reverse order and waits for everything.
func (n *Node) Close() error {
	n.cancel()
	var err error
	if n.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		if err = n.server.Shutdown(ctx); err != nil {
			err = n.server.Close() // a long poll need not be waited for
		}
		cancel()
	}
	// Readers and those who are told of a new policy may begin jobs.
	n.peers.Close()
	n.trust.Close()
	n.feeds.Close()
	n.jobs.Wait()
	return errors.Join(err, n.release())
}

func (n *Node) release() error {
	n.cancel()
	var errs []error
	if n.peers != nil {
		n.peers.Close()
	}
	if n.trust != nil {
		n.trust.Close()
	}
	if n.feeds != nil {
		n.feeds.Close()
	}
	if c := n.council.Load(); c != nil {
		errs = append(errs, c.Close())
	}
	if n.gate != nil {
		n.gate.Close()
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.listener != nil && n.server == nil {
		errs = append(errs, n.listener.Close())
	}
	if n.lock != nil {
		errs = append(errs, n.lock.Close())
	}
	return errors.Join(errs...)
}

// Self is the node's id.
func (n *Node) Self() spec.NodeID { return n.self }

// Gate is the door, for the demo and for tests.
// Calendars is what this node publishes, and what flows into whose week.
func (n *Node) Calendars() *publish.Calendars { return n.calendars }

// Engagements is what is agreed about work.
func (n *Node) Engagements() *engage.Engagements { return n.engagements }

// Rhythm is somebody's own days: focus, and the teams of this node.
func (n *Node) Rhythm() *rhythm.Rhythm { return n.rhythm }

// Feeds are the calendars of the outside, for the demo and for tests.
func (n *Node) Feeds() *subscribe.Feeds { return n.feeds }

// Gate is the door, for the demo and for tests.
func (n *Node) Gate() *gate.Gate { return n.gate }

// Pages are the pages that this node serves, for tests that try them all.
func (n *Node) Pages() []shell.Route { return n.pages.Routes() }

// Door is who can sign in, for the demo and for tests.
func (n *Node) Door() *signin.Door { return n.door }

// Desk writes about the node's people.
func (n *Node) Desk() *enrol.Desk { return n.desk }

// Planner is a person's own time, as their calendar programs see it.
func (n *Node) Planner() *planner.Planner { return n.planner }

// Store is the store, for the demo and for tests.
func (n *Node) Store() *store.Store { return n.store }

// Trust is what the node believes of others.
func (n *Node) Trust() *trust.Trust { return n.trust }

// Peers are the readers of neighbours' feeds.
func (n *Node) Peers() *peer.Peers { return n.peers }

// Access issues a bearer token of this node.
func (n *Node) Access(role, person string, life time.Duration) (string, error) {
	now := n.opt.Clock()
	return IssueAccess(n.files.signer(), n.self, role, person, now, life)
}

// IssueAccess signs a bearer token; roles are person, clerk, evaluator,
// operator and council.
func IssueAccess(signer *spec.Signer, self spec.NodeID, role, person string, now time.Time, life time.Duration) (string, error) {
	switch role {
	case "person":
		if person == "" {
			return "", errors.New("a person's token names the person")
		}
	case "clerk", "evaluator", "operator", "council":
		person = ""
	default:
		return "", errors.New("a role is person, clerk, evaluator, operator or council")
	}
	return access.Seal(signer, access.Token{
		Issuer: self, Audience: self, Role: role, Person: person,
		IssuedAt: now.Unix(), Expires: now.Add(life).Unix(), JTI: spec.NewUUID(),
	})
}

// keyFiles are the node's online keys, read again when they change.
type keyFiles struct {
	mu  sync.Mutex
	dir string
	on  keys.Online
}

func (k *keyFiles) load(dir string) error {
	on, err := keys.Load(dir)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dir, k.on = dir, on
	return nil
}

func (k *keyFiles) signer() *spec.Signer {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.on.Record
}

func (k *keyFiles) tls() *spec.Signer {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.on.TLS
}

func (k *keyFiles) history() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.on.History
}
