package store

// Holdings is how much stands in the tables that grow.
type Holdings struct {
	People, Accounts     int64
	Records, Entries     int64 // of the ledger, and in the logs of all readers
	Consents, Disclosed  int64
	Parked, Refused      int64
	Proofs, Erased, Acts int64
}

func (c *Holdings) fields() []any {
	return []any{
		&c.People, &c.Accounts, &c.Records, &c.Entries, &c.Consents, &c.Disclosed,
		&c.Parked, &c.Refused, &c.Proofs, &c.Erased, &c.Acts,
	}
}

// The entries of logs are summed by the logs' sizes: no table is longer.
const selectHoldings = `
SELECT
    (SELECT COUNT(*) FROM person), (SELECT COUNT(*) FROM account),
    (SELECT COUNT(*) FROM ledger), (SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM log),
    (SELECT COUNT(*) FROM consent), (SELECT COUNT(*) FROM disclosure),
    (SELECT COUNT(*) FROM parked WHERE token <> ''), (SELECT COUNT(*) FROM refused),
    (SELECT COUNT(*) FROM proof), (SELECT COUNT(*) FROM erased), (SELECT COUNT(*) FROM audit)`

// Holdings answers how much stands in the tables that grow. It looks through
// their keys: for a page, and not for every event.
func (tx *Tx) Holdings() (Holdings, error) { return one(tx, (*Holdings).fields, selectHoldings) }
