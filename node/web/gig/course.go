package gig

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/spec/work"
)

// event is one line of what happened.
type event struct {
	At        int64
	Kind      string // of the mark: good, warn, bad or quiet
	Key, Text string
}

// events are what happened, the oldest first.
func (d engagement) events() []event {
	list := []event{{At: d.Agreed, Kind: "good", Key: "work.event.agreed"}}
	if d.Side == progress.Owner {
		list[0].Key = "work.event.offered"
	}
	for _, r := range d.Reds {
		list = append(list, event{r.RaisedAt, "bad", redTitle(d.Side, r), r.What})
		if r.ClosedAt != 0 {
			list = append(list, event{r.ClosedAt, "good", "work.event.closed", ""})
		}
	}
	for _, t := range d.Turns {
		list = append(list, event{t.At, "quiet", "work.event.delivered", ""})
		if t.AnsweredAt != 0 && t.State != progress.Open {
			list = append(list, event{t.AnsweredAt, turnKind(t.State), "work.turn." + t.State, t.Reason})
		}
	}
	slices.SortStableFunc(list, func(a, b event) int { return cmp.Compare(a.At, b.At) })
	return list
}

func redTitle(side string, r progress.Red) string {
	switch {
	case r.Ask == work.AskCancellation && r.Side == side:
		return "work.event.end.mine"
	case r.Ask == work.AskCancellation:
		return "work.event.end.theirs"
	case r.Side == side:
		return "work.event.red.mine"
	}
	return "work.event.red.theirs"
}

func stageKind(s deed.Stage) string {
	switch s {
	case deed.StageRed, deed.StageDisputed:
		return "bad"
	case deed.StageConfirmed, deed.StageRunning, deed.StageAccepted:
		return "good"
	case deed.StageCancelled, deed.StageDeclined, deed.StageLapsed:
		return "quiet"
	}
	return "warn"
}

func severityKind(severity string) string {
	switch severity {
	case "high":
		return "bad"
	case "medium":
		return "warn"
	}
	return "quiet"
}

func turnKind(state string) string {
	switch state {
	case progress.Accepted:
		return "good"
	case progress.Disputed:
		return "bad"
	}
	return "warn"
}

// title is what the work is called.
func (d engagement) title(unread string) string {
	if d.Title == "" {
		return unread
	}
	return d.Title
}

// said is what somebody wrote in one of the page's forms before it was refused.
func (d engagement) said(of, field string) string {
	if d.Form.Of != of {
		return ""
	}
	return d.Form.Value[field]
}

func (d engagement) fault(of, field string) string {
	if d.Form.Of != of {
		return ""
	}
	return d.Form.wrong(field)
}

// cancellable reports whether the person may still give the time back.
func (d engagement) cancellable() bool {
	l, any := d.last()
	return d.Side == progress.Home && d.Stands && (!any || l.State == progress.Disputed)
}

// judgeable reports whether a delivery waits for the organisation.
func (d engagement) judgeable() bool {
	l, any := d.last()
	return d.Stands && any && l.State == progress.Open
}

func (d engagement) turn() string {
	l, _ := d.last()
	return strconv.Itoa(l.Turn)
}

// unitOptions are the units whose time is over, all ticked at first.
func (d engagement) unitOptions(ctx context.Context) []parts.Option {
	var list []parts.Option
	for _, n := range d.over() {
		value := strconv.Itoa(n)
		list = append(list, parts.Option{
			Value: value, Selected: d.Form.Of != "deliver" || slices.Contains(d.Form.Ticks, value),
			Label: parts.T(ctx, "work.unit", n+1, parts.TimeText(parts.FrameOf(ctx).Lang, d.Units[n].From)),
		})
	}
	return list
}

// measure asks for what the outcome came to.
func (d engagement) measure(ctx context.Context) string {
	if !d.Known || d.Work.Outcome == nil {
		return parts.T(ctx, "work.delivery.value")
	}
	return parts.T(ctx, "work.delivery.value.of", d.Work.Outcome.Measure, d.Work.Outcome.Unit)
}

// reached is what the outcome came to, beside its target.
func (d engagement) reached(ctx context.Context, t turnLine) string {
	if !d.Known || d.Work.Outcome == nil {
		return t.Value
	}
	return parts.T(ctx, "work.delivery.reached", t.Value, d.Work.Outcome.Unit, d.Work.Outcome.Target)
}

func boardRows(list []boardLine) []parts.Row {
	rows := make([]parts.Row, len(list))
	for i, l := range list {
		rows[i] = parts.Cells(parts.ToName(deed.BoardPage+"/"+l.ID, l.Title), whom(l), parts.Time(l.Starts), parts.Plain(parts.Number(int64(l.Reds))))
	}
	return rows
}
