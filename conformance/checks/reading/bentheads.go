package reading

import (
	"crypto/ed25519"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/note"
)

// bending is one way to bend a head, under the name of the vector that shows it.
type bending struct {
	name string
	bend func(*liar, sheet) string
}

// otherHost is the name of a node that is not the liar.
const otherHost = "localhost:1"

// forms are heads that are no signed note of exactly the seven lines.
func forms() []bending {
	list := []bending{
		{"head-two-signatures", func(l *liar, s sheet) string {
			other := s
			other.key, other.name = l.spare.stranger, otherHost
			return s.note() + other.line(s.text())
		}},
		{"head-one-twice", func(_ *liar, s sheet) string { return s.note() + s.line(s.text()) }},
		{"head-without-signature", func(_ *liar, s sheet) string { return s.text() }},
		{"head-without-blank", func(_ *liar, s sheet) string { return s.text() + s.line(s.text()) }},
		{"head-two-blanks", func(_ *liar, s sheet) string { return s.text() + "\n\n" + s.line(s.text()) }},
		{"head-no-last-line-feed", func(_ *liar, s sheet) string { return strings.TrimSuffix(s.note(), "\n") }},
		{"head-root-spare", func(_ *liar, s sheet) string { s.root = spareBits(s.root); return s.note() }},
		{"head-policy-root-spare", func(_ *liar, s sheet) string { s.proot = spareBits(s.proot); return s.note() }},
		{"head-signature-spare", func(_ *liar, s sheet) string {
			line := strings.TrimSuffix(s.line(s.text()), "\n")
			at := strings.LastIndexByte(line, ' ') + 1
			return s.text() + "\n" + line[:at] + spareBits(line[at:]) + "\n"
		}},
		{"head-long", func(_ *liar, s sheet) string { s.origin += strings.Repeat("x", 4096); return s.note() }},
		{"head-octets-after", func(_ *liar, s sheet) string { return s.note() + "x\n" }},
		{"head-crlf", func(_ *liar, s sheet) string { return s.signed(strings.ReplaceAll(s.text(), "\n", "\r\n")) }},
		{"head-hyphen", func(_ *liar, s sheet) string { return strings.Replace(s.note(), "\u2014", "-", 1) }},
		{"head-order", func(_ *liar, s sheet) string {
			lines := s.lines()
			lines[3], lines[4] = lines[4], lines[3]
			return s.signed(joined(lines))
		}},
		{"head-twice", func(_ *liar, s sheet) string { return s.signed(joined(slices.Insert(s.lines(), 6, s.lines()[5]))) }},
		{"head-eighth", func(_ *liar, s sheet) string { return s.signed(s.text() + "more 1\n") }},
		{"head-policy-no-root", func(_ *liar, s sheet) string {
			return s.signed(joined(append(s.lines()[:6], "policy "+s.psize)))
		}},
		{"head-label", func(_ *liar, s sheet) string { return s.signed(strings.Replace(s.text(), "epoch ", "Epoch ", 1)) }},
		{"head-root-url-alphabet", func(_ *liar, s sheet) string {
			s.root = strings.NewReplacer("+", "-", "/", "_").Replace(s.root)
			return s.note()
		}},
		{"head-root-short", func(_ *liar, s sheet) string { s.root = s.root[:40] + "AA=="; return s.note() }},
		{"head-root-no-padding", func(_ *liar, s sheet) string { s.root = strings.TrimRight(s.root, "="); return s.note() }},
		{"head-root-hex", func(_ *liar, s sheet) string { s.root = hex.EncodeToString(make([]byte, 32)); return s.note() }},
	}
	for i, name := range []string{"origin", "size", "root", "epoch", "at", "keys", "policy"} {
		list = append(list, bending{"head-without-" + name, func(_ *liar, s sheet) string {
			return s.signed(joined(slices.Delete(s.lines(), i, i+1)))
		}})
	}
	return list
}

