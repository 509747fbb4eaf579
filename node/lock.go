package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

var (
	// ErrLocked means that another process runs on the directory.
	ErrLocked = errors.New("another process is using this data directory; stop it first")
	// ErrNewer means a directory that a newer version wrote.
	ErrNewer = errors.New("this data directory was written by a newer version; use that version or restore a backup")
)

// dataVersion is the version of the directory's form. It grows when an older
// program could misread what a newer one wrote.
const dataVersion = 1

// lock takes the directory for this process; the system gives it back when the
// process ends, however it ends.
func lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	return f, nil
}

// Idle makes sure that no node runs on a directory, and that none starts there
// until release is called. It makes nothing. Errors: ErrLocked, ErrNewer.
func Idle(dir string) (release func(), err error) {
	if err := newer(dir); err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, "lock"))
	if errors.Is(err, os.ErrNotExist) {
		return func() {}, nil // a copy that never ran here
	}
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", dir, ErrLocked)
	}
	return func() { _ = f.Close() }, nil
}

// markVersion writes the version of the directory's form into a fresh one.
func markVersion(dir string) error {
	path := versionPath(dir)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(strconv.Itoa(dataVersion)+"\n"), 0o600)
}

func versionPath(dir string) string { return filepath.Join(dir, "version") }

// newer refuses what a newer version wrote, and changes nothing.
func newer(dir string) error {
	path := versionPath(dir)
	octets, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(octets)))
	if err != nil {
		return fmt.Errorf("%s: the file is damaged; it holds the number of the directory's form", path)
	}
	if n > dataVersion {
		return fmt.Errorf("%s: %w", dir, ErrNewer)
	}
	return nil
}
