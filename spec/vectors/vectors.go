// Package vectors reads the vectors of the standard: signed octets, each with
// the verdict that the standard gives it.
//
// The octets are written by make.py, which shares no code with ours. This
// package only hands them out; it judges nothing, and no product imports it.
package vectors

import (
	"crypto/ed25519"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

//go:embed *.json
var files embed.FS

// Verdicts of a vector.
const (
	Admit  = "admit"  // accept it
	Refuse = "refuse" // refuse it for good
	Park   = "park"   // keep the octets, a later fact can admit it
	Skip   = "skip"   // count it as a leaf and do nothing else
)

// Judges of a vector.
const (
	Octets = "octets" // the octets, keys and clock of the vector are enough
	Memory = "memory" // what the reader holds decides: see Context
	Book   = "book"   // the policy log decides: see Context.Log
)

// Vector is one input with the verdict that the standard gives it. An invalid
// one breaks Requirement and obeys every other, but those in Also.
type Vector struct {
	File        string      `json:"-"` // such as open.json
	Name        string      `json:"name"`
	About       string      `json:"about"` // record, keys, statement, request, head, page, snapshot, genesis, entry, confidential, checkpoint, node-id, certificate
	What        string      `json:"what"`  // what it is, in plain English
	Verdict     string      `json:"verdict"`
	Requirement string      `json:"requirement"` // the one it breaks, or empty
	Problem     string      `json:"problem"`     // problem name of the requirement, or empty
	Also        []string    `json:"also"`        // requirements that cannot be kept while breaking it; any may be named
	Shows       string      `json:"shows"`       // requirement whose allowed side a valid vector shows
	Judge       string      `json:"judge"`
	Now         int64       `json:"now"`      // NumericDate, the judge's clock
	Issuer      spec.NodeID `json:"issuer"`   // where it came from; of a request the caller
	Audience    spec.NodeID `json:"audience"` // who judges it
	KeysName    string      `json:"keys"`

	Keys    *Keys    `json:"-"` // of the issuer, or nil where none are known
	Input   Input    `json:"input"`
	Context *Context `json:"context"`
}

// Keys is a node's key history with the root key that is pinned for it.
type Keys struct {
	Node spec.NodeID `json:"node"`
	Root string      `json:"root"` // x of the root key
	JWT  string      `json:"jwt"`  // the key history
}

// Input is what is judged; each About uses its own members.
type Input struct {
	Token   string    `json:"token"` // record, keys, statement, request
	ID      spec.ID   `json:"id"`    // record: the id it was delivered under, or empty
	Kind    spec.Kind `json:"kind"`  // record: the kind it was announced as, or empty
	Vouched bool      `json:"vouched"`

	Method string `json:"method"` // request
	URI    string `json:"uri"`
	Body   []byte `json:"body"` // request, confidential: standard base64 in the file

	Log      string  `json:"log"`  // head, page, snapshot
	Note     string  `json:"note"` // head, checkpoint
	Page     string  `json:"page"`
	PageOct  []byte  `json:"pageBase64"` // a page that is not UTF-8
	Pad      int     `json:"pad"`        // spaces to put after the page
	Next     uint64  `json:"next"`
	Limit    int     `json:"limit"`
	Entries  []Entry `json:"entries"` // page: what was read before it
	Snapshot string  `json:"snapshot"`

	Entry       string   `json:"entry"`  // genesis, entry: its octets
	Fed         spec.ID  `json:"fed"`    // genesis, checkpoint: the pinned id
	Digest      spec.ID  `json:"digest"` // confidential: what the document shows
	Council     []string `json:"council"`
	NodeID      string   `json:"nodeId"`
	Development bool     `json:"development"`

	CouncilKeys []*Keys `json:"-"`
}

// Entry is one log entry.
type Entry struct {
	ID    spec.ID    `json:"id"`
	State spec.State `json:"state"`
}

// Context says what a judge with a memory holds.
type Context struct {
	Before         []string               `json:"before"` // tokens or notes that it accepted before
	BeforeKeyNames []string               `json:"beforeKeys"`
	PolicySize     uint64                 `json:"policySize"` // of its policy log
	Purposes       map[spec.Kind][]string `json:"purposes"`   // of the data guideline in force
	Members        []spec.NodeID          `json:"members"`    // active in the register in force
	Erased         []spec.ID              `json:"erased"`
	Given          []Given                `json:"given"`     // every subject it gave, and to whom
	Conflicts      []map[string]string    `json:"conflicts"` // rows of the conflict matrix

	LogName string `json:"log"`

	BeforeKeys []*Keys `json:"-"` // histories of those it accepted from, beside the issuer's
	Log        *Log    `json:"-"` // policy log as the follower holds it
}

// Log is a policy log: its genesis and the entries after it.
type Log struct {
	Fed     spec.ID  `json:"fed"`
	Genesis string   `json:"genesis"`
	Entries []string `json:"entries"`
}

// Given is a subject that the home node gave to a node.
type Given struct {
	To      spec.NodeID  `json:"to"`
	Subject spec.Subject `json:"subject"`
}

// All returns every vector of the standard, in the order of the files. What
// they point to is shared: treat it as read-only.
func All() ([]Vector, error) {
	list, err := once()
	return slices.Clone(list), err
}

var once = sync.OnceValues(load)

func load() ([]Vector, error) {
	list, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read vectors: %w", err)
	}
	var all []Vector
	for _, f := range list {
		octets, err := files.ReadFile(f.Name())
		if err != nil {
			return nil, fmt.Errorf("read vectors: %w", err)
		}
		some, err := read(octets)
		if err != nil {
			return nil, fmt.Errorf("read vectors: %s: %w", f.Name(), err)
		}
		for i := range some {
			some[i].File = f.Name()
		}
		all = append(all, some...)
	}
	return all, nil
}

