package browser

import (
	"os"
	"path/filepath"
	"syscall"
)

// takeTurn waits until no other test package of this machine drives a browser:
// two at once only make each other slow, and then one misses its time. The
// system gives the turn back when the process ends, however it ends.
func takeTurn() (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "fukusen-browser.turn"), os.O_CREATE|os.O_RDWR, 0o666)
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
