package nodetest

import (
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/peer"
	"github.com/fukusen/fukusen/spec"
)

// Rogue is a hostile neighbour: a full member of the register with keys of its
// own, which is honest until a test lets it tell a lie. It refuses nothing.
type Rogue struct {
	ID  spec.NodeID
	Dir string

	f      *Federation
	server *http.Server

	mu     sync.Mutex
	signer *spec.Signer // of records
	shown  *spec.Signer // of heads: the key that its shown history lists
	keys   string       // its key history, as it shows it
	epoch  int64
	logs   map[string][]spec.Item // by the name of the log
	lie    Lie
	target string // of redirects
	asked  map[string]int
	heard  []string // heads that came with requests
}

// Rogue is the rogue of a seat.
func (f *Federation) Rogue(name string) *Rogue {
	f.t.Helper()
	r := f.rogues[name]
	if r == nil {
		f.t.Fatalf("no rogue %s", name)
	}
	return r
}

// startRogue serves a seat's id with a rogue in place of a node.
func (f *Federation) startRogue(s Seat) {
	f.t.Helper()
	cfg := f.configs[s.Name]
	on, err := keys.Load(cfg.Data)
	if err != nil {
		f.t.Fatalf("rogue %s: %v", s.Name, err)
	}
	r := &Rogue{
		ID: spec.NodeID(cfg.ID), Dir: cfg.Data, f: f, signer: on.Record, shown: on.Record, keys: on.History, epoch: f.Clock.Now().Unix(),
		logs: make(map[string][]spec.Item), asked: make(map[string]int),
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		f.t.Fatalf("rogue %s: %v", s.Name, err)
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = r.server.Serve(l) }()
	f.t.Cleanup(func() { _ = r.server.Close() })
	f.rogues[s.Name] = r
}

// Seal signs a body as the rogue's record for a reader, filling in what the
// test left out of the envelope.
func (r *Rogue) Seal(reader spec.NodeID, b spec.Body) string {
	r.f.t.Helper()
	return r.SealAs(r.ID, reader, b)
}

// SealAs signs a body with the rogue's key in any node's name.
func (r *Rogue) SealAs(issuer, reader spec.NodeID, b spec.Body) string {
	r.f.t.Helper()
	e := b.Claims()
	now := r.f.Clock.Now()
	e.Issuer, e.Audience, e.IssuedAt, e.JTI = issuer, reader, now.Unix(), spec.NewUUID()
	if e.UID == "" {
		e.UID = spec.RandomUUID()
	}
	if e.Sequence == 0 {
		e.Sequence = uint64(r.epoch)
	}
	if e.Policy == 0 {
		e.Policy = 1
	}
	token, err := spec.Seal(r.signer, b)
	if err != nil {
		r.f.t.Fatalf("rogue seals: %v", err)
	}
	return token
}

// Talent is a sound talent record about a fictional person.
func (r *Rogue) Talent(reader spec.NodeID) string {
	r.f.t.Helper()
	return r.Seal(reader, SoundTalent(r.f.Clock.Now()))
}

// SoundTalent is the body of a talent record that no rule objects to.
func SoundTalent(now time.Time) *spec.Talent {
	remote := false
	return &spec.Talent{
		Envelope: spec.Envelope{
			Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID(), Purpose: "matching",
			Expires: now.Add(time.Hour).Unix(), Until: now.Add(2 * time.Hour).Unix(),
		},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 3, Basis: "self"}},
		Region: "141003", Remote: &remote, Languages: []string{"ja"},
	}
}

// Say appends tokens to the log for a reader as live entries.
func (r *Rogue) Say(reader spec.NodeID, tokens ...string) {
	r.Enter(spec.LogFor(reader), ItemsOf(tokens...)...)
}

// ItemsOf are live entries of tokens.
func ItemsOf(tokens ...string) []spec.Item {
	items := make([]spec.Item, len(tokens))
	for i, token := range tokens {
		kind, id := spec.Peek(token)
		if id == "" {
			kind, id = spec.KindTalent, spec.Digest([]byte(token))
		}
		items[i] = spec.Item{ID: id, Kind: kind, State: spec.Live, Record: token}
	}
	return items
}

