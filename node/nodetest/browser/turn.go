package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// sideBySide is how many test packages of this machine drive a browser at once:
// more only make each other slow, and then one misses its time.
const sideBySide = 2

// takeTurn waits for whichever turn is free first. The system gives it back
// when the process ends, however it ends.
func takeTurn() (*os.File, error) {
	type turn struct {
		held *os.File
		err  error
	}
	turns := make(chan turn, sideBySide)
	for n := range sideBySide {
		go func() {
			held, err := lock(filepath.Join(os.TempDir(), fmt.Sprintf("fukusen-browser.turn%d", n)))
			turns <- turn{held, err}
		}()
	}
	first := <-turns
	go func() {
		for range sideBySide - 1 {
			if other := <-turns; other.held != nil {
				_ = other.held.Close() // one is enough
			}
		}
	}()
	return first.held, first.err
}

// lock waits until a file is this process's alone.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
