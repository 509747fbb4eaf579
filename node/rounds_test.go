package node_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// rounds is how often all proposers ask at one moment.
func rounds() int {
	if os.Getenv("FUKUSEN_SOAK") != "" {
		return 1000
	}
	if nodetest.Thorough() {
		return 12
	}
	return 2
}

const (
	proposersEach = 16 // at each of four nodes
	killEvery     = 4  // rounds
)

// TestSixtyFourProposersBookNobodyTwice: four nodes offer sixty-four pieces of
// work for one time of one person, who says yes to all of them at one moment,
// while their home is killed in every fourth round. One hold comes of it, the
// same at both sides, and every place is free again after each round.
func TestSixtyFourProposersBookNobodyTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("rounds of sixty-four proposers take a while; run without -short")
	}
	for name, home := range map[string]func(testing.TB) string{store.SQLite: inFile, store.PostgreSQL: storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			if name == store.PostgreSQL && !nodetest.Thorough() && os.Getenv("FUKUSEN_SOAK") == "" {
				t.Skip("make thorough lets them race on PostgreSQL too")
			}
			newRounds(t, home(t)).run()
		})
	}
}

// race is a home in a process of its own and four owners with their gigs.
type race struct {
	*town
	owners []string
	gigs   map[string][]board.Gig
	home   *child
	token  string
}

func newRounds(t *testing.T, home string) *race {
	city, club := nodetest.City, nodetest.Club
	city.Store = home
	f := nodetest.New(t, city, club, nodetest.Seat{Name: "shop", Kind: "company"}, nodetest.Seat{Name: "school", Kind: "school"},
		nodetest.Seat{Name: "firm", Kind: "company"})
	r := &race{owners: []string{"club", "shop", "school", "firm"}, gigs: map[string][]board.Gig{}, town: &town{
		Federation: f, t: t, person: f.Person("city", "Rower"), day: f.Clock.Now().UTC().Truncate(24 * time.Hour).Add(72 * time.Hour),
	}}
	f.Talent("city", r.person)
	if _, err := f.Node("city").Gate().PutCalendar(f.Context(), r.person, "work", []byte(emptyCalendar)); err != nil {
		t.Fatal(err)
	}
	for _, owner := range r.owners {
		f.Consent("city", r.person, owner, spec.KindTalent, spec.KindAvailability)
		f.Eventually(owner+" knows the person", func() bool { return len(f.Current(owner, spec.KindTalent)) == 1 })
		for range proposersEach {
			r.gigs[owner] = append(r.gigs[owner], r.gig(owner, 1))
		}
	}
	config := f.Config("city")
	on, err := keys.Load(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	if r.token, err = node.IssueAccess(on.Record, f.ID("city"), "person", r.person, f.Clock.Now(), 12*time.Hour); err != nil {
		t.Fatal(err)
	}
	f.Stop("city")
	r.home = startChild(t, childJob{Serve: &config}, "")
	return r
}

func (r *race) run() {
	for round := range rounds() {
		r.propose()
		open := r.waiting()
		if len(open) != len(r.owners)*proposersEach {
			r.t.Fatalf("round %d: %d offers wait at the home", round, len(open))
		}
		held := r.answer(open, round%killEvery == killEvery-1 || rounds() < killEvery && round == 1)
		r.agree(round, held)
		r.cancel(held)
	}
	r.home.stop(r.t)
	r.Check("city")
	for _, owner := range r.owners {
		if n := len(r.Proofs(owner)); n != 0 {
			r.t.Errorf("%s keeps %d proofs against a home that was only killed", owner, n)
		}
	}
}

// propose offers every gig for the same hours at one moment.
func (r *race) propose() {
	r.t.Helper()
	var wait sync.WaitGroup
	errs := make(chan error, len(r.owners)*proposersEach)
	for _, owner := range r.owners {
		subject := r.Current(owner, spec.KindTalent)[0].Current.Subject
		for i, g := range r.gigs[owner] {
			wait.Go(func() {
				_, err := r.Node(owner).Engagements().Propose(r.Context(), engage.Ask{Gig: g.ID, Subject: subject, Units: r.units(1 + i%3)})
				errs <- err
			})
		}
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			r.t.Fatal("a proposal: ", err)
		}
	}
}

// call asks the home; where that died over it, ok is false and nothing is known.
func (r *race) call(method, path string, in, out any) (status int, ok bool) {
	octets, err := json.Marshal(in)
	if err != nil {
		r.t.Error(err)
		return 0, false
	}
	req, err := http.NewRequestWithContext(r.Context(), method, string(r.ID("city"))+path, bytes.NewReader(octets))
	if err != nil {
		r.t.Error(err)
		return 0, false
	}
	if in == nil {
		req.Body, req.ContentLength = http.NoBody, 0
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, false
	}
	defer res.Body.Close()
	octets, err = io.ReadAll(res.Body)
	if err != nil {
		return 0, false
	}
	if res.StatusCode < 300 && out != nil && json.Unmarshal(octets, out) != nil {
		r.t.Errorf("%s %s answers %s", method, path, octets)
	}
	return res.StatusCode, true
}

