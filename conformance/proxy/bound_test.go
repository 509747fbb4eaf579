package proxy

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// endless is a body without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, strings.Repeat("a", len(p))), nil
}

func TestAnAnswerWithoutAnEndIsNotHeld(t *testing.T) {
	body := &endless{}
	if err := new(Proxy).modify(&http.Response{Body: io.NopCloser(body)}); err == nil || body.read > 2*mostAnswer {
		t.Errorf("%d octets were read: %v", body.read, err)
	}
}
