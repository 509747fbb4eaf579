package browser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// sideBySide is how many test packages of this machine drive a browser at once:
// more only make each other slow, and then one misses its time.
const sideBySide = 2

// takeTurn takes a free turn, or waits for one. The system gives it back when
// the process ends, however it ends.
func takeTurn() (*os.File, error) {
	for n := range sideBySide {
		if f, err := turn(n, syscall.LOCK_EX|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
			return f, err
		}
	}
	return turn(os.Getpid()%sideBySide, syscall.LOCK_EX)
}

func turn(n, how int) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(os.TempDir(), fmt.Sprintf("fukusen-browser.turn%d", n)), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
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
