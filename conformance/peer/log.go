package peer

import (
	"time"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/spec"
)

// Seal signs a body as the peer's record for a reader and fills in what the
// check left out of the envelope.
func (p *Peer) Seal(reader spec.NodeID, b spec.Body) (string, error) {
	p.Fill(reader, b.Claims())
	return spec.Seal(p.signer(), b)
}

// Fill completes an envelope.
func (p *Peer) Fill(reader spec.NodeID, e *spec.Envelope) {
	now := p.clock()
	if e.Issuer == "" {
		e.Issuer = p.ID
	}
	if e.Audience == "" {
		e.Audience = reader
	}
	if e.IssuedAt == 0 {
		e.IssuedAt = now.Unix()
	}
	if e.JTI == "" {
		e.JTI = spec.NewUUID()
	}
	if e.UID == "" {
		e.UID = spec.RandomUUID()
	}
	if e.Sequence == 0 {
		e.Sequence = uint64(p.Epoch())
	}
	if e.Policy == 0 {
		e.Policy = 1
	}
}

// About completes the part of an envelope that is about a person: a fresh
// subject and consent, matching, two hours.
func About(now time.Time) spec.Envelope {
	return spec.Envelope{
		Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID(), Purpose: "matching",
		Expires: now.Add(time.Hour).Unix(), Until: now.Add(2 * time.Hour).Unix(),
	}
}

// Talent is the body of a sound talent record.
func Talent(now time.Time) *spec.Talent {
	remote := false
	return &spec.Talent{
		Envelope: About(now), Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 3, Basis: "self"}},
		Region: "141003", Remote: &remote, Languages: []string{"ja"},
	}
}

// Live are log items of tokens, right and wrong ones.
func Live(tokens ...string) []spec.Item {
	items := make([]spec.Item, len(tokens))
	for i, token := range tokens {
		items[i] = spec.Item{ID: forge.ID(token), Kind: forge.Kind(token), State: spec.Live, Record: token}
	}
	return items
}

// Say appends tokens to the log for a reader as live entries.
func (p *Peer) Say(reader spec.NodeID, tokens ...string) {
	p.Enter(spec.LogFor(reader), Live(tokens...)...)
}

// Withdraw appends ids to the log for a reader with a state.
func (p *Peer) Withdraw(reader spec.NodeID, kind spec.Kind, state spec.State, ids ...spec.ID) {
	var items []spec.Item
	for _, id := range ids {
		items = append(items, spec.Item{ID: id, Kind: kind, State: state})
	}
	p.Enter(spec.LogFor(reader), items...)
}

// Enter appends entries to a log and wakes who waits for it.
func (p *Peer) Enter(log string, items ...spec.Item) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, it := range items {
		it.N = uint64(len(p.logs[log]))
		p.logs[log] = append(p.logs[log], it)
	}
	p.wake()
}

// Replace shows other entries in place of a log's, as if it had never been.
func (p *Peer) Replace(log string, items ...spec.Item) {
	p.mu.Lock()
	p.logs[log] = nil
	p.mu.Unlock()
	p.Enter(log, items...)
}

// Turn begins a new epoch of all logs with empty ones.
func (p *Peer) Turn(epoch int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.epoch = epoch
	p.logs = make(map[string][]spec.Item)
}

// Wake makes waiting readers look again, where a check changed something else.
func (p *Peer) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake()
}

func (p *Peer) wake() {
	close(p.grown)
	p.grown = make(chan struct{})
}

// Entries is a log as it stands.
func (p *Peer) Entries(log string) []spec.Item {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]spec.Item(nil), p.logs[log]...)
}

// RootOf is the root of entries.
func RootOf(items []spec.Item) spec.Root {
	var tree spec.Tree
	for _, it := range items {
		tree.Append(spec.Leaf(it.ID, it.State))
	}
	return tree.Root()
}

// Head is an honest head over entries of a log, unsigned.
func (p *Peer) Head(log string, items []spec.Item) spec.Head {
	p.mu.Lock()
	defer p.mu.Unlock()
	return spec.Head{
		Origin: spec.LogOrigin(p.ID, log), Size: uint64(len(items)), Root: RootOf(items), Epoch: p.epoch,
		At: p.clock().Unix(), Keys: p.serial, Policy: p.policy,
	}
}

// Sign seals a head with the peer's record key.
func (p *Peer) Sign(h spec.Head) string { return spec.SealHead(p.signer(), p.ID, h) }

// Page is the honest page of a log from a place on.
func (p *Peer) Page(log string, next uint64, limit int) spec.Page {
	page, _ := p.page(log, next, limit)
	return page
}

// page is Page, and whether it is answered at once although it is empty.
func (p *Peer) page(log string, next uint64, limit int) (spec.Page, bool) {
	if log == spec.PolicyLog && p.mirror != nil {
		return p.mirror(next, limit)
	}
	all := p.Entries(log)
	from := min(next, uint64(len(all)))
	to := min(from+uint64(limit), uint64(len(all)))
	return spec.Page{Items: append([]spec.Item{}, all[from:to]...), Head: p.Sign(p.Head(log, all))}, false
}
