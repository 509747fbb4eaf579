package peer

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Names of the files that prepare writes.
const (
	GenesisFile = "genesis.txt"
	siteFile    = "sandbox.json"
	keyFile     = "sandbox.key.json" // private keys of the suite's own peers
	logFile     = "policy-log.json"
	haltFile    = "halted.txt"
)

// ErrPrepared means a directory that holds a sandbox already.
var ErrPrepared = errors.New("the directory holds a sandbox already; choose another --out, or keep using this one")

// Plan is what prepare is told.
type Plan struct {
	Dir    string
	Target spec.NodeID
	Root   string // x of the target's root key
	Kind   string // of the target
	Site   Site
}

// site is the public part of what is kept between prepare and the runs.
type site struct {
	Fed    spec.ID     `json:"fed"`
	Target spec.NodeID `json:"target"`
	Root   string      `json:"targetRoot"`
	Site   Site        `json:"peers"`
	Born   int64       `json:"born"`
}

// seeds are private Ed25519 seeds in base64url.
type seeds struct {
	CouncilRoot string `json:"councilRoot"`
	CouncilKey  string `json:"councilKey"`
	Ballot      string `json:"ballot"`
	ReaderRoot  string `json:"readerRoot"`
	ReaderKey   string `json:"readerKey"`
}

// Prepare founds a sandbox: a development genesis whose council is the suite,
// with the suite's reader and the target as members, and the documents that
// records need. Nothing is written over.
func Prepare(plan Plan, now time.Time) error {
	if _, err := os.Stat(filepath.Join(plan.Dir, siteFile)); err == nil {
		return ErrPrepared
	}
	if _, err := spec.DecodeKey(plan.Root); err != nil {
		return fmt.Errorf("--root: the target's public root key, 32 octets in base64url: %w", err)
	}
	if err := os.MkdirAll(plan.Dir, 0o755); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	var private seeds
	for _, into := range []*string{&private.CouncilRoot, &private.CouncilKey, &private.Ballot, &private.ReaderRoot, &private.ReaderKey} {
		s, err := spec.GenerateSigner()
		if err != nil {
			return err
		}
		*into = base64.RawURLEncoding.EncodeToString(s.Private().Seed())
	}
	// The suite's keys begin a little before now: clocks differ.
	public := site{Target: plan.Target, Root: plan.Root, Site: plan.Site, Born: now.Add(-time.Hour).Unix()}
	s, err := assemble(plan.Dir, public, private, nil, new(evidence.Journal), time.Now)
	if err != nil {
		return err
	}
	genesis, err := s.genesis(plan, now)
	if err != nil {
		return err
	}
	public.Fed = s.Fed
	if err := s.found(genesis); err != nil {
		return err
	}
	statement, err := spec.SealStatement(s.Council.Key, s.Council.Statement())
	if err != nil {
		return err
	}
	for name, write := range map[string]struct {
		value any
		mode  fs.FileMode
	}{siteFile: {public, 0o644}, keyFile: {private, 0o600}} {
		if err := writeJSON(filepath.Join(plan.Dir, name), write.value, write.mode); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(plan.Dir, GenesisFile), []byte(genesis), 0o644); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return os.WriteFile(filepath.Join(plan.Dir, "peer-statement.jws"), []byte(statement+"\n"), 0o644)
}

