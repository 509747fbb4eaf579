package console

import (
	"net/http"
	"strconv"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

type policyView struct {
	Age, Size, Drafted string // follow the stream
	Root, Fed          string
	Stopped            bool
	InForce, Earlier   parts.TableView
	Drafts, Cosigned   parts.TableView
}

func (d *room) policy(p *shell.Page) error {
	m, err := d.look(p.Request().Context(), &store.Holdings{})
	if err != nil {
		return err
	}
	book, now := d.Trust.Book(), d.Clock()
	told := d.policyNews(p.Lang, m)
	v := policyView{
		Age: told["policy.age"], Size: told["policy.size"], Drafted: told["policy.drafts"],
		Root: spec.EncodeRoot(book.Root()), Fed: string(book.Fed()), Stopped: d.Trust.PolicyStopped(),
	}
	columns := []parts.Column{
		{Key: "status.document"}, {Key: "status.version", Numeric: true}, {Key: "status.state"}, {Key: "status.from"}, {Key: "console.policy.until"},
	}
	v.InForce = parts.TableView{CaptionKey: "console.policy.in-force", Columns: columns}
	v.Earlier = parts.TableView{CaptionKey: "console.policy.earlier", Columns: columns}
	for _, doc := range book.Documents() {
		status := book.Status(doc, now)
		until := p.T("console.none")
		if doc.ValidUntil != 0 {
			until = parts.DateText(p.Lang, doc.ValidUntil)
		}
		row := parts.Cells(parts.To(documentPath(doc), titleOf(p.Lang, doc)), doc.Version, documentState(status), parts.Date(doc.ValidFrom), until)
		if status == policy.Effective || status == policy.Accepted {
			v.InForce.Rows = append(v.InForce.Rows, row)
		} else {
			v.Earlier.Rows = append(v.Earlier.Rows, row)
		}
	}
	v.Cosigned = d.cosignatures(p, book)
	if v.Drafts, err = d.drafts(p); err != nil {
		return err
	}
	return p.ShowLive("console.policy", "/console/events?of=policy", policyPage(v))
}

// documentPath is the page of one version; the founding entry is the first
// version of two series, so the id alone would not do.
func documentPath(doc *policy.Document) string {
	return "/console/policy/documents/" + doc.Series + "/" + strconv.Itoa(doc.Version)
}

// titleOf is a document's title; the documents of the founding share one.
func titleOf(lang string, doc *policy.Document) string {
	if name := "series." + doc.Series; doc.Version == 1 && doc.Prev == "" && text.Has(name) {
		return text.Of(lang, name)
	}
	return doc.Title.In(lang)
}

// cosignatures are who put their name to the newest policy head, and when.
func (d *room) cosignatures(p *shell.Page, book *policy.Book) parts.TableView {
	v := parts.TableView{CaptionKey: "console.policy.cosigned", Columns: []parts.Column{{Key: "console.peer"}, {Key: "console.policy.cosigned.at"}}}
	var council []spec.NodeID
	for _, m := range book.Register().Council() {
		council = append(council, m.Node)
	}
	head, err := spec.OpenCheckpoint(d.Trust.PolicyHead(), book.Fed(), council, d.Trust.History, 0)
	at := make(map[spec.NodeID]int64)
	if err == nil { // before the founding is cosigned there is no head
		for i, node := range head.CosignedBy {
			at[node] = head.CosignedAt[i]
		}
	}
	for _, node := range council {
		v.Rows = append(v.Rows, parts.Cells(d.nameOf(p.Lang, node), stamp(p.Lang, at[node])))
	}
	return v
}

func (d *room) document(p *shell.Page) error {
	version, err := strconv.Atoi(p.Param("version"))
	if err != nil {
		return store.ErrNotFound
	}
	book := d.Trust.Book()
	for _, doc := range book.Series(p.Param("document")) {
		if doc.Version == version {
			v := documentView{
				Blocks: prose(doc.Text.In(p.Lang)), Issuer: d.nameOf(p.Lang, doc.Issuer), Document: doc,
				State: book.Status(doc, d.Clock()), Confidential: doc.Sealed() != nil,
			}
			v.Blocks = append(v.Blocks, rules(p.Lang, doc)...)
			return p.Render(http.StatusOK, titleOf(p.Lang, doc), documentPage(v))
		}
	}
	return store.ErrNotFound
}

// rules are the common rules of the first charter: the text of the founding
// entry does not say them.
func rules(lang string, doc *policy.Document) []block {
	charter := doc.Charter()
	if charter == nil || doc.Prev != "" || len(charter.Rules) == 0 {
		return nil
	}
	list := block{Kind: "ol"}
	for _, r := range charter.Rules {
		list.Items = append(list.Items, run{"", r.Title.In(lang), " " + r.Text.In(lang)})
	}
	return []block{list}
}

type documentView struct {
	*policy.Document
	Blocks       []block
	Issuer       string
	State        policy.Status
	Confidential bool
}

// drafts are what lies before the council.
func (d *room) drafts(p *shell.Page) (parts.TableView, error) {
	v := parts.TableView{CaptionKey: "console.drafts", Columns: []parts.Column{
		{Key: "status.document"}, {Key: "status.version", Numeric: true}, {Key: "console.draft.by"}, {Key: "console.draft.ballots"}, {Key: "status.state"},
	}}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		rows, err := draft.In(tx).All()
		if err != nil {
			return err
		}
		for _, row := range rows {
			f, err := d.readDraft(tx, row)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, parts.Cells(parts.To("/console/policy/drafts/"+string(row.ID), f.doc.Title.In(p.Lang)), f.doc.Version,
				d.nameOf(p.Lang, f.doc.Issuer), say(p.Lang, "console.draft.count", int64(len(f.ballots)), int64(d.threshold())), parts.Key(f.state)))
		}
		return nil
	})
	return v, err
}

