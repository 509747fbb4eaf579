package browser

import "testing"

// Two take their turn at once, a third when one of them is done.
func TestTwoBrowsersTakeTheirTurnAtOnce(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	take := func() func() {
		f, err := takeTurn()
		if err != nil {
			t.Error(err)
		}
		return func() { _ = f.Close() }
	}
	first, second := take(), take()
	third := make(chan func(), 1)
	go func() { third <- take() }()
	select {
	case <-third:
		t.Error("a third takes its turn beside two")
	default:
	}
	second()
	(<-third)()
	first()
}
