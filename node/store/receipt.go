package store

import (
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// ReceiptDue is a receipt that a reader owes for one record (standard section 9).
type ReceiptDue struct {
	ID      spec.ID // the record
	Reader  spec.NodeID
	Action  string  // withdrawn or erased
	Order   spec.ID // the erasure order, or empty
	Due     int64
	Receipt spec.ID // the receipt that settled it, or empty
	Settled int64   // when it came, or 0
	Person  string  // whose record it is; names nobody once they are erased
}

func (r *ReceiptDue) fields() []any {
	return []any{&r.ID, &r.Reader, &r.Action, &r.Order, &r.Due, &r.Receipt, &r.Settled, &r.Person}
}

func (r *ReceiptDue) values(to []any) []any {
	return append(to,
		string(r.ID), string(r.Reader), r.Action, string(r.Order), r.Due, string(r.Receipt), r.Settled, r.Person)
}

const (
	insertReceiptsDue = `
INSERT INTO receipt_due (id, reader, action, order_id, due, receipt_id, settled_at, person)
VALUES {rows}
ON CONFLICT (id, reader, action) DO NOTHING`

	settleReceipts = `
UPDATE receipt_due
SET receipt_id = $1, settled_at = $2
WHERE reader = $3 AND action = $4 AND receipt_id = '' AND id IN ({ids})`

	selectSettled = `
SELECT DISTINCT person
FROM receipt_due
WHERE receipt_id = $1 AND person <> '' AND id IN ({ids})`

	receiptColumns = `
SELECT id, reader, action, order_id, due, receipt_id, settled_at, person
FROM receipt_due`

	selectOverdueReceipts = receiptColumns + ` WHERE receipt_id = '' AND due < $1 ORDER BY due, reader, id`
	selectReceiptsOf      = receiptColumns + ` WHERE person = $1 ORDER BY due, reader, id, action`
)

// ExpectReceipts notes what readers owe. What is expected already stays.
func (tx *Tx) ExpectReceipts(due []ReceiptDue) error {
	_, err := fill(tx, insertReceiptsDue, due, (*ReceiptDue).values)
	return err
}

// SettleReceipt notes the receipt by which a reader answered for records. The
// first receipt stays; what was not expected is passed over.
func (tx *Tx) SettleReceipt(reader spec.NodeID, ids []spec.ID, action string, receipt spec.ID, at int64) error {
	_, err := changeAmong(tx, settleReceipts, ids, string(receipt), at, string(reader), action)
	return err
}

// PeopleSettled answers whose records, of those given, a receipt settled, in the
// order of ids.
func (tx *Tx) PeopleSettled(receipt spec.ID, ids []spec.ID) ([]string, error) {
	people, err := listAmong(tx, only[string], selectSettled, ids, string(receipt))
	slices.Sort(people)
	return slices.Compact(people), err
}

// OverdueReceipts answers what should have come before now, longest due first.
func (tx *Tx) OverdueReceipts(now int64) ([]ReceiptDue, error) {
	return list(tx, (*ReceiptDue).fields, selectOverdueReceipts, now)
}

// ReceiptsOf answers what readers owe or have settled for a person's records.
func (tx *Tx) ReceiptsOf(person string) ([]ReceiptDue, error) {
	return list(tx, (*ReceiptDue).fields, selectReceiptsOf, person)
}
