package peer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// errNewEpoch makes the line read the log anew from its first entry.
var errNewEpoch = errors.New("the neighbour began a new epoch; its log is read from the start")

// maxSnapshot bounds a first harvest.
const maxSnapshot = 1 << 30

// enterEpoch turns to the log of a later epoch: from n = 0, after the first
// item has shown the last known head. Until then the place stays in the epoch
// before: an epoch that does not begin as it should never begins here.
func (r *reader) enterEpoch(ctx context.Context, head *spec.Head) error {
	before := r.at
	r.at.restart(head.Epoch)
	r.at.cursor.Note, r.at.cursor.Relist = before.cursor.Note, true
	if err := r.beginEpoch(ctx, head); err != nil {
		r.at = before
		return r.failed(ctx, err)
	}
	return errNewEpoch
}

func (r *reader) beginEpoch(ctx context.Context, head *spec.Head) error {
	page, again, err := r.fetch(ctx, 0)
	if err != nil {
		return err
	}
	if again.Epoch != head.Epoch {
		return spec.RefuseField("REQ-EPOCH-003", "epoch", "an epoch is begun by reading it from its first entry")
	}
	if err := firstOfEpoch(page); err != nil {
		return err
	}
	tree, err := r.at.grow(page, again)
	if err != nil {
		return err
	}
	_, err = r.admit(ctx, page, again, tree)
	return err
}

// relist withdraws what a new epoch no longer lists as live. A snapshot that
// does not end as it should withdraws nothing (REQ-EPOCH-004, REQ-FEED-012).
func (r *reader) relist(ctx context.Context) error {
	octets, err := r.peers.Client.Do(ctx, r.node, Ask{
		Method: http.MethodGet, Path: "/v1/feed/" + r.log + "/snapshot", Limit: maxSnapshot, Signed: true,
	})
	if err != nil {
		return err
	}
	live, err := readSnapshot(octets)
	if err != nil {
		return err
	}
	next := r.at.cursor
	next.Relist = false
	if err := r.peers.Gate.Relist(ctx, gate.Listing{From: r.node, Live: live, Cursor: next}); err != nil {
		return err
	}
	r.at.cursor = next
	return nil
}

// readSnapshot checks the last line over all before it and returns the live ids.
func readSnapshot(octets []byte) (map[spec.ID]bool, error) {
	bad := spec.Refuse("REQ-FEED-012", "a snapshot ends with a line that counts and digests the lines before it")
	body := bytes.TrimSuffix(octets, []byte("\n"))
	cut := bytes.LastIndexByte(body, '\n')
	if cut < 0 || len(body) == len(octets) {
		return nil, bad
	}
	var last struct {
		Count  *int   `json:"count"`
		SHA256 string `json:"sha256"`
	}
	if err := json.Unmarshal(body[cut+1:], &last); err != nil || last.Count == nil {
		return nil, bad
	}
	sum := sha256.Sum256(octets[:cut+1])
	if base64.RawURLEncoding.EncodeToString(sum[:]) != last.SHA256 {
		return nil, bad
	}
	live := make(map[spec.ID]bool)
	lines := bufio.NewScanner(bytes.NewReader(body[:cut+1]))
	lines.Buffer(nil, 1<<20)
	for first := true; lines.Scan(); first = false {
		if first {
			continue // the head
		}
		var it spec.Item
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil || !it.ID.Valid() {
			return nil, bad
		}
		live[it.ID] = true
	}
	if lines.Err() != nil || len(live) != *last.Count {
		return nil, bad
	}
	return live, nil
}
