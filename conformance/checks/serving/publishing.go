package serving

import (
	"context"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

var publisherRole = []string{"availability-publisher"}

// givenBodies: REQ-FEED-006.
func givenBodies() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-006",
		Roles:       publisherRole,
		Needs:       publishing,
		Positive: func(ctx context.Context, p *judge.Probe) {
			s := share(ctx, p)
			t := tellMe(ctx, p, s.reader)
			if len(t.items) != 1 || len(t.bodies(ctx, p, s.reader, spec.KindTalent)) != 1 {
				p.Fail(judge.Why("現在のレコードの本文が渡されませんでした", "the body of a current, live record was not given"))
			}
			p.Expect(t.last, "body.items.0.state", evidence.Equals, judge.Why("現在のレコードは live です", "a current record is live"), "live")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			s := share(ctx, p)
			putTalent(ctx, p, s.person, 5)
			t := tellMe(ctx, p, s.reader)
			p.Expect(t.last, "body.items.0.record", evidence.Absent,
				judge.Why("古い版の本文が渡されました", "the body of a version that a newer one replaced was given"))
			p.Expect(t.last, "body.items.1.record", evidence.Present,
				judge.Why("新しい版の本文が渡されませんでした", "the body of the newest version was not given"))
			s.withdraw(ctx, p)
			t = tellMe(ctx, p, s.reader)
			if len(t.items) < 4 { // over as many pages as the target makes of them
				p.Fail(judge.Why("すべての番号が示されていません", "every n is given whatever its state"))
			}
			for _, it := range t.items {
				if it.Record != "" {
					p.Fail(judge.Why("撤回後に本文が渡されました", "a body was given after its withdrawal"))
				}
			}
		},
	}
}

// rounding: REQ-AVL-011.
func rounding() judge.Check {
	return judge.Check{
		Requirement: "REQ-AVL-011",
		Roles:       publisherRole,
		Needs:       publishing,
		Positive: func(ctx context.Context, p *judge.Probe) {
			start := p.Clock().UTC().Truncate(24 * time.Hour).Add(58*time.Hour + time.Duration(1+p.Pick(14))*time.Minute)
			end := start.Add(50*time.Minute + time.Duration(p.Pick(40))*time.Second)
			as, person := fresh(ctx, p), newPerson(ctx, p)
			putCalendar(ctx, p, person, calendarOf(p, start, end))
			consent(ctx, p, person, as, "availability")
			t := tellMe(ctx, p, as)
			list := t.bodies(ctx, p, as, spec.KindAvailability)
			if len(list) == 0 {
				p.Fail(judge.Why("予定が受け手に伝わりませんでした", "no availability record reached the reader"))
			}
			said, ok := list[len(list)-1].Body().(*spec.Availability)
			if !ok || len(said.Busy) != 1 {
				p.Fail(judge.Why("予定は一つの時間帯になります", "one event is one busy period"))
			}
			grain, ok := grainOf(said.Granularity)
			if !ok {
				p.Fail(judge.Why("granularity を読み取れません", "the granularity cannot be read"))
			}
			to := end.Truncate(grain)
			if to.Before(end) {
				to = to.Add(grain)
			}
			if said.Busy[0].Start != spec.FormatUTC(start.Truncate(grain)) || said.Busy[0].End != spec.FormatUTC(to) {
				p.Fail(judge.Why("開始は切り下げ、終了は切り上げです", "starts are rounded down and ends up to the granularity"))
			}
			p.Note(t.last, "status", evidence.Equals, "200")
		},
	}
}

// grainOf reads a granularity of hours and minutes.
func grainOf(text string) (time.Duration, bool) {
	if text == "" {
		return 15 * time.Minute, true
	}
	if text == "P1D" {
		return 24 * time.Hour, true
	}
	rest, ok := strings.CutPrefix(text, "PT")
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(strings.ToLower(rest))
	return d, err == nil && d > 0
}

// personal are the checks of what the target says about people.
func personal() []judge.Check { return []judge.Check{rounding(), statusLists()} }
