package replica

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/hashicorp/raft"
	wal "github.com/hashicorp/raft-wal"
	"github.com/hashicorp/raft-wal/metadb"
)

const (
	segmentSize  = 8 << 20 // disk reserved at once; policy logs are small
	cachedLogs   = 256
	keptSnapshot = 2
)

// stores are raft's files. The write-ahead log makes one fsync an append; its
// meta database is written only when a term or a vote changes.
type stores struct {
	lock      *os.File
	wal       *wal.WAL
	meta      *metadb.BoltMetaDB // closed by us: the WAL's own Close leaves it locked
	cache     *raft.LogCache
	snapshots *raft.FileSnapshotStore
}

func openStores(dir string, logs io.Writer) (*stores, error) {
	if err := os.MkdirAll(filepath.Join(dir, "log"), 0o700); err != nil {
		return nil, fmt.Errorf("make raft directory: %w", err)
	}
	s := &stores{}
	var err error
	if s.lock, err = lockDir(dir); err != nil {
		return nil, err
	}
	s.meta = &metadb.BoltMetaDB{}
	s.wal, err = wal.Open(filepath.Join(dir, "log"), wal.WithSegmentSize(segmentSize), wal.WithMetaStore(s.meta))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open raft log: %w", err), s.close())
	}
	if s.cache, err = raft.NewLogCache(cachedLogs, trimmed{s.wal}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.snapshots, err = raft.NewFileSnapshotStore(dir, keptSnapshot, logs); err != nil {
		return nil, errors.Join(fmt.Errorf("open raft snapshots: %w", err), s.close())
	}
	return s, nil
}

// trimmed answers for the range it has only. The WAL would go on serving what
// was deleted at the front of its newest file, so whether a node that fell
// behind gets a snapshot would depend on where a file happened to end.
type trimmed struct{ *wal.WAL }

// GetLog reads one log entry.
func (t trimmed) GetLog(index uint64, into *raft.Log) error {
	first, err := t.FirstIndex()
	if err != nil {
		return err
	}
	if index < first {
		return raft.ErrLogNotFound
	}
	return t.WAL.GetLog(index, into)
}

// lockDir holds the directory for this process: the databases inside would
// otherwise wait for each other without a word.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock raft directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", dir, ErrInUse)
	}
	return f, nil
}

func (s *stores) exists() (bool, error) {
	found, err := raft.HasExistingState(s.cache, s.wal, s.snapshots)
	if err != nil {
		return false, fmt.Errorf("look for raft state: %w", err)
	}
	return found, nil
}

func (s *stores) close() error {
	var errs []error
	if s.wal != nil {
		errs = append(errs, s.wal.Close())
	}
	if s.meta != nil {
		errs = append(errs, s.meta.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
