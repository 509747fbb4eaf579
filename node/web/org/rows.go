package org

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/web/parts"
)

func (v listView) rows(ctx context.Context) parts.TableView {
	t := parts.TableView{CaptionKey: "org.list", Columns: []parts.Column{
		{Key: "org.name"}, {Key: "org.kind"}, {Key: "org.members", Numeric: true}, {Key: "org.waiting", Numeric: true}, {Key: "org.state"},
	}}
	for _, o := range v.Organisations {
		t.Rows = append(t.Rows, parts.Cells(
			organisationLink(o.ID, o.Title), kindText(ctx, o.Kind), o.Members, o.Waiting, openLine(o.Organisation)))
	}
	return t
}

// kindText is a kind in words; an organisation may have none.
func kindText(ctx context.Context, kind string) string {
	if kind == "" {
		return ""
	}
	return parts.T(ctx, "kind."+kind)
}

func (v membersView) rows(ctx context.Context) parts.TableView {
	t := parts.TableView{CaptionKey: "org.members", Filter: "members", Columns: []parts.Column{
		{Key: "org.member"}, {Key: "org.role"}, {Key: "org.state"}, {Key: "org.since"}, {Key: "org.invited-by"}, {Key: "org.actions"},
	}}
	for _, m := range v.Members {
		since := m.JoinedAt
		if since == 0 {
			since = m.CreatedAt
		}
		by := any(name(m.By))
		if m.By == "" {
			by = parts.Key("org.by.node")
		}
		t.Rows = append(t.Rows, parts.Cells(name(m.Name), parts.T(ctx, "role."+m.Role), roleState(m.State), parts.Date(since), by, memberActions(m)))
	}
	return t
}

func (v rolesView) rows(ctx context.Context) parts.TableView {
	t := parts.TableView{CaptionKey: "org.held", Columns: []parts.Column{
		{Key: "org.role"}, {Key: "org.organisation"}, {Key: "org.since"}, {Key: "org.leave"},
	}}
	for _, m := range v.Held {
		t.Rows = append(t.Rows, parts.Cells(parts.T(ctx, "role."+m.Role), m.Title, parts.Date(m.JoinedAt), leaveLink(m)))
	}
	return t
}

func kindOptions(ctx context.Context) []parts.Option {
	var list []parts.Option
	for _, kind := range kinds() {
		list = append(list, parts.Option{Value: kind, Label: kindText(ctx, kind)})
	}
	return list
}

func roleOptions(ctx context.Context, roles []access.Role) []parts.Option {
	var list []parts.Option
	for _, role := range roles {
		list = append(list, parts.Option{Value: role, Label: parts.T(ctx, "role."+role)})
	}
	return list
}

func languages() []parts.Option {
	return []parts.Option{{Value: "ja", Key: "language.ja"}, {Value: "en", Key: "language.en"}}
}

func groupOptions(ctx context.Context, f tokenForm) []parts.Option {
	var list []parts.Option
	for _, g := range f.Offered {
		list = append(list, parts.Option{Value: g.Name, Label: parts.T(ctx, "token.group."+g.Name), Selected: slices.Contains(f.Groups, g.Name)})
	}
	return list
}

func lifeOptions(ctx context.Context) []parts.Option {
	var list []parts.Option
	for _, days := range lives() {
		list = append(list, parts.Option{Value: days, Label: parts.T(ctx, "token.days", days)})
	}
	return list
}

// japanese says whether a name is written in Japanese letters.
func japanese(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) })
}
