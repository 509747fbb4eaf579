package spec

import (
	"encoding/base64"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/fukusen/fukusen/spec/tree"
)

// State of a log entry (standard section 6).
type State string

// The three states.
const (
	Live      State = "live"
	Withdrawn State = "withdrawn"
	Erased    State = "erased"
)

// Valid reports whether a state is one of the three.
func (s State) Valid() bool { return s == Live || s == Withdrawn || s == Erased }

// Root is an RFC 6962 tree hash.
type Root = tree.Root

// EncodeRoot writes a root as heads do: standard base64.
func EncodeRoot(r Root) string { return base64.StdEncoding.EncodeToString(r[:]) }

func decodeRoot(text string) (r Root, ok bool) {
	octets, err := base64.StdEncoding.Strict().DecodeString(text)
	ok = copy(r[:], octets) == len(r) && err == nil
	return r, ok
}

// Leaf is the RFC 6962 section 2.1 hash of one entry.
func Leaf(id ID, state State) Root {
	return tlog.RecordHash([]byte("fukusen/1 " + string(id) + " " + string(state) + "\n"))
}

// Tree is a log's Merkle tree, which can only grow. The zero value is the empty tree.
type Tree = tree.Tree

// TreeOf rebuilds a tree from its size and frontier; what does not fit is tree.ErrFrontier.
func TreeOf(size uint64, frontier []byte) (*Tree, error) { return tree.Of(size, frontier) }