func joined(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// origins are heads of another log than the one that was asked for.
func origins() []bending {
	other := func(name string, origin func(*liar, string) string) bending {
		return bending{name, func(l *liar, s sheet) string { s.origin = origin(l, s.origin); return s.note() }}
	}
	return []bending{
		other("head-origin-other-log", func(l *liar, _ string) string { return spec.LogOrigin(l.ID, spec.LogFor(l.ID)) }),
		other("head-origin-public", func(l *liar, _ string) string { return spec.LogOrigin(l.ID, spec.PublicLog) }),
		other("head-origin-other-node", func(l *liar, s string) string { return strings.Replace(s, l.ID.Host(), otherHost, 1) }),
		other("head-origin-scheme", func(l *liar, s string) string { return strings.Replace(s, l.ID.Host(), string(l.ID), 1) }),
		other("head-origin-short", func(l *liar, _ string) string { return l.ID.Host() }),
		other("head-origin-slash", func(_ *liar, s string) string { return s + "/" }),
		other("head-origin-capital", func(_ *liar, s string) string { return strings.ToUpper(s[:1]) + s[1:] }),
	}
}

// signatures are heads without a valid signature by a key that may sign them.
func signatures() []bending {
	by := func(name string, key func(*liar) *spec.Signer) bending {
		return bending{name, func(l *liar, s sheet) string { s.key = key(l); return s.note() }}
	}
	as := func(name string, change func(*liar, *sheet)) bending {
		return bending{name, func(l *liar, s sheet) string { change(l, &s); return s.note() }}
	}
	return []bending{
		by("head-signed-stranger", func(l *liar) *spec.Signer { return l.spare.stranger }),
		by("head-signed-root-key", func(l *liar) *spec.Signer { return l.Root }),
		by("head-signed-tls", func(l *liar) *spec.Signer { return l.spare.tls }),
		by("head-signed-revoked", func(l *liar) *spec.Signer { return l.spare.gone }),
		by("head-signed-retired", func(l *liar) *spec.Signer { return l.spare.old }),
		by("head-signed-coming", func(l *liar) *spec.Signer { return l.spare.coming }),
		as("head-retired-too-late", func(l *liar, s *sheet) {
			s.key, s.at = l.spare.old, digits(uint64(l.retired().Until+1))
		}),
		as("head-before-key", func(l *liar, s *sheet) { s.at = digits(uint64(l.Entry(l.Key, spec.UseRecord).From - 1)) }),
		as("head-name", func(_ *liar, s *sheet) { s.name = otherHost }),
		as("head-name-scheme", func(l *liar, s *sheet) { s.name = string(l.ID) }),
		as("head-type", func(_ *liar, s *sheet) { s.kind = note.Cosignature }),
		{"head-signature-other", func(_ *liar, s sheet) string {
			other := s
			other.at += "0"
			return s.text() + "\n" + s.line(other.text())
		}},
		{"head-signature-high", func(_ *liar, s sheet) string {
			sig := ed25519.Sign(s.key.Private(), []byte(s.text()))
			return s.text() + "\n" + s.lineOf(append(sig[:32:32], beyondOrder(sig[32:])...))
		}},
		{"head-signature-short", func(_ *liar, s sheet) string {
			return s.text() + "\n" + s.lineOf(ed25519.Sign(s.key.Private(), []byte(s.text()))[:63])
		}},
		{"head-changed", func(_ *liar, s sheet) string {
			other := s
			other.psize = "1"
			return other.text() + "\n" + s.line(s.text())
		}},
	}
}

// beyondOrder adds the order of the group to a little-endian S.
func beyondOrder(s []byte) []byte {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	turned := slices.Clone(s)
	slices.Reverse(turned)
	sum := new(big.Int).Add(new(big.Int).SetBytes(turned), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return sum
}

// numbers are heads in which a number is not plain digits in range.
func numbers() []bending {
	var list []bending
	for _, f := range []struct {
		name string
		of   func(*sheet) *string
	}{
		{"keys", func(s *sheet) *string { return &s.keys }},
		{"psize", func(s *sheet) *string { return &s.psize }},
		{"size", func(s *sheet) *string { return &s.size }},
		{"epoch", func(s *sheet) *string { return &s.epoch }},
		{"at", func(s *sheet) *string { return &s.at }},
	} {
		for _, b := range []struct {
			name string
			bend func(string) string
		}{
			{"above", func(string) string { return "9007199254740992" }},
			{"plus", func(n string) string { return "+" + n }},
			{"minus", func(n string) string { return "-" + n }},
			{"zero", func(n string) string { return "0" + n }},
			{"space-before", func(n string) string { return " " + n }},
			{"space-after", func(n string) string { return n + " " }},
		} {
			list = append(list, bending{"head-" + f.name + "-" + b.name, func(_ *liar, s sheet) string {
				*f.of(&s) = b.bend(*f.of(&s))
				return s.note()
			}})
		}
	}
	return list
}