// found takes the genesis and the documents that records need into the log.
func (s *Sandbox) found(genesis string) error {
	if err := s.Append(genesis); err != nil {
		return err
	}
	for _, d := range []struct {
		series string
		body   any
		title  spec.Text
	}{
		{"data-guideline", Guideline(), text("試験用のデータ指針", "Data guideline of the sandbox")},
		{"safety", Safety(), text("試験用の安全規則", "Safety rules of the sandbox")},
		{"conflict-matrix", Matrix(), text("試験用の利益相反表", "Conflict matrix of the sandbox")},
	} {
		if err := s.Adopt(d.series, d.body, d.title); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) genesis(plan Plan, now time.Time) (string, error) {
	row := func(p *Peer, role string) member {
		return member{Node: p.ID, Name: p.Name, Kind: "foundation", Role: role, Status: "active", Root: spec.EncodeKey(p.Root.Public())}
	}
	council := row(s.Council, "council")
	council.Ballot = spec.EncodeKey(s.ballot.Public())
	target := member{
		Node: plan.Target, Name: text("試験対象", "Target"), Kind: plan.Kind, Role: "member", Status: "active", Root: plan.Root,
	}
	body, err := json.Marshal(map[string]any{
		"development": true, "charter": Charter(),
		"register": RegisterBody{Threshold: 1, Members: []member{council, row(s.Reader, "member"), target}},
	})
	if err != nil {
		return "", err
	}
	title := text("適合試験用の連合", "Sandbox of a conformance test")
	document, err := spec.SealDocument(s.ballot, spec.Document{
		Issuer: s.Council.ID, IssuedAt: now.Unix(), JTI: spec.RandomUUID(), Series: "genesis", Type: "genesis", Version: 1,
		ValidFrom: now.Unix(), Title: title, Text: title, Body: body,
	})
	if err != nil {
		return "", err
	}
	sealed, err := spec.ReadDocument(document)
	if err != nil {
		return "", err
	}
	s.Fed = sealed.ID()
	s.Council.fed, s.Reader.fed = s.Fed, s.Fed
	ballot, err := spec.SealBallot(s.ballot, spec.Ballot{
		Issuer: s.Council.ID, IssuedAt: now.Unix(), Document: s.Fed, Series: "genesis", Choice: "yes",
	})
	if err != nil {
		return "", err
	}
	return spec.MakeEntry(document, []string{ballot}), nil
}

// Load opens what Prepare made, for one run.
func Load(dir string, journal *evidence.Journal, clock func() time.Time) (*Sandbox, error) {
	var public site
	var private seeds
	var entries []string
	for name, into := range map[string]any{siteFile: &public, keyFile: &private, logFile: &entries} {
		octets, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("sandbox: %w (run `fukusen-conformance prepare --out %s` first)", err, dir)
		}
		if err := json.Unmarshal(octets, into); err != nil {
			return nil, fmt.Errorf("sandbox: %s: %w", name, err)
		}
	}
	return assemble(dir, public, private, entries, journal, clock)
}

func assemble(dir string, public site, private seeds, entries []string, journal *evidence.Journal, clock func() time.Time) (*Sandbox, error) {
	s := &Sandbox{
		Dir: dir, Fed: public.Fed, Target: public.Target, TargetRoot: public.Root, site: public.Site, journal: journal, clock: clock,
		series: make(map[string]series), used: make(map[spec.NodeID]bool),
	}
	var keys [5]*spec.Signer
	for i, text := range []string{private.CouncilRoot, private.CouncilKey, private.Ballot, private.ReaderRoot, private.ReaderKey} {
		seed, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("sandbox: %s: a key is 32 octets in base64url", keyFile)
		}
		keys[i] = spec.NewSigner(ed25519.NewKeyFromSeed(seed))
	}
	s.ballot = keys[2]
	var err error
	if s.Council, err = Of(s.site.id(s.site.Port), keys[0], keys[1], public.Born, journal, clock); err != nil {
		return nil, err
	}
	if s.Reader, err = Of(s.site.id(s.site.Port+1), keys[3], keys[4], public.Born, journal, clock); err != nil {
		return nil, err
	}
	for _, e := range entries {
		s.entries = append(s.entries, e)
		s.note(e)
	}
	return s, nil
}

// keep writes the policy log where the next run finds it.
func (s *Sandbox) keep(entries []string) error {
	return writeJSON(filepath.Join(s.Dir, logFile), entries, 0o644)
}

// writeJSON writes a file whole or not at all.
func writeJSON(path string, v any, mode fs.FileMode) error {
	octets, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	next := path + ".new"
	if err := os.WriteFile(next, append(octets, '\n'), mode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(next, path)
}
