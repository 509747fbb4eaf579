// Package tree is the Merkle tree of a log: the hashes of RFC 6962, kept as the
// few that are needed to go on appending.
//
// It only grows and knows neither what a leaf stands for nor how to prove one.
package tree

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Root is an RFC 6962 tree hash.
type Root = tlog.Hash

// Tree is a Merkle tree that can only grow: its size and the hashes of its
// complete subtrees, largest first. The zero value is the empty tree.
type Tree struct {
	size  uint64
	peaks []Root
}

// Size is the number of entries.
func (t *Tree) Size() uint64 { return t.size }

// Append adds one leaf in amortised constant time.
func (t *Tree) Append(leaf Root) {
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		leaf = tlog.NodeHash(t.peaks[last], leaf)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, leaf)
	t.size++
}

// Root is the tree's RFC 6962 hash.
func (t *Tree) Root() Root {
	if len(t.peaks) == 0 {
		return emptyRoot
	}
	root := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(t.peaks[i], root)
	}
	return root
}

// Clone copies the tree, so that a page can be tried and thrown away.
func (t *Tree) Clone() *Tree {
	return &Tree{size: t.size, peaks: append([]Root(nil), t.peaks...)}
}

// Frontier is what has to be stored to go on appending: 32 octets a peak.
func (t *Tree) Frontier() []byte {
	out := make([]byte, 0, len(t.peaks)*tlog.HashSize)
	for _, p := range t.peaks {
		out = append(out, p[:]...)
	}
	return out
}

// Of rebuilds a tree from its size and frontier.
func Of(size uint64, frontier []byte) (*Tree, error) {
	want := bits.OnesCount64(size)
	if len(frontier) != want*tlog.HashSize {
		return nil, fmt.Errorf("frontier of a tree of %d: %w", size, ErrFrontier)
	}
	t := &Tree{size: size, peaks: make([]Root, want)}
	for i := range t.peaks {
		copy(t.peaks[i][:], frontier[i*tlog.HashSize:])
	}
	return t, nil
}

// ErrFrontier means stored Merkle state that does not fit its size.
var ErrFrontier = errors.New("wrong number of hashes")

// emptyRoot is SHA-256 of nothing (RFC 6962 section 2.1).
var emptyRoot = Root{
	0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
	0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
}
