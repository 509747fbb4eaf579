package trust

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/fukusen/fukusen/spec"
)

// ErrNoTile means that the policy log has no such tile.
var ErrNoTile = errors.New("the policy log has no such tile")

// Tile answers one C2SP tlog-tiles hash tile of the policy log (height 8):
// 32-octet hashes, 256 in a full tile (REQ-POL-022). The log is small, so its
// hashes are computed from its entries.
func (t *Trust) Tile(ctx context.Context, level int, index string) ([]byte, error) {
	path := "tile/8/" + strconv.Itoa(level) + "/" + strings.TrimPrefix(index, "/")
	tile, err := tlog.ParseTilePath(path)
	if err != nil {
		return nil, ErrNoTile
	}
	size := t.Book().Size()
	hashes, err := t.hashes(ctx, size)
	if err != nil {
		return nil, err
	}
	data, err := tlog.ReadTileData(tile, tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			if n >= int64(len(hashes)) {
				return nil, ErrNoTile
			}
			out[i] = hashes[n]
		}
		return out, nil
	}))
	if err != nil {
		return nil, ErrNoTile
	}
	return data, nil
}

func (t *Trust) hashes(ctx context.Context, size uint64) ([]tlog.Hash, error) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = stored[n]
		}
		return out, nil
	})
	for n := uint64(0); n < size; {
		items, err := t.PolicyItems(ctx, n, spec.MaxLimit)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			break
		}
		for _, it := range items {
			more, err := tlog.StoredHashesForRecordHash(int64(n), spec.Leaf(it.ID, it.State), read)
			if err != nil {
				return nil, err
			}
			stored = append(stored, more...)
			n++
		}
	}
	return stored, nil
}
