package mine

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// given is one consent as its person reads it.
type given struct {
	consent.Record
	ReceiptID string
	Recipient string // the organisation's name
	Reader    spec.NodeID
	Purposes  []string
	Open      bool
	At, Until int64
	Ended     int64 // when it was withdrawn, or 0
	Owed      []owed
}

// owed is what the other node has to confirm after a withdrawal or erasure.
type owed struct {
	Node    string
	Records int
	Came    int // of the records
	Due     int64
	Settled int64 // when the last confirmation came
	Overdue bool
}

// consentsView is the list of consents, the open ones first.
type consentsView struct {
	Asked      []question
	Open, Over []given
}

func (d pages) consents(p *shell.Page) error {
	list, err := d.consentsOf(p)
	if err != nil {
		return err
	}
	var v consentsView
	for _, g := range slices.Backward(list) {
		if g.Open {
			v.Open = append(v.Open, g)
		} else {
			v.Over = append(v.Over, g)
		}
	}
	if v.Asked, err = d.questionsOf(p); err != nil {
		return err
	}
	return p.Show("mine.consents", consentsPage(v))
}

func (d pages) consentsOf(p *shell.Page) ([]given, error) {
	var list []given
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list = nil
		rows, err := tx.ConsentsOf(p.Caller.Person)
		if err != nil {
			return err
		}
		receipts, err := tx.ReceiptsOf(p.Caller.Person)
		if err != nil {
			return err
		}
		for _, row := range rows {
			g, err := d.given(p, row)
			if err != nil {
				return err
			}
			g.Owed = d.owedOf(p, receiptsUnder(row, rows, receipts))
			list = append(list, g)
		}
		return nil
	})
	return list, err
}

func (d pages) given(p *shell.Page, row store.Consent) (given, error) {
	g := given{
		At: row.CreatedAt, Until: row.Until, Ended: row.WithdrawnAt, Reader: row.Recipient,
		Recipient: d.nameOf(p, row.Recipient), ReceiptID: string(spec.Digest([]byte(row.Document))),
	}
	if err := json.Unmarshal([]byte(row.Document), &g.Record); err != nil {
		return g, fmt.Errorf("stored consent: %w", err)
	}
	if g.EventState == consent.Given && row.Until <= d.Clock().Unix() {
		g.EventState = consent.Expired
	}
	g.Open = g.EventState == consent.Given
	for _, purpose := range row.Purposes {
		g.Purposes = append(g.Purposes, d.purpose(p, purpose))
	}
	return g, nil
}

// receiptsUnder are the receipts that a withdrawal set off: of this reader, due
// after it and before whatever the reader owes for a later one.
func receiptsUnder(row store.Consent, all []store.Consent, receipts []store.ReceiptDue) []store.ReceiptDue {
	if row.WithdrawnAt == 0 {
		return nil
	}
	next := int64(0) // the first withdrawal from the same reader after this one
	for _, other := range all {
		if other.Recipient == row.Recipient && other.WithdrawnAt > row.WithdrawnAt && (next == 0 || other.WithdrawnAt < next) {
			next = other.WithdrawnAt
		}
	}
	first := int64(0) // what was asked for at one moment is due at one moment
	for _, r := range receipts {
		if r.Reader == row.Recipient && r.Action == spec.ActionWithdrawn && r.Due > row.WithdrawnAt && (first == 0 || r.Due < first) {
			first = r.Due
		}
	}
	var mine []store.ReceiptDue
	for _, r := range receipts {
		if r.Reader == row.Recipient && r.Action == spec.ActionWithdrawn && r.Due >= first && first > 0 &&
			(next == 0 || r.Due-first < next-row.WithdrawnAt) {
			mine = append(mine, r)
		}
	}
	return mine
}

// owedOf sums receipts up by the node that owes them.
func (d pages) owedOf(p *shell.Page, receipts []store.ReceiptDue) []owed {
	var list []owed
	var readers []spec.NodeID
	for _, r := range receipts {
		at := slices.Index(readers, r.Reader)
		if at < 0 {
			at = len(list)
			readers, list = append(readers, r.Reader), append(list, owed{Node: d.nameOf(p, r.Reader)})
		}
		o := &list[at]
		o.Records++
		o.Due = max(o.Due, r.Due)
		if r.Settled != 0 {
			o.Came++
			o.Settled = max(o.Settled, r.Settled)
		} else if r.Due < d.Clock().Unix() {
			o.Overdue = true
		}
	}
	return list
}

// find answers the consent that the path names.
func (d pages) find(p *shell.Page) (given, error) {
	list, err := d.consentsOf(p)
	if err != nil {
		return given{}, err
	}
	at := slices.IndexFunc(list, func(g given) bool { return g.RecordID == p.Param("consent") })
	if at < 0 {
		return given{}, store.ErrNotFound
	}
	return list[at], nil
}

func (d pages) consent(p *shell.Page) error {
	g, err := d.find(p)
	if err != nil {
		return err
	}
	return p.Render(http.StatusOK, p.T("mine.consent.to", g.Recipient), consentPage(g))
}

// receipt is the page that a person prints or keeps.
func (d pages) receipt(p *shell.Page) error {
	g, err := d.find(p)
	if err != nil {
		return err
	}
	return p.Show("mine.receipt", receiptPage(g))
}

// receiptFile is the receipt for programs: the record as it stands, under an
// id that is the record's own digest, so that the same consent gives the same
// receipt whenever it is asked for.
func (d pages) receiptFile(p *shell.Page) error {
	g, err := d.find(p)
	if err != nil {
		return err
	}
	p.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="consent-receipt.json"`)
	return p.JSONPretty(http.StatusOK, struct {
		Schema    string         `json:"schema_version"`
		ReceiptID string         `json:"receipt_id"`
		Record    consent.Record `json:"consent_record"`
	}{"ISO/IEC TS 27560:2023", g.ReceiptID, g.Record}, "  ")
}

func (d pages) beforeWithdrawal(p *shell.Page) error {
	g, err := d.find(p)
	if err != nil {
		return err
	}
	if !g.Open {
		return p.To("/my/consents/"+g.RecordID, "", "")
	}
	return p.Show("mine.withdraw", withdrawPage(g, d.Clock().Add(d.withdrawalDeadline()).Unix()))
}

// withdrawalDeadline is how long the data guideline gives the other node.
func (d pages) withdrawalDeadline() time.Duration {
	if g := d.guideline(); g != nil {
		return time.Duration(g.WithdrawalDeadline) * time.Second
	}
	return 72 * time.Hour // as the gate has it without a guideline
}

// withdraw ends a consent. Withdrawn stands in the reader's log before the
// page says so.
func (d pages) withdraw(p *shell.Page) error {
	_, err := d.Gate.Withdraw(p.Request().Context(), p.Caller.Person, p.Param("consent"))
	if errors.Is(err, gate.ErrUnknownConsent) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	return p.To("/my/consents/"+p.Param("consent"), "good", "mine.withdrawn")
}

// guideline is the data guideline in force, or nil.
func (d pages) guideline() *policy.DataGuideline {
	document := d.Book().InForce(policy.TypeDataGuideline, d.Clock())
	if document == nil {
		return nil
	}
	return document.DataGuideline()
}

// purpose is a purpose as the data guideline in force words it.
func (d pages) purpose(p *shell.Page, id string) string {
	if g := d.guideline(); g != nil {
		for _, known := range g.Purposes {
			if known.ID == id {
				return known.Text.In(p.Lang)
			}
		}
	}
	return id
}
