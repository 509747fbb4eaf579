package agenda

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/store"
)

// Memo remembers what calendars said, by the digests of their octets: a calendar that changes has another digest, so what
// is remembered is never old. It holds nothing that is not stored, and is bounded. It is safe for concurrent use; a nil
// Memo remembers nothing.
type Memo struct {
	mu      sync.Mutex
	parsed  kept[string, *calendar.Calendar]
	windows kept[window, []calendar.Busy]
}

// What a memo holds at most, twice: an older half goes when a newer one is full.
const (
	octetsMost  = 32 << 20 // of the files whose calendars are parsed
	periodsMost = 200_000
)

// window names what some calendars say of a span.
type window struct {
	calendars [sha256.Size]byte
	from, to  int64
}

// kept is a bounded map in two halves.
type kept[K comparable, V any] struct {
	newer, older map[K]V
	weight       int
}

func (k *kept[K, V]) get(key K) (v V, ok bool) {
	if v, ok = k.newer[key]; !ok {
		v, ok = k.older[key]
	}
	return v, ok
}

func (k *kept[K, V]) put(key K, v V, weight, most int) {
	if k.weight+weight > most || k.newer == nil {
		k.older, k.newer, k.weight = k.newer, make(map[K]V), 0
	}
	k.newer[key] = v
	k.weight += weight
}

// events are what a person's calendars say of a span, coalesced, and how many calendars there are. Times are UTC, so a
// span of parts of seconds is not remembered.
func (m *Memo) events(tx *store.Tx, person string, from, to time.Time) ([]calendar.Busy, int, error) {
	versions, err := tx.CalendarVersions(person)
	if err != nil || len(versions) == 0 {
		return nil, 0, err
	}
	name := window{from: from.Unix(), to: to.Unix()}
	sum := sha256.New()
	for _, v := range versions {
		fmt.Fprintf(sum, "%d:%s", len(v), v)
	}
	sum.Sum(name.calendars[:0])
	whole := m != nil && from.Nanosecond() == 0 && to.Nanosecond() == 0
	if whole {
		m.mu.Lock()
		list, ok := m.windows.get(name)
		m.mu.Unlock()
		if ok {
			return list, len(versions), nil
		}
	}
	files, err := tx.Calendars(person)
	if err != nil {
		return nil, 0, err
	}
	var list []calendar.Busy
	for _, f := range files {
		parsed, err := m.parse(f)
		if err != nil {
			return nil, 0, fmt.Errorf("stored calendar: %w", err)
		}
		busy, _ := parsed.Busy(from, to, availability.Home, calendar.DefaultLimits())
		list = append(list, busy...)
	}
	list = slices.Clip(calendar.Coalesce(list))
	if whole {
		m.mu.Lock()
		m.windows.put(name, list, len(list)+1, periodsMost)
		m.mu.Unlock()
	}
	return list, len(files), nil
}

func (m *Memo) parse(f store.Calendar) (*calendar.Calendar, error) {
	if m != nil && f.Digest != "" {
		m.mu.Lock()
		parsed, ok := m.parsed.get(f.Digest)
		m.mu.Unlock()
		if ok {
			return parsed, nil
		}
	}
	parsed, _, err := calendar.Parse(bytes.NewReader(f.ICS), calendar.DefaultLimits())
	if err == nil && m != nil && f.Digest != "" {
		m.mu.Lock()
		m.parsed.put(f.Digest, parsed, len(f.ICS), octetsMost)
		m.mu.Unlock()
	}
	return parsed, err
}
