package trust_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// A council node that cosigned a head cosigns no other of the same size, and a
// cosignature counts for the node that made it alone.
func TestACosignatureCountsForItsOwnNode(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	city := f.Node("city").Trust()
	book := city.Book()
	on, err := keys.Load(f.Config("university").Data)
	if err != nil {
		t.Fatal(err)
	}
	now := f.Clock.Now()
	text := spec.CheckpointText(book.Fed(), book.Size(), book.Root())
	own := spec.Cosign(on.Record, f.ID("university"), text, now)
	stranger, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	forged := spec.Cosign(stranger, f.ID("company"), text, now)
	other := book.Root()
	other[0] ^= 1
	for name, c := range map[string]struct {
		from spec.NodeID
		note string
		want string
	}{
		"its own":          {f.ID("university"), spec.JoinNote(text, []string{own}), ""},
		"another's":        {f.ID("company"), spec.JoinNote(text, []string{own}), "REQ-POL-008"},
		"a stranger's key": {f.ID("company"), spec.JoinNote(text, []string{forged}), "REQ-POL-008"},
		"two lines":        {f.ID("university"), spec.JoinNote(text, []string{forged, own}), "REQ-POL-008"},
		"no member at all": {"http://localhost:1", spec.JoinNote(text, []string{own}), "REQ-POL-008"},
		"another root, signed": {
			f.ID("university"),
			spec.JoinNote(spec.CheckpointText(book.Fed(), book.Size(), other), []string{
				spec.Cosign(on.Record, f.ID("university"), spec.CheckpointText(book.Fed(), book.Size(), other), now),
			}), "REQ-POL-009",
		},
		"another federation's": {
			f.ID("university"),
			spec.JoinNote(spec.CheckpointText(spec.Digest(nil), book.Size(), book.Root()), []string{
				spec.Cosign(on.Record, f.ID("university"), spec.CheckpointText(spec.Digest(nil), book.Size(), book.Root()), now),
			}), "REQ-POL-008",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := city.Collect(f.Context(), c.from, c.note, now)
			got := ""
			if r := spec.AsRefusal(err); r != nil {
				got = r.Requirement
			}
			if got != c.want {
				t.Errorf("refused by %q, want %q (%v)", got, c.want, err)
			}
		})
	}
	if proofs := f.Proofs("city"); len(proofs) != 1 || proofs[0].Issuer != f.ID("university") {
		t.Errorf("proofs = %+v, want the one of two orders, against the university", proofs)
	}
	if city.Book().Root() != book.Root() {
		t.Error("the policy log moved")
	}
}

// A key history that goes back, or comes twice with one serial, changes
// nothing; the second is evidence.
func TestAKeyHistoryNeverGoesBack(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	city, club := f.Node("city").Trust(), f.ID("club")
	f.Eventually("the city knows the club's keys", func() bool { return city.History(club) != nil })
	first := city.History(club)
	root := f.Founded.Roots[club]
	seal := func(serial uint64, at int64) string {
		t.Helper()
		token, err := spec.SealKeys(root, spec.KeyHistory{Issuer: club, IssuedAt: at, Serial: serial, Keys: first.Keys})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	now := f.Clock.Now()
	if _, err := city.Learn(f.Context(), club, seal(5, now.Unix()), now); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		serial uint64
		at     int64
		want   string
	}{
		"lower serial":            {4, now.Unix(), "REQ-KEY-003"},
		"same serial, other text": {5, now.Unix() - 1, "REQ-KEY-011"},
	} {
		_, err := city.Learn(f.Context(), club, seal(c.serial, c.at), now)
		if r := spec.AsRefusal(err); r == nil || r.Requirement != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if got := city.History(club).Serial; got != 5 {
		t.Errorf("serial = %d, want 5", got)
	}
	if n := len(f.Proofs("city")); n != 1 {
		t.Errorf("%d proofs, want the one of the two histories", n)
	}
}
