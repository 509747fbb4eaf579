package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// singleStudy: 64 clients send one record a request. Nodes pull and take no
// pushed records, so both sides stand behind the same small HTTP handler: there
// the gate of a running node, here a bare server that verifies, appends to a
// file and flushes it for all who wait (group commit).
func singleStudy() study {
	return study{
		name: "ingest-single",
		rows: []plan{{"ingest-single", "records/s", 0.6, most}},
		run:  single,
	}
}

const clients = 64

func single(ctx context.Context, g *ground) ([]measured, error) {
	t, err := g.found(1, "city", "club")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return nil, err
	}
	city, club := t.members[0], t.members[1]
	if err := city.learn(ctx, club); err != nil {
		return nil, err
	}
	n := g.size(40_000)
	items, err := seal(n, club, city)
	if err != nil {
		return nil, err
	}
	before, err := bareSingle(ctx, g, items, club)
	if err != nil {
		return nil, err
	}
	rate, err := postAll(ctx, items, func(ctx context.Context, it spec.Item) error {
		list, err := city.node.Gate().Admit(ctx, gate.Delivery{
			From: club.id, Log: spec.LogFor(city.id), Items: []spec.Item{it}, Vouched: true,
		})
		if err == nil && list[0].Verdict != gate.Admitted {
			err = fmt.Errorf("a record was %s: %v", list[0].Verdict, list[0].Refusal)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	after, err := bareSingle(ctx, g, items, club)
	if err != nil {
		return nil, err
	}
	g.say("ingest-single: %.0f records/s; bare server %.0f and %.0f /s", rate, before, after)
	return []measured{{"ingest-single", rate, (before + after) / 2}}, checkLedger(ctx, city.node, items)
}

// postAll serves take on loopback and sends it each item in a request of its
// own from 64 clients.
func postAll(ctx context.Context, items []spec.Item, take func(context.Context, spec.Item) error) (float64, error) {
	address, stop, err := serveBare(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		octets, err := io.ReadAll(io.LimitReader(r.Body, spec.MaxToken))
		if err == nil {
			err = take(r.Context(), spec.Item{
				ID: spec.ID(r.Header.Get("Id")), Kind: spec.KindAvailability, State: spec.Live, Record: string(octets),
			})
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	if err != nil {
		return 0, err
	}
	defer stop()
	transport := &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var next atomic.Int64
	errs := make([]error, clients)
	began := time.Now()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(items) && errs[c] == nil; i = next.Add(1) - 1 {
				errs[c] = post(ctx, client, address, items[i])
			}
		})
	}
	wg.Wait()
	return perSecond(len(items), began), errors.Join(errs...)
}

func post(ctx context.Context, client *http.Client, address string, it spec.Item) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/", bytes.NewReader([]byte(it.Record)))
	if err != nil {
		return err
	}
	req.Header.Set("Id", string(it.ID))
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("status %d: %s", res.StatusCode, strings.TrimSpace(string(text)))
	}
	return err
}

// bareSingle is the verify-and-append server.
func bareSingle(ctx context.Context, g *ground, items []spec.Item, from *townMember) (float64, error) {
	dir, err := g.fresh("bare-single")
	if err != nil {
		return 0, err
	}
	file, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	w := &bareWriter{file: file, queue: make(chan *bareAppend, clients)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.run()
	}()
	key := from.record.Public()
	rate, err := postAll(ctx, items, func(_ context.Context, it spec.Item) error {
		if !verifyBare(it.Record, key) {
			return errors.New("the signature does not verify")
		}
		a := &bareAppend{line: it.Record + "\n", done: make(chan error, 1)}
		w.queue <- a
		return <-a.done
	})
	close(w.queue)
	<-done
	if err != nil {
		return 0, err
	}
	octets, err := os.ReadFile(file.Name())
	if lines := bytes.Count(octets, []byte("\n")); err != nil || lines != len(items) {
		return 0, errors.Join(err, fmt.Errorf("the bare server kept %d of %d records", lines, len(items)))
	}
	return rate, nil
}

type bareAppend struct {
	line string
	done chan error
}

// bareWriter appends what waits and flushes once for all of it.
type bareWriter struct {
	file  *os.File
	queue chan *bareAppend
}

func (w *bareWriter) run() {
	for first := range w.queue {
		group := []*bareAppend{first}
		for more := true; more; {
			select {
			case a, ok := <-w.queue:
				if more = ok; ok {
					group = append(group, a)
				}
			default:
				more = false
			}
		}
		var octets []byte
		for _, a := range group {
			octets = append(octets, a.line...)
		}
		_, err := w.file.Write(octets)
		if err == nil {
			err = syscall.Fdatasync(int(w.file.Fd()))
		}
		for _, a := range group {
			a.done <- err
		}
	}
}