func (d *room) threshold() int { return d.Trust.Book().Register().Threshold }

// drafted is a draft with its ballots and where it stands.
type drafted struct {
	doc     *spec.SealedDocument
	ballots []*spec.SealedBallot
	state   string
}

func (d *room) readDraft(tx *store.Tx, row draft.Draft) (drafted, error) {
	doc, err := spec.ReadDocument(row.Token)
	if err != nil {
		return drafted{}, err
	}
	f := drafted{doc: doc, state: "console.draft.open"}
	if head := d.Trust.Book().Head(doc.Series); head != nil && head.ID == doc.ID() {
		f.state = "console.draft.accepted"
	} else if head != nil && head.ID != doc.Prev {
		f.state = "console.draft.overtaken"
	}
	rows, err := draft.In(tx).Ballots(row.ID)
	if err != nil {
		return f, err
	}
	for _, r := range rows {
		b, err := spec.ReadBallot(r.Token)
		if err != nil {
			return f, err
		}
		f.ballots = append(f.ballots, b)
	}
	return f, nil
}

type draftView struct {
	doc     *spec.SealedDocument
	State   string
	Issuer  string
	Blocks  []block
	Count   string
	Ballots parts.TableView
}

func (d *room) draft(p *shell.Page) error {
	var f drafted
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		row, err := draft.In(tx).Draft(spec.ID(p.Param("draft")))
		if err != nil {
			return err
		}
		f, err = d.readDraft(tx, row)
		return err
	})
	if err != nil {
		return err
	}
	v := draftView{
		doc: f.doc, State: f.state, Issuer: d.nameOf(p.Lang, f.doc.Issuer), Blocks: prose(f.doc.Text.In(p.Lang)),
		Count:   say(p.Lang, "console.draft.count", int64(len(f.ballots)), int64(d.threshold())),
		Ballots: parts.TableView{CaptionKey: "console.draft.ballots", Columns: []parts.Column{{Key: "console.peer"}, {Key: "console.ballot"}, {Key: "console.ballot.at"}}},
	}
	cast := make(map[spec.NodeID]*spec.SealedBallot)
	for _, b := range f.ballots {
		cast[b.Issuer] = b
	}
	for _, m := range d.Trust.Book().Register().Council() {
		choice, at := "console.ballot.none", int64(0)
		if b := cast[m.Node]; b != nil {
			at, choice = b.IssuedAt, "console.ballot.no"
			if b.Choice == policy.Yes {
				choice = "console.ballot.yes"
			}
		}
		v.Ballots.Rows = append(v.Ballots.Rows, parts.Cells(m.Name.In(p.Lang), parts.Key(choice), stamp(p.Lang, at)))
	}
	return p.Render(http.StatusOK, f.doc.Title.In(p.Lang), draftPage(v))
}

// proofView is evidence as a person reads it.
type proofView struct {
	Kind, Who string
	At        int64
	A, B      string // record ids, or signed notes
}

// mostProofs is how many proofs a page shows, the newest first.
const mostProofs = 50

func (d *room) proofs(p *shell.Page) error {
	var list []proofView
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		rows, err := tx.ProofsFrom(store.Place{}, mostProofs)
		for _, r := range rows {
			list = append(list, proofView{
				Kind: problem(p.Lang, r.Kind), Who: d.nameOf(p.Lang, r.Issuer), At: r.At, A: side(r.A), B: side(r.B),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("console.proofs", proofsPage(list))
}

// side is one half of a proof without what a record says: a record's or a key
// history's id, a note as it is.
func side(proof string) string {
	if _, id := spec.Peek(proof); id != "" {
		return string(id)
	}
	return proof
}
