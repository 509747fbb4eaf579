package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// report tells the story in plain lines, each chapter with the time it took
// since the start. Japanese stands at the end of a line, where its width
// cannot push a column.
type report struct {
	mu    sync.Mutex
	out   io.Writer
	began time.Time
}

func newReport(out io.Writer) *report { return &report{out: out, began: time.Now()} }

func (r *report) line(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(r.out, format+"\n", args...)
}

// phase is the first line of a chapter that has come to pass.
func (r *report) phase(name, ja, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.line("%7d ms  %-9s %s  %s", time.Since(r.began).Milliseconds(), name, text, ja)
}

// more is a further line of the same chapter.
func (r *report) more(format string, args ...any) {
	r.line("%s%s", strings.Repeat(" ", 22), fmt.Sprintf(format, args...))
}
