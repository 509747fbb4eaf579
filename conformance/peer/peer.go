// Package peer is the suite's own side of the wire: little nodes that keep the
// standard to the letter until a check tells one of them to break it. It knows
// the standard only, and refuses to reach anything but the target that a run
// was pointed at.
package peer

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Peer is one node that the suite plays. Its zero lie is honesty.
type Peer struct {
	ID   spec.NodeID
	Root *spec.Signer // signs its key history
	Key  *spec.Signer // signs what it says; Rotate changes it
	Name spec.Text

	journal *evidence.Journal
	clock   func() time.Time

	mu      sync.Mutex
	history string // the key history as shown
	serial  uint64
	epoch   int64
	fed     spec.ID
	policy  spec.PolicyPoint
	logs    map[string][]spec.Item
	grown   chan struct{} // closed and replaced when a log grows
	over    map[string]http.HandlerFunc
	visits  []Visit
	seen    chan struct{} // closed and replaced at each visit
	born    int64
	mirror  func(next uint64, limit int) (page spec.Page, now bool) // of the policy log, or nil; now: without waiting
}

// Visit is one request that the target made to the peer.
type Visit struct {
	At     time.Time
	Method string
	Path   string // with query
	Header http.Header
	Body   []byte
}

// New makes a peer with fresh keys. It is reached under its id once a server
// hands it the requests.
func New(id spec.NodeID, journal *evidence.Journal, clock func() time.Time) (*Peer, error) {
	root, err := spec.GenerateSigner()
	if err != nil {
		return nil, err
	}
	key, err := spec.GenerateSigner()
	if err != nil {
		return nil, err
	}
	return Of(id, root, key, clock().Add(-time.Hour).Unix(), journal, clock)
}

// Of makes a peer of keys it had before; born is when its record key and its
// epoch began.
func Of(id spec.NodeID, root, key *spec.Signer, born int64, journal *evidence.Journal, clock func() time.Time) (*Peer, error) {
	p := &Peer{
		ID: id, Root: root, Key: key, journal: journal, clock: clock, serial: 1, epoch: born, born: born,
		Name: spec.Text{JA: "適合試験の相手", EN: "Conformance peer"},
		logs: make(map[string][]spec.Item), grown: make(chan struct{}), seen: make(chan struct{}),
		over: make(map[string]http.HandlerFunc),
	}
	return p, p.ShowKeys(p.Entry(key, spec.UseRecord))
}

// Entry is a key history's row for a key that is current since the peer began.
func (p *Peer) Entry(key *spec.Signer, use string) spec.KeyEntry {
	return spec.KeyEntry{KID: key.KID(), Use: use, X: spec.EncodeKey(key.Public()), From: p.born}
}

// ShowKeys seals a key history of these rows under the next serial and shows it.
func (p *Peer) ShowKeys(rows ...spec.KeyEntry) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	// The first history of a peer has the same octets in every run: two of one
	// serial would be a conflict.
	at := p.born
	if p.history != "" {
		p.serial++
		at = p.clock().Unix()
	}
	token, err := spec.SealKeys(p.Root, spec.KeyHistory{Issuer: p.ID, IssuedAt: at, Serial: p.serial, Keys: rows})
	if err != nil {
		return fmt.Errorf("keys of %s: %w", p.ID, err)
	}
	p.history = token
	return nil
}

// Rotate speaks with another key from now on, under a history of these rows.
func (p *Peer) Rotate(key *spec.Signer, rows ...spec.KeyEntry) error {
	p.mu.Lock()
	p.Key = key
	p.mu.Unlock()
	return p.ShowKeys(rows...)
}

// signer is the key that the peer speaks with.
func (p *Peer) signer() *spec.Signer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Key
}

// ShowHistory shows a token as the key history, whatever it is; serial is what
// the peer's heads carry from now on.
func (p *Peer) ShowHistory(token string, serial uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history, p.serial = token, serial
}

// History is the key history as shown.
func (p *Peer) History() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.history
}

// Serial is that of the shown history.
func (p *Peer) Serial() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.serial
}

// Epoch is the epoch of the peer's logs.
func (p *Peer) Epoch() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch
}

// Prove signs the proof of one request. change may bend what is signed; a
// value that it leaves empty is filled in honestly.
func (p *Peer) Prove(to spec.NodeID, method, uri string, body []byte, change func(*spec.RequestClaims)) (string, error) {
	c := spec.RequestClaims{Issuer: p.ID, Audience: to, Method: method, URI: uri, IssuedAt: p.clock().Unix()}
	if change != nil {
		change(&c)
	}
	return spec.SealRequest(p.signer(), c, body)
}

// On answers a path (without its query) in another way from now on; nil makes
// it honest again.
func (p *Peer) On(path string, answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if answer == nil {
		delete(p.over, path)
		return
	}
	p.over[path] = answer
}

// Visits are the target's requests so far that began with a method and path.
func (p *Peer) Visits(method, path string) []Visit {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Visit
	for _, v := range p.visits {
		if v.Method == method && (v.Path == path || len(v.Path) > len(path) && v.Path[:len(path)] == path && v.Path[len(path)] == '?') {
			list = append(list, v)
		}
	}
	return list
}

// Visited is closed at the next request of the target.
func (p *Peer) Visited() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *Peer) note(v Visit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.visits = append(p.visits, v)
	close(p.seen)
	p.seen = make(chan struct{})
}
