package trust

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/fukusen/fukusen/spec"
)

// ErrNoTile means that the policy log has no such tile.
var ErrNoTile = errors.New("the policy log has no such tile")

// Tile answers one C2SP tlog-tiles hash tile of the policy log (height 8):
// 32-octet hashes, 256 in a full tile (REQ-POL-022). The log is small, so its
// hashes are computed from its entries, once.
func (t *Trust) Tile(ctx context.Context, level int, index string) ([]byte, error) {
	tile, err := tileAt(level, index)
	if err != nil {
		return nil, err
	}
	size := t.Book().Size()
	if !has(size, tile) {
		return nil, ErrNoTile
	}
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

// mostLevel is that of the highest tile below 2^63 entries. The positions of
// higher ones would run over and name hashes of the lowest level.
const mostLevel = 7

func tileAt(level int, index string) (tlog.Tile, error) {
	tile, err := tlog.ParseTilePath("tile/8/" + strconv.Itoa(level) + "/" + strings.TrimPrefix(index, "/"))
	if err != nil || level > mostLevel {
		return tlog.Tile{}, ErrNoTile
	}
	return tile, nil
}

// has reports whether a log of a size has all hashes of a tile. The positions
// of tiles of very high numbers would run over too, and name other hashes.
func has(size uint64, tile tlog.Tile) bool {
	have := size >> (tile.L * tile.H) // hashes of the tile's level
	return uint64(tile.N) <= have>>tile.H && uint64(tile.N)<<tile.H+uint64(tile.W) <= have
}

// tiles are the hashes of the log so far: it only grows, and anyone may ask.
type tiles struct {
	mu     sync.Mutex
	size   uint64
	hashes []tlog.Hash
}

func (t *Trust) hashes(ctx context.Context, size uint64) ([]tlog.Hash, error) {
	known := &t.tiles
	known.mu.Lock()
	defer known.mu.Unlock()
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = known.hashes[n]
		}
		return out, nil
	})
	for known.size < size {
		items, err := t.PolicyItems(ctx, known.size, spec.MaxLimit)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			break
		}
		for _, it := range items {
			more, err := tlog.StoredHashesForRecordHash(int64(known.size), spec.Leaf(it.ID, it.State), read)
			if err != nil {
				return nil, err
			}
			known.hashes = append(known.hashes, more...)
			known.size++
		}
	}
	return known.hashes, nil
}
