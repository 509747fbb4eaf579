package reading

import (
	"testing"

	"github.com/fukusen/fukusen/spec/vectors"
)

// still says why an invalid vector of heads, pages and key histories has no
// live form: it shows nothing that another one does not.
func still() map[string]string {
	return map[string]string{
		"head-no-keys":      "a reader always has a key history, or asks for it",
		"head-smaller":      "REQ-HEAD-005 has a check of its own",
		"head-forked":       "REQ-HEAD-006 has a check of its own",
		"page-too-many":     "the reader says the limit",
		"page-bad-head":     "head-signed-stranger is such a page",
		"keys-typ":          "of REQ-OPEN-007",
		"keys-twice-member": "of REQ-OPEN-008",
		"keys-kid-second":   "all live ones stand behind right ones",
		"keys-serial-twice": "REQ-KEY-011 has a check of its own",
	}
}

// live are the names under which this room's checks bend something.
func live() map[string]bool {
	names := map[string]bool{
		"head-older-epoch": true, "page-over-40-mib": true, "page-wrong-root": true, "page-wrong-state": true,
		"page-wrong-before": true, "page-left-out": true, "epoch-without-head": true, "epoch-head-id": true,
		"snapshot-no-last-line": true, "snapshot-cut": true, "snapshot-changed": true, "snapshot-count": true,
	}
	for _, list := range [][]bending{forms(), origins(), signatures(), numbers(), farAhead()} {
		for _, b := range list {
			names[b.name] = true
		}
	}
	for _, list := range [][]fold{miscounted(), tooMany(), strangeStates(), bodiesTakenBack(), beyondHead(), shapes()} {
		for _, f := range list {
			names[f.name] = true
		}
	}
	for _, list := range [][]history{wrongSigners(), lowerSerial(), wrongNames(), namedTwice(), wrongUses()} {
		for _, h := range list {
			names[h.name] = true
		}
	}
	return names
}

// Each invalid head, page, snapshot and key history of the standard's vectors
// is told to a live target too, so that a new vector is not forgotten here.
func TestEveryInvalidVectorIsToldLive(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	told, judged := live(), 0
	for _, v := range all {
		switch v.About {
		case "head", "page", "snapshot", "keys":
		default:
			continue
		}
		if v.Verdict != vectors.Refuse {
			continue
		}
		judged++
		if told[v.Name] == (still()[v.Name] != "") {
			t.Errorf("%s (%s): told live: %v, excused: %q", v.Name, v.What, told[v.Name], still()[v.Name])
		}
	}
	if judged < 150 {
		t.Errorf("only %d vectors were looked at", judged)
	}
}

// Bending in vain would be a false alarm: a bent head is no head.
func TestSpareBitsAreAnotherSpellingOfTheSameOctets(t *testing.T) {
	for _, text := range []string{"AAAA/w==", "q83vAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="} {
		if got := spareBits(text); got == text || len(got) != len(text) {
			t.Errorf("%s became %s", text, got)
		}
	}
}
