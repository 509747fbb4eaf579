package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// Limits that no workbook of an office comes near.
const (
	maxParts = 2000      // files in the zip
	maxDepth = 64        // elements within elements
	maxToken = 256 << 10 // octets from one angle bracket to the next
)

// pack is the zip of a workbook. Nothing of it is unpacked before the
// directory adds up, and the octets that really come out are counted again.
//
// The parts are read here, and not by the library that writes workbooks, since
// that one unpacks all of them and builds every cell, string and style before
// it can be asked anything: a few kilobytes can then cost gigabytes.
type pack struct {
	parts map[string]*zip.File // by lower-case name
	left  int64                // octets that may still come out
}

func openPack(octets []byte) (*pack, error) {
	archive, err := zip.NewReader(bytes.NewReader(octets), int64(len(octets)))
	if err != nil {
		return nil, &Error{Err: ErrDamaged, What: "zip"}
	}
	p := &pack{parts: make(map[string]*zip.File, len(archive.File)), left: MaxUnzipped}
	if len(archive.File) > maxParts {
		return nil, &Error{Err: ErrUnpacksTooLarge, Limit: maxParts}
	}
	var total uint64
	for _, file := range archive.File {
		if file.UncompressedSize64 > MaxUnzipped {
			return nil, &Error{Err: ErrUnpacksTooLarge, Limit: MaxUnzipped}
		}
		total += file.UncompressedSize64
		name := partName(file.Name)
		if p.parts[name] != nil { // readers differ in which of two they take
			return nil, &Error{Err: ErrDamaged, What: "zip"}
		}
		p.parts[name] = file
	}
	if total > MaxUnzipped {
		return nil, &Error{Err: ErrUnpacksTooLarge, Limit: MaxUnzipped}
	}
	return p, apart(archive.File)
}

func partName(name string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, `\`, "/")), "/")
}

// apart refuses parts that share octets: so a small file unpacks into any size
// while its directory looks honest.
func apart(files []*zip.File) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(files))
	for _, file := range files {
		from, err := file.DataOffset()
		if err != nil {
			return &Error{Err: ErrDamaged, What: "zip"}
		}
		spans = append(spans, span{from, from + int64(file.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to || spans[i-1].to < spans[i-1].from {
			return &Error{Err: ErrDamaged, What: "zip"}
		}
	}
	return nil
}

// element is what a reader of a part gets to see: the start of an element with
// the elements it stands in, or, with text set, characters inside the last of
// them, or, with ended set, its end.
type element struct {
	name  string
	attrs []xml.Attr
	text  []byte
	ended bool
}

// attr gives an attribute by its local name, or "".
func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// errEnough ends the reading of a part early.
var errEnough = errors.New("enough")

// walk reads one part as XML, element by element, within the limits. A missing
// part has no elements. Declarations of documents are refused: what they are
// good for here is entities that grow.
func (p *pack) walk(name string, see func(element) error) error {
	file := p.parts[partName(name)]
	if file == nil {
		return nil
	}
	body, err := file.Open()
	if err != nil {
		return &Error{Err: ErrDamaged, What: "zip"}
	}
	defer body.Close()
	decoder := xml.NewDecoder(&meter{from: body, left: &p.left})
	depth := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = give(token, &depth, see)
		}
		var refusal *Error
		switch {
		case errors.Is(err, errEnough):
			return nil
		case errors.As(err, &refusal):
			return refusal
		case err != nil:
			return &Error{Err: ErrDamaged, What: "xml"}
		}
	}
}

func give(token xml.Token, depth *int, see func(element) error) error {
	switch t := token.(type) {
	case xml.StartElement:
		if *depth++; *depth > maxDepth {
			return &Error{Err: ErrDamaged, What: "xml"}
		}
		return see(element{name: t.Name.Local, attrs: t.Attr})
	case xml.EndElement:
		*depth--
		return see(element{name: t.Name.Local, ended: true})
	case xml.CharData:
		if *depth > 0 {
			return see(element{text: t})
		}
	case xml.Directive:
		return &Error{Err: ErrDamaged, What: "xml"}
	}
	return nil
}

// meter counts what comes out of the zip and how far apart the angle brackets
// stand, as the decoder holds everything between two of them in memory.
type meter struct {
	from    io.Reader
	left    *int64
	bracket int // octets since the last angle bracket that opens
}

func (m *meter) Read(into []byte) (int, error) {
	n, err := m.from.Read(into)
	if *m.left -= int64(n); *m.left < 0 {
		return 0, &Error{Err: ErrUnpacksTooLarge, Limit: MaxUnzipped}
	}
	if last := bytes.LastIndexByte(into[:n], '<'); last >= 0 {
		if m.bracket+bytes.IndexByte(into[:n], '<') > maxToken {
			return 0, &Error{Err: ErrDamaged, What: "xml"}
		}
		m.bracket = n - last
	} else {
		m.bracket += n
	}
	if m.bracket > maxToken {
		return 0, &Error{Err: ErrDamaged, What: "xml"}
	}
	return n, err
}

// beside resolves a target of a relationship against the part that names it.
func beside(part, target string) string {
	if strings.HasPrefix(target, "/") {
		return partName(target)
	}
	return partName(path.Join(path.Dir(part), target))
}
