package peer

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// series is where a series of documents stands now.
type series struct {
	Prev    spec.ID
	Version int
}

// PolicyEntries are the entries of the sandbox's policy log.
func (s *Sandbox) PolicyEntries() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.entries...)
}

// Append puts entries into the policy log as they are, right or wrong, keeps
// them, and wakes who follows. Several come under one head.
func (s *Sandbox) Append(entries ...string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	for _, entry := range entries {
		s.entries = append(s.entries, entry)
		s.note(entry)
	}
	all := append([]string(nil), s.entries...)
	s.mu.Unlock()
	if err := s.keep(all); err != nil {
		return err
	}
	s.Council.Wake()
	s.Reader.Wake()
	return nil
}

// Show puts another page of the policy log in the place of the council's, also
// for a reader that is waiting; where it gives nil, the honest page is shown.
// Nothing of it is kept. Show(nil) ends it.
func (s *Sandbox) Show(page func(next uint64, limit int) *spec.Page) {
	s.mu.Lock()
	s.shown = page
	s.mu.Unlock()
	s.Council.Wake()
}

// councilPage is what the council shows of the policy log; what a check put
// there is answered at once.
func (s *Sandbox) councilPage(next uint64, limit int) (spec.Page, bool) {
	s.mu.Lock()
	shown := s.shown
	s.mu.Unlock()
	if shown != nil {
		if page := shown(next, limit); page != nil {
			return *page, true
		}
	}
	return s.PolicyPage(next, limit), false
}

// note moves the series that an entry speaks of. The caller holds the lock.
func (s *Sandbox) note(entry string) {
	read, err := spec.ReadEntry(entry)
	if err != nil {
		return
	}
	if read.Admission != nil {
		s.used[read.Admission.Node] = true
		return
	}
	d := read.Document
	s.series[d.Series] = series{Prev: d.ID(), Version: d.Version}
	if d.Series == "register" {
		s.register = d.ID()
	}
	if d.Series == "genesis" {
		s.register = d.ID()
		s.series["register"], s.series["charter"] = series{d.ID(), 1}, series{d.ID(), 1}
	}
}

// Register is the id of the register document now.
func (s *Sandbox) Register() spec.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.register
}

// Draft is the next document of a series, unsigned.
func (s *Sandbox) Draft(name string, body any, title spec.Text) (spec.Document, error) {
	octets, err := json.Marshal(body)
	if err != nil {
		return spec.Document{}, fmt.Errorf("draft %s: %w", name, err)
	}
	s.mu.Lock()
	before := s.series[name]
	s.mu.Unlock()
	now := s.clock().Unix()
	return spec.Document{
		Fed: s.Fed, Issuer: s.Council.ID, IssuedAt: now, JTI: spec.RandomUUID(), Series: name, Type: name, Version: before.Version + 1,
		Prev: before.Prev, ValidFrom: now, Title: title, Text: title, Body: octets,
	}, nil
}

// Ballot is the council's yes to a document, unsigned.
func (s *Sandbox) Ballot(d spec.Document, id spec.ID) spec.Ballot {
	return spec.Ballot{
		Fed: s.Fed, Issuer: s.Council.ID, IssuedAt: s.clock().Unix(), Document: id, Series: d.Series, Prev: d.Prev,
		Register: s.Register(), Choice: "yes",
	}
}

// BallotKey signs documents and ballots of the council.
func (s *Sandbox) BallotKey() *spec.Signer { return s.ballot }

// Entry seals a document with the council's ballot.
func (s *Sandbox) Entry(d spec.Document) (string, error) {
	token, err := spec.SealDocument(s.ballot, d)
	if err != nil {
		return "", err
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return "", err
	}
	ballot, err := spec.SealBallot(s.ballot, s.Ballot(d, sealed.ID()))
	if err != nil {
		return "", err
	}
	return spec.MakeEntry(token, []string{ballot}), nil
}

// Adopt puts the next document of a series into force.
func (s *Sandbox) Adopt(name string, body any, title spec.Text) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	return s.adopt(name, body, title)
}

// Amend puts the next document of a series into force, with the body that it
// has now and one change in it. Others' amendments at the same time stay in it.
func (s *Sandbox) Amend(name string, change func(body map[string]any), title spec.Text) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	body, err := s.bodyOf(name)
	if err != nil {
		return err
	}
	change(body)
	return s.adopt(name, body, title)
}

// bodyOf is the body of a series' document now.
func (s *Sandbox) bodyOf(name string) (map[string]any, error) {
	for _, entry := range slices.Backward(s.PolicyEntries()) {
		read, err := spec.ReadEntry(entry)
		if err != nil || read.Document == nil {
			continue
		}
		octets := read.Document.Body
		if read.Document.Series == "genesis" {
			var parts map[string]json.RawMessage
			if err := json.Unmarshal(octets, &parts); err != nil {
				return nil, fmt.Errorf("genesis of the sandbox: %w", err)
			}
			octets = parts[name]
		} else if read.Document.Series != name {
			continue
		}
		var body map[string]any
		if err := json.Unmarshal(octets, &body); err != nil {
			return nil, fmt.Errorf("body of %s: %w", name, err)
		}
		return body, nil
	}
	return nil, fmt.Errorf("the sandbox has no document of %s", name)
}

func (s *Sandbox) adopt(name string, body any, title spec.Text) error {
	d, err := s.Draft(name, body, title)
	if err != nil {
		return err
	}
	entry, err := s.Entry(d)
	if err != nil {
		return err
	}
	return s.Append(entry)
}

// Admit makes ordinary members of peers, by the charter's auto-rule.
func (s *Sandbox) Admit(list ...*Peer) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	entries := make([]string, len(list))
	for i, p := range list {
		entry, err := s.Admission(p)
		if err != nil {
			return err
		}
		entries[i] = entry
	}
	return s.Append(entries...)
}

// Admission is the entry that admits a peer.
func (s *Sandbox) Admission(p *Peer) (string, error) {
	keys, err := spec.OpenKeys(s.Council.History(), s.Council.ID, s.Council.Root.Public())
	if err != nil {
		return "", err
	}
	return spec.SealAdmission(s.Council.Key, spec.Admission{
		Fed: s.Fed, Issuer: s.Council.ID, IssuedAt: s.clock().Unix(), JTI: spec.RandomUUID(), Node: p.ID,
		Root: spec.EncodeKey(p.Root.Public()), Name: p.Name, Kind: "foundation", Register: s.Register(),
	}, keys)
}

// PolicyPage is an honest page of the policy log with its cosigned head.
func (s *Sandbox) PolicyPage(next uint64, limit int) spec.Page {
	entries := s.PolicyEntries()
	items := PolicyItems(entries)
	from := min(next, uint64(len(items)))
	to := min(from+uint64(limit), uint64(len(items)))
	return spec.Page{Items: append([]spec.Item{}, items[from:to]...), Head: s.PolicyHead(items)}
}

// PolicyItems are entries as a feed carries them.
func PolicyItems(entries []string) []spec.Item {
	items := make([]spec.Item, len(entries))
	for i, e := range entries {
		items[i] = spec.Item{N: uint64(i), ID: spec.Digest([]byte(e)), Kind: spec.KindPolicy, State: spec.Live, Record: e}
	}
	return items
}

// PolicyHead is the cosigned head over items of the policy log.
func (s *Sandbox) PolicyHead(items []spec.Item) string {
	text := spec.CheckpointText(s.Fed, uint64(len(items)), RootOf(items))
	return spec.JoinNote(text, []string{spec.Cosign(s.Council.Key, s.Council.ID, text, s.clock())})
}
