package reading

import (
	"crypto/ed25519"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/note"
)

// sheet is a head in pieces, each a text that a check can bend before signing.
type sheet struct {
	origin, size, root, epoch, at, keys, psize, proot string

	key  *spec.Signer
	name string // note key name
	kind note.Kind
}

// sheet is the honest head over entries.
func (l *liar) sheet(all []spec.Item) sheet {
	h := l.Head(l.log, all)
	return sheet{
		origin: h.Origin, size: digits(h.Size), root: spec.EncodeRoot(h.Root), epoch: digits(uint64(h.Epoch)), at: digits(uint64(h.At)),
		keys: digits(h.Keys), psize: digits(h.Policy.Size), proot: spec.EncodeRoot(h.Policy.Root),
		key: l.Key, name: l.ID.Host(), kind: note.Ed25519,
	}
}

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

func (s sheet) lines() []string {
	return []string{s.origin, s.size, s.root, "epoch " + s.epoch, "at " + s.at, "keys " + s.keys, "policy " + s.psize + " " + s.proot}
}

func (s sheet) text() string { return strings.Join(s.lines(), "\n") + "\n" }

// line signs a text, which may be another one than the sheet's.
func (s sheet) line(text string) string {
	return s.lineOf(ed25519.Sign(s.key.Private(), []byte(text)))
}

func (s sheet) lineOf(sig []byte) string {
	return note.Line(s.name, note.KeyHash(s.name, s.kind, s.key.Public()), sig)
}

// signed is a note of a text.
func (s sheet) signed(text string) string { return text + "\n" + s.line(text) }

func (s sheet) note() string { return s.signed(s.text()) }

// spareBits is padded standard base64 with its last unused bit set: the same
// octets in another spelling.
func spareBits(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	bare := strings.TrimRight(text, "=")
	last := strings.IndexByte(alphabet, bare[len(bare)-1])
	return bare[:len(bare)-1] + alphabet[last+1:last+2] + text[len(bare):]
}

// pageOf is a page of items under a note.
func pageOf(items any, head string) []byte {
	octets, err := json.Marshal(map[string]any{"items": items, "head": head})
	if err != nil {
		return nil // items are plain data
	}
	return octets
}

// numbered are items with the places from next on.
func numbered(next uint64, items ...spec.Item) []spec.Item {
	list := append([]spec.Item{}, items...)
	for i := range list {
		list[i].N = next + uint64(i)
	}
	return list
}

// filler is an entry of a record that nobody has: taken back before it was read.
func filler() spec.Item {
	return spec.Item{ID: spec.Digest([]byte(spec.RandomUUID())), Kind: spec.KindTalent, State: spec.Withdrawn}
}

// before are the entries that a reader has read who asks for what comes next.
func (l *liar) before(next uint64) []spec.Item {
	all := l.Entries(l.log)
	return all[:min(next, uint64(len(all)))]
}

// over is a page of items in the order of the log whose head a check bends. The
// head is right in all else: it covers what was read before, and the items.
func (l *liar) over(bend func(sheet) string, items ...spec.Item) func(uint64, int) []byte {
	return func(next uint64, _ int) []byte {
		for {
			some := numbered(next, append(items, filler())...)
			s := l.sheet(append(l.before(next), some...))
			// So that a root in the other alphabet of base64 is another text.
			if strings.ContainsAny(s.root, "+/") {
				return pageOf(some, bend(s))
			}
		}
	}
}
