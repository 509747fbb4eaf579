package peer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// Bounds of one snapshot: it is read line by line, so only the ids stay in
// memory.
const (
	maxSnapshot  = 1 << 30
	maxListed    = 1_000_000
	maxLine      = 128 << 10
	snapshotTime = 10 * time.Minute
)

// relist withdraws what a new epoch no longer lists as live. A snapshot that
// does not end as it should withdraws nothing (REQ-EPOCH-004, REQ-FEED-012).
func (r *reader) relist(ctx context.Context) error {
	var list *listing
	_, err := r.peers.Client.Do(ctx, r.node, Ask{
		Method: http.MethodGet, Path: "/v1/feed/" + r.log + "/snapshot", Limit: maxSnapshot, Signed: true, Time: snapshotTime,
		Read: func(body io.Reader) error {
			var err error
			list, err = readSnapshot(body)
			return err
		},
	})
	if err != nil {
		return err
	}
	head, err := spec.OpenHead(list.head, r.node, r.log, r.peers.Trust.History(r.node), r.peers.Clock())
	if err != nil {
		return err
	}
	if head.Epoch != r.at.cursor.Epoch || uint64(len(list.live)) > head.Size {
		return spec.RefuseField("REQ-FEED-012", "head", "a snapshot stands under a head of the epoch that is being read")
	}
	next := r.at.cursor
	next.Relist = false
	if err := r.peers.Gate.Relist(ctx, gate.Listing{From: r.node, Live: list.live, Cursor: next}); err != nil {
		return err
	}
	r.at.cursor = next
	return nil
}

// listing is what a snapshot lists as live, and the head it stands under.
type listing struct {
	head string
	live map[spec.ID]bool
}

var errSnapshot = spec.Refuse("REQ-FEED-012", "a snapshot ends with a line that counts and digests the lines before it")

// readSnapshot reads line by line and checks the last line over all before it.
func readSnapshot(body io.Reader) (*listing, error) {
	lines := bufio.NewReaderSize(body, maxLine)
	list := &listing{live: make(map[spec.ID]bool)}
	sum := sha256.New()
	for first := true; ; first = false {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return nil, errSnapshot // cut short, or a line without end
		}
		var v struct {
			Head   string  `json:"head"`
			ID     spec.ID `json:"id"`
			Count  *int    `json:"count"`
			SHA256 string  `json:"sha256"`
		}
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, errSnapshot
		}
		switch {
		case first:
			list.head = v.Head
		case v.Count != nil:
			return list, list.end(lines, *v.Count, v.SHA256, sum.Sum(nil))
		case !v.ID.Valid() || len(list.live) == maxListed:
			return nil, errSnapshot
		default:
			list.live[v.ID] = true
		}
		sum.Write(line)
	}
}

// end judges the last line; nothing may follow it.
func (l *listing) end(rest *bufio.Reader, count int, digest string, sum []byte) error {
	want, err := base64.RawURLEncoding.Strict().DecodeString(digest)
	if err != nil || !bytes.Equal(want, sum) || count != len(l.live) {
		return errSnapshot
	}
	if _, err := rest.ReadByte(); !errors.Is(err, io.EOF) {
		return errSnapshot
	}
	return nil
}
