package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

func TestFoundersBeginALog(t *testing.T) {
	f := found(t)
	if f.book.Size() != 1 || f.book.Development() || f.book.RegisterID() != f.book.Fed() {
		t.Errorf("size %d, development %v, register %s of %s", f.book.Size(), f.book.Development(), f.book.RegisterID(), f.book.Fed())
	}
	want := new(spec.Tree)
	want.Append(spec.Leaf(spec.Digest([]byte(f.genesis)), spec.Live))
	if f.book.Root() != want.Root() {
		t.Error("the root is not that of one entry")
	}
	r := f.book.Register()
	if len(r.Council()) != 3 || r.Majority() != 2 || !r.Active(node("club")) || r.Active(node("stranger")) {
		t.Errorf("register: %+v", r)
	}
	var series []string
	for _, d := range f.book.Documents() {
		series = append(series, fmt.Sprintf("%s %d", d.Series, d.Version))
	}
	if got := strings.Join(series, ", "); got != "genesis 1, register 1, charter 1" {
		t.Errorf("documents: %s", got)
	}
	if f.book.Charter().Rules[0].ID != "outcomes-first" {
		t.Error("the charter of the genesis is not in force")
	}
}

func TestAGenesisIsRefusedUnlessEveryFounderSigned(t *testing.T) {
	f := found(t)
	lines := strings.SplitAfter(strings.TrimSuffix(f.genesis, "\n"), "\n")
	open := func(octets string, fed spec.ID) error { _, err := policy.NewBook(octets, fed); return err }
	other := founders()
	other.Threshold = 3
	cases := map[string]struct {
		octets string
		fed    spec.ID
		want   string
	}{
		"a founder's ballot is missing":   {strings.Join(lines[:3], ""), "", "REQ-POL-011"},
		"another genesis is pinned":       {f.genesis, foundWith(t, other, charter()).book.Fed(), "REQ-POL-011"},
		"a ballot stands twice":           {lines[0] + lines[1] + lines[2] + lines[2], "", "REQ-POL-004"},
		"the last line end is missing":    {strings.TrimSuffix(f.genesis, "\n"), "", "REQ-POL-007"},
		"ballots are in the wrong order":  {lines[0] + lines[2] + lines[1] + lines[3] + "\n", "", "REQ-POL-007"},
		"a later document stands first":   {f.entry(f.draft("charter", "charter", charter()), "city", "university"), "", "REQ-POL-011"},
		"one byte of a ballot is changed": {lines[0] + flip(lines[1]) + lines[2] + lines[3] + "\n", "", "REQ-POL-003"},
	}
	for name, c := range cases {
		if got := requirementOf(open(c.octets, c.fed)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if err := open(f.genesis, ""); err != nil {
		t.Errorf("an unpinned genesis: %v", err)
	}
}

// flip changes one octet inside a token's signature and keeps its form.
func flip(line string) string {
	i := strings.LastIndexByte(line, '.') + 5
	c := byte('A')
	if line[i] == 'A' {
		c = 'B'
	}
	return line[:i] + string(c) + line[i+1:]
}

func TestAGenesisNeedsTheKeysOfItsFounders(t *testing.T) {
	keys := ballotKeys(founders())
	delete(keys, node("company"))
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Register: founders(), Charter: charter()}}
	if _, _, err := policy.SealGenesis(draft, node("city"), keys, founded); !errors.Is(err, policy.ErrNoSigner) {
		t.Errorf("got %v", err)
	}
	if _, _, err := policy.SealGenesis(draft, node("company"), keys, founded); !errors.Is(err, policy.ErrNoSigner) {
		t.Errorf("got %v", err)
	}
}

func TestALocalhostNodeFoundsOnlyADevelopmentFederation(t *testing.T) {
	r := founders()
	r.Members[3].Node = "http://localhost:8104"
	for development, want := range map[bool]string{true: "nothing refused", false: "REQ-STM-007"} {
		draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Development: development, Register: r, Charter: charter()}}
		_, _, err := policy.SealGenesis(draft, node("city"), ballotKeys(founders()), founded)
		if got := requirementOf(err); got != want {
			t.Errorf("development %v: %s, want %s", development, got, want)
		}
	}
}

func TestABookReplaysEqualFromItsEntries(t *testing.T) {
	f := found(t)
	for i := range 5 {
		f.adopt("rubric", "rubric", map[string]int{"edition": i})
		f.apply(f.admission("city", fmt.Sprintf("club%d", i), "club", nil))
	}
	again, err := policy.NewBook(f.entries[0], f.book.Fed())
	if err != nil {
		t.Fatal(err)
	}
	for _, octets := range f.entries[1:] {
		if again, err = again.Apply(octets); err != nil {
			t.Fatal(err)
		}
	}
	if again.Root() != f.book.Root() || again.Size() != 11 || again.Tree().Root() != again.Root() {
		t.Error("the replayed book has another root")
	}
	if got, want := fmt.Sprint(ids(again)), fmt.Sprint(ids(f.book)); got != want {
		t.Errorf("documents %s, want %s", got, want)
	}
	if len(again.Register().Members) != 9 || fmt.Sprint(again.Register().Members) != fmt.Sprint(f.book.Register().Members) {
		t.Error("the replayed book has another register")
	}
}

func ids(b *policy.Book) []string {
	var list []string
	for _, d := range b.Documents() {
		list = append(list, fmt.Sprintf("%d %s %d %s", d.N, d.Series, d.Version, d.ID))
	}
	return list
}

func TestTwoBooksGrowFromOneWithoutTouchingEachOther(t *testing.T) {
	f := found(t)
	base := f.book
	grow := func(prefix string) *policy.Book {
		b := base
		for i := range 100 {
			g := &federation{t: t, book: b}
			g.apply(g.admission("city", fmt.Sprintf("%s%d", prefix, i), "club", nil))
			b = g.book
		}
		return b
	}
	left, right := grow("left"), grow("right")
	if base.Register().Active(node("left0")) || len(base.Register().Members) != 4 {
		t.Error("the book below has grown")
	}
	for i := range 100 {
		l, r := node(fmt.Sprintf("left%d", i)), node(fmt.Sprintf("right%d", i))
		if !left.Register().Active(l) || left.Register().Active(r) || !right.Register().Active(r) || right.Register().Active(l) {
			t.Fatalf("admission %d stands in the wrong book", i)
		}
	}
}

func TestAFingerprintIsReadAloudAsWords(t *testing.T) {
	// 127.0.0.1 and 63.84.220.193 are the examples of arXiv:0901.4016.
	id := spec.ID("fwAAAT9U3MEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	if got := policy.Words(id); got != "lusab-babad-gutih-tugad-babab-babab-babab-babab" {
		t.Errorf("got %s", got)
	}
	if got := policy.Words("not an id"); got != "" {
		t.Errorf("got %s", got)
	}
}