// Enter appends entries of any kind and state to a log.
func (r *Rogue) Enter(log string, items ...spec.Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.enter(log, items)
}

func (r *Rogue) enter(log string, items []spec.Item) {
	for _, it := range items {
		it.N = uint64(len(r.logs[log]))
		r.logs[log] = append(r.logs[log], it)
	}
}

// Replace shows another log in place of one, as if the first had never been.
func (r *Rogue) Replace(log string, items ...spec.Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs[log] = nil
	r.enter(log, items)
}

// Turn begins a new epoch with what the entries say.
func (r *Rogue) Turn(log string, items ...spec.Item) {
	r.mu.Lock()
	r.epoch++
	r.logs[log] = nil
	r.mu.Unlock()
	r.Enter(log, items...)
}

func (r *Rogue) head(log string, items []spec.Item, size uint64) string {
	return r.sealHead(log, rootOf(items), size, r.f.Clock.Now())
}

func rootOf(items []spec.Item) spec.Root {
	var tree spec.Tree
	for _, it := range items {
		tree.Append(spec.Leaf(it.ID, it.State))
	}
	return tree.Root()
}

func (r *Rogue) sealHead(log string, root spec.Root, size uint64, at time.Time) string {
	return spec.SealHead(r.shown, r.ID, spec.Head{
		Origin: spec.LogOrigin(r.ID, log), Size: size, Root: root, Epoch: r.epoch, At: at.Unix(), Keys: r.serial(),
		Policy: spec.PolicyPoint{Size: 1},
	})
}

// serial is that of the key history the rogue shows.
func (r *Rogue) serial() uint64 {
	var h struct {
		Serial uint64 `json:"serial"`
	}
	_ = json.Unmarshal(spec.Payload(r.keys), &h) // its own token
	return h.Serial
}

// Rotate takes a new record key. The key history that tells of it is shown
// from the call of the returned function on.
func (r *Rogue) Rotate() (show func()) {
	r.f.t.Helper()
	on, err := keys.Rotate(r.Dir, r.f.Founded.Roots[r.ID], r.f.Clock.Now())
	if err != nil {
		r.f.t.Fatalf("rogue rotates: %v", err)
	}
	r.mu.Lock()
	r.signer = on.Record
	r.mu.Unlock()
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.keys, r.shown = on.History, on.Record
	}
}

// Asked counts the requests for a path.
func (r *Rogue) Asked(path string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked[path]
}

// Carried tells whether a request brought a head of a node's public log.
func (r *Rogue) Carried(node spec.NodeID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, note := range r.heard {
		if strings.HasPrefix(note, spec.LogOrigin(node, spec.PublicLog)+"\n") {
			return true
		}
	}
	return false
}

// ServeHTTP answers as the standard asks, but for the lie that is told.
func (r *Rogue) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.asked[req.URL.Path]++
	r.heard = append(r.heard, peer.DecodeHeads(req.Header.Get(peer.HeadsHeader))...)
	lie, history := r.lie, r.keys
	r.mu.Unlock()
	log, isFeed := strings.CutPrefix(req.URL.Path, "/v1/feed/")
	switch {
	case req.URL.Path == "/.well-known/fukusen/keys":
		_, _ = w.Write([]byte(history))
	case isFeed && req.Method == http.MethodGet && !strings.Contains(log, "/"):
		if tell, told := wires[lie]; told {
			tell(r, w, req)
			return
		}
		octets, err := json.Marshal(r.page(log, lie, req))
		if err != nil {
			http.Error(w, "no page", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(octets)
	case req.Method == http.MethodPut || req.Method == http.MethodPost:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (r *Rogue) page(log string, lie Lie, req *http.Request) spec.Page {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.logs[log]
	next := uint64(0)
	if after, err := strconv.ParseUint(req.URL.Query().Get("after"), 10, 64); err == nil {
		next = after + 1
	}
	from := min(next, uint64(len(all)))
	items := all[from:min(from+spec.MaxLimit, uint64(len(all)))]
	p := spec.Page{Items: append([]spec.Item{}, items...), Head: r.head(log, all, uint64(len(all)))}
	if bend := pages[lie]; bend != nil {
		bend(r, log, all, &p)
	}
	return p
}
