package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// vendorName is the fifth member: a firm that wrote its own node and has not
// tested it well. The demo plays it, with the standard's package and a few
// lines of HTTP, so that there is something to refuse and to park.
const vendorName = "kaisya-test"

var vendorTitle = spec.Text{JA: "会社テスト（架空のソフト会社）", EN: "Kaisya Test (fictional software firm)"}

// vendor is the least that the readers of a feed need. It does not ask who
// reads: everything in its logs is made up.
type vendor struct {
	self   spec.NodeID
	dir    string
	fed    spec.ID
	epoch  int64
	server *http.Server

	mu      sync.Mutex
	signer  *spec.Signer // of heads and statement
	history string
	serial  uint64
	point   spec.PolicyPoint
	logs    map[string][]spec.Item
	grown   chan struct{}
}

func openVendor(self spec.NodeID, dir string, fed spec.ID, now time.Time) (*vendor, error) {
	on, err := keys.Load(dir)
	if err != nil {
		return nil, err
	}
	return &vendor{
		self: self, dir: dir, fed: fed, epoch: now.Unix(), signer: on.Record, history: on.History, serial: 1,
		logs: make(map[string][]spec.Item), grown: make(chan struct{}),
	}, nil
}

func (v *vendor) listen(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %w", vendorName, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/fukusen", v.statement)
	mux.HandleFunc("GET /.well-known/fukusen/keys", v.keys)
	mux.HandleFunc("GET /v1/feed/{log}", v.feed)
	mux.HandleFunc("PUT /v1/feed/{log}/ack", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /v1/nudge", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	mux.HandleFunc("GET /v1/held", func(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"items": []any{}}) })
	v.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := v.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			panic("demo: the vendor's feed ended: " + err.Error())
		}
	}()
	return nil
}

func (v *vendor) close() {
	if v.server != nil {
		_ = v.server.Close() // long polls need not be waited for
	}
}

func answer(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(what) // a reader that has gone asks again
}

func (v *vendor) statement(w http.ResponseWriter, _ *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	token, err := spec.SealStatement(v.signer, spec.Statement{
		Issuer: v.self, IssuedAt: now.Unix(), Expires: now.Add(24 * time.Hour).Unix(), Fed: v.fed, Name: vendorTitle, Kind: "company",
		Keys: v.serial, Spec: []string{spec.Version}, Roles: []string{"availability-publisher"}, Bundle: string(spec.Bundle()),
		Endpoints: map[string]string{"feed": string(v.self) + "/v1/feed"},
	})
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	jose(w, token)
}

func (v *vendor) keys(w http.ResponseWriter, _ *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	jose(w, v.history)
}

func jose(w http.ResponseWriter, token string) {
	w.Header().Set("Content-Type", "application/jose")
	_, _ = w.Write([]byte(token))
}

// feed answers a page, waiting at the end of the log as Prefer asks.
func (v *vendor) feed(w http.ResponseWriter, r *http.Request) {
	log := r.PathValue("log")
	next := uint64(0)
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseUint(text, 10, 53)
		if err != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		next = n + 1
	}
	limit := spec.DefaultLimit
	if n, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && n > 0 {
		limit = min(n, spec.MaxLimit)
	}
	page, grown := v.page(log, next, limit)
	if seconds, ok := strings.CutPrefix(r.Header.Get("Prefer"), "wait="); ok && len(page.Items) == 0 {
		n, _ := strconv.Atoi(seconds)
		end := time.NewTimer(time.Duration(min(max(n, 0), 30)) * time.Second)
		defer end.Stop()
		select {
		case <-grown:
		case <-end.C:
		case <-r.Context().Done():
		}
		page, _ = v.page(log, next, limit)
	}
	answer(w, page)
}

func (v *vendor) page(log string, next uint64, limit int) (spec.Page, <-chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := v.logs[log]
	var tree spec.Tree
	for _, it := range all {
		tree.Append(spec.Leaf(it.ID, it.State))
	}
	head := spec.SealHead(v.signer, v.self, spec.Head{
		Origin: spec.LogOrigin(v.self, log), Size: tree.Size(), Root: tree.Root(), Epoch: v.epoch,
		At: time.Now().Unix(), Keys: v.serial, Policy: v.point,
	})
	from := min(next, uint64(len(all)))
	to := min(from+uint64(limit), uint64(len(all)))
	return spec.Page{Items: append([]spec.Item{}, all[from:to]...), Head: head}, v.grown
}

// publish puts a token into the log of one reader.
func (v *vendor) publish(reader spec.NodeID, kind spec.Kind, token string) spec.ID {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := spec.Digest([]byte(token[:strings.LastIndexByte(token, '.')]))
	log := spec.LogFor(reader)
	v.logs[log] = append(v.logs[log], spec.Item{N: uint64(len(v.logs[log])), ID: id, Kind: kind, State: spec.Live, Record: token})
	v.tell()
	return id
}

// tell must be called with the lock held.
func (v *vendor) tell() {
	close(v.grown)
	v.grown = make(chan struct{})
}

// follow takes over the state of the policy log that its records are made under.
func (v *vendor) follow(b *policy.Book) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.point = spec.PolicyPoint{Size: b.Size(), Root: b.Root()}
}

// rotate makes a new record key and keeps the history that lists it in the
// drawer: the mistake that makes readers park what the new key signs.
func (v *vendor) rotate(now time.Time) (*spec.Signer, func(), error) {
	root, err := keys.Read(keys.RootPath(v.dir))
	if err != nil {
		return nil, nil, err
	}
	on, err := keys.Rotate(v.dir, root, now)
	if err != nil {
		return nil, nil, err
	}
	return on.Record, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.signer, v.history, v.serial = on.Record, on.History, v.serial+1
		v.tell()
	}, nil
}
