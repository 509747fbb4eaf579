package policy

import (
	"encoding/json"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Document is one version of one policy document as it stands in the log. It
// never changes once applied; treat all of it as read-only.
type Document struct {
	spec.Document
	ID spec.ID // the document's id; for register and charter version 1 that of the genesis
	N  uint64  // the entry it came with

	typed   any       // body as read, nil where this package does not know the type
	before  *Document // the version before in its series
	earlier *Document // the document applied before, of any series
}

// Status is where a document stands on its path.
type Status string

// The path of a document after its ballot.
const (
	Accepted   Status = "accepted"   // its time has not come
	Effective  Status = "effective"  // in force
	Superseded Status = "superseded" // a newer version has come into force
	Lapsed     Status = "withdrawn"  // its validity ended, or a version ended the series
)

// Register is the body of a register document, or nil.
func (d *Document) Register() *Register { r, _ := d.typed.(*Register); return r }

// Charter is the body of a charter, or nil.
func (d *Document) Charter() *Charter { c, _ := d.typed.(*Charter); return c }

// DataGuideline is the body of a data guideline, or nil.
func (d *Document) DataGuideline() *DataGuideline { g, _ := d.typed.(*DataGuideline); return g }

// Safety is the body of a safety document, or nil.
func (d *Document) Safety() *Safety { s, _ := d.typed.(*Safety); return s }

// ConflictMatrix is the body of a conflict-of-interest matrix, or nil.
func (d *Document) ConflictMatrix() *ConflictMatrix { m, _ := d.typed.(*ConflictMatrix); return m }

// Sealed is what a confidential document shows in the log, or nil. The clear
// body is asked of the Book, which holds it only where a node may.
func (d *Document) Sealed() *Sealed { s, _ := d.typed.(*Sealed); return s }

// covers reports whether the document's own validity covers a time.
func (d *Document) covers(at int64) bool {
	return d.ValidFrom <= at && (d.ValidUntil == 0 || at < d.ValidUntil)
}

// ends reports whether the version ends its series: it is never valid itself.
func (d *Document) ends() bool { return d.ValidUntil != 0 && d.ValidUntil <= d.ValidFrom }

// governing is the newest version from d backwards whose time has come.
func (d *Document) governing(at int64) *Document {
	for ; d != nil; d = d.before {
		if d.ValidFrom <= at {
			return d
		}
	}
	return nil
}

// readBody reads the body that a document's type calls for. A type that this
// package does not know is any JSON object.
func readBody(d *spec.Document, development bool) (any, error) {
	if ends := d.ValidUntil != 0 && d.ValidUntil <= d.ValidFrom; ends && !singularSeat(d.Type) {
		return nil, nil
	}
	switch d.Type {
	case TypeRegister:
		return readRegister(d.Body, development)
	case TypeCharter:
		return readCharter(d.Body)
	case TypeDataGuideline:
		return readDataGuideline(d.Body)
	case TypeSafety:
		return readSafety(d.Body)
	case TypeConflictMatrix:
		return readConflictMatrix(d.Body)
	case TypeRedList:
		return readSealed(d.Body)
	}
	var members map[string]json.RawMessage
	if !decodeBody(d.Body, &members) {
		return nil, spec.RefuseField(bodyRequirement, "body", "a body is a JSON object")
	}
	return nil, nil
}

// singularSeat types are read by the log itself whatever their validity.
func singularSeat(name string) bool { return name == TypeRegister || name == TypeCharter }

// InForce returns the series' newest applied version whose validFrom has come,
// or nil where there is none or its validity has ended: a version that has
// been superseded never comes back.
func (b *Book) InForce(series string, at time.Time) *Document {
	d := b.last[series].governing(at.Unix())
	if d == nil || !d.covers(at.Unix()) {
		return nil
	}
	return d
}

// Status tells where a document stands at a time.
func (b *Book) Status(d *Document, at time.Time) Status {
	now := at.Unix()
	if d.ValidFrom > now {
		return Accepted
	}
	governing := b.last[d.Series].governing(now)
	switch {
	case governing == nil || governing.N == d.N:
		if d.covers(now) {
			return Effective
		}
		return Lapsed
	case governing.ends() && governing.before != nil && governing.before.N == d.N:
		return Lapsed
	}
	return Superseded
}

// Documents returns every applied document, oldest first. The genesis stands
// in it three times: as itself and as the first register and charter.
func (b *Book) Documents() []*Document {
	var list []*Document
	for d := b.newest; d != nil; d = d.earlier {
		list = append(list, d)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// Series returns every applied version of one series, oldest first.
func (b *Book) Series(series string) []*Document {
	var list []*Document
	for d := b.last[series]; d != nil; d = d.before {
		list = append([]*Document{d}, list...)
	}
	return list
}
