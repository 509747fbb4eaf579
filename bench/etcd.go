package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
)

func (g *ground) etcd(ctx context.Context) (*rival.Etcd, error) {
	dir, err := g.fresh("etcd")
	if err != nil {
		return nil, err
	}
	return rival.StartEtcd(ctx, dir)
}

// each runs do n times from a number of clients and answers the rate.
func each(clients, n int, do func(i int) error) (float64, error) {
	var next atomic.Int64
	errs := make([]error, clients)
	began := time.Now()
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[c] == nil; i = int(next.Add(1)) - 1 {
				errs[c] = do(i)
			}
		})
	}
	wg.Wait()
	return perSecond(n, began), errors.Join(errs...)
}

// besideEtcd shows what etcd writes here, for the reader; it is no limit.
func (g *ground) besideEtcd(ctx context.Context, name string, clients, size int) {
	e, err := g.etcd(ctx)
	if err != nil {
		g.say("%s: etcd beside: %v", name, err)
		return
	}
	defer e.Close()
	value := strings.Repeat("v", size)
	rate, err := each(clients, g.size(map[bool]int{true: 1500, false: 10_000}[clients == 1]), func(i int) error {
		return e.Put(ctx, fmt.Sprintf("k%d", i%1000), value, 10*time.Second)
	})
	g.say("%s: etcd beside: %.0f writes/s %v", name, rate, errOrNothing(err))
}

func errOrNothing(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}
