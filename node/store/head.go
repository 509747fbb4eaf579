package store

import "github.com/fukusen/fukusen/spec"

// Head is a head of another node's log that this node accepted.
type Head struct {
	Peer   spec.NodeID
	Log    string
	Epoch  int64
	Size   uint64
	Note   string
	SeenAt int64
}

func (h *Head) fields() []any {
	return []any{&h.Peer, &h.Log, &h.Epoch, &h.Size, &h.Note, &h.SeenAt}
}

const (
	upsertHead = `
INSERT INTO head (peer, log, epoch, size, note, seen_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (peer, log, epoch, size) DO UPDATE
SET note = excluded.note, seen_at = excluded.seen_at`

	headColumns = `
SELECT peer, log, epoch, size, note, seen_at
FROM head`

	selectNewestHead = headColumns + `
WHERE peer = $1 AND log = $2
ORDER BY epoch DESC, size DESC
LIMIT 1`

	selectHeadAt = headColumns + ` WHERE peer = $1 AND log = $2 AND epoch = $3 AND size = $4`

	// later is true of a head that has a newer one of its log.
	later = `
EXISTS (
    SELECT 1
    FROM head AS later
    WHERE later.peer = head.peer AND later.log = head.log
        AND (later.epoch > head.epoch OR later.epoch = head.epoch AND later.size > head.size))`

	// Every request carries these; so it goes from peer to peer by the key and
	// leaves out the heads of other logs, one for each page that was ever read.
	selectPublicHeads = `
WITH RECURSIVE neighbour (peer) AS (
    SELECT MIN(peer)
    FROM head
    UNION ALL
    SELECT (SELECT MIN(peer) FROM head WHERE head.peer > neighbour.peer)
    FROM neighbour
    WHERE neighbour.peer IS NOT NULL)
SELECT head.peer, head.log, head.epoch, head.size, head.note, head.seen_at
FROM neighbour
JOIN head ON head.peer = neighbour.peer AND head.log = 'public'
WHERE NOT ` + later + `
ORDER BY head.seen_at DESC, head.peer
LIMIT $1`

	deleteHeads = `DELETE FROM head WHERE seen_at < $1 AND ` + later
)

// PutHead keeps an accepted head; a later note of the same size takes the
// place of the earlier one.
func (tx *Tx) PutHead(h Head) error {
	return tx.run(upsertHead, h.Peer, h.Log, h.Epoch, int64(h.Size), h.Note, h.SeenAt)
}

// NewestHead answers the accepted head of the highest epoch and size.
func (tx *Tx) NewestHead(peer spec.NodeID, log string) (Head, error) {
	return one(tx, (*Head).fields, selectNewestHead, peer, log)
}

// HeadAt answers the accepted head of one size, to find forks with.
func (tx *Tx) HeadAt(peer spec.NodeID, log string, epoch int64, size uint64) (Head, error) {
	return one(tx, (*Head).fields, selectHeadAt, peer, log, epoch, int64(size))
}

// PublicHeads answers the newest heads of public logs, latest seen first
// (REQ-HEAD-010).
func (tx *Tx) PublicHeads(limit int) ([]Head, error) {
	return list(tx, (*Head).fields, selectPublicHeads, limit)
}

// ForgetHeads drops heads seen before a time, but never the newest of a log.
func (tx *Tx) ForgetHeads(before int64) (int64, error) { return tx.change(deleteHeads, before) }
