package replica

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

// A snapshot is every entry of the policy log from the genesis on: a line
// "fukusen-policy-snapshot/1 <fed> <entries>", each entry after its length as
// an unsigned varint, and SHA-256 over all of it. It holds no book: a node that
// takes a snapshot judges each entry again.
const snapshotForm = "fukusen-policy-snapshot/1 %s %d\n"

type snapshot struct {
	fed     spec.ID
	entries []string
}

// Snapshot is called by raft between applies; entries are only appended to, so
// the slice stays what it is while it is written.
func (m *machine) Snapshot() (raft.FSMSnapshot, error) {
	delivered := m.held.Load().entries[:m.position.Load()]
	return &snapshot{fed: m.genesis.Fed(), entries: delivered}, nil
}

// Persist writes the snapshot; raft syncs it when the sink is closed.
func (s *snapshot) Persist(sink raft.SnapshotSink) error {
	if err := s.write(sink); err != nil {
		_ = sink.Cancel()
		return fmt.Errorf("write policy snapshot: %w", err)
	}
	return sink.Close()
}

// Release has nothing to give back.
func (s *snapshot) Release() {}

func (s *snapshot) write(to io.Writer) error {
	digest := sha256.New()
	w := bufio.NewWriter(io.MultiWriter(to, digest))
	if _, err := fmt.Fprintf(w, snapshotForm, s.fed, len(s.entries)); err != nil {
		return err
	}
	for _, octets := range s.entries {
		if _, err := w.Write(binary.AppendUvarint(nil, uint64(len(octets)))); err != nil {
			return err
		}
		if _, err := w.WriteString(octets); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := to.Write(digest.Sum(nil))
	return err
}

// Restore is called by raft with this node's own snapshot at a start, or with
// the leader's when this node fell behind. One that contradicts what this node
// holds is proof and stops it; one that is shorter takes nothing away, since
// the log delivers the rest again.
func (m *machine) Restore(from io.ReadCloser) error {
	defer from.Close()
	if err := m.halted(); err != nil {
		return err
	}
	entries, err := readSnapshot(from, m.genesis.Fed())
	if err != nil {
		return err
	}
	h := m.held.Load()
	for n := range min(len(entries), len(h.entries)) {
		if entries[n] != h.entries[n] {
			return m.halt("snapshot", uint64(n), h.entries[n], entries[n])
		}
	}
	if err := m.extend(entries); err != nil {
		return err
	}
	m.position.Store(uint64(len(entries)))
	m.replayed = nil
	m.wake()
	return nil
}

// extend judges the entries that this node does not hold. All are judged
// before the first is taken, so a forged snapshot leaves nothing behind.
func (m *machine) extend(entries []string) error {
	h := m.held.Load()
	size := len(h.entries)
	if len(entries) <= size {
		return nil
	}
	book := h.book
	for n, octets := range entries[size:] {
		next, err := book.Apply(octets)
		if err != nil {
			return fmt.Errorf("%w: %w", m.halt("snapshot", uint64(size+n), "", octets), err)
		}
		book = next
	}
	for _, octets := range entries[size:] {
		h := m.held.Load()
		next, err := h.book.Apply(octets)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrSnapshot, err)
		}
		m.take(h, next, octets, spec.Digest([]byte(octets)))
	}
	return nil
}

func readSnapshot(from io.Reader, fed spec.ID) ([]string, error) {
	r := &digestReader{in: bufio.NewReader(from), digest: sha256.New()}
	var got spec.ID
	var count uint64
	line, err := r.line()
	if _, scanErr := fmt.Sscanf(line, snapshotForm, &got, &count); err != nil || scanErr != nil {
		return nil, fmt.Errorf("%w: its first line", ErrSnapshot)
	}
	if got != fed {
		return nil, fmt.Errorf("%w: it is another federation's", ErrSnapshot)
	}
	var entries []string
	for range count {
		size, err := binary.ReadUvarint(r)
		if err != nil || size > spec.MaxEntry {
			return nil, fmt.Errorf("%w: length of entry %d", ErrSnapshot, len(entries))
		}
		octets := make([]byte, size)
		if _, err := io.ReadFull(r, octets); err != nil {
			return nil, fmt.Errorf("%w: entry %d: %w", ErrSnapshot, len(entries), err)
		}
		entries = append(entries, string(octets))
	}
	want := r.digest.Sum(nil)
	end, err := io.ReadAll(io.LimitReader(r.in, sha256.Size+1))
	if err != nil || !bytes.Equal(end, want) {
		return nil, fmt.Errorf("%w: its digest does not fit", ErrSnapshot)
	}
	return entries, nil
}

// digestReader hashes exactly what was taken from the buffer.
type digestReader struct {
	in     *bufio.Reader
	digest hash.Hash
}

func (r *digestReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.digest.Write(p[:n])
	return n, err
}

func (r *digestReader) ReadByte() (byte, error) {
	b, err := r.in.ReadByte()
	if err == nil {
		r.digest.Write([]byte{b})
	}
	return b, err
}

// line reads up to a line feed; a first line is never longer than 128 octets.
func (r *digestReader) line() (string, error) {
	var line []byte
	for len(line) < 128 {
		b, err := r.ReadByte()
		if err != nil {
			return "", err
		}
		if line = append(line, b); b == '\n' {
			return string(line), nil
		}
	}
	return "", ErrSnapshot
}
