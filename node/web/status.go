package web

import (
	"strings"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/web/console"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// statusView is what the status page says of a node, all of it public.
type statusView struct {
	Node, Fed, Root, Leader string
	Words                   []string
	Light, LightKey         string
	Members, Documents      parts.TableView
	Size                    int64
	Development             bool
}

// front is the first page: a signed-in person's own, or the node's status.
func (cfg Config) front(p *shell.Page) error {
	if p.Session != nil && p.QueryParam("lang") == "" {
		return p.To(firstPage(p.Caller), "", "")
	}
	return p.Render(200, cfg.Name.In(p.Lang), statusPage(cfg.status(p.Lang)))
}

// firstPage is where somebody's work begins.
func firstPage(c access.Caller) string {
	if c.Person != "" {
		return "/my"
	}
	if c.HasAt(access.Home, access.Operator) {
		return "/console"
	}
	return "/account"
}

func (cfg Config) status(lang string) statusView {
	book, now := cfg.Trust.Book(), cfg.Clock()
	v := statusView{
		Node: string(cfg.Self), Fed: string(book.Fed()), Words: strings.Split(policy.Words(book.Fed()), "-"),
		Size: int64(book.Size()), Root: spec.EncodeRoot(book.Root()), Leader: string(cfg.Leader()), Development: book.Development(),
	}
	age, known := cfg.Trust.PolicyAge(now)
	v.Light, v.LightKey = console.Light(cfg.Ready(), age, known)
	v.Members = parts.TableView{CaptionKey: "status.members", Columns: []parts.Column{{Key: "status.member"}, {Key: "status.kind"}, {Key: "status.role"}, {Key: "status.address"}}}
	for _, m := range book.Register().Members {
		if book.Register().Active(m.Node) {
			v.Members.Rows = append(v.Members.Rows, parts.Cells(m.Name.In(lang), parts.Key("kind."+m.Kind), parts.Key("role."+m.Role),
				parts.To(string(m.Node)+"/", string(m.Node))))
		}
	}
	v.Documents = parts.TableView{CaptionKey: "status.policy", Columns: []parts.Column{{Key: "status.document"}, {Key: "status.version", Numeric: true}, {Key: "status.state"}, {Key: "status.from"}}}
	for _, d := range book.Documents() {
		title := d.Title.In(lang)
		if name := "series." + d.Series; d.Version == 1 && d.Prev == "" && text.Has(name) {
			title = text.Of(lang, name) // the genesis is the first version of three series
		}
		v.Documents.Rows = append(v.Documents.Rows, parts.Cells(title, d.Version, parts.Key("document."+string(book.Status(d, now))), parts.Date(d.ValidFrom)))
	}
	return v
}

// forPrograms are addresses that say the same to programs.
func forPrograms() []string {
	return []string{"/.well-known/fukusen", "/.well-known/fukusen/keys", "/v1/policy", "/v1/health"}
}
