package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/policy/replica"
)

// policyReadStudy: 64 clients ask the leader for the head of the policy log,
// linearizably, over HTTP on loopback; beside it 64 clients of etcd read one key
// from its leader in the same way. Nodes read in their own process and pay no
// HTTP; the handler is there so that both rates are asked for from outside.
func policyReadStudy() study {
	return study{
		name: "policy-read",
		rows: []plan{{"policy-read", "reads/s", 2, most}},
		run:  policyRead,
	}
}

func policyRead(ctx context.Context, g *ground) ([]measured, error) {
	e, err := g.etcd(ctx)
	if err != nil {
		return nil, err
	}
	n := g.size(30_000)
	theirs, err := each(clients, n, func(int) error {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		got, err := e.Client.Get(ctx, "ready")
		if err == nil && len(got.Kvs) != 1 {
			err = errors.New("etcd does not find its key")
		}
		return err
	})
	e.Close()
	if err != nil {
		return nil, err
	}
	c, err := g.council()
	if err != nil {
		return nil, err
	}
	defer c.close()
	leader, err := c.start(ctx)
	if err != nil {
		return nil, err
	}
	ours, err := readAll(ctx, leader, n)
	if err != nil {
		return nil, err
	}
	inside, err := each(clients, n, func(int) error {
		_, err := leader.ReadIndex(ctx)
		return err
	})
	g.say("policy-read: %.0f reads/s over HTTP, %.0f in the process; etcd %.0f /s", ours, inside, theirs)
	return []measured{{"policy-read", ours, theirs}}, err
}

func readAll(ctx context.Context, leader *replica.Replica, n int) (float64, error) {
	address, stop, err := serveBare(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, err := leader.ReadIndex(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, size)
	}))
	if err != nil {
		return 0, err
	}
	defer stop()
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	return each(clients, n, func(int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err == nil && string(text) != "1" {
			err = fmt.Errorf("the log has one entry, the read says %q", text)
		}
		return err
	})
}
