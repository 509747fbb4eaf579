package policy_test

import (
	"fmt"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// large is a book of documents, among them matrices of rows in all.
func large(t testing.TB, documents, rows int) *federation {
	t.Helper()
	f := governed(t)
	const each = 500
	for n := range rows / each {
		m := policy.ConflictMatrix{}
		for i := range each {
			k := n*each + i
			m.Rows = append(m.Rows, row(fmt.Sprintf("https://company%d.example", k), fmt.Sprintf("https://company%d.example", k+7), "competitor", policy.Deny))
		}
		f.adopt(fmt.Sprintf("conflict-matrix-%d", n), "conflict-matrix", m)
	}
	for i := 0; int(f.book.Size()) < documents; i++ {
		f.adopt(fmt.Sprintf("rubric-%d", i%100), "rubric", map[string]int{"edition": i})
	}
	return f
}

// typical is an engagement of a person of three organisations with a fourth,
// in a week with twelve firm slots, that nothing speaks against.
func typical() policy.Facts {
	q := policy.Facts{
		Act: policy.ActEngage, Issuer: node("company"), Audience: node("city"),
		Kind: spec.KindAvailability, Purpose: "matching", Home: true,
		Consent: &policy.ConsentFacts{
			State: policy.StateGiven, Recipient: node("city"),
			Purposes: []string{"matching"}, Kinds: []spec.Kind{spec.KindAvailability}, ValidFrom: founded,
		},
		Parties: []policy.Party{
			{ID: "https://company100.example", Role: "employer"},
			{ID: "https://company200.example", Role: "sponsor"},
			{ID: string(node("club")), Role: "club"},
			{ID: "https://company300.example", Role: "client", Counterpart: true},
		},
		Units: []policy.Interval{unit(1, 10, 0), unit(3, 10, 0), unit(5, 10, 0)},
	}
	for d := range 6 {
		q.Slots = append(q.Slots, span(d, 8, 0, 1, 30), span(d, 15, 0, 3, 0))
	}
	return q
}

func BenchmarkDecide(b *testing.B) {
	f := large(b, 1_000, 10_000)
	q, when := typical(), day(150)
	if d := f.book.Decide(q, when); d.Effect != policy.Allow || f.book.Size() != 1_000 {
		b.Fatalf("%s over %d documents", clauses(d), f.book.Size())
	}
	listed := typical()
	listed.Parties[3].ID = "https://company107.example"
	if d := f.book.Decide(listed, when); clauses(d) != "conflict.competitor=deny" {
		b.Fatalf("the matrix was not asked: %s", clauses(d))
	}
	b.Run("engage allowed", func(b *testing.B) { decideAgain(b, f.book, q) })
	b.Run("engage denied", func(b *testing.B) { decideAgain(b, f.book, listed) })
	b.Run("disclose", func(b *testing.B) { decideAgain(b, f.book, disclosure()) })
	b.Run("admit", func(b *testing.B) {
		decideAgain(b, f.book, policy.Facts{Act: policy.ActAdmit, Issuer: node("company"), Kind: spec.KindTalent, Purpose: "matching"})
	})
}

func decideAgain(b *testing.B, book *policy.Book, q policy.Facts) {
	when := day(20)
	b.ReportAllocs()
	for b.Loop() {
		book.Decide(q, when)
	}
}

// BenchmarkFirstDecide is what the first decision after an entry costs: the
// eras, and the index of 10,000 rows where the entry changed a matrix.
func BenchmarkFirstDecide(b *testing.B) {
	f := large(b, 100, 10_000)
	q, when := typical(), day(150)
	rubric := f.entry(f.draft("rubric-new", "rubric", raw(`{}`)), "city", "university")
	matrix := f.entry(f.draft("conflict-matrix-new", "conflict-matrix", policy.ConflictMatrix{}), "city", "university")
	for name, octets := range map[string]string{"same matrices": rubric, "new matrix": matrix} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				f.book.Decide(q, when)
				next, err := f.book.Apply(octets)
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				next.Decide(q, when)
			}
		})
	}
}

func BenchmarkApply(b *testing.B) {
	f := large(b, 200, 0)
	octets := f.entry(f.draft("rubric-0", "rubric", raw(`{}`)), "city", "university")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.book.Apply(octets); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnAllowedEngagementAllocatesNothing(t *testing.T) {
	f := large(t, 0, 1_000)
	q, when := typical(), day(150)
	if d := f.book.Decide(q, when); d.Effect != policy.Allow {
		t.Fatal(clauses(d))
	}
	if n := testing.AllocsPerRun(100, func() { f.book.Decide(q, when) }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}
