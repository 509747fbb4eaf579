package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// visibleStudy: an idle city says one record after another to an idle club. The
// time runs from the call that commits it at the city until a read at the club
// finds it. Two disks and two ways are the limit: two flushes and two loopback
// round trips, medians of the same run.
func visibleStudy() study {
	return study{
		name: "visible",
		rows: []plan{{"visible-p50", "ms", 6, least}, {"visible-p99", "ms", 30, least}},
		run:  visible,
	}
}

// idleTime lies between two records; by then the reader waits at the end of the
// log again.
const idleTime = 10 * time.Millisecond

func visible(ctx context.Context, g *ground) ([]measured, error) {
	t, err := g.found(1, "city", "club")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return nil, err
	}
	city, club := t.members[0], t.members[1]
	if err := club.start(ctx); err != nil {
		return nil, err
	}
	if err := club.node.WaitPolicy(ctx, city.node.Trust().Book().Size()); err != nil {
		return nil, err
	}
	person, err := resident(ctx, city.node, club.id)
	if err != nil {
		return nil, err
	}
	const warm = 20
	n := g.size(1000)
	var taken []time.Duration
	for i := range warm + n {
		time.Sleep(idleTime) // both nodes have come to rest
		d, err := sayAndSee(ctx, city.node, club.node, person, i)
		if err != nil {
			return nil, err
		}
		if i >= warm {
			taken = append(taken, d)
		}
	}
	limit, err := g.twoFlushesAndTrips()
	if err != nil {
		return nil, err
	}
	p50, p99 := percentile(taken, 50), percentile(taken, 99)
	g.say("visible: %d records, p50 %v, p99 %v; two flushes and two round trips %v", n, p50, p99, limit)
	return []measured{{"visible-p50", ms(p50), ms(limit)}, {"visible-p99", ms(p99), ms(limit)}}, nil
}

// sayAndSee says a person's skills anew and waits until the reader has that
// version. It asks without a pause: the answer is wanted to the microsecond.
func sayAndSee(ctx context.Context, writer, reader *node.Node, person string, level int) (time.Duration, error) {
	began := time.Now()
	if err := putTalent(ctx, writer, person, 1+level%5); err != nil {
		return 0, err
	}
	said, err := lastSaid(ctx, writer, person)
	if err != nil {
		return 0, err
	}
	for ctx.Err() == nil {
		seen := time.Since(began)
		err := reader.Store().Read(ctx, func(tx *store.Tx) error {
			seen = time.Since(began)
			e, err := tx.Entry(said)
			if err == nil && e.State != store.StateLive {
				err = errors.New("the record is not live at the reader")
			}
			return err
		})
		if err == nil {
			return seen, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return 0, err
		}
		if seen > 10*time.Second {
			return 0, errors.New("the record did not come within 10 s")
		}
		pauseBriefly()
	}
	return 0, ctx.Err()
}

// pauseBriefly leaves the processor to the nodes for some 50 µs. The runtime's
// own timers may take a millisecond on an idle machine.
func pauseBriefly() { _ = syscall.Nanosleep(&syscall.Timespec{Nsec: 50_000}, nil) }

// resident is a fictional person who shares talent with another node.
func resident(ctx context.Context, at *node.Node, reader spec.NodeID) (string, error) {
	p := store.Person{
		ID: spec.RandomUUID(), FamilyName: "Fiction", GivenName: "Person", FamilyKana: "フィクション", GivenKana: "ヒト",
		CreatedAt: time.Now().Unix(), Demo: true,
	}
	if err := at.Store().Write(ctx, func(tx *store.Tx) error { return tx.PutPerson(p) }); err != nil {
		return "", err
	}
	_, err := at.Gate().Grant(ctx, consent.Ask{
		Person: p.ID, Recipient: reader, Kinds: []spec.Kind{spec.KindTalent}, Purposes: []string{"matching"},
		Until: time.Now().Add(30 * 24 * time.Hour), Language: "en",
	})
	return p.ID, err
}

func putTalent(ctx context.Context, at *node.Node, person string, level int) error {
	said, err := at.Gate().PutTalent(ctx, store.TalentProfile{
		Person: person, Region: "141003", Languages: []string{"ja"},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: level, Basis: "self"}},
	})
	if err == nil && said != 1 {
		err = errors.New("the record was not said to its reader")
	}
	return err
}

// lastSaid is the id of the record that a person's home said last.
func lastSaid(ctx context.Context, at *node.Node, person string) (spec.ID, error) {
	var id spec.ID
	err := at.Store().Read(ctx, func(tx *store.Tx) error {
		list, err := tx.PairwiseOf(person)
		if err == nil && len(list) != 1 {
			err = errors.New("the person has no record")
		}
		if err == nil {
			id = list[0].LastID
		}
		return err
	})
	return id, err
}

// twoFlushesAndTrips is what no design can go below: the record on two disks,
// and a hint and the record over the wire with their answers.
func (g *ground) twoFlushesAndTrips() (time.Duration, error) {
	flush, err := g.flushTime()
	if err != nil {
		return 0, err
	}
	trip, err := tripTime()
	return 2*flush + 2*trip, err
}

const probes = 400

// flushTime is the median of appending 1 KB and flushing it.
func (g *ground) flushTime() (time.Duration, error) {
	dir, err := g.fresh("flush")
	if err != nil {
		return 0, err
	}
	file, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	line := make([]byte, 1024)
	var taken []time.Duration
	for range probes {
		if _, err := file.Write(line); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return 0, err
		}
		taken = append(taken, time.Since(began))
	}
	return percentile(taken, 50), nil
}

// tripTime is the median of one octet there and back over TCP on loopback.
func tripTime() (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	go func() {
		if conn, err := l.Accept(); err == nil {
			_, _ = io.Copy(conn, conn)
			_ = conn.Close()
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	octet := make([]byte, 1)
	var taken []time.Duration
	for range probes {
		began := time.Now()
		if _, err := conn.Write(octet); err != nil {
			return 0, err
		}
		if _, err := io.ReadFull(conn, octet); err != nil {
			return 0, err
		}
		taken = append(taken, time.Since(began))
	}
	return percentile(taken, 50), nil
}

// percentile is the nearest rank.
func percentile(list []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
