package mine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/web/parts"
)

// budget is how much of a chapter stands on one page.
type budget struct{ lines, octets int }

// On the page of everything each chapter has room for a beginning; on a page of
// its own for more. Both stay light on a poor line, whatever is kept.
func firstPart() budget { return budget{50, 6 << 10} }
func wholePart() budget { return budget{300, 40 << 10} }

// pieceMost is how many characters of a long text stand in one line.
const pieceMost = 400

// leaf is one value of the dossier with the path to it.
type leaf struct {
	Path, Value string
	Thing       int // which of the chapter's things it stands in
}

// chapter is one part of the dossier, under its member's name.
type chapter struct {
	Name   string
	Things int
	Leaves []leaf // those that are shown
	Total  int    // how many there are
	Pager  parts.PagerView
}

// whole is where a chapter is read to its end.
func (c chapter) whole() string { return "/my/export?part=" + c.Name }

// thing is what is shown of one of a chapter's things.
type thing struct {
	At     int
	Leaves []leaf
}

func (c chapter) shown() []thing {
	var list []thing
	for _, l := range c.Leaves {
		if len(list) == 0 || list[len(list)-1].At != l.Thing+1 {
			list = append(list, thing{At: l.Thing + 1})
		}
		last := &list[len(list)-1]
		last.Leaves = append(last.Leaves, l)
	}
	return list
}

// fold keeps of a chapter's leaves those of one page; pages count from 1, and
// one that is not there is the nearest.
func (c chapter) fold(page int, most budget) chapter {
	starts, octets := []int{0}, 0
	for i, l := range c.Leaves {
		weighs := len(l.Path) + len(l.Value)
		if at := starts[len(starts)-1]; i > at && (i-at >= most.lines || octets+weighs > most.octets) {
			starts, octets = append(starts, i), 0
		}
		octets += weighs
	}
	page = max(1, min(page, len(starts)))
	end := len(c.Leaves)
	if page < len(starts) {
		end = starts[page]
	}
	c.Total = len(c.Leaves)
	c.Leaves = c.Leaves[starts[page-1]:end]
	c.Pager = parts.PagerView{Page: page, Last: len(starts), Href: c.whole()}
	return c
}

// pieces cuts a long text, such as a calendar, into lines of a page: where its
// own lines end if it has any.
func pieces(path, text string) []leaf {
	var cut []string
	for line := range strings.Lines(text) {
		for part := range slices.Chunk([]rune(line), pieceMost) {
			if last := len(cut) - 1; last >= 0 && len([]rune(cut[last]))+len(part) <= pieceMost {
				cut[last] += string(part)
				continue
			}
			cut = append(cut, string(part))
		}
	}
	if len(cut) < 2 {
		return []leaf{{Path: path, Value: text}}
	}
	list := make([]leaf, len(cut))
	for i, part := range cut {
		list[i] = leaf{Path: path + " (" + strconv.Itoa(i+1) + ")", Value: part}
	}
	return list
}
