package spec

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// MaxPage is the most octets that a feed page may have (REQ-FEED-013).
const MaxPage = 40 << 20

// MaxLimit and DefaultLimit bound the items of one page.
const (
	MaxLimit     = 500
	DefaultLimit = 100
)

// Item is one entry of a feed page.
type Item struct {
	N      uint64 `json:"n"`
	ID     ID     `json:"id"`
	Kind   Kind   `json:"kind"`
	State  State  `json:"state"`
	Record string `json:"record,omitempty"`
}

// Page is one answer of a feed (standard section 7).
type Page struct {
	Items []Item `json:"items"`
	Head  string `json:"head"`
}

// PageAsk is what the reader asked for. Next is after + 1, or 0 at the start.
type PageAsk struct {
	Node  NodeID
	Log   string
	Next  uint64
	Limit int
	Keys  *KeyHistory
	Now   time.Time
}

var pageShape = strict.ShapeOf(Page{})

// ReadPage parses a feed page and checks all that can be checked without the
// reader's own tree: form, order, bounds, head. The items' records are octets
// still; Open proves them one by one.
func ReadPage(octets []byte, ask PageAsk) (*Page, *Head, error) {
	page, r := parsePage(octets)
	if r != nil {
		return nil, nil, r
	}
	head, err := OpenHead(page.Head, ask.Node, ask.Log, ask.Keys, ask.Now)
	if err != nil {
		return page, nil, err
	}
	if r := page.check(ask.Next, ask.Limit, head.Size); r != nil {
		return nil, nil, r
	}
	return page, head, nil
}

// ReadPolicyPage is ReadPage for the policy log, whose head is a cosigned
// checkpoint that the register in force judges, not one node's key.
func ReadPolicyPage(octets []byte, next uint64, limit int) (*Page, error) {
	page, r := parsePage(octets)
	if r != nil {
		return nil, r
	}
	if r := page.check(next, limit, next+uint64(len(page.Items))); r != nil {
		return nil, r
	}
	for _, it := range page.Items {
		if Digest([]byte(it.Record)) != it.ID {
			return nil, refuseField("REQ-POL-010", "id", "the id of a policy entry is the digest of its octets")
		}
	}
	return page, nil
}

func parsePage(octets []byte) (*Page, *Refusal) {
	if len(octets) > MaxPage {
		return nil, refuse("REQ-FEED-013", "a page is at most 40 MiB long")
	}
	// A page has up to 500 items of five members; the bound of section 3 fits.
	members, text, r := scanObject(string(octets), &pageShape)
	if r != nil {
		return nil, refuse("REQ-FEED-014", "a page is one JSON object without duplicate members: "+r.Detail)
	}
	if page := plainPage(members); page != nil {
		return page, nil
	}
	return decodePage(text)
}

func decodePage(text string) (*Page, *Refusal) {
	var read struct {
		Items []readItem `json:"items"`
		Head  string     `json:"head"`
	}
	if err := json.Unmarshal([]byte(text), &read); err != nil || read.Items == nil || read.Head == "" {
		return nil, refuse("REQ-FEED-014", "a page is an object of items and head")
	}
	page := &Page{Items: make([]Item, len(read.Items)), Head: read.Head}
	for i, it := range read.Items {
		if it.N == nil || it.Kind == "" {
			return nil, refuseField("REQ-FEED-014", "items", "an item has n, id, kind and state")
		}
		page.Items[i] = Item{*it.N, it.ID, it.Kind, it.State, it.Record}
	}
	return page, nil
}

// plainPage reads a page whose items are spelled plainly, as every program
// writes them: encoding/json takes a seventh of the time of the signatures. Of
// any other page, good or bad, it answers nil and promises nothing.
func plainPage(members []strict.Member) *Page {
	page, numbered, plain := &Page{}, 0, true
	for _, m := range members {
		switch m.Name {
		case "head":
			plain = plain && json.Unmarshal([]byte(m.Value), &page.Head) == nil // a note has line ends, which are escaped
		case "items":
			page.Items = make([]Item, 0, min(strings.Count(m.Value, "{"), MaxLimit))
			plain = plain && strict.Flat(m.Value, func() { page.Items = append(page.Items, Item{}) }, func(name, value string) bool {
				if name == "n" {
					numbered++ // once in an item at most, as the strict reader has seen
				}
				return page.Items[len(page.Items)-1].readPlain(name, value)
			})
		}
	}
	unkind := slices.ContainsFunc(page.Items, func(it Item) bool { return it.Kind == "" })
	if !plain || unkind || page.Items == nil || page.Head == "" || numbered != len(page.Items) {
		return nil
	}
	return page
}

func (it *Item) readPlain(name, value string) bool {
	switch name {
	case "n":
		return strict.WholeInto(&it.N, value)
	case "id":
		return strict.TextInto(&it.ID, value)
	case "kind":
		return strict.TextInto(&it.Kind, value)
	case "state":
		return strict.TextInto(&it.State, value)
	case "record":
		return strict.TextInto(&it.Record, value)
	}
	return true
}

// readItem is an Item as read: an n that is missing is not 0.
type readItem struct {
	N      *uint64 `json:"n"`
	ID     ID      `json:"id"`
	Kind   Kind    `json:"kind"`
	State  State   `json:"state"`
	Record string  `json:"record"`
}

func (p *Page) check(next uint64, limit int, size uint64) *Refusal {
	if len(p.Items) > limit {
		return refuseField("REQ-FEED-002", "items", "a page has at most as many items as were asked for")
	}
	for i, it := range p.Items {
		switch {
		case it.N != next+uint64(i):
			return refuseField("REQ-FEED-001", "n", "items begin after the cursor and count up by one")
		case !it.State.Valid():
			return refuseField("REQ-FEED-003", "state", "a state is live, withdrawn or erased")
		case it.State != Live && it.Record != "":
			return refuseField("REQ-FEED-004", "record", "only a live item has a body")
		case it.N >= size:
			return refuseField("REQ-FEED-005", "n", "an item lies below the size of the page's head")
		case !it.ID.Valid():
			return refuseField("REQ-FEED-014", "id", "an id is 43 base64url characters")
		}
	}
	return nil
}

// Extend appends the page's items to the reader's tree and, where that reaches
// the head's size, compares roots (REQ-HEAD-008). The tree is changed only on success.
func (p *Page) Extend(tree *Tree, head *Head) (*Tree, error) {
	grown := tree.Clone()
	for _, it := range p.Items {
		grown.Append(Leaf(it.ID, it.State))
	}
	if grown.Size() == head.Size && grown.Root() != head.Root {
		return tree, refuseField("REQ-HEAD-008", "root", "the entries read do not give the head's root")
	}
	return grown, nil
}
