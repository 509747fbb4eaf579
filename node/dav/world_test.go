package dav_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

const emptyCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fukusen//test//EN\r\nEND:VCALENDAR\r\n"

// home is a node with one person who has an account.
type home struct {
	*nodetest.Federation
	t       *testing.T
	person  string
	account string
	day     time.Time // a coming midnight, UTC
}

func newHome(t *testing.T) *home { return newHomeOn(t, "") }

// newHomeOn is newHome with a store of its own, and neighbours.
func newHomeOn(t *testing.T, source string, neighbours ...nodetest.Seat) *home {
	t.Helper()
	city := nodetest.City
	city.Store = source
	f := nodetest.New(t, append([]nodetest.Seat{city}, neighbours...)...)
	h := &home{Federation: f, t: t, person: f.Person("city", "Rower"), day: f.Clock.Now().UTC().Truncate(24 * time.Hour).Add(72 * time.Hour)}
	h.account, _ = f.Account("city", h.person)
	return h
}

func (h *home) write(do func(*store.Tx) error) {
	h.t.Helper()
	if err := h.Node("city").Store().Write(h.Context(), do); err != nil {
		h.t.Fatal(err)
	}
}

func (h *home) caller() access.Caller { return access.Caller{Account: h.account, Person: h.person} }

// hold gives time of the person to a work of that title: units of 90 minutes from the hours of the day on.
func (h *home) hold(title, state string, hours ...int) diary.Hold {
	h.t.Helper()
	var units []work.Unit
	var held []diary.Held
	id := spec.RandomUUID()
	for i, hour := range hours {
		from := h.day.Add(time.Duration(hour) * time.Hour)
		units = append(units, work.Unit{Index: i, Start: spec.FormatUTC(from), End: spec.FormatUTC(from.Add(90 * time.Minute))})
		held = append(held, diary.Held{Person: h.person, StartsAt: from.Unix(), EndsAt: from.Add(90 * time.Minute).Unix(), LeavesAt: from.Unix(), ReturnsAt: from.Add(90 * time.Minute).Unix(), Hold: id, State: state})
	}
	octets, err := json.Marshal(units)
	if err != nil {
		h.t.Fatal(err)
	}
	now := h.Clock.Now().Unix()
	row := diary.Hold{
		ID: id, Person: h.person, Owner: "https://club.example", Proposal: spec.ID(id), Gig: spec.ID(id), Title: title, State: state,
		UID: spec.RandomUUID(), Record: spec.ID(id), Sequence: 5, Consent: "c", CreatedAt: now,
	}
	h.write(func(tx *store.Tx) error {
		d := diary.In(tx)
		if err := d.AddProposal(diary.Proposal{
			ID: spec.ID(id), Person: h.person, Owner: row.Owner, Gig: row.Gig, Subject: "s", Units: string(octets), StartsAt: held[0].StartsAt,
			OfferUntil: now + 60, State: diary.Accepted, Hold: id, ReceivedAt: now, SettledAt: now,
		}); err != nil {
			return err
		}
		if state == work.HoldConfirmed {
			if err := d.Keep(held); err != nil {
				return err
			}
		}
		return d.PutHold(row)
	})
	return row
}

// feed makes a secret address and answers its path.
func (h *home) feed(kind string, step int64) string {
	h.t.Helper()
	secret, err := h.Node("city").Planner().MakeFeed(h.Context(), h.caller(), caldav.Feed{Kind: kind, Label: "phone", Granularity: step})
	if err != nil {
		h.t.Fatal(err)
	}
	return "/feeds/" + secret + ".ics"
}

type answer struct {
	*http.Response
	body string
}

// ask sends one request; the headers come in pairs.
func (h *home) ask(method, path, body string, headers ...string) answer {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.Context(), method, string(h.ID("city"))+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	octets, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{resp, string(octets)}
}

func contentsOf(t *testing.T, s *store.Store) (all map[string][]string) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		all, err = storetest.Contents(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// rewrite changes a hold.
func (h *home) rewrite(row diary.Hold) {
	h.t.Helper()
	h.write(func(tx *store.Tx) error { return diary.In(tx).PutHold(row) })
}
