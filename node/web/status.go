package web

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// view is what the status page says, every text already in one language.
type view struct {
	Lang, Other, OtherName string
	T                      map[string]string
	Name, Node, Fed        string
	Words                  []string
	Light, LightText       string
	Members                []memberView
	Documents              []documentView
	Size, Root             string
	Leader                 string
	Development            bool
	Year                   string
}

type memberView struct{ Name, Node, Kind, Role string }

type documentView struct{ Title, Version, Status, From string }

func (cfg Config) status(lang string) view {
	book, now := cfg.Trust.Book(), cfg.Clock()
	v := view{
		Lang: lang, Other: "en", OtherName: text.Of(lang, "parts.other-language"), T: map[string]string{}, Name: cfg.Name.In(lang), Node: string(cfg.Self),
		Fed: string(book.Fed()), Words: strings.Split(policy.Words(book.Fed()), "-"),
		Size: strconv.FormatUint(book.Size(), 10), Root: spec.EncodeRoot(book.Root()),
		Development: book.Development(), Leader: string(cfg.Leader()), Year: now.Format("2006"),
	}
	if lang == "en" {
		v.Other = "ja"
	}
	for key, words := range text.All() {
		v.T[key] = words.In(lang)
	}
	v.Light, v.LightText = cfg.light(v.T, now)
	for _, m := range book.Register().Members {
		if book.Register().Active(m.Node) {
			v.Members = append(v.Members, memberView{m.Name.In(lang), string(m.Node), v.T["kind."+m.Kind], v.T["role."+m.Role]})
		}
	}
	for _, d := range book.Documents() {
		title := d.Title.In(lang)
		if d.Version == 1 && d.Prev == "" && v.T["series."+d.Series] != "" {
			title = v.T["series."+d.Series] // the genesis is the first version of three series
		}
		v.Documents = append(v.Documents, documentView{
			title, strconv.Itoa(d.Version), v.T["document."+string(book.Status(d, now))],
			time.Unix(d.ValidFrom, 0).In(tokyo).Format("2006-01-02"),
		})
	}
	return v
}

// nowhere is a page that is not there, in both languages, the reader's first.
func (cfg Config) nowhere(lang string) []view {
	pages := make([]view, 0, 2)
	for _, l := range []string{lang, map[string]string{"ja": "en", "en": "ja"}[lang]} {
		v := view{Lang: l, Name: cfg.Name.In(l), T: make(map[string]string)}
		for key, words := range text.All() {
			v.T[key] = words.In(l)
		}
		pages = append(pages, v)
	}
	return pages
}

// tokyo is where dates on the page are meant.
var tokyo = time.FixedZone("JST", 9*3600)

// light is the state of the node as a visitor needs it.
func (cfg Config) light(t map[string]string, now time.Time) (string, string) {
	age, known := cfg.Trust.PolicyAge(now)
	switch {
	case errors.Is(cfg.Ready(), gate.ErrRestoring):
		return "amber", t["light.restoring"]
	case cfg.Ready() != nil:
		return "amber", t["light.joining"]
	case !known:
		return "amber", t["light.waiting"]
	case age > 7*24*time.Hour:
		return "red", t["light.old"]
	case age > time.Hour:
		return "amber", t["light.stale"]
	}
	return "green", t["light.good"]
}
