package replica

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// quiet is how long one complaint is not repeated: raft reports an absent
	// server several times a second for as long as it is absent.
	quiet = time.Minute
	// remembered bounds the complaints kept apart.
	remembered = 256
)

// logSink takes raft's own log lines into the node's log. What raft calls
// information (elections, peers) is detail to an operator.
type logSink struct {
	to *slog.Logger

	mu   sync.Mutex
	last map[string]time.Time
}

func newLogSink(to *slog.Logger) *logSink {
	return &logSink{to: to, last: make(map[string]time.Time)}
}

// Write takes one line such as "2026-01-02T15:04:05.000Z [WARN]  raft: …".
func (s *logSink) Write(line []byte) (int, error) {
	level, text := slog.LevelDebug, bytes.TrimSpace(line)
	if _, rest, ok := bytes.Cut(text, []byte("[")); ok {
		name, message, found := bytes.Cut(rest, []byte("]"))
		if found {
			text = bytes.TrimSpace(message)
		}
		switch string(name) {
		case "WARN":
			level = slog.LevelWarn
		case "ERROR":
			level = slog.LevelError
		}
	}
	if level == slog.LevelDebug || s.first(string(text), time.Now()) {
		s.to.Log(context.Background(), level, string(text))
	}
	return len(line), nil
}

// first reports whether a complaint was not made of late. Its error and the
// time until the next try vary from one line to the next and do not count.
func (s *logSink) first(text string, now time.Time) bool {
	for _, varying := range []string{" backoff time=", " error=", " term=", " time="} {
		before, _, _ := bytes.Cut([]byte(text), []byte(varying))
		text = string(before)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, known := s.last[text]; known && now.Sub(at) < quiet {
		return false
	}
	if len(s.last) >= remembered {
		clear(s.last)
	}
	s.last[text] = now
	return true
}