// Committed is all files of the vectors, each after its name, in their order.
func Committed() ([]byte, error) {
	list, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read vectors: %w", err)
	}
	var all []byte
	for _, f := range list {
		octets, err := files.ReadFile(f.Name())
		if err != nil {
			return nil, fmt.Errorf("read vectors: %w", err)
		}
		all = append(append(all, f.Name()...), octets...)
	}
	return all, nil
}

// file holds key histories and policy logs once, under the names that
// its vectors use.
type file struct {
	Histories map[string]*Keys `json:"histories"`
	Logs      map[string]*Log  `json:"logs"`
	Vectors   []Vector         `json:"vectors"`
}

func read(octets []byte) ([]Vector, error) {
	var f file
	if err := json.Unmarshal(octets, &f); err != nil {
		return nil, err
	}
	for i := range f.Vectors {
		if err := f.resolve(&f.Vectors[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Vectors[i].Name, err)
		}
	}
	return f.Vectors, nil
}

func (f *file) resolve(v *Vector) (err error) {
	if v.KeysName != "" {
		if v.Keys = f.Histories[v.KeysName]; v.Keys == nil {
			return fmt.Errorf("no key history named %q", v.KeysName)
		}
	}
	if v.Input.CouncilKeys, err = f.histories(v.Input.Council); err != nil || v.Context == nil {
		return err
	}
	if name := v.Context.LogName; name != "" {
		if v.Context.Log = f.Logs[name]; v.Context.Log == nil {
			return fmt.Errorf("no policy log named %q", name)
		}
	}
	v.Context.BeforeKeys, err = f.histories(v.Context.BeforeKeyNames)
	return err
}

func (f *file) histories(names []string) ([]*Keys, error) {
	var list []*Keys
	for _, name := range names {
		k := f.Histories[name]
		if k == nil {
			return nil, fmt.Errorf("no key history named %q", name)
		}
		list = append(list, k)
	}
	return list, nil
}

// Clock is the judge's time.
func (v *Vector) Clock() time.Time { return time.Unix(v.Now, 0) }

// RootKey is the root key that is pinned for the node.
func (k *Keys) RootKey() (ed25519.PublicKey, error) { return spec.DecodeKey(k.Root) }

// History opens the key history; nil keys give a nil history.
func (k *Keys) History() (*spec.KeyHistory, error) {
	if k == nil {
		return nil, nil
	}
	root, err := k.RootKey()
	if err != nil {
		return nil, err
	}
	return spec.OpenKeys(k.JWT, k.Node, root)
}