// waiting is the offers that wait for an answer, once all of them are there.
func (r *race) waiting() (open []string) {
	r.t.Helper()
	r.Eventually("every offer is at the home", func() bool {
		var list wire.ProposalList
		if status, ok := r.call("GET", "/v1/people/"+r.person+"/proposals", nil, &list); !ok || status != http.StatusOK {
			return false
		}
		open = nil
		for _, p := range list.Items {
			if p.State == "open" {
				open = append(open, p.ID)
			}
		}
		return len(open) >= len(r.owners)*proposersEach
	})
	return open
}

// answer says yes to all at one moment; one yes is to come of it, also where
// the home is killed meanwhile and asked once more. The others are declined.
func (r *race) answer(open []string, kill bool) wire.HoldKept {
	r.t.Helper()
	for again := kill; ; again = false {
		var wait sync.WaitGroup
		answered := make(chan int, len(open))
		for i, id := range open {
			wait.Go(func() {
				status, ok := r.call("POST", "/v1/people/"+r.person+"/proposals/"+id+"/answer", map[string]any{"answer": "accept"}, nil)
				if ok {
					answered <- status
				}
				if again && i == len(open)/2 {
					_ = r.home.cmd.Process.Kill()
				}
			})
		}
		wait.Wait()
		close(answered)
		for status := range answered {
			if status != http.StatusOK && status != http.StatusConflict && status != http.StatusServiceUnavailable {
				r.t.Errorf("an answer: %d", status)
			}
		}
		if !again {
			break
		}
		r.home.kill()
		config := r.Config("city")
		r.home = startChild(r.t, childJob{Serve: &config}, "")
	}
	held := r.holds()
	if len(held) != 1 {
		r.t.Fatalf("%d holds of one time: %+v", len(held), held)
	}
	for _, id := range open {
		if id != held[0].Proposal {
			if status, _ := r.call("POST", "/v1/people/"+r.person+"/proposals/"+id+"/answer", map[string]any{"answer": "decline"}, nil); status >= 300 {
				r.t.Fatalf("declining: %d", status)
			}
		}
	}
	return held[0]
}

// holds is the time that the person has given and not taken back.
func (r *race) holds() (held []wire.HoldKept) {
	r.t.Helper()
	var list wire.HoldList
	if status, ok := r.call("GET", "/v1/people/"+r.person+"/holds", nil, &list); !ok || status != http.StatusOK {
		r.t.Fatalf("holds: %d", status)
	}
	for _, h := range list.Items {
		if h.State == "confirmed" {
			held = append(held, h)
		}
	}
	return held
}

// agree waits until the owners know of that hold and of no other.
func (r *race) agree(round int, held wire.HoldKept) {
	r.t.Helper()
	r.Eventually(fmt.Sprintf("round %d: the owners know what the home confirmed", round), func() bool {
		states := r.states()
		return states[board.OfferConfirmed] == 1 && states[board.OfferOpen] == 0 && r.confirmedAt(held)
	})
}

// states counts the owners' offers by their state.
func (r *race) states() map[string]int {
	r.t.Helper()
	states := map[string]int{}
	for _, owner := range r.owners {
		for _, o := range r.offersAt(owner) {
			states[o.State]++
		}
	}
	return states
}

func (r *race) offersAt(owner string) (all []board.Offer) {
	r.t.Helper()
	err := r.Node(owner).Store().Read(r.Context(), func(tx *store.Tx) error {
		all = nil
		for _, g := range r.gigs[owner] {
			list, err := board.In(tx).Offers(g.ID)
			if err != nil {
				return err
			}
			all = append(all, list...)
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

func (r *race) confirmedAt(held wire.HoldKept) bool {
	for _, owner := range r.owners {
		for _, o := range r.offersAt(owner) {
			if string(o.ID) == held.Proposal {
				return o.State == board.OfferConfirmed
			}
		}
	}
	return false
}

// cancel gives the time back and waits until every place is free again.
func (r *race) cancel(held wire.HoldKept) {
	r.t.Helper()
	if status, ok := r.call("DELETE", "/v1/people/"+r.person+"/holds/"+held.ID, nil, nil); !ok || status != http.StatusNoContent {
		r.t.Fatal(errors.New("cancelling the hold"), status)
	}
	r.Eventually("every place is free again", func() bool {
		states := r.states()
		return states[board.OfferConfirmed] == 0 && states[board.OfferOpen] == 0
	})
}
