package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// clerks is how many requests one node is asked at a time.
const clerks = 6

// everyone does one thing for each person of every node, all nodes at once.
func (s *story) everyone(ctx context.Context, do func(context.Context, *seat, int, *resident) error) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, x := range s.seats {
		all.Go(func() error {
			desk, ctx := errgroup.WithContext(ctx)
			desk.SetLimit(clerks)
			for i, p := range x.people {
				desk.Go(func() error { return do(ctx, x, i, p) })
			}
			return desk.Wait()
		})
	}
	return all.Wait()
}

// takeIn registers the people with their skills and calendars at their homes.
func (s *story) takeIn(ctx context.Context) error {
	s.region.draw(s.seats)
	var files, events, problems atomic.Int64
	clerk, yes := caller{role: "clerk"}, true
	err := s.everyone(ctx, func(ctx context.Context, x *seat, _ int, p *resident) error {
		var made wire.PersonCreated
		err := x.desk.post(ctx, clerk, "/v1/people", wire.NewPerson{
			Demo: &yes,
			Name: wire.PersonName{Family: p.family.Name, Given: p.given.Name},
			Kana: wire.PersonName{Family: p.family.Kana, Given: p.given.Kana},
		}, &made)
		if err != nil {
			return err
		}
		p.id = made.ID
		if err := x.desk.do(ctx, person(p.id), http.MethodPut, "/v1/people/"+p.id+"/talent", p.talent, nil); err != nil {
			return err
		}
		for _, c := range p.calendars {
			var read wire.CalendarRead
			err := x.desk.do(ctx, person(p.id), http.MethodPut, "/v1/people/"+p.id+"/calendars/"+c.name, calendarText(c.ics), &read)
			if err != nil {
				return err
			}
			if read.Events == 0 {
				return fmt.Errorf("%s read no event in %s.ics", x.name, c.name)
			}
			files.Add(1)
			events.Add(read.Events)
			problems.Add(int64(len(read.Problems)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	total := 0
	for _, x := range s.seats {
		n, err := x.residents(ctx)
		if err != nil {
			return err
		}
		if n != len(x.people) {
			return fmt.Errorf("%s has %d people, %d were taken in", x.name, n, len(x.people))
		}
		total += n
	}
	s.out.phase("people", "住民", "%d fictional people with skills from a list of %d at their home nodes", total, len(s.region.skills))
	s.out.more("%d calendars imported: %d events of python3-icalendar, khal and calcurse, %d problems noted", files.Load(), events.Load(), problems.Load())
	return nil
}

// residents counts the people of a node, page by page; all are marked fictional.
func (x *seat) residents(ctx context.Context) (int, error) {
	n, after := 0, ""
	for {
		ask := url.Values{"limit": {"100"}}
		if after != "" {
			ask.Set("after", after)
		}
		var page wire.PersonPage
		if err := x.desk.get(ctx, caller{role: "clerk"}, "/v1/people?"+ask.Encode(), &page); err != nil {
			return 0, err
		}
		for _, p := range page.Items {
			if !p.Demo {
				return 0, fmt.Errorf("%s shows a person who is not marked as fictional", x.name)
			}
		}
		n += len(page.Items)
		if page.Next == nil {
			return n, nil
		}
		after = *page.Next
	}
}

// share lets every person agree to one reader, every third to two, so that
// records flow in every direction, and waits until they have arrived.
func (s *story) share(ctx context.Context) error {
	until := time.Now().Add(30 * 24 * time.Hour).Unix()
	var given atomic.Int64
	err := s.everyone(ctx, func(ctx context.Context, x *seat, i int, p *resident) error {
		others := s.othersOf(x)
		readers := []*seat{others[i%len(others)]}
		if i%3 == 0 {
			readers = append(readers, others[(i+1)%len(others)])
		}
		if i == 0 { // the first of each home is the story's busiest person
			readers = others
		}
		for _, to := range readers {
			var made wire.Consent
			err := x.desk.post(ctx, person(p.id), "/v1/people/"+p.id+"/consents", wire.NewConsent{
				Recipient: string(to.id), Kinds: []wire.PersonalKind{"talent", "availability", "vc"},
				Purposes: []string{"matching", "evaluation"}, Until: until, Language: "ja",
			}, &made)
			if err != nil {
				return err
			}
			p.consents[to.name] = made.RecordID
			given.Add(1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, x := range s.seats {
		for _, p := range x.people {
			for name := range p.consents {
				s.live.add(x.id, s.seat(name).id, spec.KindTalent, 1)
				if len(p.calendars) > 0 {
					s.live.add(x.id, s.seat(name).id, spec.KindAvailability, 1)
				}
			}
		}
	}
	if err := s.arrived(ctx); err != nil {
		return err
	}
	s.out.phase("share", "共有", "%d consents, in every direction; %d talent and %d availability records sealed, pulled, verified",
		given.Load(), s.live.of(spec.KindTalent), s.live.of(spec.KindAvailability))
	if err := s.compareWeeks(ctx); err != nil {
		return err
	}
	return s.seenBy(ctx, s.seat("club"))
}

// seenBy lets one person ask who has seen what: exactly the readers agreed to,
// each for the purpose agreed to.
func (s *story) seenBy(ctx context.Context, home *seat) error {
	p := home.people[0]
	var page wire.DisclosurePage
	if err := home.desk.get(ctx, person(p.id), "/v1/people/"+p.id+"/disclosures?limit=500", &page); err != nil {
		return err
	}
	seen := make(map[string]int)
	for _, d := range page.Items {
		name := s.nameOf(spec.NodeID(d.Recipient))
		if p.consents[name] == "" || d.Purpose != "matching" {
			return fmt.Errorf("a record went to %s for %s, which was not agreed to", name, d.Purpose)
		}
		seen[name]++
	}
	if len(seen) != len(p.consents) {
		return fmt.Errorf("%d readers are in the disclosure log, %d were agreed to", len(seen), len(p.consents))
	}
	s.out.more("who has seen what, for one rower: %d disclosures to %d readers, each agreed to", len(page.Items), len(seen))
	return nil
}

func (s *story) othersOf(x *seat) []*seat {
	var list []*seat
	for _, o := range s.seats {
		if o != x {
			list = append(list, o)
		}
	}
	return list
}

func (t tally) of(kind spec.Kind) int {
	n := 0
	for _, kinds := range t {
		n += kinds[kind]
	}
	return n
}

// arrived waits until every reader has read every log to its end, and can use
// exactly the records that should be usable, no more and no fewer.
func (s *story) arrived(ctx context.Context) error {
	for _, from := range s.seats {
		for _, to := range s.othersOf(from) {
			claim := fmt.Sprintf("%s has what %s shared", to.name, from.name)
			if err := s.until(ctx, claim, func(ctx context.Context) (string, error) { return s.lacks(ctx, from, to) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// lacks says what a reader has not got yet of one giver.
func (s *story) lacks(ctx context.Context, from, to *seat) (string, error) {
	giver, err := from.desk.peers(ctx)
	if err != nil {
		return "", err
	}
	reader, err := to.desk.peers(ctx)
	if err != nil {
		return "", err
	}
	out, in := logOf(giver[to.id], "out"), logOf(reader[from.id], "in")
	if out.Size == 0 || in.Next != out.Size || in.Lag != 0 || out.Lag != 0 {
		return fmt.Sprintf("the log has %d entries, %d are read and %d acknowledged", out.Size, in.Next, out.Next), nil
	}
	for _, kind := range []spec.Kind{spec.KindTalent, spec.KindAvailability, spec.KindEvaluation} {
		list, err := to.desk.records(ctx, from.id, kind)
		if err != nil {
			return "", err
		}
		if want := s.live[flow{from.id, to.id}][kind]; len(list) != want {
			return fmt.Sprintf("%d usable %s records where %d were shared", len(list), kind, want), nil
		}
	}
	return "", nil
}

// compareWeeks holds availability at a reader against what the home answers the
// people themselves: the same busy periods, and nothing of what fills them.
func (s *story) compareWeeks(ctx context.Context) error {
	home, reader := s.seat("club"), s.seat("city")
	received, err := reader.desk.records(ctx, home.id, spec.KindAvailability)
	if err != nil {
		return err
	}
	byID := make(map[string]wire.RecordView, len(received))
	for _, r := range received {
		byID[r.ID] = r
	}
	weeks, periods := 0, 0
	for _, p := range home.people {
		if len(p.calendars) == 0 || p.consents[reader.name] == "" {
			continue
		}
		var own wire.Export
		if err := home.desk.get(ctx, person(p.id), "/v1/people/"+p.id+"/export", &own); err != nil {
			return err
		}
		for _, sealed := range own.Records {
			r, ok := byID[sealed.ID]
			if !ok || r.Kind != string(spec.KindAvailability) {
				continue
			}
			n, err := sameWeeks(ctx, home, p, r)
			if err != nil {
				return err
			}
			weeks, periods = weeks+1, periods+n
		}
	}
	if weeks != len(received) || periods == 0 {
		return fmt.Errorf("%s holds %d availability records of %s, %d of them could be compared, with %d busy periods", reader.name, len(received), home.name, weeks, periods)
	}
	s.out.more("%s and %s compared: %d people, %d busy periods, the same at the reader as at home; no title, no place", home.name, reader.name, weeks, periods)
	return nil
}

// sameWeeks compares one record with the person's own view and counts the busy
// periods.
func sameWeeks(ctx context.Context, home *seat, p *resident, r wire.RecordView) (int, error) {
	start, _ := r.Body["utcStart"].(string)
	end, _ := r.Body["utcEnd"].(string)
	from, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return 0, err
	}
	to, err := time.Parse(time.RFC3339, end)
	if err != nil {
		return 0, err
	}
	var mine wire.BusyList
	path := fmt.Sprintf("/v1/people/%s/busy?from=%d&to=%d", p.id, from.Unix(), to.Unix())
	if err := home.desk.get(ctx, person(p.id), path, &mine); err != nil {
		return 0, err
	}
	seen, _ := r.Body["busy"].([]any)
	if len(seen) != len(mine.Busy) {
		return 0, fmt.Errorf("the reader sees %d busy periods, the person has %d", len(seen), len(mine.Busy))
	}
	for i, b := range mine.Busy {
		period, _ := seen[i].(map[string]any)
		if len(period) != 3 || period["utcStart"] != b.UtcStart || period["utcEnd"] != b.UtcEnd || period["busyStatus"] != string(b.BusyStatus) {
			return 0, fmt.Errorf("busy period %d differs between the reader and the person's home", i+1)
		}
	}
	return len(seen), nil
}

// titlesIn are the words of a calendar file that must never leave.
func titlesIn(ics []byte) []string {
	var list []string
	for line := range bytes.Lines(ics) {
		for _, name := range []string{"SUMMARY:", "LOCATION:", "DESCRIPTION:"} {
			if text, ok := strings.CutPrefix(strings.TrimSpace(string(line)), name); ok && text != "" {
				list = append(list, text)
			}
		}
	}
	return list
}
