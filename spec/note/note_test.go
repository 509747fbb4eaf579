package note_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec/note"
)

func TestANoteIsSplitIntoTextAndSignatures(t *testing.T) {
	text := "city.example/v1/feed/public\n1\n"
	line := note.Line("city.example", 7, []byte("octets"))
	got, sigs, ok := note.Split(text+"\n"+line+line, 2)
	if !ok || got != text || len(sigs) != 2 || sigs[1].Name != "city.example" || sigs[1].Hash != 7 || string(sigs[1].Octets) != "octets" {
		t.Fatalf("got %q %v %v", got, sigs, ok)
	}
	for what, bad := range map[string]string{
		"too many signatures":        text + "\n" + line + line + line,
		"no signature":               text,
		"no line feed at the end":    strings.TrimSuffix(text+"\n"+line, "\n"),
		"two texts":                  text + "\n" + text + "\n" + line,
		"a carriage return":          strings.Replace(text, "\n", "\r\n", 1) + "\n" + line,
		"a hyphen for the dash":      text + "\n-" + strings.TrimPrefix(line, "—"),
		"a key hash and no more":     text + "\n" + note.Line("city.example", 7, nil),
		"a plus sign in the name":    text + "\n" + note.Line("city+example", 7, []byte("octets")),
		"an octet that is no base64": text + "\n" + strings.Replace(line, "A", "_", 1),
	} {
		if _, _, ok := note.Split(bad, 2); ok {
			t.Errorf("a note with %s is split", what)
		}
	}
}

func TestANumberIsPlainDigits(t *testing.T) {
	if n, ok := note.Number("9007199254740991"); !ok || n != 1<<53-1 {
		t.Errorf("the greatest number is %d %v", n, ok)
	}
	for _, bad := range []string{"", "-1", "+1", "01", " 1", "1 ", "1.0", "9007199254740992", "99999999999999999999"} {
		if _, ok := note.Number(bad); ok {
			t.Errorf("%q is a number", bad)
		}
	}
}
