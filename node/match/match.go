// Package match answers who could do a piece of work, from an index in memory
// over people: one's own, and those whom consented records describe. It ranks
// by evaluation, fit of skills and freshness, and says why, and who nearly
// could.
//
// It is a pure room. It refuses to decide whom a rule shuts out (the caller
// does), to take free time that has expired for free, and to read a clock.
package match

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Limits of one person's entry.
const (
	MostKey    = 80   // octets
	MostSkills = 200  // as in a talent record
	MostFree   = 4000 // stretches of free time
	MostLevel  = 1000 // of a skill, and the most a mean can be
)

// Errors of writing and asking.
var (
	// ErrPerson means that an entry cannot be held.
	ErrPerson = errors.New("not a person that can be matched")
	// ErrUnknown means that there is nobody with this key.
	ErrUnknown = errors.New("nobody has this key")
	// ErrNeed means that a question makes no sense.
	ErrNeed = errors.New("not a need that can be matched")
	// ErrCursor means that a cursor is none of ours.
	ErrCursor = errors.New("not a cursor of this list")
)

// Person is what the index knows of somebody. The key stands for nothing but
// the entry; the caller knows who it is.
type Person struct {
	Key        string
	Issuer     spec.NodeID
	Skills     []Skill
	Region     string // municipal code, six digits; the first two are the prefecture
	Remote     bool   // also works from afar
	Languages  []string
	Evaluation Evaluation
	Fresh      time.Time // when what is known was last confirmed
	Free       []Window  // sorted, none over another
	Until      time.Time // from here on nobody knows whether they are free
}

// Skill is one skill of a person, on whatever scale all people share.
type Skill struct {
	URI       string
	Level     float32
	Evaluated bool // somebody else said so
}

// Evaluation is the mean over a person's evaluations, already shrunken by the
// caller towards what few evaluations are worth, and how many there are.
type Evaluation struct {
	Mean  float32
	Count int
}

// Window is a stretch of time; the end is exclusive.
type Window struct{ Start, End time.Time }

// Index holds people. The zero Index is empty. Any number of questions are
// answered at once, each from the one state that was whole when it came, and
// never wait for a writer; writers take turns.
type Index struct {
	now atomic.Pointer[state]

	mu    sync.Mutex
	slots map[string]uint32 // by key
	idle  []uint32          // slots that nobody has
	next  uint32
	batch uint64
}

// Put adds a person, or takes the place of the one with the same key.
func (x *Index) Put(p Person) error { return x.Write(func(b *Batch) error { return b.Put(p) }) }

// Free replaces a person's free time alone, which is what changes most.
func (x *Index) Free(key string, free []Window, until time.Time) error {
	return x.Write(func(b *Batch) error { return b.Free(key, free, until) })
}

// Remove takes a person out and says whether there was one.
func (x *Index) Remove(key string) (there bool) {
	_ = x.Write(func(b *Batch) error {
		there = b.Remove(key)
		return nil
	})
	return there
}

// Len is how many people there are.
func (x *Index) Len() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.slots)
}

// Write makes many changes at once: a question sees all of them or none. What
// was changed before an error stays changed; a change that is refused changes
// nothing. A batch is not for use after Write returns.
func (x *Index) Write(change func(*Batch) error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.slots == nil {
		x.slots = map[string]uint32{}
	}
	x.batch++
	b := &Batch{index: x, id: x.batch, state: x.state().copied(), lists: map[uint64]bool{}}
	// Also after a panic of the caller: the writer's side has moved on already.
	defer b.publish()
	return change(b)
}

var nothing = &state{}

func (x *Index) state() *state {
	if s := x.now.Load(); s != nil {
		return s
	}
	return nothing
}

// entry is a person who passed every check, in the form that is kept.
type entry struct {
	Person
	region uint32
	free   []span
}

// check makes an entry, or says what cannot be held.
func (p Person) check() (entry, error) {
	refuse := func(form string, args ...any) (entry, error) {
		return entry{}, fmt.Errorf("%w: %s", ErrPerson, fmt.Sprintf(form, args...))
	}
	if p.Key == "" || len(p.Key) > MostKey {
		return refuse("a key has 1 to %d octets", MostKey)
	}
	region, ok := digits(p.Region, 6)
	if !ok {
		return refuse("a region has six digits")
	}
	if len(p.Skills) > MostSkills {
		return refuse("more than %d skills", MostSkills)
	}
	seen := make(map[string]bool, len(p.Skills))
	for _, s := range p.Skills {
		if s.URI == "" || seen[s.URI] || !(s.Level >= 0 && s.Level <= MostLevel) {
			return refuse("a skill stands once, with a level from 0 to %d", MostLevel)
		}
		seen[s.URI] = true
	}
	if e := p.Evaluation; !(e.Mean >= 0 && e.Mean <= MostLevel) || e.Count < 0 {
		return refuse("an evaluation is from 0 to %d", MostLevel)
	}
	free, err := spansOf(p.Free)
	return entry{Person: p, region: region, free: free}, err
}

// digits reads a number of exactly n digits.
func digits(text string, n int) (uint32, bool) {
	value := uint32(0)
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		value = value*10 + uint32(text[i]-'0')
	}
	return value, len(text) == n
}
