package mine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Page after page shows every leaf once and in order, however heavy they are,
// and a page that is not there is the nearest.
func TestAChapterIsReadToItsEnd(t *testing.T) {
	var all []leaf
	for i := range 23 {
		all = append(all, leaf{Path: fmt.Sprint("path ", i), Value: strings.Repeat("a", i*i%97)})
	}
	all = append(all, leaf{Path: "long", Value: strings.Repeat("a", 500)})
	for _, most := range []budget{{1, 1000}, {7, 1000}, {100, 120}, {3, 60}, {100, 10000}} {
		var seen []leaf
		for page, last := 1, 1; page <= last; page++ {
			c := chapter{Name: "notes", Leaves: all}.fold(page, most)
			last = c.Pager.Last
			if len(c.Leaves) == 0 || len(c.Leaves) > most.lines || c.Total != len(all) || c.Pager.Page != page {
				t.Fatalf("%+v: page %d of %d shows %d of %d", most, c.Pager.Page, last, len(c.Leaves), c.Total)
			}
			seen = append(seen, c.Leaves...)
		}
		if !slices.Equal(seen, all) {
			t.Errorf("%+v: %d leaves are shown of %d", most, len(seen), len(all))
		}
	}
	c := chapter{Leaves: all}
	if got := c.fold(0, budget{5, 1000}).Pager.Page; got != 1 {
		t.Errorf("before the first page stands page %d", got)
	}
	if got := c.fold(99, budget{5, 10000}).Pager; got.Page != got.Last {
		t.Errorf("after the last page, %d, stands page %d", got.Last, got.Page)
	}
	if got := (chapter{}).fold(1, firstPart()); got.Total != 0 || got.Pager.Last != 1 {
		t.Errorf("of nothing there are %d leaves on %d pages", got.Total, got.Pager.Last)
	}
}

// A long text is cut into pieces that make it up again, none of them too long,
// and no character is cut.
func TestALongTextIsReadInPieces(t *testing.T) {
	for _, text := range []string{
		"", "short", strings.Repeat("漢字", 700), strings.Repeat("BEGIN:VEVENT\r\n", 200), strings.Repeat("\n", 900),
		strings.Repeat("a", pieceMost), strings.Repeat("a", pieceMost+1),
	} {
		list := pieces("calendar", text)
		var all strings.Builder
		for _, l := range list {
			if n := len([]rune(l.Value)); n > pieceMost {
				t.Errorf("a piece of %d characters", n)
			}
			all.WriteString(l.Value)
		}
		if all.String() != text {
			t.Errorf("%d pieces of %d octets make up %d", len(list), len(text), all.Len())
		}
		if len([]rune(text)) <= pieceMost && (len(list) != 1 || list[0].Path != "calendar") {
			t.Errorf("a short text is in %d pieces, under %q", len(list), list[0].Path)
		}
	}
}
