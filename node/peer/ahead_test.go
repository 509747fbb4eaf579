package peer

import (
	"context"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

// TestPagesOfTheGreatestLengthComeOneByOne, however fast a neighbour is: what is
// read before it is committed stays small.
func TestPagesOfTheGreatestLengthComeOneByOne(t *testing.T) {
	page := func(items, octets int) *spec.Page {
		p := &spec.Page{}
		for range items {
			p.Items = append(p.Items, spec.Item{Record: strings.Repeat("a", octets)})
		}
		return p
	}
	if n := roomOf(page(spec.MaxLimit, 1500)); n != 1 {
		t.Errorf("a usual page takes the room of %d", n)
	}
	greatest := roomOf(page(spec.MaxLimit, spec.MaxToken))
	a := &ahead{room: make(chan struct{}, pagesAhead)}
	ctx, cancel := context.WithCancel(t.Context())
	if !a.take(ctx, greatest) {
		t.Fatal("the greatest page finds no room where nothing waits")
	}
	cancel()
	if a.take(ctx, 1) {
		t.Error("another page finds room beside the greatest")
	}
	a.give(greatest)
}
