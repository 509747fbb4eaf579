package console

import (
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/spec"
)

// pageMost is how many rows a page of a list shows.
const pageMost = 50

// objection is a record that did not enter, without what it says.
type objection struct {
	ID, Requirement, Problem, Peer string
	Kind, Detail, Waits            string
	N                              uint64
	At, Until                      int64
	Standard                       string // the numbered line, in English
}

type objectionsView struct {
	Path, LeadKey, NoneKey, WhyKey, AtKey string
	Peer                                  string
	Peers                                 []parts.Option
	Rows                                  []objection
	Total                                 int64
	Pager                                 parts.PagerView
}

// standard are the numbered lines of the standard by their number.
func standard() map[string]string {
	lines := make(map[string]string)
	for _, r := range spec.Requirements() {
		lines[r.Number] = r.Text
	}
	return lines
}

// problem names a problem of the standard for people.
func problem(lang, name string) string {
	if key := "problem." + name; text.Has(key) {
		return text.Of(lang, key)
	}
	return name
}

// asked says in one sentence what a requirement of the standard asks for, or
// nothing where the catalogue has no word for it.
func asked(lang, requirement string) string {
	if key := "requirement." + strings.ToLower(strings.TrimPrefix(requirement, "REQ-")); text.Has(key) {
		return text.Of(lang, key)
	}
	return ""
}

// list prepares a page of refusals or of what waits: whose are shown, and which
// page. The number of the last page comes with the total.
func (d *room) list(p *shell.Page, path string) (objectionsView, store.Place) {
	v := objectionsView{Path: path, Peer: p.QueryParam("peer")}
	v.Peers = append(v.Peers, parts.Option{Value: "", Key: "console.filter.all"})
	for _, m := range d.others() {
		v.Peers = append(v.Peers, parts.Option{Value: string(m.Node), Label: m.Name.In(p.Lang)})
	}
	v.Pager.Page, _ = strconv.Atoi(p.QueryParam("page"))
	v.Pager.Page = min(max(v.Pager.Page, 1), 1<<20)
	v.Pager.Href = path
	if v.Peer != "" {
		v.Pager.Href += "?peer=" + url.QueryEscape(v.Peer)
	}
	if v.Pager.Page == 1 {
		return v, store.Place{}
	}
	return v, store.Place{At: math.MaxInt64, Skip: (v.Pager.Page - 1) * pageMost}
}

func (v *objectionsView) total(n int64) {
	v.Total = n
	v.Pager.Last = int((n + pageMost - 1) / pageMost)
}

func (d *room) refused(p *shell.Page) error {
	v, from := d.list(p, "/console/refused")
	v.LeadKey, v.NoneKey, v.WhyKey, v.AtKey = "console.refused.lead", "console.refused.none", "console.refused.none.why", "console.refused.at"
	lines := d.standard()
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		counts, err := tx.RefusedCounts()
		if err != nil {
			return err
		}
		var n int64
		for _, c := range counts {
			if v.Peer == "" || v.Peer == string(c.Peer) {
				n += c.N
			}
		}
		v.total(n)
		rows, err := tx.RefusedFrom(spec.NodeID(v.Peer), from, pageMost)
		for _, r := range rows {
			v.Rows = append(v.Rows, objection{
				ID: string(r.ID), Requirement: r.Requirement, Problem: problem(p.Lang, r.Problem), Peer: d.nameOf(p.Lang, r.Peer),
				Kind: kindOf(p.Lang, r.Kind), Detail: r.Detail, N: r.N, At: r.At, Standard: lines[r.Requirement],
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("console.refused", objectionsPage(v))
}

func (d *room) parked(p *shell.Page) error {
	v, from := d.list(p, "/console/parked")
	v.LeadKey, v.NoneKey, v.WhyKey, v.AtKey = "console.parked.lead", "console.parked.none", "console.parked.none.why", "console.parked.at"
	lines := d.standard()
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var n int64
		for _, m := range d.others() {
			if v.Peer == "" || v.Peer == string(m.Node) {
				count, _, err := tx.ParkedStats(m.Node)
				if err != nil {
					return err
				}
				n += count
			}
		}
		v.total(n)
		rows, err := tx.ParkedFrom(spec.NodeID(v.Peer), from, pageMost)
		for _, r := range rows {
			v.Rows = append(v.Rows, objection{
				ID: string(r.ID), Requirement: r.Requirement, Problem: problem(p.Lang, spec.ProblemOf(r.Requirement)), Peer: d.nameOf(p.Lang, r.Peer),
				Kind: kindOf(p.Lang, r.Kind), N: r.N, At: r.ParkedAt, Until: r.Expires, Standard: lines[r.Requirement],
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("console.parked", objectionsPage(v))
}

// kindOf names a kind of records; a word that a peer made up stays as it is.
func kindOf(lang string, kind spec.Kind) string {
	if key := "record." + string(kind); text.Has(key) {
		return text.Of(lang, key)
	}
	return string(kind)
}
