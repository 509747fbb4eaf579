package store

import "github.com/fukusen/fukusen/spec"

// KeyHistory is a node's key history as it was accepted.
type KeyHistory struct {
	Node      spec.NodeID
	Serial    uint64
	Token     string
	LearnedAt int64
}

func (k *KeyHistory) fields() []any { return []any{&k.Node, &k.Serial, &k.Token, &k.LearnedAt} }

const (
	insertKeyHistory = `
INSERT INTO key_history (node, serial, token, learned_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (node, serial) DO NOTHING`

	keyHistoryColumns = `
SELECT node, serial, token, learned_at
FROM key_history AS k`

	selectKeyHistory      = keyHistoryColumns + ` WHERE node = $1 ORDER BY serial DESC LIMIT 1`
	selectKeyHistoryAt    = keyHistoryColumns + ` WHERE node = $1 AND serial = $2`
	selectKeyHistoryBelow = keyHistoryColumns + ` WHERE node = $1 AND serial < $2 ORDER BY serial DESC LIMIT 1`

	selectKeyHistories = keyHistoryColumns + `
WHERE serial = (
    SELECT MAX(serial)
    FROM key_history AS newest
    WHERE newest.node = k.node)
ORDER BY node`

	insertRevocation = `
INSERT INTO revocation (node, kid, learned_at)
VALUES ($1, $2, $3)
ON CONFLICT (node, kid) DO NOTHING`

	selectRevocation = `SELECT learned_at FROM revocation WHERE node = $1 AND kid = $2`
)

// PutKeyHistory keeps a key history. The first of a serial stays: a different
// one is evidence, not news (REQ-KEY-011).
func (tx *Tx) PutKeyHistory(k KeyHistory) error {
	return tx.run(insertKeyHistory, k.Node, int64(k.Serial), k.Token, k.LearnedAt)
}

// KeyHistory answers a node's key history of the highest serial.
func (tx *Tx) KeyHistory(node spec.NodeID) (KeyHistory, error) {
	return one(tx, (*KeyHistory).fields, selectKeyHistory, node)
}

// KeyHistoryAt answers a node's key history of one serial.
func (tx *Tx) KeyHistoryAt(node spec.NodeID, serial uint64) (KeyHistory, error) {
	return one(tx, (*KeyHistory).fields, selectKeyHistoryAt, node, int64(serial))
}

// KeyHistoryBelow answers a node's key history of the highest serial below one.
func (tx *Tx) KeyHistoryBelow(node spec.NodeID, serial uint64) (KeyHistory, error) {
	return one(tx, (*KeyHistory).fields, selectKeyHistoryBelow, node, int64(serial))
}

// KeyHistories answers the newest key history of every node.
func (tx *Tx) KeyHistories() ([]KeyHistory, error) {
	return list(tx, (*KeyHistory).fields, selectKeyHistories)
}

// PutRevocationLearned keeps when this node first learned that a key was
// revoked (REQ-KEY-009). The first time stays.
func (tx *Tx) PutRevocationLearned(node spec.NodeID, kid string, at int64) error {
	return tx.run(insertRevocation, node, kid, at)
}

// RevocationLearned answers when this node first learned of a revocation.
func (tx *Tx) RevocationLearned(node spec.NodeID, kid string) (int64, error) {
	return one(tx, only[int64], selectRevocation, node, kid)
}
