package feed

import (
	"context"
	"strconv"

	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/web/parts"
)

func (v listView) feeds(ctx context.Context) parts.TableView {
	t := parts.TableView{CaptionKey: "feed.list", Columns: []parts.Column{
		{Key: "feed.label"}, {Key: "feed.kind"}, {Key: "feed.created"}, {Key: "feed.used"}, {Key: "feed.state"},
	}}
	for _, f := range v.Feeds {
		used := any(parts.Key("feed.never"))
		if f.UsedAt != 0 {
			used = parts.Time(f.UsedAt)
		}
		state := any(revokeFeed(f.Hash, f.Label))
		if f.RevokedAt != 0 {
			state = parts.T(ctx, "feed.ended", parts.TimeText(parts.FrameOf(ctx).Lang, f.RevokedAt))
		}
		t.Rows = append(t.Rows, parts.Cells(name(f.Label), kindText(ctx, f), parts.Date(f.CreatedAt), used, state))
	}
	return t
}

// kindText says what stands at an address.
func kindText(ctx context.Context, f caldav.Feed) string {
	if f.Kind == caldav.Busy {
		return parts.T(ctx, "feed.kind.busy.step", int(f.Granularity/60))
	}
	return parts.T(ctx, "feed.kind.full")
}

func kindOptions(ctx context.Context) []parts.Option {
	return []parts.Option{
		{Value: caldav.Full, Key: "feed.kind.full", Hint: parts.T(ctx, "feed.kind.full.hint")},
		{Value: caldav.Busy, Key: "feed.kind.busy", Hint: parts.T(ctx, "feed.kind.busy.hint")},
	}
}

func stepOptions(ctx context.Context) []parts.Option {
	var list []parts.Option
	for _, s := range planner.Granularities() {
		list = append(list, parts.Option{Value: strconv.FormatInt(s, 10), Label: parts.T(ctx, "feed.minutes", int(s/60))})
	}
	return list
}

func (v listView) passwords(ctx context.Context) parts.TableView {
	t := parts.TableView{CaptionKey: "feed.passwords", Columns: []parts.Column{
		{Key: "feed.label"}, {Key: "feed.created"}, {Key: "feed.used"}, {Key: "feed.password.until"}, {Key: "feed.state"},
	}}
	for _, k := range v.Passwords {
		used := any(parts.Key("feed.never"))
		if k.UsedAt != 0 {
			used = parts.Time(k.UsedAt)
		}
		state := any(revokePassword(k.Hash, k.Name))
		switch {
		case k.RevokedAt != 0:
			state = parts.T(ctx, "feed.ended", parts.TimeText(parts.FrameOf(ctx).Lang, k.RevokedAt))
		case k.Expires <= v.Now:
			state = parts.Key("feed.password.over")
		}
		t.Rows = append(t.Rows, parts.Cells(name(k.Name), parts.Date(k.CreatedAt), used, parts.Date(k.Expires), state))
	}
	return t
}

func lifeOptions(ctx context.Context) []parts.Option {
	var list []parts.Option
	for _, days := range lives() {
		list = append(list, parts.Option{Value: days, Label: parts.T(ctx, "feed.password.days", days)})
	}
	return list
}
